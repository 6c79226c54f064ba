"""A plan about persons without the persons: made once, and about others by another scope."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from troth.apply.planning import Setting
from troth.grounds.facts import Facts
from troth.law.calendar import day_of
from troth.plan.build import build
from troth.plan.model import Digests, Plan
from troth.plan.schema import StoreSchema
from troth.plan.sets import ScopePersons

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
NOBODY = "nobody"  # in place of the acts, in a plan about no one yet


@dataclass(frozen=True)
class FactsShape:
    """What compilation reads of the facts: kinds of acts with their activities, and letters sent.

    Facts of one shape make the same plan; only its sets are filled otherwise.
    """

    acts: frozenset[tuple[str, tuple[str, ...]]]
    warnings: frozenset[tuple[str, str, str, datetime]]

    @classmethod
    def of(cls, facts: Facts) -> FactsShape:
        return cls(
            frozenset((act.kind, act.activities) for act in facts.acts),
            frozenset((one.rule, one.store, one.table, one.sent_at) for one in facts.warnings),
        )


@dataclass(frozen=True)
class Program:
    """A plan about nobody; `digest` is that of its steps and of what made them."""

    bare: Plan
    digest: str


@dataclass
class Programs:
    """Plans about nobody, by day and shape of the facts, for one setting and its schemas."""

    setting: Setting
    schemas: Mapping[str, StoreSchema]
    made: dict[tuple[date, FactsShape], Program] = field(default_factory=dict, repr=False)

    def plan(self, facts: Facts, now: datetime, acts: tuple[str, ...]) -> Plan:
        """The unmeasured plan about the persons of the acts: the one that `build` would make."""
        return about(self.of(facts, now).bare, acts, facts, now)

    def of(self, facts: Facts, now: datetime) -> Program:
        """The plan about nobody."""
        setting = self.setting
        key = (day_of(now, setting.policy.zoneinfo), FactsShape.of(facts))
        if key not in self.made:
            self.made = {known: one for known, one in self.made.items() if known[0] == key[0]}
            bare = build(
                setting.policy,
                setting.map,
                self.schemas,
                facts,
                now,
                setting.limits,
                (NOBODY,),
            )
            told = bare.model_copy(update={"made_at": _NEVER, "digests": _no_facts(bare)})
            self.made[key] = Program(bare, told.digest())
        return self.made[key]


def about(bare: Plan, acts: tuple[str, ...], facts: Facts, now: datetime) -> Plan:
    """A plan about the persons of these acts, of one about nobody."""
    sets = {
        name: one.model_copy(update={"acts": acts}) if isinstance(one, ScopePersons) else one
        for name, one in bare.sets.items()
    }
    digests = bare.digests.model_copy(update={"facts_version": facts.version})
    return bare.model_copy(update={"scope": acts, "made_at": now, "sets": sets, "digests": digests})


def _no_facts(bare: Plan) -> Digests:
    return bare.digests.model_copy(update={"facts_version": 0})


def asked_digest(program: str, acts: tuple[str, ...], counts: Mapping[str, int]) -> str:
    """The digest under which a prepared plan is approved: what it is, about whom, how many rows."""
    told = json.dumps([program, acts, dict(counts)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
