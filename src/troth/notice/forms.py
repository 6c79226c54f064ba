"""How a value is written in a notice, form by form; `troth.notice.inverse` reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from troth.law.calendar import Period, YearEnd
from troth.notice.kinds import Form, Kind, Line
from troth.notice.names import Names
from troth.notice.phrases import Phrases, plain, plain_pattern
from troth.notice.tree import Piece
from troth.policy.model import Policy
from troth.policy.retention import ByChoice, ByParameter, Limit, Until

Pieces = tuple[Piece, ...]
_SAFE = "%/:=&?~#+!$,;'@()*[]"  # what stays as it is in an address


@dataclass(frozen=True)
class Pen:
    """What writing needs: the words, the policy, and how its elements are referred to."""

    phrases: Phrases
    policy: Policy
    names: Names

    def head(self, kind: Kind, element: Any) -> Pieces:
        """The value that names an element."""
        value = getattr(element, kind.head.field)
        if value is None:
            return (Piece(self.phrases.unnamed(kind), open=kind.name == "controller"),)
        says = self.phrases.head(kind)
        if isinstance(says, Mapping):
            return (Piece(says[key(value)], open=value == "undetermined"),)
        return around(says, _WRITERS[kind.head.form](self, kind.head, value))

    def write(self, line: Line, kind: str, value: Any) -> Pieces:
        """A value in the form of its line."""
        says = self.phrases.says(kind, line)
        if isinstance(says, Mapping):
            return self._words(says, line, value)
        return around(says, _WRITERS[line.form](self, line, value))

    def _words(self, says: Mapping[str, str], line: Line, value: Any) -> Pieces:
        if line.form == "words":
            return self.listed([(Piece(says[key(one)]),) for one in value])
        if line.form == "fields":
            return self.listed([(Piece(says.get(one, plain(one))),) for one in value])
        opened = (line.field == "ours" and value is True) or value == "undetermined"
        return (Piece(says[key(value)], open=opened),)

    def listed(self, items: Iterable[Pieces]) -> Pieces:
        """Items one after the other; numbered where one of them holds the separator itself."""
        found = list(items)
        separator = self.phrases["separator"]
        between = plain_pattern(separator)
        numbered = any(between in _text(item) or _text(item).startswith("(1) ") for item in found)
        pieces: list[Piece] = []
        for number, item in enumerate(found, 1):
            if pieces:
                pieces.append(Piece(separator))
            if numbered:
                pieces.append(Piece(f"({number}) "))
            pieces.extend(item)
        return tuple(pieces)

    def reference(self, section: str, name: str) -> Piece:
        """An element by what people call it."""
        found = self.names[section][name]
        label = f"{found.label} ({found.number})" if found.shared else found.label
        return Piece(label, to=found.number)

    def source(self, source: Period | ByParameter | ByChoice) -> Pieces:
        """A period, with where it is set or what chooses it."""
        words = self.phrases["source"]
        match source:
            case Period():
                return (Piece(self.phrases.period(source)),)
            case ByParameter():
                parameter = self.policy.parameters[source.parameter]
                number = self.names["parameters"][source.parameter].number
                said = words["open" if parameter.ours else "set"].format(
                    period=self.phrases.period(parameter.value), number=number
                )
                return (Piece(said, to=number, open=parameter.ours),)
            case ByChoice():
                cases = [
                    words["case"].format(period=self.phrases.period(period), value=value)
                    for value, period in source.periods.items()
                ]
                if source.otherwise is not None:
                    said = self.phrases.period(source.otherwise)
                    cases.append(words["otherwise"].format(period=said))
                name = humanised(source.chosen_by)
                joined = self.phrases["separator"].join(cases)
                return (Piece(words["choice"].format(name=name, cases=joined)),)

    def until(self, until: Until) -> Pieces:
        """When a rule, a cap or the everyday use before an archive ends."""
        words = self.phrases["until"]
        if until.during is not None:
            event = self.reference("events", until.during)
            return around(words["during"].replace("{event}", "{}"), (event,))
        if until.period is not None:
            return self._limit(until.limits[0])
        which = "earliest" if until.earliest is not None else "latest"
        limits: list[Piece] = []
        for number, limit in enumerate(until.limits, 1):
            before = self.phrases["separator"] if limits else ""
            limits += [Piece(f"{before}({number}) "), *self._limit(limit)]
        return around(words[which].replace("{limits}", "{}"), tuple(limits))

    def _limit(self, limit: Limit) -> Pieces:
        words = self.phrases["until"]
        event = self.reference("events", limit.after)
        if isinstance(limit.period, Period) and limit.period.is_zero:
            return around(words["zero"].replace("{event}", "{}"), (event,))
        said = words["zero_set" if self._is_zero(limit.period) else "limit"]
        first, second = said.removeprefix("{source}").split("{event}")
        return (*self.source(limit.period), Piece(first), event, *([Piece(second)] * bool(second)))

    def _is_zero(self, source: Period | ByParameter | ByChoice) -> bool:
        """Whether a parameter sets no time at all."""
        if not isinstance(source, ByParameter):
            return False
        return self.policy.parameters[source.parameter].value.is_zero


def key(value: Any) -> str:
    """How a word of a closed list is spelt in the patterns."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def humanised(name: str) -> str:
    """An id as words."""
    return name.replace("-", " ").replace(".", " ")


def around(pattern: str, pieces: Pieces) -> Pieces:
    """The pieces inside a pattern with one slot `{}`."""
    before, after = pattern.split("{}")
    return (
        *([Piece(before)] if before else []),
        *pieces,
        *([Piece(after)] if after else []),
    )


def _text(pieces: Pieces) -> str:
    return "".join(piece.text for piece in pieces)


def _one(text: str, **more: Any) -> Pieces:
    return (Piece(plain(text), **more),)


def _address(scheme: str) -> Callable[[Pen, Line, Any], Pieces]:
    """An address with its link; one that is no address of a page stands as it is."""

    def write(_: Pen, __: Line, value: str) -> Pieces:
        target = scheme + "".join(value.split())
        page = target.startswith(("https://", "http://", "mailto:", "tel:"))
        return _one(value, url=quote(target, safe=_SAFE) if page else "")

    return write


def _reference(pen: Pen, line: Line, value: str) -> Pieces:
    return (pen.reference(line.of, value),)


def _references(pen: Pen, line: Line, value: Iterable[str]) -> Pieces:
    found = [(pen.reference(line.of, name),) for name in value]
    return found[0] if len(found) == 1 else pen.listed(found)


def _number(pen: Pen, line: Line, value: str) -> Pieces:
    found = pen.names[line.of][value]
    return (Piece(f"{found.label} ({found.number})", to=found.number),)


def _countries(pen: Pen, _: Line, value: Iterable[str]) -> Pieces:
    return pen.listed([(Piece(pen.phrases.country(code)),) for code in value])


def _day(pen: Pen, _: Line, value: date) -> Pieces:
    return _one(pen.phrases.day(value))


def _year_end(pen: Pen, _: Line, value: YearEnd) -> Pieces:
    return _one(pen.phrases.year_end(value))


_WRITERS: Mapping[Form, Callable[[Pen, Line, Any], Pieces]] = {
    "text": lambda _, __, value: _one(value),
    "zone": lambda _, __, value: _one(value),
    "texts": lambda pen, _, value: pen.listed([_one(text) for text in value]),
    "count": lambda _, __, value: _one(str(value)),
    "day": _day,
    "year-end": _year_end,
    "country": lambda pen, _, value: _one(pen.phrases.country(value)),
    "countries": _countries,
    "period": lambda pen, _, value: _one(pen.phrases.period(value)),
    "source": lambda pen, _, value: pen.source(value),
    "until": lambda pen, _, value: pen.until(value),
    "ref": _reference,
    "refs": _references,
    "number": _number,
    "email": _address("mailto:"),
    "phone": _address("tel:"),
    "url": _address(""),
}
