"""The draft's recipients, transfers, trackers, rights, ages and promises in words."""

from __future__ import annotations

import re
from typing import Any

from troth.reading.draft.consents import of_trackers
from troth.reading.draft.element import UNSAID, Draft, marked
from troth.reading.frames.frame import Said
from troth.reading.frames.names import slug, unused
from troth.reading.frames.promises import Tracks
from troth.reading.frames.read import Frames
from troth.reading.frames.rights import Granted

_LAW = (
    "access",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "portability",
    "withdrawal",
    "complaint",
)
_MOST_PROMISES = 40  # of one kind; more is a text that repeats itself


def recipients(draft: Draft, frames: Frames) -> None:
    """Who receives data; where one sentence denies and another allows, both stand in the note."""
    for found in frames.recipients:
        value: dict[str, Any] = {
            "name": found.label,
            "role": found.role,
            "task": found.task.quote[:300],
            "country": found.country,
        }
        if found.allowed != "yes":
            value["allowed"] = found.allowed
        if found.condition:
            value["condition"] = found.condition
        if found.certificate:
            value["certification"] = found.certificate
        name = found.name
        entry = draft.section("recipients").get(name)
        if entry is not None and entry.get("allowed", "yes") != found.allowed:
            name = unused(f"{found.name}-{found.allowed}", draft.section("recipients"))
            if (entry.get("allowed", "yes") == "no") == (found.allowed == "no"):
                continue
        elif entry is not None and found.certificate and "certification" not in entry:
            entry["certification"] = found.certificate
            draft.read(f"recipients.{name}.certification", found.certificate, found.said)
        draft.put("recipients", name, value, found.said)
    if not draft.section("recipients"):
        del draft.policy["recipients"]
        draft.unknown("recipients")


def transfers(draft: Draft, frames: Frames) -> None:
    """What leaves the Union, by which safeguard, and the promises that nothing does."""
    for found in frames.transfers:
        stem = "none-outside" if not found.allowed else "outside"
        name = unused(
            "-".join([stem, *(c.lower() for c in found.countries[:1])]), draft.section("transfers")
        )
        value: dict[str, Any] = {"allowed": found.allowed}
        if found.countries:
            value["countries"] = list(found.countries)
        if found.allowed:
            value["safeguard"] = _safeguard(draft, frames, found.safeguards, found.said)
            value["condition"] = found.said.evidence[0].quote[:300]
        draft.put("transfers", name, value, found.said)
    if not frames.transfers:
        draft.unknown("transfers")


def _safeguard(draft: Draft, frames: Frames, named: Any, said: Said) -> str:
    for kind, place in named[:3]:
        entry = frames.page.words.groups["safeguards"][kind]
        read = Said((place,), said.confidence, said.reasons, said.block)
        draft.put("safeguards", kind, {"kind": kind, "text": entry.label}, read)
    if not named:
        if "undetermined" not in draft.section("safeguards"):
            draft.section("safeguards")["undetermined"] = marked({"kind": "undetermined"}, UNSAID)
            draft.unknown("safeguards.undetermined")
        return "undetermined"
    return str(named[0][0])


def trackers(draft: Draft, frames: Frames) -> None:
    """Cookies and their like, with their lifetimes."""
    agreed = of_trackers(draft, frames)
    for found in frames.trackers:
        value = _tracker(found)
        if found.allowed:
            value |= _agreement(frames, found, agreed)
        draft.put("trackers", found.name, value, found.said)
        if found.allowed and not {"consent", "exempt_because"} & set(value):
            draft.unknown(f"trackers.{found.name}.consent")
        if found.allowed and found.lifetime is not None:
            read = {"lifetime": str(found.lifetime.period)}
            draft.read(f"trackers.{found.name}.lifetime", read["lifetime"], found.lifetime.said)
    if not frames.trackers:
        draft.unknown("trackers")


def _agreement(frames: Frames, found: Tracks, agreed: str | None) -> dict[str, Any]:
    """The consent that a tracker waits for, or why it needs none (Directive 2002/58, 5(3))."""
    exempt = frames.tracker_consent.exempt
    if found.name == "technical" and exempt is not None:
        return {"exempt_because": exempt.evidence[0].quote[:240]}
    return {"consent": agreed} if agreed is not None and found.name != "technical" else {}


def _tracker(found: Tracks) -> dict[str, Any]:
    value: dict[str, Any] = {
        "label": found.label,
        "kind": found.kind,
        "purpose": found.said.evidence[0].quote[:200],
    }
    if found.lifetime is not None and found.lifetime.period is not None:
        value["lifetime"] = str(found.lifetime.most or found.lifetime.period)
    if not found.allowed:
        value["allowed"] = False
    return value


def rights(draft: Draft, frames: Frames, channels: list[str]) -> None:
    """The rights as the text grants them; those of the law that it does not name are unknown."""
    for granted in frames.rights:
        draft.put("rights", granted.right, _right(frames, granted, channels), granted.said)
    for right in _LAW:
        if right not in draft.section("rights"):
            draft.unknown(f"rights.{right}")
    handling = frames.handling
    if handling.deadline is None:
        draft.unknown("rights.*.deadline")
    for name, term in (("deadline", handling.deadline), ("extension", handling.extension)):
        if term is not None:
            draft.read(f"rights.*.{name}", str(term[0]), term[1])
    if handling.proof is not None:
        draft.read("rights.*.identity_proof", handling.proof.evidence[0].quote, handling.proof)


def _right(frames: Frames, granted: Granted, channels: list[str]) -> dict[str, Any]:
    handling = frames.handling
    value: dict[str, Any] = {
        "right": granted.right,
        "promise": granted.said.evidence[0].quote[:300],
    }
    if granted.right == "complaint":
        return value
    if channels:
        value["channels"] = channels
    if granted.right != "account-closure":
        if handling.deadline is not None:
            value["deadline"] = str(handling.deadline[0])
        if handling.extension is not None:
            value["extension"] = str(handling.extension[0])
        if handling.proof is not None:
            value["identity_proof"] = handling.proof.evidence[0].quote[:200]
    if granted.conditions:
        value["conditions"] = [c.quote[:240] for c in granted.conditions[:8]]
    if granted.exceptions:
        value["exceptions"] = [c.quote[:240] for c in granted.exceptions[:6]]
        if grounds := granted.refused_on(frames.page):
            value["refused_on"] = grounds
    if granted.covers:
        value["covers"] = list(dict.fromkeys(c.quote for c in granted.covers))
    return value


def decides_alone(draft: Draft, frames: Frames) -> None:
    """Whether a program decides alone; of which purpose is for a person to say."""
    if frames.decides_alone is None:
        draft.unknown("activities.*.automated_decision")
    else:
        draft.read("activities.*.automated_decision", *frames.decides_alone)


def ages(draft: Draft, frames: Frames) -> None:
    """The age below which a person is a child here."""
    for age, consents, said in frames.children:
        name = f"age-{age}"
        if any(rule["id"] == name for rule in draft.policy.get("ages", [])):
            continue
        value: dict[str, Any] = {"id": name, "threshold": age}
        if consents:
            value["consents"] = [consents]
        draft.policy.setdefault("ages", []).append(marked(value, said))
        draft.read(f"ages.{name}", value, said)
    if not frames.children:
        draft.unknown("ages")


def promises(draft: Draft, frames: Frames) -> None:
    """Promises that are sentences, one commitment for each."""
    entries = draft.policy.setdefault("commitments", [])
    kinds: dict[str, int] = {}
    for found in frames.promises:
        kinds[found.kind] = kinds.get(found.kind, 0) + 1
        if kinds[found.kind] > _MOST_PROMISES:
            continue
        stem = slug(re.sub(r"[’']", " ", found.sentence.quote), 4)
        name = unused(f"{found.kind}-{stem}"[:70].strip("-"), {entry["id"] for entry in entries})
        value: dict[str, Any] = {
            "id": name,
            "kind": found.kind,
            "promise": found.sentence.quote[:400],
        }
        if found.within_hours is not None:
            value["within_hours"] = found.within_hours
        entries.append(marked(value, found.said))
        draft.read(f"commitments.{name}", value, found.said)
    for kind in ("breach", "security", "policy-change"):
        if kind not in kinds:
            draft.unknown(f"commitments.{kind}")
    if not entries:
        del draft.policy["commitments"]
