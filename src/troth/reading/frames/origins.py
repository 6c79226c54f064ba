"""Where data comes from (Art. 14), and whether a program decides alone (Art. 22)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.lists import section
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Kind

_COMES = re.compile(
    r"collect|obtain|receiv|gather|provid|get (?:your|this|the)|source|"
    r"recueill|obten|reçoiv|reçu|proven"
    r"|fourni"
)
_BY_CUE = (("received", "received"), ("observed", "observed"), ("given", "given"))
_APART = ("rights", "recipients", "transfers", "security", "changes", "children", "complaint")


@dataclass(frozen=True)
class Origin:
    """Where data comes from: given by the person, observed, or received from others."""

    provenance: str
    words: str
    section: int
    said: Said


def origins(page: Page) -> Iterator[Origin]:
    """Every sentence that says where data comes from; each provenance once in a section."""
    seen: set[tuple[int, str]] = set()
    for unit in page.units:
        if unit.kind in (Kind.HEADING, Kind.ROW) or set(unit.topics[:1]) & set(_APART):
            continue
        if not _COMES.search(page.low(unit.start, unit.end)):
            continue
        for cue, provenance in _BY_CUE:
            hit = page.found.cue(cue, unit.start, unit.end)
            place = (section(page, unit.block), provenance)
            if hit is None or place in seen:
                continue
            seen.add(place)
            evidence = (page.evidence(unit.start, unit.end), page.evidence(hit.start, hit.end))
            maybe = page.found.cue("maybe", unit.start, unit.end) is not None
            sure = Confidence.LIKELY if maybe else Confidence.SURE
            reasons = ("explicit", "possibility") if maybe else ("explicit",)
            words = page.said(hit.start, hit.end)
            yield Origin(provenance, words, place[0], Said(evidence, sure, reasons, unit.block))


def decides_alone(page: Page) -> tuple[bool, Said] | None:
    """Whether a program decides alone, as the text says or denies it; None where it is silent."""
    for unit in page.units:
        cue = page.found.cue("profiling", unit.start, unit.end)
        if cue is None or unit.kind is Kind.HEADING or _is_right(page, unit):
            continue
        denied = page.found.cue("never", unit.start, unit.end) is not None
        reasons = ("explicit", "negated") if denied else ("explicit", "linked-to-all")
        sure = Confidence.SURE if denied else Confidence.DOUBTFUL
        evidence = (page.evidence(unit.start, unit.end), page.evidence(cue.start, cue.end))
        return not denied, Said(evidence, sure, reasons, unit.block)
    return None


def _is_right(page: Page, unit: Unit) -> bool:
    return re.search(r"\bright|droit", page.low(unit.start, unit.end)) is not None
