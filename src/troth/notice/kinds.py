"""The grammar of a notice: which facts of an element it says, in which order and in which form.

The sections that hold the elements are in `troth.notice.sections`, the words in
`patterns/en.yaml` and `patterns/fr.yaml`. What these tables hold is said by `troth.notice.say` and
read back by `troth.notice.back`, so that both always agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "text",  # as the policy writes it
    "texts",  # several of them
    "word",  # one of a closed list, or a truth value
    "words",  # several of them
    "fields",  # several, each one of a list or any text
    "count",  # a whole number
    "day",
    "year-end",
    "country",
    "countries",
    "period",
    "source",  # a period, or where it is set
    "until",  # the four ways in which a rule ends; of the element itself where `field` is empty
    "ref",  # an element named elsewhere
    "refs",
    "number",  # an element named by its number alone
    "zone",
    "email",
    "phone",
    "url",
]


@dataclass(frozen=True)
class Line:
    """A fact of an element: its field, how it is written, and the section that it refers to.

    `always`: it is said even where it is what a reader would assume.
    """

    field: str
    form: Form = "text"
    of: str = ""
    always: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of element: the line that opens it, its own lines, and the parts that follow.

    `element`: it may have an origin, and what is stated, executed, and why.
    """

    name: str
    head: Line
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    element: bool = True

    @property
    def own(self) -> tuple[Line, ...]:
        """Its lines, with those that every element may have."""
        return (*self.lines, *(BASE if self.element else ()))


@dataclass(frozen=True)
class Part:
    """The elements that stand in a field of another; `many`: the field is a list."""

    field: str
    kind: Kind
    many: bool = True


@dataclass(frozen=True)
class Section:
    """A numbered section: the field of the policy, the kind of its elements, how it holds them."""

    field: str
    kind: Kind
    holds: Literal["named", "listed", "single"] = "named"


def texts(*names: str) -> tuple[Line, ...]:
    """Lines of texts as the policy writes them."""
    return tuple(Line(name) for name in names)


BASE = (Line("origin", "word"), *texts("stated", "executed", "reason"))

UNTIL = Line("", "until")
CATEGORIES = Line("categories", "refs", "categories")
SUBJECTS = Line("subjects", "refs", "subjects")
PLACES = Line("places", "refs", "places")
CONTACTS = Line("contacts", "refs", "contacts")
READERS = Line("readers", "texts")

BASIS = Kind(
    "basis",
    Line("kind", "word"),
    (
        Line("when", "ref", "conditions"),
        *texts("statute", "interest"),
        Line("balanced", "day"),
        Line("contract"),
        Line("consent", "ref", "consents"),
    ),
)
SPECIAL = Kind("special", Line("article"), (Line("detail"), Line("consent", "ref", "consents")))
SOURCE = Kind(
    "source",
    Line("provenance", "word"),
    (Line("origin"), Line("inform_within", "period")),
    element=False,
)
WARN = Kind("warn", Line("delay", "period"), (Line("message"),))
ARCHIVE = Kind(
    "archive",
    Line("place", "ref", "places"),
    (Line("when", "until"), READERS, Line("access")),
)
RULE = Kind(
    "rule",
    Line("promise"),
    (
        CATEGORIES,
        SUBJECTS,
        PLACES,
        UNTIL,
        Line("bound", "word"),
        Line("at_end", "word"),
        Line("exclusive", "word"),
        Line("statute"),
        Line("withstands", "word"),
    ),
    (Part("warn", WARN, many=False), Part("archive", ARCHIVE, many=False)),
)
ACTIVITY = Kind(
    "activity",
    Line("purpose"),
    (
        Line("controllers", "refs", "controllers"),
        SUBJECTS,
        CATEGORIES,
        Line("recipients", "refs", "recipients"),
        Line("conditions", "refs", "conditions"),
        PLACES,
        READERS,
        Line("regions", "texts"),
        Line("direct_marketing", "word"),
        Line("automated_decision", "word"),
        Line("impact_assessment", "word"),
    ),
    (
        Part("legal_bases", BASIS),
        Part("special_conditions", SPECIAL),
        Part("sources", SOURCE),
        Part("retention", RULE),
    ),
)
TERMS = Kind(
    "terms",
    Line("kind"),
    (Line("signed", "day"), Line("valid_until", "day"), Line("version")),
    element=False,
)
INSTRUCTION = Kind(
    "instruction",
    Line("purpose"),
    (Line("duration"), Line("decided_by", "ref", "controllers")),
)
