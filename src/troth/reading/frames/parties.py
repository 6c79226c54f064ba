"""Who promises: the controller, its contacts, its officer, the authority, and the text's date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.units import Page, Unit
from troth.reading.text import Evidence, Kind

_CAP = r"[A-ZÀ-ÖØ-Þ0-9][\w&'’.\-]*"
_NAME = rf"{_CAP}(?:(?: (?:of|de|du|des|la|le|les|et|and|for|pour|&|in))?(?: |'){_CAP}){{0,6}}"
_FORM = (
    r"(?:Ltd|Limited|LLC|Inc|PLC|plc|GmbH|AG|SAS|SASU|SARL|SA|S\.A\.|"
    r"S\.A\.S\.|EURL|SCI|SNC|SELARL|BV|B\.V\.|NV|SpA|S\.r\.l\.|Sàrl|"
    r"Trust"
    r"|Foundation|Association|Oy|AB|ApS)"
)
_WITH_FORM = re.compile(rf"(?P<name>{_NAME}),? (?P<form>{_FORM})\b\.?")
_FRENCH_FORM = re.compile(
    r"simplified (?:joint[- ]stock )?(?:corporation|company) under "
    r"French law|société par actions simplifiée|société à responsabilité "
    r"limitée|société anonyme"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?:\+\d{1,3}[ .]?(?:\(0\)[ .]?)?|\b0)\d(?:[ .\-]?\d{1,4}){3,6}\b")
_URL = re.compile(
    r"(?:https?://|www\.)[\w.-]+(?:/[\w./%?=&-]*)?|(?<![\w@.])[a-z0-9-]+\.(?:fr|"
    r"com|ch|eu|org|example)(?![\w@])(?:/[\w./-]*)?"
)
_REGISTRATION = re.compile(
    r"\b(?:[A-Z]{2} ?\d{2} ?\d{9}|FR ?\d{11}|\d{3} ?\d{3} ?\d{3}(?: "
    r"?\d{5})?|CHE-\d{3}\.\d{3}\.\d{3}|HRB ?\d+)\b"
)
_ADDRESS = re.compile(
    r"(?:registered office (?:is )?(?:located )?(?:at|:)|siège (?:social "
    r")?(?:est )?(?:situé|sis|établi)?(?: au| à)?|whose address is|"
    r"located at|situé(?:e)? (?:au|à)"
    r"|address is|at the following address:?)\s*:?,? ?(?P<at>[^;]{8,110}?)(?= "
    r"and which| and its|,? est |, (?:is|are|represented|repr)|\.|"
    r";|$| \()"
)
STREET = re.compile(
    r"\d{1,4}(?:,| bis| ter)? (?:[A-Z][\w'’-]* ){1,4}(?:Street|Road|"
    r"Lane|Avenue|Square|Way|Park|Drive|Parkway)\b(?:, [A-Z0-9][\w "
    r"-]*)*"
    r"|\d{1,4}(?:,| bis,?| ter,?)? (?:rue|avenue|boulevard|place|chemin|"
    r"quai|allée|impasse|route)\b[^.;]{4,70}"
)
_NOT_A_NAME = re.compile(
    r"(?i)^(?:the|this|our|your|updated|last|date|we|you|privacy|personal|"
    r"data|gdpr|rgpd|policy|notice|dpo|cnil|user|publisher|practitioner|"
    r"services?|article|eu|europe|european|"
    r"website|site|controller|legal|purpose|who|what|how|la|le|les|"
    r"nos|nous|vous|vos|votre|notre|politique|responsable|délégué|"
    r"cette|ce|il|elle|our|it|they|if|for|as|in|on|a|an|l'|un|une|"
    r"processing|regulation|general)\b(?! \w+ (?:ltd|gmbh|sas))"
)
_POLICY_WORD = re.compile(
    r"(?i)privacy|policy|notice|statement|data|données|confidentialité|information des"
)
_DATED = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th|er)? (?P<m>[a-zéûA-ZÉ]+) (?P<y>\d{4})|"
    r"(?P<m2>[A-Za-z]+) (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4})"
    r"|(?P<d3>\d{1,2})[/.](?P<m3>\d{1,2})[/.](?P<y3>\d{4})|(?P<y4>\d{4})-(?P<m4>\d{2})-(?P<d4>\d{2})"
)


@dataclass(frozen=True)
class Party:
    """A controller, joint controller or processor by its name as the text writes it."""

    role: str
    name: Evidence
    form: str | None
    said: Said


@dataclass(frozen=True)
class Detail:
    """A fact of the controller or a way to reach somebody.

    `kind`: email, phone, url, post, registration. `whose`: officer, rights, authority or general.
    """

    kind: str
    value: Evidence
    whose: str
    said: Said


@dataclass(frozen=True)
class Dated:
    """The day from which the text is in force."""

    day: date
    said: Said


def controllers(page: Page) -> Iterator[Party]:
    """Who decides: candidates, the surest first; none where the text names nobody."""
    found: dict[str, tuple[int, Party]] = {}
    for unit in page.units:
        for weight, party in _named_in(page, unit):
            key = party.name.quote.lower()
            if key not in found or found[key][0] < weight:
                found[key] = (weight, party)
    given: list[str] = []
    for _, party in sorted(found.values(), key=lambda item: (-item[0], item[1].name.start)):
        name = party.name.quote.lower()
        if not any(name.startswith(other) or other.startswith(name) for other in given):
            given.append(name)
            yield party


def _named_in(page: Page, unit: Unit) -> Iterator[tuple[int, Party]]:
    text = page.said(unit.start, unit.end)
    controls = page.found.cue("controls", unit.start, unit.end)
    joint = page.found.cue("joint", unit.start, unit.end)
    role = "joint-controller" if joint else "controller"
    for match in _WITH_FORM.finditer(text):
        if not _NOT_A_NAME.match(match.group("name")):
            weight = 5 if controls else 3 if unit.block < 6 else 0
            if weight:
                yield weight, _party(page, unit, match.span("name"), role, match.group("form"))
    if controls and unit.kind is not Kind.HEADING:
        yield from _beside_cue(
            page, unit, text, controls.start - unit.start, controls.end - unit.start, role
        )
    how = re.compile(
        rf"\b(?P<name>{_NAME}) (?:collects|undertakes|processes|knows|collecte|"
        rf"s'engage|traite|édite)\b"
    ).search(text)
    if how and unit.kind is not Kind.HEADING and not _NOT_A_NAME.match(how.group("name")):
        yield 2, _party(page, unit, how.span("name"), role, None)
    if unit.block == 0:
        title = _POLICY_WORD.search(text) and re.compile(
            rf"(?:[Pp]olicy|[Nn]otice|[Ss]tatement|confidentialité|données)\s+(?:of|"
            rf"for|de la société|de l'|de|du|d'|–|-|:)\s*(?P<name>{_NAME})"
            rf"|^(?P<before>{_NAME})\s*(?::|–|-|,|\|)"
        ).search(text)
        if title:
            group = "name" if title.group("name") else "before"
            if not _NOT_A_NAME.match(title.group(group)):
                yield 2, _party(page, unit, title.span(group), role, None)


def _beside_cue(
    page: Page, unit: Unit, text: str, start: int, end: int, role: str
) -> Iterator[tuple[int, Party]]:
    after = re.compile(
        rf"[^.]{{0,70}}?(?:\bis|:|\best|i\.e\.|follows:)\s+(?:the |la |"
        rf"le |l'|société |the company )*(?P<name>{_NAME})"
    ).match(text, end)
    if after and not _NOT_A_NAME.match(after.group("name")):
        yield 4, _party(page, unit, after.span("name"), role, None)
    spelled = re.compile(rf"(?:i\.e\.|c'est-à-dire),? (?P<name>{_NAME})").search(text, end)
    if spelled and not _NOT_A_NAME.match(spelled.group("name")):
        yield 6, _party(page, unit, spelled.span("name"), role, None)
    before = re.compile(rf"(?:^|[.,] |(?:[Ll]a |[Ll]e |[Ll]'|[Tt]he ))(?P<name>{_NAME})").search(
        text, 0, start
    )
    if before and not _NOT_A_NAME.match(before.group("name")):
        yield 4, _party(page, unit, before.span("name"), role, None)
    contact = re.compile(r"follows: (?P<name>[^/,;.(:]{3,60}\w)").search(text, end)
    if contact:
        yield 6, _party(page, unit, contact.span("name"), role, None)


def _party(page: Page, unit: Unit, span: tuple[int, int], role: str, form: str | None) -> Party:
    start, end = unit.start + span[0], unit.start + span[1]
    while page.said(end - 1, end) in ".,'’":
        end -= 1
    text = page.said(unit.start, unit.end)
    form = form or ("SAS" if (m := _FRENCH_FORM.search(text)) and "simpl" in m.group() else None)
    sure = page.found.cue("controls", unit.start, unit.end) is not None
    said = Said(
        (page.evidence(unit.start, unit.end), page.evidence(start, end)),
        Confidence.SURE if sure else Confidence.LIKELY,
        ("explicit",) if sure else ("implied",),
        unit.block,
    )
    return Party(role, page.evidence(start, end), form, said)


def details(page: Page) -> Iterator[Detail]:
    """Every address, number and page by which somebody is reached, with whom it reaches."""
    for unit in page.units:
        text = page.said(unit.start, unit.end)
        low = page.low(unit.start, unit.end)
        found = [("email", m.start(), m.end()) for m in _EMAIL.finditer(text)]
        found += [("phone", m.start(), m.end()) for m in _PHONE.finditer(text)]
        found += [("registration", m.start(), m.end()) for m in _REGISTRATION.finditer(text)]
        found += [("post", m.start("at"), m.end("at")) for m in _ADDRESS.finditer(text)]
        if not any(kind == "post" for kind, _, _ in found):
            found += [("post", m.start(), m.end()) for m in STREET.finditer(text)]
        mails = [(start, end) for kind, start, end in found if kind == "email"]
        found += [
            ("url", m.start(), m.end())
            for m in _URL.finditer(text)
            if not any(start <= m.start() < end for start, end in mails)
        ]
        for kind, start, end in sorted(found, key=lambda item: item[1]):
            whose = _whose(page, unit, low, start, text[start:end])
            words = page.evidence(unit.start + start, unit.start + end)
            while words.quote[-1:] in ".,;":
                words = page.evidence(words.start, words.end - 1)
            said = Said(
                (page.evidence(unit.start, unit.end), words),
                Confidence.SURE,
                ("explicit",),
                unit.block,
            )
            yield Detail(kind, words, whose, said)


def _whose(page: Page, unit: Unit, low: str, start: int, value: str) -> str:
    near = low[max(0, start - 120) : start]
    if re.search(
        r"cnil|ico\.org|commission|edoeb|google|legifrance|edpb", value.lower() + near[-60:]
    ) or ("complaint" in unit.topics[:3]):
        return "authority"
    if "dpo" in value.lower() or re.search(r"data protection officer|dpo|délégué", near):
        return "officer"
    if unit.topic == "rights" or re.search(r"rights?\b|request|droits?\b|demande", near):
        return "rights"
    del page
    return "general"


def officer_said(page: Page) -> Said | None:
    """Where the text speaks of a data protection officer; None where it does not."""
    speaking = [
        unit
        for unit in page.units
        if unit.kind is not Kind.HEADING and page.found.cue("officer", unit.start, unit.end)
    ]
    if not speaking:
        return None
    by_name = re.compile(r"officer|délégué")
    unit = next((u for u in speaking if by_name.search(page.low(u.start, u.end))), speaking[0])
    said = page.evidence(unit.start, unit.end)
    return Said((said,), Confidence.SURE, ("explicit",), unit.block)


def authorities(page: Page) -> Iterator[tuple[str, Said]]:
    """The supervisory authorities that the text names."""
    found: dict[str, Said] = {}
    for unit in sorted(page.units, key=lambda unit: unit.kind is Kind.HEADING):
        low = page.low(unit.start, unit.end)
        complains = "rights" in unit.topics or re.search(
            r"complain|contact|réclam|plainte|saisir|lodge|turn to", low
        )
        for hit in page.found.names("authorities", unit.start, unit.end):
            evidence = (page.evidence(unit.start, unit.end), page.evidence(hit.start, hit.end))
            if complains or "complaint" in unit.topics:
                found.setdefault(
                    hit.name, Said(evidence, Confidence.SURE, ("explicit",), unit.block)
                )
    yield from found.items()


def dates(page: Page) -> Iterator[Dated]:
    """The days from which the text says that it is in force."""
    months = page.words.months
    for unit in page.units:
        cue = page.found.cue("effective", unit.start, unit.end)
        if cue is None:
            continue
        match = _DATED.search(page.text.characters, cue.start, min(unit.end, cue.end + 40))
        day = _day(match, months) if match else None
        if match and day:
            evidence = (page.evidence(unit.start, unit.end), page.evidence(*match.span()))
            yield Dated(day, Said(evidence, Confidence.SURE, ("explicit",), unit.block))


def _day(match: re.Match[str], months: dict[str, int] | object) -> date | None:
    for suffix in ("", "2", "3", "4"):
        year, month, day = (match.group(f"{part}{suffix}") for part in "ymd")
        if year:
            names = months if isinstance(months, dict) else {}
            number = int(month) if month.isdigit() else names.get(month.lower(), 0)
            try:
                return date(int(year), number, int(day))
            except ValueError:
                return None
    return None
