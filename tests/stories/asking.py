"""Asking `may` of an example's real policy, with the register filled in as the story tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from troth.grounds.facts import Act, ConsentFact, Decision, Facts, Hold, Identifier
from troth.grounds.may import may
from troth.grounds.use import NOTHING, Answer, Known, Question
from troth.policy.load import parse_policy
from troth.policy.model import Policy

NO_FACTS = Facts()
EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def _example(name: str) -> Policy:
    return parse_policy(
        (EXAMPLES / name / "policy.yaml").read_text(encoding="utf-8"), "policy.yaml"
    )


def _merged(one: Any, other: Any) -> Any:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return other
    return {**one, **{key: _merged(one.get(key), value) for key, value in other.items()}}


@dataclass(frozen=True)
class Teller:
    """An organisation at one time: its policy, what its ledger holds, what is known of a person."""

    policy: Policy
    facts: Facts = NO_FACTS
    known: Known = NOTHING
    earlier: tuple[tuple[str, Policy], ...] = ()

    def register(self, **parts: Any) -> Teller:
        """With entries of the register (recipients, safeguards…) filled in or changed."""
        whole = _merged(self.policy.model_dump(mode="json", by_alias=True), parts)
        return replace(self, policy=Policy.model_validate(whole))

    def said(self, person: str, consent: str, at: str, state: Any = "given", **by: Any) -> Teller:
        fact = ConsentFact(_name(person), consent, state, self._instant(at), **by)
        return replace(self, facts=replace(self.facts, consents=(*self.facts.consents, fact)))

    def act(self, kind: Any, person: str, at: str, *decisions: Decision, **more: Any) -> Teller:
        act = Act(
            f"act-{len(self.facts.acts)}",
            kind,
            (_name(person),),
            self._instant(at),
            decisions=decisions,
            **more,
        )
        return replace(self, facts=replace(self.facts, acts=(*self.facts.acts, act)))

    def hold(self, case: str, person: str, at: str) -> Teller:
        hold = Hold("hold-1", case, "made up", self._instant(at), persons=(_name(person),))
        return replace(self, facts=replace(self.facts, holds=(*self.facts.holds, hold)))

    def knowing(self, **known: Any) -> Teller:
        return replace(self, known=replace(self.known, **known))

    def decision(self, outcome: Any, at: str, *activities: str) -> Decision:
        return Decision(outcome, self._instant(at), activities)

    def ask(
        self, at: str, purpose: str | None, category: str, person: str = "ann", **more: Any
    ) -> Answer:
        question = Question(purpose, category, (_name(person),), **more)
        earlier = dict(self.earlier)
        return may(
            question, self.policy, self.facts, self._instant(at), self.known, earlier=earlier
        )

    def missing(
        self, at: str, purpose: str | None, category: str, *who: str, **more: Any
    ) -> set[str]:
        """The codes of what is missing; empty where it is allowed."""
        answer = self.ask(at, purpose, category, *who, **more)
        assert answer.allowed == (not answer.missing)
        return {part.code for part in answer.missing}

    def _instant(self, text: str) -> datetime:
        at = text if " " in text else f"{text} 12:00"
        return datetime.fromisoformat(at).replace(tzinfo=self.policy.zoneinfo)


def organisation(name: str) -> Teller:
    return Teller(_example(name))


def _name(person: str) -> Identifier:
    return Identifier("email", f"{person}@mail.example")
