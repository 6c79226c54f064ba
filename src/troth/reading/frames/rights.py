"""The rights as the text grants them: conditions, exceptions, channels, deadlines, proof."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from troth.law.calendar import Period
from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.lists import items_after
from troth.reading.frames.parties import Detail
from troth.reading.frames.periods import mentions
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Evidence, Kind

_GRANTS = re.compile(
    r"\bright|\byou (?:may|can)|\bask\b|entitled|may at any time|has "
    r"the (?:right|possibility)|opt[- ]?out|complain|unsubscri|withdraw"
    r"|possibility of|on request|consent can be|droit|vous pouvez|"
    r"demander|réclamation|désinscri|retirer"
)


_NEVER_REFUSED = ("complaint", "opt-out", "withdrawal")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_HANDS_OVER = ("access", "portability", "directives-after-death")
_MOST_COVERED = 6
_COVERS = {
    "en": re.compile(
        r"\b(?:cop(?:y|ies) of|receive|obtain|retrieve|access(?: to)?|send you) "
        r"(?:a copy of |(?:all|part) of )*(?P<what>(?:the|this|your|his|her|their|all|any"
        r"|personal|data)\b"
        r"[^,.;:()]{4,110}?)(?= (?:in|when|if|where|unless|as well|provided|and a copy|for|to be)\b"
        r"|[,.;:()]|$)"
    ),
    "fr": re.compile(
        r"\b(?:copie (?:de |d')|recevoir |obtenir |récupérer |accéder à |accès à "
        r"|communication de )"
        r"(?:une copie de |(?:tout|partie) de )*(?P<what>(?:l'|la |le |les |vos |ses |leurs "
        r"|toutes? )"
        r"[^,.;:()]{4,110}?)(?= (?:dans|lorsqu|si|sauf|ainsi|sous|afin|pour)\b|[,.;:()]|$)"
    ),
}
_SHORTEST_CONDITION = 20  # characters; "if applicable" is none


@dataclass
class Granted:
    """A right, gathered from every sentence that speaks of it."""

    right: str
    said: Said
    conditions: list[Evidence] = field(default_factory=list)
    exceptions: list[Evidence] = field(default_factory=list)
    covers: list[Evidence] = field(default_factory=list)

    def refused_on(self, page: Page) -> list[str]:
        """The grounds of refusal that its exceptions name, by their names in a policy."""
        grounds = (ground for one in self.exceptions for ground in _grounds(page, one))
        return list(dict.fromkeys(grounds))


@dataclass(frozen=True)
class Handling:
    """How requests are handled, for all rights: deadline, extension, fee, proof of identity."""

    deadline: tuple[Period, Said] | None
    extension: tuple[Period, Said] | None
    free: Said | None
    proof: Said | None
    channels: tuple[Detail, ...]


def rights(page: Page) -> list[Granted]:
    """Every right that the text grants, in the order of its first mention."""
    found: dict[str, Granted] = {}
    before: tuple[Unit, str] | None = None
    for unit in sorted(page.units, key=lambda unit: "rights" not in unit.topics):
        if not _speaks_of_rights(page, unit):
            continue
        hits = page.found.names("rights", unit.start, unit.end)
        names = {hit.name for hit in hits}
        if before is not None and names <= {before[1]} and _goes_on(page, before[0], unit):
            _refused(page, unit, found[before[1]], found)
        elif len(names) == 1:
            before = unit, hits[0].name
        elif names:
            before = None
        for hit in hits:
            if hit.name not in found:
                sure = "rights" in unit.topics or hit.name in (
                    "complaint",
                    "withdrawal",
                    "account-closure",
                )
                said = Said(
                    (page.evidence(unit.start, unit.end), page.evidence(hit.start, hit.end)),
                    Confidence.SURE if sure else Confidence.LIKELY,
                    ("explicit",),
                    unit.block,
                )
                found[hit.name] = Granted(hit.name, said)
            _details(page, unit, found[hit.name])
        _handed_over(page, unit, found, names)
    return list(found.values())


def _goes_on(page: Page, before: Unit, unit: Unit) -> bool:
    """A sentence stands in the section of one that granted a right, and after it."""
    own, other = page.text.blocks[before.block], page.text.blocks[unit.block]
    under = (*own.above, before.block) if before.kind is Kind.HEADING else own.above
    return unit.start > before.start and other.above == under and unit.kind is not Kind.HEADING


def _refused(page: Page, unit: Unit, granted: Granted, found: dict[str, Granted]) -> None:
    """A later sentence of its section that tells when a right is refused, or any request."""
    if page.found.cue("denies", unit.start, unit.end) is None:
        return
    place = page.evidence(unit.start, unit.end)
    grounds = set(_grounds(page, place))
    of_all = grounds == {"unfounded-or-excessive"}
    for one in found.values() if of_all else (granted,):
        if grounds and place not in one.exceptions and one.right not in _NEVER_REFUSED:
            one.exceptions.append(place)


def _grounds(page: Page, place: Evidence) -> Iterator[str]:
    """The grounds of refusal that a sentence names, outside the examples in its brackets."""
    asides = [match.span() for match in _IN_BRACKETS.finditer(place.quote)]
    for name in page.words.groups["refusals"]:
        for hit in page.found.of("refusals", name, place.start, place.end):
            at = hit.start - place.start
            if not any(first < at < last for first, last in asides):
                yield name
                break


def _speaks_of_rights(page: Page, unit: Unit) -> bool:
    if re.search(r"reserves? the right|se réserve le droit", page.low(unit.start, unit.end)):
        return False
    if (
        unit.topic in ("retention", "data", "purposes", "recipients", "security", "transfers")
        and "rights" not in unit.topics
    ):
        return (
            re.search(
                r"(?:right to|droit d|you (?:may|can) (?:withdraw|object|delete)|at any time)",
                page.low(unit.start, unit.end),
            )
            is not None
        )
    if unit.kind is Kind.HEADING:
        low = page.low(unit.start, unit.end)
        short = len(low.split()) < 4 and page.found.first("rights", unit.start, unit.end)
        return bool(short) or re.search(r"\bright|droit", low) is not None
    if "rights" in unit.topics:
        return True
    return _GRANTS.search(page.low(unit.start, unit.end)) is not None


def _handed_over(page: Page, unit: Unit, found: dict[str, Granted], names: set[str]) -> None:
    """What a right hands over: the right of the heading, else the one that the sentence names."""
    above = page.text.blocks[unit.block].above
    heading = page.text.blocks[above[-1]] if above else None
    headed = page.found.names("rights", heading.start, heading.end) if heading else ()
    own = {headed[0].name} if len(headed) == 1 else names
    granted = next((found[name] for name in _HANDS_OVER if name in own & set(found)), None)
    if granted is None or unit.kind is Kind.HEADING:
        return
    for match in _COVERS[page.text.language].finditer(page.low(unit.start, unit.end)):
        if len(granted.covers) < _MOST_COVERED:
            place = (unit.start + match.start("what"), unit.start + match.end("what"))
            granted.covers.append(page.evidence(*place))


def _details(page: Page, unit: Unit, granted: Granted) -> None:
    """Conditions and exceptions in the sentence itself, or in the list that it introduces."""
    if (
        unit.kind in (Kind.HEADING, Kind.ROW)
        or len(page.found.names("rights", unit.start, unit.end)) > 2
    ):
        return
    low = page.low(unit.start, unit.end)
    denies = page.found.cue("denies", unit.start, unit.end)
    condition = re.search(
        r"\b(?:when|if|where|provided|on grounds|stating|lorsque|si|à condition|pour des motifs)\b",
        low,
    )
    listed = list(items_after(page, unit)) if low.endswith((":", "when", "lorsque")) else []
    if listed:
        granted.conditions += [page.evidence(part.start, part.end) for part in listed]
    elif denies is not None:
        granted.exceptions.append(page.evidence(unit.start, unit.end))
    elif condition is not None and len(low) - condition.start() > _SHORTEST_CONDITION:
        granted.conditions.append(page.evidence(unit.start + condition.start(), unit.end))


def handling(page: Page, details: list[Detail]) -> Handling:
    """What holds for requests under any right."""
    deadline = extension = free = proof = None
    for unit in page.units:
        if unit.kind is Kind.HEADING:
            continue
        answers = page.found.cue("answer", unit.start, unit.end)
        said = Said(
            (page.evidence(unit.start, unit.end),), Confidence.SURE, ("explicit",), unit.block
        )
        keeps = page.found.cue("keep", unit.start, unit.end) or page.found.cue(
            "drop", unit.start, unit.end
        )
        if answers is not None and not keeps:
            for mention in mentions(page.found.folded, page.text.language, unit.start, unit.end):
                extends = page.found.cue(
                    "extend", max(unit.start, mention.start - 60), min(unit.end, mention.end + 30)
                )
                if extends is not None and (
                    deadline is not None
                    or "extend" in page.low(unit.start, mention.start)
                    or "prolong" in page.low(unit.start, mention.start)
                ):
                    extension = extension or (mention.least, said)
                else:
                    deadline = deadline or (mention.least, _limited(said) if extends else said)
        if page.found.cue("free", unit.start, unit.end) and ("rights" in unit.topics or answers):
            free = free or said
        if page.found.cue("proof", unit.start, unit.end):
            proof = proof or said
    channels = tuple(
        detail for detail in details if detail.kind in ("email", "url") and detail.whose == "rights"
    )
    if not channels:
        channels = tuple(
            detail for detail in details if detail.kind == "email" and detail.whose == "officer"
        )
    if not channels:
        channels = tuple(
            detail for detail in details if detail.kind == "email" and detail.whose == "general"
        )[:1]
    return Handling(deadline, extension, free, proof, channels)


def _limited(said: Said) -> Said:
    """A term that the text gives for some requests only."""
    return Said(said.evidence, Confidence.DOUBTFUL, (*said.reasons, "conditional"), said.block)


def children(page: Page) -> Iterator[tuple[int, str, Said]]:
    """Ages: the first age at which a person is no child here, and whose consent is needed."""
    pattern = re.compile(
        r"(?:(?:under|below|younger than|at least|less than|moins de|âgée?s? "
        r"de|over|plus de|aged)\s+(?:the age of )?(?P<low>\w+)(?: ?\(\d+\))?"
        r"(?:\s+(?:years?(?: old| of age)?|ans))?)"
    )
    words = page.words.numbers["words"]
    for unit in page.units:
        if unit.kind is Kind.HEADING:
            continue
        low = page.low(unit.start, unit.end)
        if not re.search(
            r"child|minor|years? old|years of age|enfant|mineur|\bage\b|ans révolus", low
        ):
            continue
        for match in pattern.finditer(low):
            word = match.group("low")
            age = int(word) if word.isdigit() else words.get(word)
            if age is None or not 5 < age < 26:
                continue
            parent = re.search(r"parent|guardian|tuteur|titulaire", low) is not None
            said = Said(
                (page.evidence(unit.start, unit.end),), Confidence.SURE, ("explicit",), unit.block
            )
            yield age, "parent" if parent else "", said
            break


def spoken(page: Page, unit: Unit) -> Evidence:
    """A unit as evidence."""
    return page.evidence(unit.start, unit.end)
