"""What a period in a text is of: of data kept, of a tracker, of a consent, or of something else."""

from __future__ import annotations

import re
from typing import Literal

from troth.reading.documents.flattened import tells_period
from troth.reading.frames import lasting, triggers
from troth.reading.frames.lexicon.load import Hit
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
_ANSWER = re.compile(
    r"(?:réponse|répond\w*|repl\w+|respond|answer\w*|response)[^\w.;]+(?:\w+[^\w.;]+){0,5}$"
)
_PAST = re.compile(r"\b(?:after|following|past|après|au bout de|au-delà de|passé)\W+(?:\w+\W+)?$")
_EARLIER = re.compile(
    r"\W*(?:prior|earlier|beforehand|à l'avance|plus tôt|in advance|auparavant"
    r"|before (?!being|they|it|we|its|dele|eras|anonym|destr|archiv|disp)"
    r"|avant (?!d'être|(?:leur |la |son )?(?:suppr|destr|effac|anonym|archiv|purge)|de ))"
)
_VALID = re.compile(r"\b(?:valables?|valid)\W+(?:\w+\W+){0,2}$")
_MUST = re.compile(
    r"\b(?:you must (?:be|have)|must be at least|need to (?:be|have)|il faut (?:avoir|être)"
    r"|devez (?:avoir|être)|must have (?:held|been))\b"
)
_LABELLED = re.compile(r"(?:\(?\d+(?:\.\d+)*[.)]?\s)?[^:.;]{2,70}(?::|\s[–—-])\s")

_NEAR = 3  # blocks before and after

Use = Literal["retention", "tracker", "consent", "ask-again"]


def use_of(page: Page, unit: Unit, mention: Mention, every: list[Mention]) -> Use | None:
    """What a period in a text is of, as far as this module cares."""
    found = page.found
    before = [other.end for other in every if other.end <= mention.start]
    begin = before[-1] if before else unit.start
    near = (begin, unit.end)
    if _is_age(page, unit, mention) or _is_rhythm(page, unit, mention):
        return None
    if found.cue("asks-again", *near):
        return "ask-again"
    if found.cue("consent-life", *near) and not found.cue("keep", *near):
        return "consent"
    keeps = found.cue("keep", *near) or found.cue("drop", *near)
    keeps = (
        keeps or found.cue("keep", unit.start, unit.end) or found.cue("drop", unit.start, unit.end)
    )
    keeps = keeps or _asked_before(page, unit) or _led(page, unit)
    if is_retention_row(page, unit):
        return "retention"
    if found.cue("life", unit.start, unit.end) and not (keeps or _is_listed(page, unit, mention)):
        return None
    if _is_answer(page, unit, mention, bool(keeps)):
        return None
    tracks = found.cue("track", unit.start, unit.end) and (
        keeps or re.search(r"dur|last|life|valid|vie", page.low(unit.start, unit.end))
    )
    told = _is_of_keeping(page, unit) and (
        _bare(page, unit, mention)
        or _lasts(page, unit, mention)
        or lasting.during(page, unit, mention) is not None
    )
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
        r"\b(?:under|younger than|aged?(?: of)?|age is|âgée?s? de(?: plus de| moins de)?"
        r"|mineure?s? de(?: moins de)?|enfants? de(?: moins de)?|ont plus "
        r"de|(?<!no )(?<!not )less than|anniv\w*)\s*$",
        before,
    )
    return bool(youth and mention.least.years)


def _asked_before(page: Page, unit: Unit) -> Hit | None:
    """What happens is told after a question: "No ride for two years? We close the account."."""
    if not page.low(unit.start, unit.end).endswith("?"):
        return None
    if not page.found.cue("inactive", unit.start, unit.end):
        return None
    later = [u for u in page.of_block(unit.block) if u.start > unit.start]
    return page.found.cue("drop", later[0].start, later[0].end) if later else None


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


def _is_rhythm(page: Page, unit: Unit, mention: Mention) -> bool:
    """A rhythm ("every two years"), a time before something, or what a person must have."""
    before = page.low(max(unit.start, mention.start - 24), mention.start)
    if re.search(r"\b(?:every|each|chaque|tou(?:te)?s les)\W+(?:\w+\W+)?$", before):
        near = (max(unit.start, mention.start - 60), mention.start)
        return page.found.cue("drop", *near) is None
    if _EARLIER.match(page.low(mention.end, min(unit.end, mention.end + 40))):
        return True
    if _is_condition(page, unit, mention, before):
        return True
    asked = _MUST.search(page.low(unit.start, mention.start))
    return asked is not None and not page.found.cue("drop", unit.start, unit.end)


def _is_condition(page: Page, unit: Unit, mention: Mention, before: str) -> bool:
    """A period of a condition ("if it is less than ten years"), or how long a thing is valid."""
    if _VALID.search(before) and not page.found.cue("track", unit.start, mention.start):
        return page.found.cue("consent-life", unit.start, unit.end) is None
    return bool(
        re.search(r"(?:less than|more than|fewer than|moins de|plus de)\s*$", before)
        and re.search(
            r"(?:^|[;,:.] ?)(?:if|si|s'ils?|unless|where|when|lorsqu\w*|quand|en cas d\w*"
            r"|in case|in the event)\b[^,;]*$",
            page.low(unit.start, mention.start),
        )
        and not page.found.cue("inactive", unit.start, mention.end)
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


def _is_answer(page: Page, unit: Unit, mention: Mention, keeps: bool) -> bool:
    """A term for an answer, a notice or a breach, and no retention."""
    found = page.found
    aside = ("answer", "notice", "extend", "breach", "life")
    if not keeps and _is_listed(page, unit, mention):
        return found.cue("answer", unit.start, mention.start) is not None
    if found.cue("inactive", unit.start, mention.start):
        return False
    if not keeps:
        return any(found.cue(name, unit.start, unit.end) for name in aside)
    near = page.low(max(unit.start, mention.start - 40), mention.start)
    after = page.low(mention.end, min(unit.end, mention.end + 30))
    said = None if _PAST.search(near) else _ANSWER.search(near)
    if said is not None:
        between = (mention.start - len(near) + said.start(), mention.start)
        return not (found.cue("drop", *between) or found.cue("keep", *between))
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
