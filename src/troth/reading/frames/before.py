"""The event of a period that stands before it in the sentence, or in another cell of its row."""

from __future__ import annotations

import re

from troth.reading.frames.events import Trigger, event, named
from troth.reading.frames.lasting import during, goes_on, meant
from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.periods import Mention
from troth.reading.frames.phrases import cell_start, clause_end, phrase_end, word_end
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Kind

_ADDED = re.compile(
    r"(?:^|[:,–—]|\s-)\s*(?P<what>[^:,–—+]{4,60}?)\s*(?:,?\s*\+|,? (?:puis|then|plus"
    r"|(?:and )?(?:then|after that|thereafter|afterwards)|(?:et )?(?:ensuite|après cela|au-delà)))"
    r"(?: for| pendant)?\s*$"
)
_ABSOLUTE = re.compile(
    r"(?:^|[:;,(] ?)(?P<what>(?:l'|(?:le|la|les|the) )[\wà-ÿ-]+(?: (?:being|once|having been))? "
    r"(?:terminée?s?|clos\w*|achevée?s?|échue?s?|expirée?s?|over|closed|completed|finished))\s*,[^,]*$"
)
_COUNTS = re.compile(
    r"(?:after|following|from|as (?:of|from)|starting|once|as soon as|upon|après|à compter|à partir"
    r"|dès|une fois|à l'issue|au terme|suite à|aussitôt)\b"
)
_LATER = re.compile(r"\W{0,2}(?:thereafter|afterwards|later\b|plus tard|après(?=\s*[.;,)]|$))")
_THEN = re.compile(r"\b(?:and then|puis|ensuite)\b(?:\W+\w+){0,4}\W*$")
SOON = re.compile(r"\b(?:within|in|sous|dans(?: un délai de| les)?|no later than)\s*$")
ACTS = ("unsubscription", "consent-end", "objection", "account-closed")
_THEREAFTER = ("account-closed", "event-closed", "request-closed", "expired", "publication")
_DELETED = re.compile(
    r"(?:that |which )?you (?:have )?(?:delet|eras|remov)\w*|que vous "
    r"(?:avez )?supprim\w*"
)


def before(page: Page, unit: Unit, mention: Mention, start: int) -> Trigger | None:
    """The event from which a period counts, told before it or beside it."""
    return (
        _thereafter(page, unit, mention)
        or _leads(page, unit, mention)
        or _beside(page, unit, mention)
        or _later(page, unit, mention, start)
        or _reaction(page, unit, mention)
        or _relative(page, start, mention.start)
    )


def _thereafter(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    lasting = during(page, unit, mention)
    if lasting is not None:
        return lasting if goes_on(page, lasting, mention) else None
    begin = cell_start(unit, mention.start)
    added = _ADDED.search(page.low(begin, mention.start))
    return (
        None
        if added is None
        else event(page, *_shifted(begin, added), known_only=True, anywhere=True)
    )


def _shifted(begin: int, match: re.Match[str]) -> tuple[int, int]:
    return begin + match.start("what"), begin + match.end("what")


def _leads(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """A clause before the sentence's own: "Once your card expires, …"."""
    absolute = _ABSOLUTE.search(page.low(unit.start, mention.start))
    if absolute is not None:
        place = (unit.start + absolute.start("what"), unit.start + absolute.end("what"))
        return event(page, *place, known_only=True, anywhere=True)
    cue = page.found.cue("when", unit.start, mention.start)
    if cue is None:
        return None
    at_head = not page.low(unit.start, cue.start).strip()
    comma = re.search(r"[,:]", page.low(cue.end, mention.start))
    if not at_head and page.low(cue.start - 2, cue.start) not in (", ", ": "):
        return None
    if comma is None and at_head:
        comma = re.search(
            r" (?=(?:we|nous|on) |(?:the |all |any )?(?:\w+ ){1,2}(?:shall|will|must|may)\b)",
            page.low(cue.end, mention.start),
        )
    if comma is None:
        return None
    if re.match(r"if |si |s'", page.low(cue.start, cue.end) + " "):
        return None
    place = (word_end(page, cue.end), cue.end + comma.start())
    if re.search(r"\b(?:celui-ci|celle-ci|ce dernier|its|it)\b", page.low(*place)):
        return event(page, *place, known_only=True) or meant(page, unit, mention, ends=True)
    told = event(page, *place, known_only=True, anywhere=True)
    if told is None and _COUNTS.match(page.low(cue.start, cue.end)):
        return event(page, *place)  # in the text's own words
    return told


def _beside(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """The event of a row in the cell that tells it: by its column's head, or its own first word."""
    if unit.kind is not Kind.ROW:
        return None
    own = next((n for n, (a, b) in enumerate(unit.cells) if a <= mention.start < b), None)
    if own is None:
        return None
    head = page.text.blocks[unit.block].head
    heads = page.of_block(head)[0].cells if head is not None and page.of_block(head) else ()
    for number, (start, end) in enumerate(unit.cells):
        if number == own:
            continue
        told = len(heads) == len(unit.cells) and page.found.cue("starts", *heads[number])
        cue = page.found.cue("after", start, end)
        if told or (number == own + 1 and cue is not None and cue.start == start):
            return event(page, start, phrase_end(page, start, end))
    return None


def _later(page: Page, unit: Unit, mention: Mention, start: int) -> Trigger | None:
    """The event told before in the sentence: "when you leave …, ten days thereafter"."""
    said_later = _LATER.match(page.found.folded, mention.end, unit.end)
    if not (said_later or _THEN.search(page.low(start, mention.start))):
        return None
    if not said_later and start != unit.start:
        return None
    cue = page.found.cue("when", unit.start, mention.start)
    if cue is not None:
        found = event(page, cue.end, clause_end(page, cue.end, mention.start), anywhere=True)
        if found is not None:
            return found
    if start == unit.start:
        hit = page.found.first("events", start, mention.start)
        hit = hit or page.found.first("things", start, mention.start)
    else:
        hits = [
            one
            for one in page.found.names("events", unit.start, mention.start)
            if one.name in _THEREAFTER or one.name.endswith("-end")
        ]
        hit = max(hits, key=lambda one: one.end, default=None)
    return None if hit is None else named(page, hit.name, hit)


def _reaction(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """What a person does, and how soon it is answered: "unsubscribe and you are off in a day"."""
    if not SOON.search(page.low(unit.start, mention.start)):
        return None
    for name in ACTS:
        hit = next(page.found.of("events", name, unit.start, mention.start), None)
        if hit is not None:
            return named(page, name, hit)
    return None


def _relative(page: Page, start: int, stop: int) -> Trigger | None:
    """An act of the person that a relative clause tells: "lists that you delete"."""
    match = _DELETED.search(page.found.folded, start, stop)
    if match is None:
        return None
    return named(page, "deletion", Hit(match.start(), match.end(), "deletion"))
