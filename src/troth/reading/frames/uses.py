"""What a period in a text is of: of data kept, of a tracker, of a consent, or of something else."""

from __future__ import annotations

import re
from typing import Literal

from troth.reading.documents.flattened import tells_period
from troth.reading.frames import lasting, triggers
from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.otherwise import inside_condition, is_age, is_answer, is_rhythm
from troth.reading.frames.periods import Mention
from troth.reading.frames.units import Page, Unit
from troth.reading.frames.what import matter_of
from troth.reading.text import Kind

_STOPS = re.compile(
    r"[:,–—-]\s*(?:(?:a |an )?(?:maximum|minimum|period|for|up to|at (?:most|least)|of|environ"
    r"|durée)\s*)*$"
)
_FOR = re.compile(
    r"\b(?:for|during|up to|at most|no longer than|within|after|pendant|durant|pour|jusqu'à|au plus"
    r"|au bout de|après|sous|dans)\W+(?:\w+\W+){0,3}$"
)
_LABELLED = re.compile(r"(?:\(?\d+(?:\.\d+)*[.)]?\s)?[^:.;]{2,70}(?::|\s[–—-])\s")

_NEAR = 3  # blocks before and after

_ELLIPSIS = re.compile(
    r"\W*(?:the |those |that |ones |celles? |ceux |celui |les |le |la |l')?[^,.;:()]{3,60}"
    r"(?:,|:| [–—-])\s*(?:for |up to |at most |pendant |au plus |jusqu'à )?"
)
_ENDURES = re.compile(r"\b(?:lasts?|lasting|dure(?:nt)?|vi(?:t|vent))\s(?:for |up to |jusqu'à )?$")
_OPENING = re.compile(
    r"\W*(?:(?:for|up to|at most|at least|a maximum of|a minimum of|within|pendant|durant|jusqu'à"
    r"|au plus|au maximum|au moins|a:|r:|r\.|a\.)\W*)*"
)
_ASKED = ("requested", "sent", "reported", "incident", "order-completed", "collected")

Use = Literal["retention", "tracker", "consent", "ask-again"]


def use_of(page: Page, unit: Unit, mention: Mention, every: list[Mention]) -> Use | None:
    """What a period in a text is of, as far as this module cares."""
    found = page.found
    before = [other.end for other in every if other.end <= mention.start]
    begin = before[-1] if before else unit.start
    near = (begin, unit.end)
    if is_age(page, unit, mention) or is_rhythm(page, unit, mention):
        return None
    if found.cue("asks-again", *near):
        return "ask-again"
    if found.cue("consent-life", *near) and not found.cue("keep", *near):
        return "consent"
    keeps = found.cue("keep", *near) or found.cue("drop", *near)
    keeps = (
        keeps or found.cue("keep", unit.start, unit.end) or found.cue("drop", unit.start, unit.end)
    )
    keeps = keeps or _asked_before(page, unit) or _asked_for(page, unit) or _led(page, unit)
    if inside_condition(page, unit, mention):
        return None
    keeps = keeps or _continued(page, unit, mention) or _endures(page, unit, mention)
    if is_retention_row(page, unit):
        return "retention"
    if found.cue("life", unit.start, unit.end) and not (keeps or _is_listed(page, unit, mention)):
        return None
    if is_answer(page, unit, mention, bool(keeps), listed=_is_listed(page, unit, mention)):
        return None
    tracks = found.cue("track", unit.start, unit.end) and (
        keeps or re.search(r"dur|last|life|valid|vie", page.low(unit.start, unit.end))
    )
    told = _lasts(page, unit, mention) and _starts(page, unit, mention)
    told = told or (
        _is_of_keeping(page, unit)
        and (
            _bare(page, unit, mention)
            or _lasts(page, unit, mention)
            or lasting.during(page, unit, mention) is not None
        )
    )
    if keeps or told or _stands_alone(page, unit, mention):
        return "tracker" if tracks and _about_trackers(page, unit, begin, mention) else "retention"
    return "tracker" if tracks else None


def _about_trackers(page: Page, unit: Unit, begin: int, mention: Mention) -> bool:
    """The period is of trackers: named before it, or the only matter of the unit."""
    if page.found.cue("track", begin, mention.start):
        return True
    return not matter_of(page, unit, begin, mention.start).words.quote and bool(
        page.found.cue("track", unit.start, unit.end)
    )


def _asked_before(page: Page, unit: Unit) -> Hit | None:
    """What happens is told after a question: "No ride for two years? We close the account."."""
    if not page.low(unit.start, unit.end).endswith("?"):
        return None
    if not page.found.cue("inactive", unit.start, unit.end):
        return None
    later = [u for u in page.of_block(unit.block) if u.start > unit.start]
    return page.found.cue("drop", later[0].start, later[0].end) if later else None


def _asked_for(page: Page, unit: Unit) -> Hit | None:
    """The words of keeping in the question that the unit answers."""
    above = page.text.blocks[unit.block].above
    questions = [page.of_block(above[-1])[-1:]] if above else []
    if unit.block:
        questions.append(page.of_block(unit.block - 1)[-1:])
    for question in (one for units in questions for one in units):
        if page.low(question.start, question.end).endswith("?") and question.kind is not Kind.ROW:
            keeps = page.found.cue("keep", question.start, question.end)
            keeps = keeps or page.found.cue("drop", question.start, question.end)
            if keeps and not page.found.cue("answer", question.start, question.end):
                return keeps
    return None


def _continued(page: Page, unit: Unit, mention: Mention) -> Hit | None:
    """The words of keeping in the sentence before, which a noun and a period go on with.

    "They are kept for six months. Those of administrators, a year."
    """
    beside = page.of_block(unit.block)
    at = beside.index(unit)
    if not at or not _ELLIPSIS.fullmatch(page.low(unit.start, mention.start)):
        return None
    before = beside[at - 1]
    return page.found.cue("keep", before.start, before.end) or page.found.cue(
        "drop", before.start, before.end
    )


def _endures(page: Page, unit: Unit, mention: Mention) -> Hit | None:
    """Data that is said to last a period: "footage lasts 21 days"."""
    said = _ENDURES.search(page.found.folded, max(unit.start, mention.start - 24), mention.start)
    if said is None or not page.found.names("categories", unit.start, said.start()):
        return None
    return Hit(said.start(), said.end(), "keep")


def _led(page: Page, unit: Unit) -> Hit | None:
    """The words of keeping in the line that opens the list of an item."""
    if unit.kind is not Kind.ITEM:
        return None
    at = unit.block
    while at and page.text.blocks[at].kind is Kind.ITEM:
        at -= 1
    lead = page.of_block(at)[-1] if page.of_block(at) else None
    if lead is None or not page.low(lead.start, lead.end).endswith(":"):
        return None
    return page.found.cue("keep", lead.start, lead.end) or page.found.cue(
        "drop", lead.start, lead.end
    )


def _among_periods(page: Page, unit: Unit) -> bool:
    """The sentences around are about keeping, so that a label and a period is enough."""
    own, blocks = unit.block, page.text.blocks
    beside = [
        at
        for at in range(max(0, own - _NEAR), min(len(blocks), own + _NEAR + 1))
        if blocks[at].above == blocks[own].above
    ]
    around = [u for at in beside for u in page.of_block(at) if u is not unit]
    kept = [u for u in around if tells_period(page.low(u.start, u.end))]
    kept += [u for u in around if page.found.cue("keep", u.start, u.end)]
    kept += [u for u in around if page.found.cue("drop", u.start, u.end)]
    return len({u.start for u in kept}) > 1


def _lasts(page: Page, unit: Unit, mention: Mention) -> bool:
    """Data and "for" a period, in words of no lexicon, and not an answer, a notice or a rhythm."""
    if not _FOR.search(page.low(max(unit.start, mention.start - 40), mention.start)):
        return False
    if unit.topic != "retention" and not page.found.names("categories", unit.start, mention.start):
        return False
    aside = ("answer", "notice", "extend", "breach", "life", "asks-again", "changes")
    return not any(page.found.cue(name, unit.start, unit.end) for name in aside)


def _is_of_keeping(page: Page, unit: Unit) -> bool:
    """The heading or the sentences around are about keeping."""
    return unit.topic == "retention" or _among_periods(page, unit)


def _is_listed(page: Page, unit: Unit, mention: Mention) -> bool:
    """A label and its period among others: "Badges: three months"."""
    return _bare_noun(page.low(unit.start, mention.start)) and _is_of_keeping(page, unit)


def _bare(page: Page, unit: Unit, mention: Mention) -> bool:
    """A noun, a stop and a period ("Badges, 3 months"), as lists under a heading have it."""
    before = page.low(unit.start, mention.start)
    if _bare_noun(before) or not before.strip():
        return True
    return triggers.follows(page, unit, mention) is not None and len(before.split()) < 20


def _stands_alone(page: Page, unit: Unit, mention: Mention) -> bool:
    """A sentence that is a period and its start ("Two years after …"), under any heading.

    Not an answer to how soon somebody replies.
    """
    if not _OPENING.fullmatch(page.low(unit.start, mention.start)):
        return False
    above = page.text.blocks[unit.block].above
    if above:
        heading = page.text.blocks[above[-1]]
        if any(page.found.cue(name, heading.start, heading.end) for name in ("answer", "notice")):
            return False
    return _starts(page, unit, mention)


def _starts(page: Page, unit: Unit, mention: Mention) -> bool:
    """The period counts from an event of the lexicon from which no answer or notice counts."""
    started = triggers.follows(page, unit, mention)
    return started is not None and started.known and started.name not in _ASKED


def _bare_noun(before: str) -> bool:
    return bool(_STOPS.search(before) or _LABELLED.match(before))


def is_retention_row(page: Page, unit: Unit) -> bool:
    """A table row whose table is about retention: by the head of its column, or by its heading."""
    if unit.kind is not Kind.ROW:
        return False
    block = page.text.blocks[unit.block]
    if block.head is not None:
        head = page.text.blocks[block.head]
        if page.found.has("topics", "retention", head.start, head.end):
            return True
    return unit.topic == "retention" and block.head != unit.block
