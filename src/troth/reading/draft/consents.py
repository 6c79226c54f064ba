"""The draft's consents: what each is for, how it is asked for, how long it lasts, its way back."""

from __future__ import annotations

from typing import Any

from troth.reading.draft.element import Draft, clause, marked
from troth.reading.frames.choices import is_explicit, ways
from troth.reading.frames.frame import Said
from troth.reading.frames.read import Frames

OF_TRACKERS = "consent-trackers"


def consent(draft: Draft, frames: Frames, said: Said) -> str:
    """A consent named by the passage that speaks of it; each basis of consent has its own."""
    name = f"consent-{clause(said).lower()}"
    if name not in draft.section("consents"):
        _put(draft, frames, name, said.evidence[0].quote[:160], said, {})
    return name


def of_trackers(draft: Draft, frames: Frames) -> str | None:
    """The consent that trackers wait for; None where the text speaks of none."""
    asked = frames.tracker_consent.asked
    if asked is None:
        return None
    if OF_TRACKERS not in draft.section("consents"):
        more: dict[str, Any] = {}
        for kept in frames.retentions:
            if kept.use == "consent" and kept.period is not None:
                more["expires"] = str(kept.most or kept.period)
            elif kept.use == "ask-again" and kept.period is not None:
                more["ask_again"] = str(kept.period)
        _put(draft, frames, OF_TRACKERS, asked.evidence[0].quote[:160], asked, more)
    return OF_TRACKERS


def _put(
    draft: Draft, frames: Frames, name: str, label: str, said: Said, more: dict[str, Any]
) -> None:
    sentence = said.evidence[0].quote
    value: dict[str, Any] = {"label": label}
    if channel := ways(sentence):
        value["channel"] = list(channel)
    value |= more
    if is_explicit(sentence):
        value["explicit"] = True
    back = next((right for right in frames.rights if right.right == "withdrawal"), None)
    if back is not None:
        value["withdrawal"] = back.said.evidence[0].quote[:240]
    draft.section("consents")[name] = marked(value, said)
    draft.read(f"consents.{name}", value, said)
    if back is None:
        draft.unknown(f"consents.{name}.withdrawal")
