"""What a period in a text is of: of data kept, of a tracker, of a consent, or of something else."""

from __future__ import annotations

import re
from typing import Literal

from troth.reading.frames import triggers
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
_LABELLED = re.compile(r"[^:.;]{2,70}:\s")

Use = Literal["retention", "tracker", "consent", "ask-again"]


def use_of(page: Page, unit: Unit, mention: Mention, every: list[Mention]) -> Use | None:
    """What a period in a text is of, as far as this module cares."""
    found = page.found
    before = [other.end for other in every if other.end <= mention.start]
    begin = before[-1] if before else unit.start
    near = (begin, unit.end)
    if _is_age(page, unit, mention):
        return None
    if found.cue("asks-again", *near):
        return "ask-again"
    if found.cue("consent-life", *near) and not found.cue("keep", *near):
        return "consent"
    keeps = found.cue("keep", *near) or found.cue("drop", *near)
    keeps = (
        keeps or found.cue("keep", unit.start, unit.end) or found.cue("drop", unit.start, unit.end)
    )
    if is_retention_row(page, unit):
        return "retention"
    if found.cue("life", unit.start, unit.end) and not keeps:
        return None
    if _is_answer(page, unit, mention, bool(keeps)):
        return None
    tracks = found.cue("track", unit.start, unit.end) and (
        keeps or re.search(r"dur|last|life|valid|vie", page.low(unit.start, unit.end))
    )
    told = unit.topic == "retention" and (_bare(page, unit, mention) or _lasts(page, unit, mention))
    if keeps or told:
        return "tracker" if tracks and _about_trackers(page, unit, begin, mention) else "retention"
    return "tracker" if tracks else None


def _about_trackers(page: Page, unit: Unit, begin: int, mention: Mention) -> bool:
    """The period is of trackers: named before it, or the only matter of the unit."""
    if page.found.cue("track", begin, mention.start):
        return True
    return not matter_of(page, unit, begin, mention.start).words.quote and bool(
        page.found.cue("track", unit.start, unit.end)
    )


def _is_age(page: Page, unit: Unit, mention: Mention) -> bool:
    after = page.low(mention.end, min(unit.end, mention.end + 16))
    if re.match(r"[ -]?(?:old\b|of age|and (?:over|older)|révolus|et plus)", after):
        return True
    before = page.low(max(unit.start, mention.start - 34), mention.start)
    if re.search(r"(?:jusqu'aux|until the|till the)\s*$", before) and mention.least.years:
        return True
    youth = re.search(
        r"(?:under|younger than|aged?(?: of)?|age is|âgée?s? de(?: plus de| moins de)?"
        r"|mineure?s? de(?: moins de)?|enfants? de(?: moins de)?|ont plus "
        r"de|(?<!no )(?<!not )less than|anniv\w*)\s*$",
        before,
    )
    return bool(youth and mention.least.years)


def _lasts(page: Page, unit: Unit, mention: Mention) -> bool:
    """Data and "for" a period, in words of no lexicon, and not an answer, a notice or a rhythm."""
    if not _FOR.search(page.low(max(unit.start, mention.start - 40), mention.start)):
        return False
    if not page.found.names("categories", unit.start, mention.start):
        return False
    aside = ("answer", "notice", "extend", "breach", "life", "asks-again", "changes")
    if any(page.found.cue(name, unit.start, unit.end) for name in aside):
        return False
    before = page.low(max(unit.start, mention.start - 24), mention.start)
    return not re.search(r"\b(?:every|each|chaque|tou(?:te)?s les)\W+(?:\w+\W+)?$", before)


def _is_answer(page: Page, unit: Unit, mention: Mention, keeps: bool) -> bool:
    """A term for an answer, a notice or a breach, and no retention."""
    found = page.found
    aside = ("answer", "notice", "extend", "breach", "life")
    listed = unit.topic == "retention" and _bare_noun(page.low(unit.start, mention.start))
    if not keeps and listed:
        return any(found.cue(name, unit.start, mention.start) for name in aside)
    if not keeps:
        return any(found.cue(name, unit.start, unit.end) for name in aside)
    near = page.low(max(unit.start, mention.start - 40), mention.start)
    after = page.low(mention.end, min(unit.end, mention.end + 30))
    if re.search(
        r"(?:réponse|répond\w*|repl\w+|respond|answer\w*|response)\W+(?:\w+\W+){0,5}$", near
    ):
        return not re.search(r"(?:suppr|effac|delet|eras|kept|conserv)\w*\W+(?:\w+\W+){0,4}$", near)
    return bool(
        re.match(r"\W*(?:in advance|before (?:this|it|the change)|à l'avance|notice)", after)
    )


def _bare(page: Page, unit: Unit, mention: Mention) -> bool:
    """A noun, a stop and a period ("Badges, 3 months"), as lists under a heading have it."""
    before = page.low(unit.start, mention.start)
    if _bare_noun(before) or not before.strip():
        return True
    return triggers.follows(page, unit, mention) is not None and len(before.split()) < 20


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
