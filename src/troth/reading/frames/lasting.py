"""What data is kept for as long as it lasts, and what the words "it" and "that day" mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from troth.reading.frames.events import Trigger, event, named, shown
from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.periods import Mention
from troth.reading.frames.phrases import cell_start, phrase_end
from troth.reading.frames.units import Page, Unit

_JOINS = re.compile(
    r"\b(?:and|then|plus|as well as|et|puis|ainsi que)\s+"
    r"(?:(?:for|a|an|the|another|further|up to|pendant|pour|encore|les)\s+)*$"
)
_REFERS = re.compile(  # a sentence about what the paragraph spoke of before
    r"\W*(?:$|(?:it|they|this|these|those|that|we|the (?:data|information|files?|records?)|all|any"
    r"|ils?|elles?|nous|ces|ce|cela|celles?|ceux|on|les (?:données|informations)|tout|after|once"
    r"|when"
    r"|if|après|une fois|si|for|within|up to|pendant|then|puis|\d+)\b)"
)
_OWN = re.compile(r"(?:e|u)?(?: de| du| d'| of)? ?(?:its|their|his|her|leurs?|sa|son|ses)\b")
_IT_RUNS = re.compile(
    r"(?:u')? ?(?:(?:it|they|he|she|ils?|elles?) )?(?:(?:is|are|est|sont|remains?|reste\w*) )?"
    r"(?:runs?|lasts?|in force|active|valid|current|co[uû]r\w*|dure\w*|en (?:vigueur|cours)|acti"
    r"|valable)"
)
_PLUS = re.compile(
    r"(?:\+|\b(?:plus|then|thereafter|afterwards|puis|ensuite|après cela|au-delà"
    r"|and (?:then|for another|(?:for )?a further|another))\b)"
    r"\W*(?:\w+\W+){0,3}$"
)
_MORE = re.compile(
    r"(?:^ ?|\b)(?:more|further|additional|extra|longer|de plus|supplémentaires?|encore)\b"
)
_ANOTHER = re.compile(r"\b(?:another|further|encore)\s$")
_AFTER_WHICH = re.compile(
    r" ?(?:which|that\b(?! (?:\w+ )?\w+ed\b)|quoi|laquelle|lequel|celui|cela)"
)


def during(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """What lasts, said before a period: "while you hold a card, and …"."""
    begin = cell_start(unit, mention.start)
    if not _more(page, mention):
        begin = max(begin, page.found.folded.rfind("; ", begin, mention.start))
    for name in ("during", "until"):
        cue = page.found.cue(name, begin, mention.start)
        if cue is not None:
            stop = phrase_end(page, cue.end, mention.start)
            found = event(page, cue.end, stop, anywhere=True)
            if found is not None and not found.known and _OWN.match(page.found.folded, cue.end):
                hit = shown(page, begin, cue.start)  # "requests, for the time of their handling"
                found = found if hit is None else named(page, hit.name, hit)
            if _IT_RUNS.match(page.found.folded, cue.end):
                hit = _thing(page, begin, cue.start)
                found = found if hit is None else named(page, hit.name, hit)
            if found is not None and found.name == "consent-given":
                found = replace(found, name="consent-end")  # it lasts, and its end is the event
            if found is not None and (found.known or name == "during"):
                return found
            if found is not None and goes_on(page, found, mention):
                return found
    return None


def _more(page: Page, mention: Mention) -> bool:
    """The period is told as one more: "three more years", "un an de plus"."""
    return bool(
        _MORE.search(page.low(mention.start, mention.end))
        or _MORE.match(page.low(mention.end, mention.end + 18))
        or _ANOTHER.search(page.low(max(0, mention.start - 12), mention.start))
    )


def goes_on(page: Page, lasting: Trigger, mention: Mention) -> bool:
    """The period follows what lasts: "… and then for 18 months", "puis cinq ans"."""
    between = (lasting.place.end, mention.start)
    following = page.low(mention.end, mention.end + 14)
    if page.low(lasting.place.start, mention.start).rstrip().endswith("+"):
        return True
    if re.match(
        r"\W*(?:thereafter|afterwards|beyond|au-delà|de plus|after|en sus|en plus|on top"
        r"|qui (?:la |le )?suiv)",
        following,
    ):
        return True
    if _PLUS.search(page.low(lasting.place.end, mention.start)) or _more(page, mention):
        return True
    cue = page.found.cue(
        "until", lasting.place.start - 24 if lasting.place.start > 24 else 0, lasting.place.start
    )
    if cue is not None:
        return False
    if _JOINS.search(page.low(lasting.place.start, mention.start)):
        return True
    return page.found.cue("then", *between) is not None or "+" in page.low(*between)


def criterion(page: Page, start: int, end: int) -> Trigger | None:
    """What stands in the place of a period; None where nothing does."""
    found = page.found
    hit = found.cue("open-law", start, end)
    if hit is not None:
        return named(page, "limitation-end", hit)
    hit = found.cue("open", start, end)
    if hit is not None:
        return named(page, "necessity-end", hit)
    for name in ("during", "until"):
        cue = found.cue(name, start, end)
        if cue is not None:
            lasting = event(page, cue.end, phrase_end(page, cue.end, end), anywhere=True)
            if lasting is not None and lasting.known:
                return lasting
    return None


def meant(page: Page, unit: Unit, mention: Mention, ends: bool) -> Trigger | None:
    """What "after it ends" speaks of: what lasts, or what the sentence named before.

    `ends`: it is said to end, so that a thing is meant; otherwise an event may be.
    """
    lasting = during(page, unit, mention)
    if lasting is not None and lasting.known:
        return lasting
    if ends:
        for place in _cells(page, unit, mention):
            thing = _thing(page, *place)
            if thing is not None:
                return named(page, thing.name, thing)
    hit = shown(page, cell_start(unit, mention.start), mention.start)
    if ends and hit is not None and not hit.name.endswith(("-end", "-closed", "expired")):
        hit = None  # "deleted six months after expiry" speaks of no deletion that ends
    if hit is None and ends and _REFERS.match(page.low(unit.start, mention.start)):
        hit = _thing(page, page.text.blocks[unit.block].start, mention.start)
    return None if hit is None or hit.name == "leaving" else named(page, hit.name, hit)


def _cells(page: Page, unit: Unit, mention: Mention) -> Iterator[tuple[int, int]]:
    """Where a thing may be named: before a period in its cell, then in the other cells of its row.

    A legal basis names no thing that ends.
    """
    begin = cell_start(unit, mention.start)
    yield begin, mention.start
    for start, end in unit.cells:
        if start != begin and not page.found.names("bases", start, end):
            yield start, end


def _thing(page: Page, start: int, end: int) -> Hit | None:
    """The last thing named that has an end."""
    things = [hit for hit in page.found.names("things", start, end) if hit.name != "leaving"]
    return things[-1] if things else None
