"""How consents are asked for, how long they last and how they are taken back; joint controllers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.lists import section
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Evidence, Kind

_WAYS = (
    ("checkbox", r"check ?box|tick(?:ing|ed)? (?:a |the )?box|case à cocher|coch(?:er|ant|ez)"),
    ("banner", r"banner|cookie (?:settings|manager|preferences)|bandeau|gestionnaire de cookies"),
    ("form", r"\bforms?\b|formulaire"),
    ("click", r"\bclick|\bcli(?:c|qu)"),
    ("signature", r"\bsign(?:ed|ing|ature)\b|signature"),
    ("settings", r"(?:browser|device|account) settings|paramètres d"),
)
_EXPLICIT = re.compile(r"\b(?:explicit|express|expressly|unambiguous|explicite|exprès|expresse)\b")
_AGREES = re.compile(
    r"\bconsent|\baccept|\bagree|\bchoice|\brefus|\bchoose|consentement|accept|refus|choix"
)
_EXEMPT = re.compile(
    r"(?:strictly necessary|essential|exempt\w*|do(?:es)? not (?:need|require)|without (?:your )?"
    r"consent|strictement nécessaire|exempt|sans (?:votre )?consentement|ne nécessitent pas)"
)
_JOINT = re.compile(
    r"(?:share (?:the )?responsibility|shared responsibility|joint(?:ly)? (?:data )?controllers?"
    r"|jointly (?:responsible|determine|decide|process)|joint responsibility"
    r"|responsables? conjoints?|coresponsables?|conjointement|responsabilité conjointe"
    r"|partageons (?:la )?responsabilité)\b.*?"
    r"\b(?:with|avec|together with)\s+(?P<who>[^,.;()]{3,70})"
)
_REGIONS = re.compile(
    r"\b(?:in|dans|on) (?:the |les |its |their |leurs? )?(?:regions?|countr(?:y|ies)"
    r"|territor(?:y|ies)|régions?|pays|territoires?)\b[^,.;]{0,60}"
)
_ARRANGED = re.compile(r"\b(?:arrangement|agreement|article 26|accord|convention)\b")


@dataclass(frozen=True)
class Joint:
    """Somebody who decides as well: the name, for what (the sentence), where, under what."""

    name: Evidence
    regions: Evidence | None
    arrangement: Evidence | None
    section: int
    said: Said


@dataclass(frozen=True)
class OfTrackers:
    """What the text says of consent to trackers: it is asked for, and which need none."""

    asked: Said | None
    exempt: Said | None


def ways(words: str) -> tuple[str, ...]:
    """Where a consent is asked for, by the words of a sentence."""
    low = words.lower()
    return tuple(name for name, pattern in _WAYS if re.search(pattern, low))


def is_explicit(words: str) -> bool:
    """Whether a sentence asks for explicit consent (Art. 9(2)(a))."""
    return _EXPLICIT.search(words.lower()) is not None


def of_trackers(page: Page) -> OfTrackers:
    """The first sentences that say that trackers wait for a consent, and which do not."""
    asked: Said | None = None
    exempt: Said | None = None
    for unit in page.units:
        if unit.kind is Kind.HEADING or not _on_trackers(page, unit):
            continue
        low = page.low(unit.start, unit.end)
        said = Said((page.evidence(unit.start, unit.end),), Confidence.LIKELY, (), unit.block)
        if exempt is None and _EXEMPT.search(low):
            exempt = _because(said, "explicit")
        elif asked is None and _AGREES.search(low):
            asked = _because(said, "explicit")
    return OfTrackers(asked, exempt)


def joint(page: Page) -> Iterator[Joint]:
    """Whoever the text says decides together with the controller (Art. 26)."""
    for unit in page.units:
        if unit.kind is Kind.HEADING:
            continue
        match = _JOINT.search(page.found.folded, unit.start, unit.end)
        if match is None:
            continue
        who = page.evidence(*_without_start(page, *match.span("who")))
        where = _REGIONS.search(page.found.folded, match.start(), unit.end)
        under = _ARRANGED.search(page.found.folded, unit.start, unit.end)
        yield Joint(
            who,
            page.evidence(*where.span()) if where else None,
            page.evidence(unit.start, unit.end) if under else None,
            section(page, unit.block),
            Said(
                (page.evidence(unit.start, unit.end), who),
                Confidence.LIKELY,
                ("explicit",),
                unit.block,
            ),
        )


def _without_start(page: Page, start: int, end: int) -> tuple[int, int]:
    """The name without "our" or "the" before it."""
    lead = re.compile(r"(?:our|the|its|nos|notre|les|le|la|l')\s*\b").match(
        page.found.folded, start, end
    )
    return (lead.end(), end) if lead else (start, end)


def _on_trackers(page: Page, unit: Unit) -> bool:
    return page.found.cue("track", unit.start, unit.end) is not None


def _because(said: Said, reason: str) -> Said:
    return Said(said.evidence, said.confidence, (*said.reasons, reason), said.block)
