"""Which personal data, and whose: data categories and data subject categories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.lexicon.load import Hit
from troth.reading.frames.lists import (
    Part,
    enumerated,
    introduces,
    items_after,
    outside_brackets,
    section,
)
from troth.reading.frames.names import slug
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Kind

_AFTER = re.compile(
    r"(?:following (?:categories of )?(?:personal )?(?:data|information)?|includes?|include|such as"
    r"|categories of (?:personal )?data|\bcollect(?:ons)?\b|\bprocess\b|"
    r"traitons|recueillons|comprennent"
    r"|incluent|notamment|telles que|sont|suivantes)\s*:?\s*"
)
_WEAK = re.compile(r"collect|process|traitons|recueillons|sont|categories of")
_LEAD = re.compile(
    r"(?:(?:your|the user's|his|her|their|our|any|certain|some|some "
    r"of|vos|votre|les|des|le|la|l'|the|a|an)\s+|[–•-]\s*)+"
)
_ASIDE = re.compile(
    r"(?:in (?:cases|the event) (?:where|that)|if|where|when|lorsque|si)\b(?:[^,(]|\([^)]*\))*,\s*"
)
_SEVERAL = 2  # special categories in one sentence, which are then a list of those of Art. 9
_LONGEST_NAME = 5  # words; what is longer tells more than the name of a category
_NOT_DATA = ("rights", "complaint", "transfers", "security", "changes", "recipients", "children")


@dataclass(frozen=True)
class Category:
    """A data category: its lexicon name or a name of the text's words, and what it contains.

    `section`: the heading it stands under (-1: none). `denied`: the text says that none is held.
    """

    name: str
    label: str
    examples: tuple[str, ...]
    special: str | None
    denied: bool
    section: int
    said: Said
    known: bool = True


@dataclass(frozen=True)
class Subject:
    """A data subject category that a section or the whole text speaks of."""

    name: str
    label: str
    section: int
    said: Said


def categories(page: Page) -> Iterator[Category]:
    """Every data category that the text lists as collected or processed, in its order."""
    for unit in page.units:
        if unit.kind is Kind.HEADING or unit.topic in _NOT_DATA:
            continue
        yield from _never(page, unit)
        cue = page.found.cue("list-of-data", unit.start, unit.end)
        if cue is None and not (unit.topic == "data" and _is_naming(page, unit)):
            continue
        listed = list(items_after(page, unit)) if introduces(page, unit) else []
        if listed and _is_of_purposes(page, unit):
            continue
        if listed:
            for part in listed:
                yield from _of_part(page, part)
        elif cue is not None:
            yield from _of_sentence(page, unit, cue.start)
        else:
            yield from _of_part(page, Part(unit.start, unit.end, unit.block, listed=True))


def _never(page: Page, unit: Unit) -> Iterator[Category]:
    """Special categories that a sentence lists only to deny them (Art. 9)."""
    groups = page.words.groups["categories"]
    hits = page.found.names("categories", unit.start, unit.end)
    special = [hit for hit in hits if "special" in groups[hit.name].more]
    if len({hit.name for hit in special}) < _SEVERAL:
        return
    denial = page.found.cue("never", unit.start, special[0].start)
    if denial is None or re.search(r"[.;]", page.low(denial.end, special[0].start)):
        return
    evidence = (page.evidence(unit.start, unit.end),)
    for hit in special:
        entry = groups[hit.name]
        said = Said(evidence, Confidence.LIKELY, ("explicit", "negated"), unit.block)
        place = section(page, unit.block)
        yield Category(hit.name, entry.label, (), entry.more["special"], True, place, said)


def _is_naming(page: Page, unit: Unit) -> bool:
    """A short line under a heading about data that begins with a category."""
    low = page.low(unit.start, unit.end)
    if unit.kind is Kind.ITEM:
        return ":" in low[:70] and page.found.first("categories", unit.start, unit.end) is not None
    names = page.found.names("categories", unit.start, unit.end)
    return bool(names) and len(low.split()) < 30 and not re.search(r"[.!?]$", low)


def _is_of_purposes(page: Page, unit: Unit) -> bool:
    """The list that a sentence introduces is one of purposes: its last words speak of them."""
    tail = page.low(max(unit.start, unit.end - 48), unit.end)
    return re.search(r"purpose|reasons|finalit|in order to|afin|pour\b", tail) is not None


def _of_sentence(page: Page, unit: Unit, cue: int) -> Iterator[Category]:
    leads = list(_AFTER.finditer(page.found.folded, cue, unit.end))
    if not leads:
        return
    lead = next((match for match in leads if not _WEAK.match(match.group())), leads[0])
    stop = re.compile(
        r"\b(?:in order to|so that|when|for the purpose|afin|pour\b|lorsque|if you)"
    ).search(page.found.folded, lead.end(), unit.end)
    for part in enumerated(page, lead.end(), stop.start() if stop else unit.end, unit.block):
        yield from _of_part(page, part)


def _of_part(page: Page, part: Part) -> Iterator[Category]:
    aside = _ASIDE.match(page.found.folded, part.start, part.end)
    begin = aside.end() if aside else part.start
    lead = _LEAD.match(page.found.folded, begin, part.end)
    start = lead.end() if lead else begin
    head_end = part.end
    colon = re.compile(r":|, such as|, when|, which| that you | tell").search(
        page.found.folded, start, part.end
    )
    if colon and colon.start() - start > 2:
        head_end = colon.start()
    low, high, inside = outside_brackets(page, start, head_end)
    evidence = (page.evidence(part.start, part.end),)
    denied = page.found.cue("never", part.start, part.end) is not None and not part.listed
    examples = _examples(page, inside, head_end, part)
    hits = page.found.names("categories", low, high)
    if not hits and part.listed:
        hits = page.found.names("categories", part.start, part.end)[:1]
    within = (
        _within_brackets(page, high, head_end, {hit.name for hit in hits})
        if hits and inside
        else ()
    )
    if hits and part.listed and page.low(head_end, head_end + 1) == ":":
        within += _after_colon(page, head_end + 1, part, {hit.name for hit in (*hits, *within)})
    confidence = Confidence.SURE if part.listed else Confidence.LIKELY
    reasons: tuple[str, ...] = ("in-list",) if part.listed else ("explicit",)
    if denied:
        confidence, reasons = Confidence.LIKELY, (*reasons, "negated")
    for hit in (*hits, *within):
        entry = page.words.groups["categories"][hit.name]
        if hit in within:
            confidence = Confidence.LIKELY
        yield Category(
            hit.name,
            entry.label,
            examples if hit is hits[0] else (),
            entry.more.get("special"),
            denied,
            section(page, part.block),
            Said(evidence, confidence, reasons, part.block),
        )
    if not hits and part.listed and (name := slug(page.said(low, high))):
        said = Said(evidence, Confidence.DOUBTFUL, (*reasons, "words-not-in-lexicon"), part.block)
        place = section(page, part.block)
        label = page.said(low, high).strip(" .;,:–")
        yield Category(name, label, examples, None, denied, place, said, known=False)


def _within_brackets(page: Page, start: int, end: int, taken: set[str]) -> tuple[Hit, ...]:
    """Categories that a bracket names beside the one before it: "identity (names, profession)"."""
    found = page.found.names("categories", start, end)
    return tuple(hit for hit in found if hit.name not in taken)


def _after_colon(page: Page, start: int, part: Part, taken: set[str]) -> tuple[Hit, ...]:
    """Categories that short parts of what follows name: "identity: surname, e-mail address"."""
    found: dict[str, Hit] = {}
    for named in enumerated(page, start, part.end, part.block):
        if len(page.low(named.start, named.end).split()) <= _LONGEST_NAME:
            for hit in page.found.names("categories", named.start, named.end):
                found.setdefault(hit.name, hit)
    return tuple(hit for name, hit in found.items() if name not in taken)


def _examples(page: Page, inside: str, head_end: int, part: Part) -> tuple[str, ...]:
    after = page.low(head_end, part.end).lstrip(", ")
    listed = after.startswith((":", "such as", "telles que", "tels que"))
    words = inside or (page.said(head_end, part.end) if listed else "")
    words = re.sub(
        r"^[\s:,]*(?:such as|e\.g\.,?|par exemple|for example|telles? que)?\s*", "", words
    )
    parts = re.split(r"[,;]| and | et ", words.replace("etc.", "").strip(" .;…"))
    return tuple(p.strip(" .;…") for p in parts if 1 < len(p.strip(" .;…")) < 60)


def subjects(page: Page) -> Iterator[Subject]:
    """Whose data: by section where its heading says so, and by sentences that say for whom."""
    for position, block in enumerate(page.text.blocks):
        if block.kind is not Kind.HEADING or not position:
            continue
        topics = {topic for place in (*block.above, position) for topic in page.topics_of(place)}
        if topics & {"rights", "changes", "security", "trackers", "recipients", "complaint"}:
            continue
        for hit in page.found.names("subjects", block.start, block.end):
            said = Said(
                (page.evidence(block.start, block.end),), Confidence.SURE, ("explicit",), position
            )
            yield Subject(hit.name, page.words.groups["subjects"][hit.name].label, position, said)
    for unit in page.units:
        low = page.low(unit.start, unit.end)
        addressed = re.search(
            r"(?:addressed to you|applies to you|if you are (?:one of|a|an)|"
            r"whether you are|relating to|related to"
            r"|data (?:about|of) (?:our|the|visitors)|concerning (?:its|our)|"
            r"this (?:policy|notice|statement) (?:tells|informs|is for)"
            r"|s'adresse (?:à|aux)|concernant nos|relatives? (?:à|aux) (?:nos|"
            r"notre|personnes)|informe (?:les|nos)|information des"
            r"|données de (?:nos|ses)|les données des)",
            low,
        )
        if addressed is None or unit.topic in ("rights", "transfers", "security", "recipients"):
            continue
        stop = re.search(r"[.(:]", low[addressed.end() :])
        end = unit.start + addressed.end() + stop.start() if stop else unit.end
        for hit in page.found.names("subjects", unit.start + addressed.start(), end):
            said = Said(
                (page.evidence(unit.start, unit.end),), Confidence.LIKELY, ("explicit",), unit.block
            )
            label = page.words.groups["subjects"][hit.name].label
            yield Subject(hit.name, label, section(page, unit.block), said)
