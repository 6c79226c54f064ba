"""The draft's organisation: controllers, contacts, officer, authorities, dates."""

from __future__ import annotations

import re
from typing import Any

from troth.reading.draft.element import UNSAID, Draft, clause, marked
from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.names import slug, unused
from troth.reading.frames.parties import Detail, Party
from troth.reading.frames.read import Frames

_TITLE = re.compile(r"(?i)privacy|policy|notice|données|confidential|protection|statement")
_PURPOSES = {
    "general": "Questions",
    "rights": "Requests under any right",
    "officer": "The data protection officer",
}


def head(draft: Draft, frames: Frames) -> None:
    """The first fields of the file; what no text tells is marked as such."""
    named = next((c for c in frames.controllers if c.role == "controller"), None)
    name = (slug(named.name.quote, 6) if named else "") or "organisation"
    text = frames.page.text
    countries = {
        frames.page.words.groups["authorities"][authority].more["country"]
        for authority, _ in frames.authorities
    }
    french = "FR" in countries or text.language == "fr"
    laws = ["gdpr", *(["fr-loi-78-17"] if "FR" in countries else [])]
    laws += ["ch-nlpd"] if "CH" in countries else []
    heads = [text.of(block) for block in text.blocks[:6]]
    title = next((h for h in heads if _TITLE.search(h)), heads[0] if heads else "")
    draft.policy |= {
        "troth": 1,
        "organisation": name[:60],
        "title": title[:120] or name,
        "languages": [text.language],
        "zone": "Europe/Paris" if french else "UTC",
        "since": "1900-01-01",
        "financial_year_ends": "12-31",
        "laws": laws,
    }
    for path in ("zone", "since", "financial_year_ends"):
        draft.unknown(path, "not-a-fact-of-the-text")
    _versions(draft, frames)


def _versions(draft: Draft, frames: Frames) -> None:
    if not frames.dates:
        draft.policy["versions"] = [{**marked({"id": "undated"}, UNSAID), "effective": None}]
        draft.unknown("versions.undated.effective")
        return
    dated = max(frames.dates, key=lambda found: found.day)
    value = {"id": dated.day.isoformat(), "effective": dated.day.isoformat()}
    draft.policy["versions"] = [marked(value, dated.said)]
    draft.read(f"versions.{value['id']}", value, dated.said)


def people(draft: Draft, frames: Frames) -> None:
    """Controllers, contacts, the officer and the authorities."""
    contacts = _contacts(draft, frames)
    _controllers(draft, frames, contacts)
    _officer(draft, frames, contacts)
    for name, said in frames.authorities:
        entry = frames.page.words.groups["authorities"][name]
        value = {"name": entry.label, "country": entry.more["country"], "url": entry.more["url"]}
        draft.put("authorities", name, value, said)
    if not frames.authorities:
        draft.unknown("authorities")


def _contacts(draft: Draft, frames: Frames) -> dict[str, list[str]]:
    """One contact for each address, by whom it reaches; the names by `whose`."""
    reached: dict[str, list[str]] = {}
    taken: dict[str, str] = {}
    for detail in frames.details:
        if detail.kind in ("registration", "url") or detail.whose == "authority":
            continue
        if detail.kind == "post" and any(
            d.kind == "post"
            for d in frames.details
            if d is not detail and d.value.start < detail.value.start and d.whose != "authority"
        ):
            continue
        key = detail.value.quote.lower()
        if key in taken:
            _reaches(reached, detail, taken[key])
            continue
        name = unused(
            detail.whose if detail.kind == "email" else f"{detail.whose}-{detail.kind}",
            draft.section("contacts"),
        )
        taken[key] = name
        _reaches(reached, detail, name)
        value = {"purpose": _PURPOSES[detail.whose], detail.kind: detail.value.quote}
        draft.put("contacts", name, value, detail.said)
    if not draft.section("contacts"):
        del draft.policy["contacts"]
        draft.unknown("contacts")
    return reached


def _reaches(reached: dict[str, list[str]], detail: Detail, name: str) -> None:
    names = reached.setdefault(detail.whose, [])
    if name not in names:
        names.append(name)


def _controllers(draft: Draft, frames: Frames, contacts: dict[str, list[str]]) -> None:
    """The surest candidate decides; a joint one is kept for a person to place (Art. 26)."""
    every = [c for c in frames.controllers if c.role == "controller"]
    own = draft.policy["organisation"]
    post = next((d for d in frames.details if d.kind == "post" and d.whose != "authority"), None)
    number = next((d for d in frames.details if d.kind == "registration"), None)
    reach = [*contacts.get("general", []), *contacts.get("rights", [])]
    more: dict[str, Any] = {}
    if post is not None:
        more["address"] = post.value.quote
    if number is not None:
        more["registration"] = number.value.quote
    if reach:
        more["contacts"] = list(dict.fromkeys(reach))
    if every and (country := _country(frames, every[0])):
        more["country"] = country
    if not every:
        draft.section("controllers")[own] = {**marked({"name": None}, UNSAID), **more}
        draft.unknown(f"controllers.{own}.name")
        return
    first, others = every[0], every[1:]
    said = first.said
    close = [other for other in others if other.said.confidence is said.confidence]
    if close:
        reasons = (*said.reasons, "several-candidates")
        said = Said(said.evidence, Confidence.LIKELY, reasons, said.block)
    form = {"legal_form": first.form} if first.form else {}
    value = {"name": first.name.quote, **form, **more}
    draft.put("controllers", own, value, said)
    if post is None:
        draft.unknown(f"controllers.{own}.address")
    else:
        draft.read(f"controllers.{own}.address", post.value.quote, post.said)
    if number is not None:
        draft.read(f"controllers.{own}.registration", number.value.quote, number.said)


def _country(frames: Frames, party: Party) -> str | None:
    """Where the controller is established, by what its paragraph says of its law or register."""
    block = frames.page.text.blocks[party.said.block]
    hits = frames.page.found.names("established", block.start, block.end)
    return hits[0].name if len(hits) == 1 else None


def _officer(draft: Draft, frames: Frames, contacts: dict[str, list[str]]) -> None:
    if frames.officer is None:
        draft.unknown("data_protection_officer")
        return
    said = frames.officer
    value: dict[str, Any] = {}
    if contacts.get("officer"):
        value["contacts"] = contacts["officer"]
    unit = frames.page.cue_unit("independent")
    if unit is not None:
        value["independent"] = True
    draft.policy["data_protection_officer"] = {**marked(value, said), "clauses": [clause(said)]}
    draft.read("data_protection_officer", value, said)


def standing(draft: Draft, frames: Frames) -> None:
    """The representatives in the Union that the text names (Art. 27)."""
    for one in frames.representatives:
        name = slug(one.name.quote, 4) or "representative"
        value: dict[str, Any] = {"name": one.name.quote}
        if one.address is not None:
            value["address"] = one.address.quote
        draft.put("representatives", name, value, one.said)
