"""Who stands in the Union for a controller that is outside it (Art. 27)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.parties import STREET
from troth.reading.frames.units import Page
from troth.reading.text import Evidence, Kind

_SOUGHT = re.compile(
    r"\b(?:(?:eu|eea|union|european|article 27|art\. ?27)\b[^.;]{0,30}\brepresentatives?"
    r"|representatives?\b[^.;]{0,60}?\b(?:in (?:the )?(?:eu|eea|union|european union|europe)"
    r"|article 27|art\. ?27)"
    r"|représentants?\b[^.;]{0,60}?\b(?:dans l'(?:ue|union(?: européenne)?)|article 27"
    r"|art\. ?27))\b"
)
_NAMED = re.compile(
    r"(?:\b(?:is|are|est)|:|\b(?:appointed|designated|désigné|nommé)) "
    r"(?:the company |la société )?"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][\w&'’.\-]*(?: (?:of|de|du|and|et|&|[A-ZÀ-ÖØ-Þ][\w&'’.\-]*)){0,5})"
)
_NONE = re.compile(r"\b(?:no|not|without|aucun|pas|sans)\b")


@dataclass(frozen=True)
class Standing:
    """A representative by its name, with the postal address that stands beside it."""

    name: Evidence
    address: Evidence | None
    said: Said


def representatives(page: Page) -> Iterator[Standing]:
    """Each that the text names; a sentence that names nobody, or denies it, gives none."""
    given: set[str] = set()
    for unit in page.units:
        low = page.low(unit.start, unit.end)
        if unit.kind is Kind.HEADING or not _SOUGHT.search(low) or _NONE.search(low):
            continue
        text = page.said(unit.start, unit.end)
        match = _NAMED.search(text)
        if match is None or match.group("name").lower() in given:
            continue
        given.add(match.group("name").lower())
        start, end = (unit.start + at for at in match.span("name"))
        street = STREET.search(text, match.end("name"))
        name = page.evidence(start, end - match.group("name").endswith("."))
        said = (page.evidence(unit.start, unit.end), name)
        yield Standing(
            name,
            page.evidence(*(unit.start + at for at in street.span())) if street else None,
            Said(said, Confidence.LIKELY, ("explicit",), unit.block),
        )
