"""Who receives data, and what leaves the Union: recipients, transfers, safeguards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.lists import Part, introduces, items_after, section
from troth.reading.frames.names import slug
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Evidence, Kind

_RECEIVES = re.compile(
    r"shared?\b|disclos|transmi|communicat|transferred|transfer or|sold\b|sell\b|provid|"
    r"host|recipient|access|send|sent\b|forward|goes? to|pass(?:ed)?\b|"
    r"processor|operated"
    r"|partag|destinataire|héberg|sous-trait|prestataire|accès|cédé|exploité|envoy|vend"
)
_TELLS = re.compile(  # under a heading about purposes: that data goes to somebody, or never does
    r"\b(?:be|is|are|been|sont|seront|sera|être) (?:\w+ ){0,2}(?:transferred|disclosed|communicated"
    r"|made (?:accessible|available)|shared|sold|transmitted|transmis\w*|communiqué\w*|cédé\w*"
    r"|partagé\w*|vendu\w*|divulgué\w*)\b|requests? (?:from|of|by) (?:\w+ ){0,3}(?:authorit|court)"
    r"|demandes? (?:des|d'|de l'|de la) ?(?:autorité|justice|police)"
)
_CERTIFIED = re.compile(
    r"\b(?:HDS|ISO(?:/IEC)?[ -]?\d{4,5}(?:-\d)?|SOC ?[123]|SecNumCloud|PCI[ -]DSS|HITRUST)\b"
)
_CHOICE = ("processor", "group", "internal", "authority", "controller")


@dataclass(frozen=True)
class Receives:
    """A recipient: `name` of the lexicon or of the text's words, its role, whether data may go.

    `allowed`: yes, no (the text denies it), consent or legal-order.
    """

    name: str
    label: str
    role: str
    task: Evidence
    country: str | None
    allowed: str
    condition: str | None
    said: Said
    certificate: str | None = None


@dataclass(frozen=True)
class Leaves:
    """A transfer outside the Union, or the promise of none (`allowed` false)."""

    allowed: bool
    countries: tuple[str, ...]
    safeguards: tuple[tuple[str, Evidence], ...]
    said: Said


def recipients(page: Page) -> Iterator[Receives]:
    """Everybody of whom the text says that they receive data, or that they do not."""
    taken: set[int] = set()
    for unit in page.units:
        if (
            unit.kind is Kind.HEADING
            or unit.block in taken
            or unit.topic in ("rights", "complaint", "children")
        ):
            continue
        if unit.topic == "purposes" and not _TELLS.search(page.low(unit.start, unit.end)):
            continue
        about = unit.topic == "recipients"
        cue = page.found.cue("list-of-recipients", unit.start, unit.end)
        if not about and cue is None:
            continue
        listed = list(items_after(page, unit)) if introduces(page, unit) and about else []
        if listed:
            taken |= {part.block for part in listed}
            for part in listed:
                yield from _received(page, part, unit)
        elif unit.block not in taken and (
            about or _RECEIVES.search(page.low(unit.start, unit.end))
        ):
            yield from _received(
                page, Part(unit.start, unit.end, unit.block, unit.kind is Kind.ITEM), unit
            )


def _received(page: Page, part: Part, unit: Unit) -> Iterator[Receives]:
    evidence = page.evidence(part.start, part.end)
    hits = page.found.names("recipients", part.start, part.end)
    low = page.low(part.start, part.end)
    if part.listed:
        hits = tuple(hit for hit in hits if hit.name not in ("third-parties", "operator"))[:2]
    elif not _RECEIVES.search(low):
        hits = ()
    named = {hit.name for hit in hits}
    certificate = _CERTIFIED.search(evidence.quote)
    for hit in hits:
        if hit.name in ("suppliers", "third-parties", "staff") and len(named) > 1 and part.listed:
            continue
        entry = page.words.groups["recipients"][hit.name]
        allowed, reasons, condition = _allowed(page, part, hit.start)
        said = Said(
            (evidence, page.evidence(hit.start, hit.end)),
            Confidence.SURE if part.listed and unit.topic == "recipients" else Confidence.LIKELY,
            ("in-list" if part.listed else "explicit", *reasons),
            part.block,
        )
        role = entry.more.get("role", "controller")
        yield Receives(
            hit.name,
            entry.label,
            role,
            evidence,
            entry.more.get("country"),
            allowed,
            condition,
            said,
            certificate.group() if certificate else None,
        )
    if not hits and part.listed and unit.topic == "recipients" and (name := slug(evidence.quote)):
        said = Said(
            (evidence,), Confidence.DOUBTFUL, ("in-list", "words-not-in-lexicon"), part.block
        )
        yield Receives(
            name, evidence.quote[:80].strip(" ;.,"), "controller", evidence, None, "yes", None, said
        )


def _allowed(page: Page, part: Part, at: int) -> tuple[str, tuple[str, ...], str | None]:
    """Whether data may go there, by the denial or condition around the name."""
    low = page.low(part.start, part.end)
    never = re.search(
        r"\b(?:never|not (?:be )?(?:shared|sold|rented|disclosed|transmitted|"
        r"communicated|share|sell|passed|transferred)|do not (?:share|"
        r"sell|disclose|transfer)"
        r"|may not be|under no circumstances|ne (?:sont|seront|vendons|"
        r"partageons|cédons|communiquons|transmettons) (?:\w+ )?(?:pas|"
        r"jamais)|jamais|en aucun cas)\b",
        low,
    )
    condition = None
    excepted = re.search(
        r"\b(?:except|subject to|unless|sauf|sous réserve|other than|only if|que si)\b", low
    )
    if never and (excepted is None or _is_excluded(page, part, at, excepted.start())):
        return "no", ("negated",), None
    if (
        re.search(
            r"required by law|court|official request|legal obligation|law, regulation|legally|"
            r"exig\w* par la loi|réquisition|autorit",
            low,
        )
        and at
    ):
        name = page.low(at, min(part.end, at + 30))
        if re.match(r"authorit|court|police|tribuna|autorit|judici|required", name):
            return "legal-order", ("conditional",), None
    limit = re.search(
        r"(?:only if|only when|when it is|subject to|unless|except|sauf|"
        r"uniquement si|lorsque|if you (?:have )?consent)[^.;]*",
        low,
    )
    if limit:
        start = part.start + limit.start()
        condition = page.said(start, start + len(limit.group()))[:160]
        if re.search(r"consent|accord", limit.group()):
            return "consent", ("conditional",), condition
        return "yes", ("conditional",), condition
    if re.search(r"\bmay\b|\bpeuvent\b|susceptible", low):
        return "yes", ("possibility",), None
    return "yes", (), None


def _is_excluded(page: Page, part: Part, at: int, exception: int) -> bool:
    """A name before the recipients that an exception names: "to nobody except our host"."""
    begin = part.start + exception
    if at >= begin:
        return False
    return bool(page.found.names("recipients", begin, part.end)) and not re.search(
        r"consent|accord", page.low(begin, part.end)
    )


_MORE_OF_IT = re.compile(
    r"(?:if (?:this is|that is|so)|in (?:this|such|that|these) cases?|"
    r"such transfers?|these transfers?"
    r"|this transfer|the safeguards|le cas échéant|dans ce cas|ces transferts|ce transfert)\b"
)


def transfers(page: Page) -> Iterator[Leaves]:
    """What the text says of data outside the Union: that it goes there, or that it never does."""
    spoken: set[int] = set()  # the sections in which a transfer was told
    for unit in page.units:
        if unit.kind is Kind.HEADING:
            continue
        cue = page.found.cue("outside", unit.start, unit.end)
        low = page.low(unit.start, unit.end)
        named = _named_safeguards(page, unit.start, unit.end)
        if cue is None and not (
            re.search(r"transfer", low) and named and unit.kind is not Kind.ITEM
        ):
            continue
        if unit.topic in ("rights", "complaint") and "transf" not in low:
            continue
        place = section(page, unit.block)
        if place in spoken and (unit.kind is Kind.ITEM or _MORE_OF_IT.match(low)):
            continue
        spoken.add(place)
        denied = re.search(
            r"\b(?:not (?:be )?(?:transfer|transmit|to transfer)\w*|is not "
            r"transmitted|never|nothing is transferred|no (?:data|transfer|"
            r"personal)|does not transfer"
            r"|ne (?:sont|seront|transférons)\w* (?:\w+ )?(?:pas|jamais)|aucun\w* "
            r"(?:donnée|transfert)|jamais|n'est transféré)",
            low,
        )
        countries = page.found.names("countries", unit.start, unit.end)
        safeguards = _safeguards(page, unit)
        reasons = ["explicit"]
        confidence = Confidence.SURE
        if denied:
            reasons.append("negated")
        if page.found.cue("maybe", unit.start, unit.end):
            reasons.append("possibility")
            confidence = Confidence.LIKELY
        said = Said((page.evidence(unit.start, unit.end),), confidence, tuple(reasons), unit.block)
        yield Leaves(not denied, tuple(hit.name for hit in countries), safeguards, said)


def _safeguards(page: Page, unit: Unit) -> tuple[tuple[str, Evidence], ...]:
    """The safeguards that the sentence names, or those that follow it in its section."""
    own = _named_safeguards(page, unit.start, unit.end)
    if own:
        return own
    found: list[tuple[str, Evidence]] = []
    blocks = page.text.blocks
    above = blocks[unit.block].above
    for position in range(unit.block, min(unit.block + 6, len(blocks))):
        if blocks[position].above != above:
            break
        found += _named_safeguards(
            page, max(unit.end, blocks[position].start), blocks[position].end
        )
    chosen = dict(reversed(found))
    return tuple(chosen.items())


def _named_safeguards(page: Page, start: int, end: int) -> tuple[tuple[str, Evidence], ...]:
    hits = page.found.names("safeguards", start, end)
    named = [hit for hit in hits if hit.name != "undetermined"] or list(hits)
    return tuple((hit.name, page.evidence(hit.start, hit.end)) for hit in named)
