"""What a sentence is about: whose data and which, by the lexicon and in the text's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from troth.reading.frames.units import Page, Unit
from troth.reading.text import Evidence, Kind

_VERB = re.compile(
    r"(?:\b(?:is|are|will be|shall be|must be|may be|can be|gets?|sont|est|seront|sera|doivent être"
    r"|doit être|peuvent être|ne sont|n'est|ne seront|restent|reste|stay|stays|remain|remains"
    r"|expires?|disappears?)\b.*|[:,–—-]\s*(?:a |for |the )?(?:\w+ ){0,3})$"
)
_ACTIVE = re.compile(
    r"\b(?:we|nous|il|elle|server|sma|publisher|\w+)\b.{0,40}?\b(?:keep|"
    r"keeps|retain|retains|store|stores"
    r"|hold|holds|delete|deletes|erase|erases|conservons|conserve|gardons|garde|supprimons|effaçons"
    r"|archivons|stockons)\b\s*(?P<what>.*)$"
)
_ASIDE = re.compile(
    r"(?:.*;\s*)?(?:(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z])[.)]?|[–•-])\s+)?(?:(?:once|"
    r"when|after|if|upon|as soon as|in accordance with|for \w+ reasons"
    r"|lorsque|lorsqu'|une fois|si|s'|après|à la fin|conformément|à l'issue)\b[^,]*,\s*)?"
)
_TAIL = re.compile(
    r"[\s:,(–—-]*\b(?:for|during|within|after|until|up to|at most|"
    r"no longer than|maximum|pendant|durant"
    r"|dans|sous|après|au plus|maximum de|au bout d\w*|pour une durée.*|for as long as.*|tant que.*"
    r"|as long as.*|a period of|une durée.*|the (?:term|duration).*|"
    r"a|an|the|de|d'|of|la|from|to|between"
    r"|entre|puis|then|and|et)?[\s:,(–—'-]*$"
)
_LABEL = re.compile(
    r"(?:(?:data |maximum )?(?:retention|storage|keeping|archiving)(?: (?:period|time|rule|term))?"
    r"|(?:durée|délai|période)s? (?:de|d['’]) ?(?:conservation|archivage)|conservation|durée"
    r"|archivage|kept for|period|duration)\s*(?:[:–-]|$)",
    re.IGNORECASE,
)


_NO_NOUN = re.compile(
    r"\W*(?:(?:we|nous|on|is|are|will be|est|sont|it|they|these|those|this|ils?|elles?) ?)*"
    r"(?:kept|keep|stored?|retain(?:ed)?|delete[ds]?|erased?|held|hold|conserv\w+|supprim\w+"
    r"|effac\w+|gard\w+|archiv\w+)?\W*"
    r"|\W*(?:jusqu'|until\b|till\b|tant qu|as long as|for as long|while\b|le temps d).*"
)
_NAMES = re.compile(r"\W*(?:the|our|your|their|les?|la|l['’]|vos|votre|nos|leurs?|ses?|sa)\b", re.I)
_LONGEST_TITLE = 8  # words


@dataclass(frozen=True)
class Matter:
    """Whose data (`subjects`) and which (`categories`), by lexicon name; `words` of the text."""

    words: Evidence
    subjects: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def known(self) -> bool:
        return bool(self.subjects or self.categories)


def matter_of(page: Page, unit: Unit, start: int, stop: int, end: int | None = None) -> Matter:
    """What the part `start` to `stop` of a unit is about.

    A row is about its other cells; where a sentence names nothing, its headings do.
    """
    if unit.kind is Kind.ROW and unit.cells:
        return _row_matter(page, unit, stop)
    place = _noun(page, start, stop)
    if _NO_NOUN.fullmatch(page.low(place.start, place.end)):
        place = page.evidence(place.start, place.start)
    found = _named(page, place)
    if _LABEL.match(place.quote):
        found = _before(page, unit) or found
    elif not place.quote:
        found = _asked(page, unit) or _titled(page, unit) or _run_in(page, unit) or found
    if not found.known and not _NAMES.match(found.words.quote):
        found = _asked(page, unit) or found
    if not found.known:
        for low, high in _elsewhere(page, unit, start, stop, end):
            other = _named(page, page.evidence(low, high))
            if other.known:
                words = found.words if found.words.quote else other.words
                return Matter(words, other.subjects, other.categories)
        if not found.words.quote:
            return _headed(page, unit) or found
    return found


def _headed(page: Page, unit: Unit) -> Matter | None:
    """The nearest heading, where it names something and not the topic of keeping itself."""
    above = page.text.blocks[unit.block].above
    if not above or page.topics_of(above[-1]):
        return None
    heading = page.text.blocks[above[-1]]
    return _named(page, page.evidence(heading.start, heading.end))


def _before(page: Page, unit: Unit) -> Matter | None:
    """What a line "Retention: …" is about: the sentence or the line before it."""
    at = page.units.index(unit)
    if at == 0:
        return None
    before = page.units[at - 1]
    return _named(page, page.evidence(before.start, before.end))


def _run_in(page: Page, unit: Unit) -> Matter | None:
    """The label that opens the paragraph, where it names something: "5.11 Complaints. Five …"."""
    first = page.of_block(unit.block)[0]
    label = page.low(first.start, first.end)
    if first is unit or len(label.split()) > _LONGEST_TITLE or not label.endswith((".", ":", "?")):
        return None
    return _named(page, page.evidence(first.start, first.end))


def _titled(page: Page, unit: Unit) -> Matter | None:
    """The line above that names something and says nothing of it, as a title does."""
    before = _before(page, unit)
    if before is None or not before.known or page.of_block(unit.block)[0] is not unit:
        return None
    words = before.words.quote.split()
    return None if len(words) > _LONGEST_TITLE or words[-1][-1] in ".;!," else before


def _asked(page: Page, unit: Unit) -> Matter | None:
    """What a question names that the unit answers: "Your card? Two years from …"."""
    before = _before(page, unit)
    if before is None or not before.words.quote.endswith("?"):
        return None
    return before if before.known or len(before.words.quote.split()) <= _LONGEST_TITLE else None


def _elsewhere(
    page: Page, unit: Unit, start: int, stop: int, end: int | None
) -> list[tuple[int, int]]:
    places = [(start, stop), (unit.start, stop)]
    if end is not None:
        places.append((stop, end))
    block = page.text.blocks[unit.block]
    for position in reversed(block.above):
        heading = page.text.blocks[position]
        places.append((heading.start, heading.end))
    return places


def _row_matter(page: Page, unit: Unit, stop: int) -> Matter:
    """A row's other cells; cells that it leaves out are those of the row before it."""
    cells = [cell for cell in unit.cells if not cell[0] <= stop < max(cell[1], cell[0] + 1)]
    cells = [cell for cell in cells if page.said(*cell).strip()]
    if not cells:
        return Matter(page.evidence(unit.start, unit.start), (), ())
    own = _named(page, page.evidence(cells[0][0], cells[-1][1]))
    carried = _carried(page, unit)
    if carried is None:
        return own
    subjects = page.found.names("subjects", *carried)
    return Matter(own.words, tuple(hit.name for hit in subjects) or own.subjects, own.categories)


def _carried(page: Page, unit: Unit) -> tuple[int, int] | None:
    """The first cell of the last full row above a row that leaves its first cell out."""
    block = page.text.blocks[unit.block]
    if block.head is None:
        return None
    width = len(page.of_block(block.head)[0].cells) if page.of_block(block.head) else 0
    empty_first = unit.cells and not page.said(*unit.cells[0]).strip()
    if len(unit.cells) >= width and not empty_first:
        return None
    for position in range(unit.block - 1, block.head, -1):
        above = page.of_block(position)
        if above and len(above[0].cells) >= width and page.said(*above[0].cells[0]).strip():
            return above[0].cells[0]
    return None


def _noun(page: Page, start: int, stop: int) -> Evidence:
    """The words before the verb, or its object, of the part of a sentence before a period."""
    low = page.low(start, stop)
    aside = _ASIDE.match(low)
    if aside:
        start, low = start + aside.end(), low[aside.end() :]
    active = _ACTIVE.search(low)
    offset = 0
    if active and len(active.group("what").split()) > 1:
        offset = active.start("what")
        low = active.group("what")
    elif (verb := _VERB.search(low)) and verb.start() > 2:
        low = low[: verb.start()]
    previous = None
    while previous != low:
        previous = low
        low = _TAIL.sub("", low)
    lead = re.match(r"[\s,;:.–—-]*(?:and |et |but |mais |or |ou )?", low)
    skip = lead.end() if lead else 0
    return page.evidence(start + offset + min(skip, len(low)), start + offset + len(low))


def _named(page: Page, place: Evidence) -> Matter:
    subjects = page.found.names("subjects", place.start, place.end)
    categories = page.found.names("categories", place.start, place.end)
    return Matter(place, tuple(hit.name for hit in subjects), tuple(hit.name for hit in categories))
