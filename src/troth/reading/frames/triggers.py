"""What a period counts from, and what it lasts for: trigger events in the words around it."""

from __future__ import annotations

import re
from dataclasses import replace

from troth.reading.frames.events import Trigger, event, named, shown
from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.periods import Mention
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Kind

_LONGEST = 90  # characters of a phrase that names an event
_CUT = re.compile(
    r"[.;:()\t]|, |\b(?:unless|except|sauf|then|puis|plus|whichever|"
    r"sous réserve|and (?:for|then|a|an|another|up)|et (?:pour|pendant|"
    r"un|une|encore)|augment\w*)\b"
)


_JOINS = re.compile(
    r"\b(?:and|then|plus|et|puis)\s+(?:(?:for|a|an|another|further|up to|pendant|pour|encore)\s+)*$"
)
_ADDED = re.compile(r"(?:^|[:,–])\s*(?P<what>[^:,–+]{4,60}?)\s*\+\s*$")
_COUNTED = re.compile(
    r"(?: (?:period|term|window|retention|time|délai|période|durée|glissants?|révolue?s?|at most"
    r"|maximum|max\.?|au plus|au maximum|at the latest|au plus tard|minimum|au moins|at least"
    r"|légale?|pleine?s?|ferme)\b)*,? ?\(?"
    r"(?:(?:(?:to be |being |as )?calculated|counted|reckoned|computed|starting|beginning|running"
    r"|(?:and )?commencing|to run|counting|measured"
    r"|calculée?s?|comptée?s?|décomptée?s?|courant|commençant|débutant|qui (?:court|commence))\b)?"
)
_MEANT = re.compile(
    r"(?:e|u|es)? ?(?:it|they|its|their|that|this|elle|il|son|sa|leur|ce dernier|cette dernière)\b"
    r"(?: (?:\w+ )?(?:end|expir|terminat|clos|complet|fin|terme|expiration|exerci[cs]"
    r"|made\b|laps|résol|clôtur|ferm|resol)\w*)"
)
_THAT_DAY = re.compile(
    r"(?:e|u)? ?(?:that|this|such|cette|ce|cet) "
    r"(?:day|date|moment|time|point|event|jour|évènement|événement)\b"
)
_OWN = re.compile(r"(?:e|u)?(?: de| du| d'| of)? ?(?:its|their|his|her|leurs?|sa|son|ses)\b")
_PRONOUN = re.compile(r" (?:they|you|he|she|it|we|ils?|elles?|vous)\b")
_LATER = re.compile(r"\W{0,2}(?:thereafter|afterwards|later\b|plus tard|après(?=\s*[.;,)]|$))")
_THEN = re.compile(r"\b(?:and then|puis|ensuite)\b(?:\W+\w+){0,4}\W*$")
_PLUS = re.compile(
    r"(?:\+|\b(?:plus|then|puis|and (?:then|for another|a further|another))\b)\W*(?:\w+\W+){0,3}$"
)
_AFTER_WHICH = re.compile(
    r" ?(?:which|that\b(?! (?:\w+ )?\w+ed\b)|quoi|laquelle|lequel|celui|cela)"
)
_SILENT = (
    ("last-login", "login"),
    ("last-opening", "opening"),
    ("last-contact", "contact"),
    ("last-order", "order"),
)
_DELETED = re.compile(
    r"(?:that |which )?you (?:have )?(?:delet|eras|remov)\w*|que vous "
    r"(?:avez )?supprim\w*"
)


def after(page: Page, unit: Unit, mention: Mention, start: int, end: int) -> Trigger | None:
    """The event from which a period counts, said after it, around it or before it."""
    return (
        follows(page, unit, mention)
        or _inactivity(page, start, max(end, mention.end))
        or _thereafter(page, unit, mention)
        or _leads(page, unit, mention)
        or _beside(page, unit, mention)
        or _later(page, unit, mention, start)
        or _relative(page, start, mention.start)
    )


def follows(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """The event said right after a period: "… from the last contact", ", counted from …"."""
    stop = _phrase_end(page, mention.end, _cell_end(unit, mention.end))
    counted = _COUNTED.match(page.found.folded, mention.end, unit.end)
    begin = counted.end() if counted else mention.end
    if counted:
        stop = _phrase_end(page, begin, _cell_end(unit, mention.end))
    cue = page.found.cue("after", begin, stop)
    if cue is None:
        return None
    that_day = _THAT_DAY.match(page.found.folded, cue.end, stop)
    if not that_day and _AFTER_WHICH.match(page.found.folded, cue.end, stop):
        return None
    between = page.low(begin, cue.start)
    if len(between.split()) > 4 or re.search(r"[,.;]", between):
        return None
    if page.low(cue.start, cue.end) == "of":  # "30 days of delivery", and not "3 months of data"
        return None if between.strip() else event(page, cue.end, stop, known_only=True)
    if that_day or _MEANT.match(page.found.folded, cue.end, stop):
        return _meant(page, unit, mention) or event(page, cue.end, stop)
    found = event(page, _word_end(page, cue.end), stop)
    if found is not None and not found.known and _PRONOUN.match(page.found.folded, cue.end):
        lasting = during(page, unit, mention)  # "while you rent it, and two years after you leave"
        return lasting if lasting is not None and lasting.known else found
    return found


def _word_end(page: Page, position: int) -> int:
    """The end of the word that a place is in ("de" where a cue ends in its "d")."""
    folded = page.found.folded
    if not folded[position - 1 : position].isalpha():
        return position
    rest = re.compile(r"[a-zà-ÿ]{1,2}(?![\w'])").match(folded, position)
    return rest.end() if rest else position


def _meant(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """What "after it ends" speaks of: what lasts, or what the sentence named before."""
    lasting = during(page, unit, mention)
    if lasting is not None and lasting.known:
        return lasting
    hit = shown(page, unit.start, mention.start)
    return None if hit is None else named(page, hit.name, hit)


def during(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """What lasts, said before a period: "while you hold a card, and …"."""
    begin = unit.start
    for cell_start, cell_end in unit.cells:
        if cell_start <= mention.start < cell_end:
            begin = cell_start
    for name in ("during", "until"):
        cue = page.found.cue(name, begin, mention.start)
        if cue is not None:
            stop = _phrase_end(page, cue.end, mention.start, cue)
            found = event(page, cue.end, stop)
            if found is not None and not found.known and _OWN.match(page.found.folded, cue.end):
                hit = shown(page, begin, cue.start)  # "requests, for the time of their handling"
                found = found if hit is None else named(page, hit.name, hit)
            if found is not None and found.name == "consent-given":
                found = replace(found, name="consent-end")  # it lasts, and its end is the event
            if found is not None and (found.known or name == "during"):
                return found
    return None


def _later(page: Page, unit: Unit, mention: Mention, start: int) -> Trigger | None:
    """The event told before in the sentence: "when you leave …, ten days thereafter"."""
    said_later = _LATER.match(page.found.folded, mention.end, unit.end)
    if start != unit.start or not (said_later or _THEN.search(page.low(start, mention.start))):
        return None
    hit = page.found.first("events", start, mention.start)
    return None if hit is None else named(page, hit.name, hit)


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
            return event(page, start, _phrase_end(page, start, end))
    return None


def goes_on(page: Page, lasting: Trigger, mention: Mention) -> bool:
    """The period follows what lasts: "… and then for 18 months", "puis cinq ans"."""
    between = (lasting.place.end, mention.start)
    following = page.low(mention.end, mention.end + 14)
    if page.low(lasting.place.start, mention.start).rstrip().endswith("+"):
        return True
    if re.match(r"\W*(?:thereafter|afterwards|beyond|au-delà|de plus|after)", following):
        return True
    if _PLUS.search(page.low(lasting.place.end, mention.start)):
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
            lasting = event(page, cue.end, _phrase_end(page, cue.end, end, cue))
            if lasting is not None and lasting.known:
                return lasting
    return None


def _inactivity(page: Page, start: int, end: int) -> Trigger | None:
    cue = page.found.cue("inactive", start, end)
    if cue is None:
        return None
    reach = (cue.start, min(end, cue.end + 40))
    silent = next((name for name, of in _SILENT if page.found.cue(of, *reach)), "last-activity")
    return named(page, silent, cue)


def _relative(page: Page, start: int, stop: int) -> Trigger | None:
    """An act of the person that a relative clause tells: "lists that you delete"."""
    match = _DELETED.search(page.found.folded, start, stop)
    if match is None:
        return None
    return named(page, "deletion", Hit(match.start(), match.end(), "deletion"))


def _thereafter(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    lasting = during(page, unit, mention)
    if lasting is not None:
        return lasting if goes_on(page, lasting, mention) else None
    begin = next((a for a, b in unit.cells if a <= mention.start < b), unit.start)
    added = _ADDED.search(page.low(begin, mention.start))
    return None if added is None else event(page, *_shifted(begin, added), known_only=True)


def _shifted(begin: int, match: re.Match[str]) -> tuple[int, int]:
    return begin + match.start("what"), begin + match.end("what")


def _leads(page: Page, unit: Unit, mention: Mention) -> Trigger | None:
    """A clause before the sentence's own: "Once your card expires, …"."""
    cue = page.found.cue("when", unit.start, mention.start)
    if cue is None:
        return None
    at_head = not page.low(unit.start, cue.start).strip()
    comma = re.search(r"[,:]", page.low(cue.end, mention.start))
    if not at_head and page.low(cue.start - 2, cue.start) not in (", ", ": "):
        return None
    if comma is None:
        return None
    if re.match(r"if |si |s'", page.low(cue.start, cue.end) + " "):
        return None
    return event(page, cue.end, cue.end + comma.start(), known_only=True)


def _cell_end(unit: Unit, position: int) -> int:
    for start, end in unit.cells:
        if start <= position <= end:
            return end
    return unit.end


def _phrase_end(page: Page, start: int, end: int, cue: Hit | None = None) -> int:
    """Where a phrase that names an event ends."""
    del cue
    limit = min(end, start + _LONGEST)
    stop = _CUT.search(page.found.folded, start, limit)
    return stop.start() if stop else limit
