"""A draft with the decisions of an overlay: found again by their quotes, or reported."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import ValidationError

from troth.policy.check import check_policy
from troth.policy.model import Policy
from troth.reading.draft.element import Draft, Element
from troth.reading.frames.frame import Confidence
from troth.reading.review.overlay import Decision, Overlay
from troth.reading.review.places import drop, put, settle
from troth.reading.text import Text

Fate = Literal["applied", "moved", "quote-gone", "now-said", "leads-nowhere", "invalid"]


@dataclass(frozen=True)
class Outcome:
    """What became of a decision, and where it counts now.

    `moved`: its sentence stands elsewhere now. `quote-gone`: the text says it no more; look again.
    `now-said`: the text was silent and now says something. `leads-nowhere`: no such place in the
    policy. `invalid`: with it the policy would not be one (`why` says so).
    """

    decision: Decision
    fate: Fate
    path: str
    why: str = ""


def apply(draft: Draft, overlay: Overlay, text: Text) -> tuple[Draft, tuple[Outcome, ...]]:
    """The draft with every decision that still holds; the draft that is given stays as it is."""
    result = Draft(copy.deepcopy(draft.policy), list(draft.elements))
    outcomes = [_decide(result, decision, text) for decision in overlay.decisions]
    return result, tuple(outcomes)


def open_elements(draft: Draft) -> list[Element]:
    """What a person still has to look at: doubtful or unknown, and not decided."""
    open_ = (Confidence.DOUBTFUL, Confidence.UNKNOWN)
    return [element for element in draft.listed() if element.confidence in open_]


def _decide(draft: Draft, decision: Decision, text: Text) -> Outcome:
    element, fate = _anchor(draft, decision, text)
    if element is None:
        if fate == "quote-gone" or decision.decision != "corrected":
            return Outcome(decision, fate, decision.path)
        element = Element(decision.path, None, Confidence.UNKNOWN, ())
    trial = copy.deepcopy(draft.policy)
    if not _change(trial, element.path, decision):
        return Outcome(decision, "leads-nowhere", element.path)
    why = problem(trial)
    if why:
        return Outcome(decision, "invalid", element.path, why)
    draft.policy = trial
    _record(draft, element, decision)
    return Outcome(decision, fate, element.path)


def _change(policy: dict[str, object], path: str, decision: Decision) -> bool:
    if decision.decision == "corrected":
        return put(policy, path, copy.deepcopy(decision.value))
    if decision.decision == "removed":
        return drop(policy, path)
    settle(policy, path)
    return True


def _record(draft: Draft, element: Element, decision: Decision) -> None:
    """The element as decided; a removed one is gone."""
    reason = "accepted" if decision.decision == "accepted" else "corrected"
    value = decision.value if decision.decision == "corrected" else element.value
    if isinstance(value, dict) and isinstance(element.value, dict):
        value = {**element.value, **value}
    decided = replace(
        element, value=value, confidence=Confidence.SURE, reasons=(reason,), origin="review"
    )
    kept = [e for e in draft.elements if e.path != element.path]
    position = next((n for n, e in enumerate(draft.elements) if e.path == element.path), len(kept))
    if decision.decision != "removed":
        kept.insert(position, decided)
    draft.elements = kept


def _anchor(draft: Draft, decision: Decision, text: Text) -> tuple[Element | None, Fate]:
    """The element that a decision is about: by path and quote, by quote, or by path alone."""
    at_path = [e for e in draft.elements if e.path == decision.path]
    if decision.quote is None:
        if at_path and at_path[0].evidence:
            return None, "now-said"
        return (at_path[0] if at_path else None), "applied"
    same = [e for e in at_path if quote_of(e) == decision.quote]
    if same:
        return same[0], "applied"
    section = decision.path.partition(".")[0]
    shape = decision.path.count(".")
    moved = [
        e
        for e in draft.elements
        if quote_of(e) == decision.quote
        and e.path.partition(".")[0] == section
        and e.path.count(".") == shape
    ]
    if moved:
        return moved[0], "moved"
    if _plain(decision.quote) in _plain(text.characters):
        return None, "applied"
    return None, "quote-gone"


def quote_of(element: Element) -> str | None:
    """The sentence by which a decision about an element is found again."""
    return element.evidence[0].quote if element.evidence else None


def _plain(words: str) -> str:
    return " ".join(words.split())


def problem(policy: dict[str, object]) -> str:
    """Why a plain policy is none; empty where it is one."""
    try:
        checked = Policy.model_validate(policy)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    findings = check_policy(checked)
    if findings:
        return f"{'.'.join(map(str, findings[0].path))}: {findings[0].message}"
    return ""
