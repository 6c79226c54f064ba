"""What data is used for, and on which legal basis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.lists import Part, introduces, items_after, section
from troth.reading.frames.names import slug
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Evidence, Kind

_CUT = re.compile(
    r"[,;(]?\s*\(?(?:based on|on the basis of|pursuant to|with your "
    r"(?:prior )?consent|because (?:the|a) law|if you have (?:agreed|"
    r"accepted)"
    r"|legal basis|sur la base|sur le fondement|base légale|avec votre "
    r"(?:accord|consentement)|exécution d|obligation légale|consentement\)"
    r"|, (?:that|which|we|so|il|nous|ce qui) |intérêt légitime|performance "
    r"of|legitimate interest|article "
    r"6|art\. 6|legal obligation|consent\)|contract\))"
)
_LEAD = re.compile(
    r"(?:[–•-]\s*|\(?[a-z0-9]{1,2}[.)]\s+)?(?:(?:in order |so as )?to "
    r"(?=[a-z])|(?:for|purpose|finalité)\s*:?\s+(?:the purposes? of "
    r")?|the purposes? of |(?:afin )?(?:de |d')|"
    r"pour\s+)?"
)
_SPLIT = re.compile(
    r"; |, to (?=[a-z])| and to (?=[a-z])|, (?:and )?for (?=[a-z])|"
    r" et (?:de |d'|pour )(?=\w+(?:er|ir|re)\b)"
)
_KINDS = re.compile(
    r"for (?P<kinds>(?!what |which |the |this |these |that |any |other |specific "
    r"|following |such |all )(?:[a-z-]+(?:, | and )?){1,5}) purposes"
)
_OF_A_BASIS = re.compile(
    r"(?:the )?(?:purposes? (?:of )?)?(?:perform|pursu|execut|comply|"
    r"the performance|the pursuit|which|mentioned|described|listed|"
    r"provided|other|will\b|for which|these|those|outlined|above|set "
    r"out|stated)"
    r"|respecter|l'exécution"
)
_MARKETING = re.compile(
    r"newsletter|prospect|marketing|advertis|promot|solicit|offers?\b|"
    r"lettre d'information|publicit|démarch|infolettre|commercial "
    r"inform"
)
_NOT_PURPOSES = (
    "rights",
    "complaint",
    "transfers",
    "security",
    "retention",
    "changes",
    "recipients",
    "trackers",
    "children",
)
_OF_BASES = re.compile(
    r"(?:legal|lawful) (?:bas[ei]s|grounds?)|bases? (?:légales?|juridiques?)|lawfulness|licéité"
)
_JUSTIFIES = re.compile(
    r"justif|bas(?:ed|is|es)\b|ground|lawful|necessary for|article "
    r"6|art\. ?6|6 ?\(1\)|mandatory by|consent\s*:|legitimate interest\s*:"
    r"|the law\s*:|base|fonde|licite|nécessaire à|seek your consent|"
    r"contractual relationship|comply with legal"
)
_STATUTE = re.compile(
    r"(?:Code (?:de |du |général )?[a-zé' ]+|Commercial Code|Tax Code|"
    r"Loi [^\s,.;]+|Law No\.? [^\s,.;]+)"
    r"(?:,? art(?:icle|\.) ?[A-Z]?\.? ?[\d-]+)?"
)


@dataclass(frozen=True)
class Basis:
    """A legal basis: its kind, and the interest, contract or law that the text names with it.

    `of`: the words of the purpose that the sentence speaks of; empty: all of its section.
    """

    kind: str
    interest: str | None
    statute: str | None
    of: Evidence | None
    section: int
    said: Said


@dataclass(frozen=True)
class Purpose:
    """A purpose, in the text's words, with the bases that its own sentence names."""

    name: str
    words: Evidence
    bases: tuple[Basis, ...]
    direct_marketing: bool
    section: int
    said: Said


def purposes(page: Page) -> Iterator[Purpose]:
    """Every purpose that the text lists, in its order."""
    taken: set[int] = set()
    for unit in page.units:
        if unit.block in taken or unit.topic in _NOT_PURPOSES:
            continue
        cue = page.found.cue("list-of-purposes", unit.start, unit.end)
        heads = unit.kind is Kind.HEADING
        about = unit.topic == "purposes" and not heads
        if cue is None and not about:
            continue
        listed = list(items_after(page, unit)) if introduces(page, unit) or about or heads else []
        if re.search(r"\bdefin|following terms|définis|termes", page.low(unit.start, unit.end)):
            taken |= {part.block for part in listed}
            continue
        if listed:
            taken |= {part.block for part in listed}
            for part in listed:
                yield from _purpose(page, part)
        elif heads:
            continue
        elif unit.kind is Kind.ROW:
            yield from _of_row(page, unit)
        elif about and unit.kind is Kind.ITEM:
            yield from _purpose(page, Part(unit.start, unit.end, unit.block, listed=True))
        elif cue is not None and not page.found.cue("never", unit.start, cue.start):
            yield from _of_sentence(page, unit, cue.start, cue.end)


def _of_row(page: Page, unit: Unit) -> Iterator[Purpose]:
    head = page.text.blocks[unit.block].head
    if head is None or not unit.cells:
        return
    start, end = unit.cells[0]
    yield from _purpose(
        page, Part(start, end, unit.block, listed=True), within=(unit.start, unit.end)
    )


def _of_sentence(page: Page, unit: Unit, cue: int, cue_end: int) -> Iterator[Purpose]:
    folded = page.found.folded
    kinds = _KINDS.search(folded, cue, unit.end)
    if kinds is not None:
        place = Part(kinds.start("kinds"), kinds.end("kinds"), unit.block, listed=False)
        yield from _purpose(page, place, (unit.start, unit.end))
        return
    lead = re.compile(
        r"(?:purposes? ?(?:of)?|reasons|finalités?|objectifs?|in order|afin|pour|for|to)\b\s*:?\s*"
    ).search(folded, cue, min(unit.end, cue_end + 40))
    start = lead.end() if lead else cue_end
    ends = re.compile(r"\.(?:\s|$)| legal basis| base légale").search(folded, start, unit.end)
    end = ends.start() if ends else unit.end
    begin = start
    for match in [*_SPLIT.finditer(folded, start, end), None]:
        stop = match.start() if match else end
        if stop - begin > 8:
            within = (begin, unit.end) if match is None else (begin, stop)
            yield from _purpose(page, Part(begin, stop, unit.block, listed=False), within)
        begin = match.end() if match else end


def _purpose(page: Page, part: Part, within: tuple[int, int] | None = None) -> Iterator[Purpose]:
    folded = page.found.folded
    lead = _LEAD.match(folded, part.start, part.end)
    start = lead.end() if lead else part.start
    cut = _CUT.search(folded, start + 4, part.end)
    words = page.evidence(start, cut.start() if cut else part.end)
    words = page.evidence(words.start, words.start + len(words.quote.rstrip(" .;,:(–")))
    name = slug(words.quote, 5)
    if not name or len(words.quote) > 400:
        return
    if not part.listed and _OF_A_BASIS.match(page.low(words.start, words.end)):
        return
    whole = within or (part.start, part.end)
    evidence = (page.evidence(part.start, part.end),)
    sure = Confidence.SURE if part.listed else Confidence.LIKELY
    said = Said(evidence, sure, ("in-list" if part.listed else "explicit",), part.block)
    place = section(page, part.block)
    found = tuple(_bases_in(page, whole[0], whole[1], part.block, None))
    marketing = _MARKETING.search(folded, words.start, words.end) is not None
    yield Purpose(name, words, found, marketing, place, said)


def bases(page: Page) -> Iterator[Basis]:
    """Every legal basis that a sentence of its own names, with the purpose it speaks of."""
    for unit in page.units:
        if unit.kind is Kind.HEADING or unit.topic in (
            "rights",
            "complaint",
            "recipients",
            "transfers",
            "trackers",
            "retention",
            "changes",
            "children",
        ):
            continue
        low = page.low(unit.start, unit.end)
        if not _JUSTIFIES.search(low) and not _is_listed_basis(page, unit):
            continue
        of = _spoken_of(page, unit)
        yield from _bases_in(page, unit.start, unit.end, unit.block, of)


def _is_listed_basis(page: Page, unit: Unit) -> bool:
    """An item of a list of legal bases: by its heading, or by the sentence that opens the list."""
    if unit.kind is not Kind.ITEM:
        return False
    if unit.topic == "bases":
        return True
    at = unit.block
    while at and page.text.blocks[at].kind is Kind.ITEM:
        at -= 1
    lead = page.text.blocks[at]
    return _OF_BASES.search(page.low(lead.start, lead.end)) is not None


def _spoken_of(page: Page, unit: Unit) -> Evidence | None:
    """The purpose that a sentence about a basis restricts itself to."""
    match = re.compile(
        r"(?:processing (?:of (?:the |your )?(?:personal )?data )?(?:related "
        r"to|relating to|for|of) (?P<a>.{4,60}?)(?: purposes?)? (?:is|"
        r"are)\b"
        r"|processing operations \((?P<b>[^)]{4,90})\)|pour (?P<c>.{4,60}?)(?:,| :| le traitement))"
    ).search(page.found.folded, unit.start, unit.end)
    if match is None:
        return None
    group = next(name for name in "abc" if match.group(name))
    words = page.evidence(match.start(group), match.end(group))
    plain = re.fullmatch(
        r"(?:this|such|your|the|personal|data|user's|ces|vos| )+", words.quote.lower()
    )
    return None if plain else words


def _bases_in(page: Page, start: int, end: int, block: int, of: Evidence | None) -> Iterator[Basis]:
    for hit in page.found.names("bases", start, end):
        near = page.low(max(start, hit.start - 30), hit.start)
        if re.search(r"\b(?:no|not|without|withdraw\w*|whose|sans|retirer|pas)\b[^,;]*$", near):
            continue
        interest = _interest(page, hit.end, end) if hit.name == "legitimate-interests" else None
        statute = None
        if hit.name == "legal-obligation" and (match := _STATUTE.search(page.said(start, end))):
            statute = match.group().strip()
        maybe = page.found.cue("maybe", start, hit.start) is not None
        said = Said(
            (page.evidence(start, end), page.evidence(hit.start, hit.end)),
            Confidence.LIKELY if maybe else Confidence.SURE,
            ("explicit", "possibility") if maybe else ("explicit",),
            block,
        )
        yield Basis(hit.name, interest, statute, of, section(page, block), said)


def _interest(page: Page, start: int, end: int) -> str | None:
    """The interest that follows the words "legitimate interest"."""
    match = re.compile(
        r"(?:\W*(?:of|namely|in|to|de|d'|à|:|its interest in|notamment|"
        r"its legitimate interest in)\s+)+(?P<what>[^();.]{6,160})"
    ).match(page.text.characters, start, end)
    return match.group("what").strip() if match else None
