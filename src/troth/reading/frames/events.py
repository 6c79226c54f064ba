"""Trigger events by name: what words tell, or what lasts and whose end is then the event."""

from __future__ import annotations

from dataclasses import dataclass

from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.names import slug
from troth.reading.frames.units import Page
from troth.reading.text import Evidence

NECESSITY = {"en": "The data is no longer needed for the purpose", "fr": "La finalité est atteinte"}


@dataclass(frozen=True)
class Trigger:
    """A trigger event: its name, and the words of the text that say it.

    `known`: the lexicon has the name; otherwise it is made of the text's own words.
    """

    name: str
    label: str
    place: Evidence
    known: bool = True


def named(page: Page, name: str, hit: Hit) -> Trigger:
    """An event of the lexicon, said by the words of a hit."""
    entry = page.words.entry("events", name)
    label = entry.label if entry else NECESSITY[page.text.language]
    return Trigger(name, label, page.evidence(hit.start, hit.end))


def event(page: Page, start: int, end: int, known_only: bool = False) -> Trigger | None:
    """The event that a phrase names, in the text's own words where no lexicon has them."""
    place = page.evidence(start, end)
    if not place.quote:
        return None
    hit = shown(page, place.start, place.end)
    if hit is not None:
        name = _of_its_matter(page, hit, start, end)
        entry = page.words.entry("events", name)
        return Trigger(name, entry.label if entry else name, place)
    name = slug(place.quote, 5)
    if known_only or not name:
        return None
    return Trigger(name, place.quote, place, known=False)


def _of_its_matter(page: Page, hit: Hit, start: int, end: int) -> str:
    """An event's name by what it befalls: a log is recorded, and is no recording."""
    begin = max(0, start - 150)
    held = {category.name for category in page.found.names("categories", begin, end)}
    whose = {person.name for person in page.found.names("subjects", begin, end)}
    applies = "application" in held or "candidate" in whose
    decided = page.low(hit.start, hit.end).startswith(("decision", "décision"))
    if hit.name == "recording" and "connection" in held:
        return "log-entry"
    if hit.name == "refused" and applies:
        return "recruitment-end"
    if hit.name == "recruitment-end" and decided and not applies:
        return "request-closed"
    return hit.name


def shown(page: Page, start: int, end: int) -> Hit | None:
    """An event that the words tell; else a thing that lasts, whose end is the event."""
    found = page.found
    return found.first("events", start, end) or found.first("things", start, end)
