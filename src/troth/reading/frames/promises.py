"""Promises that are sentences: security, breach, minimisation, change of the text, and trackers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.retained import Retention
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Evidence, Kind

_ACTS = re.compile(
    r"notif|inform|tell|warn|examine|measures|prévenons|informons|avertis|undertake|mitigat|annonc"
)
_IN_RIGHTS = ("breach", "audience", "identity", "complaint")
_HOURS = re.compile(r"(\d{2,3}) ?(?:hours|heures|h\b)")


@dataclass(frozen=True)
class Promise:
    """A promise in words: its kind (of `Commitment`), the sentence, "
    "and hours where it names some."""

    kind: str
    sentence: Evidence
    within_hours: int | None
    said: Said


@dataclass(frozen=True)
class Tracks:
    """A tracker or kind of trackers that the text says it uses, or never uses."""

    name: str
    label: str
    kind: str
    allowed: bool
    lifetime: Retention | None
    said: Said


def promises(page: Page) -> Iterator[Promise]:
    """Sentences that promise security, breach notices, minimisation, and how the text changes."""
    for unit in page.units:
        if unit.kind is Kind.HEADING:
            continue
        low = page.low(unit.start, unit.end)
        for hit in page.found.names("promises", unit.start, unit.end):
            kind = hit.name
            if kind == "breach" and not _ACTS.search(low):
                continue
            if unit.topic in ("rights", "retention") and kind not in (*_IN_RIGHTS, "minimisation"):
                continue
            hours = _HOURS.search(low) if kind == "breach" else None
            maybe = page.found.cue("maybe", unit.start, unit.end) is not None
            said = Said(
                (page.evidence(unit.start, unit.end),),
                Confidence.LIKELY if maybe else Confidence.SURE,
                ("explicit", "possibility") if maybe else ("explicit",),
                unit.block,
            )
            sentence = page.evidence(unit.start, unit.end)
            yield Promise(kind, sentence, int(hours.group(1)) if hours else None, said)
            break


def trackers(page: Page, kept: list[Retention]) -> Iterator[Tracks]:
    """Each kind of tracker that the text speaks of; lifetimes go "
    "to the kind their sentence names."""
    seen: set[str] = set()
    lifetimes = [frame for frame in kept if frame.use == "tracker"]
    for unit in sorted(page.units, key=lambda unit: "trackers" not in unit.topics):
        if unit.kind is Kind.HEADING:
            continue
        hits = page.found.names("trackers", unit.start, unit.end)
        specific = [hit for hit in hits if hit.name != "cookies"]
        for hit in specific or hits:
            if hit.name in seen or not _is_use(page, unit, hit.name):
                continue
            seen.add(hit.name)
            entry = page.words.groups["trackers"][hit.name]
            denied = _denied(page, unit, hit.start)
            lifetime = next((f for f in lifetimes if f.said.block == unit.block), None)
            if entry.more["kind"] == "cookie":  # what is said of cookies in general is said of each
                lifetime = lifetime or (lifetimes[0] if lifetimes else None)
            reasons = ("explicit", "negated") if denied else ("explicit",)
            evidence = (page.evidence(unit.start, unit.end), page.evidence(hit.start, hit.end))
            said = Said(evidence, Confidence.SURE, reasons, unit.block)
            yield Tracks(
                hit.name,
                entry.label,
                entry.more["kind"],
                not denied,
                None if denied else lifetime,
                said,
            )


def _is_use(page: Page, unit: Unit, name: str) -> bool:
    if name in ("recaptcha", "social-buttons", "beacons", "fingerprints", "pixels"):
        return True
    return page.found.cue("track", unit.start, unit.end) is not None


def _denied(page: Page, unit: Unit, at: int) -> bool:
    before = page.low(unit.start, at)
    return (
        re.search(
            r"\b(?:no|never|not use|without|aucun|jamais|n'utilis\w+ (?:pas|aucun))\b[^.,;]*$",
            before,
        )
        is not None
    )
