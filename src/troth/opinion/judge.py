"""Which proposals of a second opinion count: a verbatim quote, an open path, a valid policy."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troth.reading.draft.element import Draft, Element
from troth.reading.frames.frame import Confidence
from troth.reading.review.apply import problem
from troth.reading.review.places import put
from troth.reading.text import Text

SHORTEST_QUOTE = 8  # characters; less shows nothing
MOST_PROPOSALS = 100  # of one answer; the rest is left unread
_NEVER = ("zone", "since", "financial_year_ends")  # no text tells these


class Proposal(BaseModel):
    """What an endpoint proposes for one path, with the words of the text that say it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    path: str = Field(max_length=300)
    value: Any
    quote: str = Field(min_length=SHORTEST_QUOTE, max_length=2_000)


@dataclass(frozen=True)
class Refusal:
    """A proposal that does not count, and why; the why never repeats what the endpoint wrote."""

    path: str
    why: str


def open_paths(draft: Draft) -> list[str]:
    """What may be proposed for: what the text was searched for and does not seem to say."""
    return [
        e.path
        for e in draft.listed()
        if e.confidence is Confidence.UNKNOWN and e.path not in _NEVER
    ]


def proposals_in(content: str) -> tuple[list[Proposal], list[Refusal]]:
    """The proposals in an answer's text; garbage is refused, not guessed at."""
    try:
        data = json.loads(_unfenced(content))
    except (ValueError, RecursionError):
        return [], [Refusal("", "the answer is no JSON")]
    entries = data.get("proposals") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        return [], [Refusal("", "the answer has no list of proposals")]
    good: list[Proposal] = []
    bad: list[Refusal] = []
    for entry in entries[:MOST_PROPOSALS]:
        try:
            good.append(Proposal.model_validate(entry))
        except ValidationError:
            bad.append(Refusal("", "a proposal lacks its path, value or quote"))
    return good, bad


def _unfenced(content: str) -> str:
    """The answer without the fence that models like to put around JSON."""
    stripped = content.strip()
    if stripped.startswith("```") and stripped.endswith("```"):
        return stripped.split("\n", 1)[-1].rsplit("```", 1)[0]
    return stripped


def counted(draft: Draft, text: Text, proposals: Iterable[Proposal]) -> tuple[Draft, list[Refusal]]:
    """The draft with the proposals that count, each doubtful and marked with its origin."""
    result = Draft(copy.deepcopy(draft.policy), list(draft.elements))
    refused: list[Refusal] = []
    for proposal in proposals:
        why = _take(result, text, proposal)
        if why:
            refused.append(
                Refusal(proposal.path if proposal.path in open_paths(draft) else "", why)
            )
    return result, refused


def _take(draft: Draft, text: Text, proposal: Proposal) -> str:
    """Take one proposal into the draft; why it does not count, or nothing."""
    if proposal.path not in open_paths(draft):
        return "its path is not one that is open"
    start = text.characters.find(proposal.quote)
    if start < 0:
        return "its quote does not stand in the text"
    trial = copy.deepcopy(draft.policy)
    if not put(trial, proposal.path, copy.deepcopy(proposal.value)):
        return "its path leads nowhere in the draft"
    if problem(trial):
        return "with its value the policy would not be valid"
    draft.policy = trial
    evidence = (text.evidence(start, start + len(proposal.quote)),)
    draft.elements = [
        _proposed(element, proposal, evidence) if element.path == proposal.path else element
        for element in draft.elements
    ]
    return ""


def _proposed(element: Element, proposal: Proposal, evidence: Any) -> Element:
    return replace(
        element,
        value=proposal.value,
        confidence=Confidence.DOUBTFUL,
        reasons=("second-opinion",),
        evidence=evidence,
        origin="second-opinion",
    )
