"""A plan about persons without the persons: made once, and about others by another scope."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from troth.datamap.model import DataMap
from troth.grounds.facts import Facts
from troth.law.calendar import day_of
from troth.plan.build import build
from troth.plan.model import Digests, Limits, Plan
from troth.plan.schema import StoreSchema
from troth.plan.sets import ScopePersons, SetDefinition
from troth.policy.model import Policy

if TYPE_CHECKING:
    from troth.apply.prepared.statements import Statements

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

    def of_steps(self, ids: Collection[str]) -> Program:
        """The same with these of its steps alone; the others write nothing then."""
        steps = tuple(step for step in self.bare.steps if step.id in ids)
        told = f"{self.digest} {' '.join(step.id for step in steps)}"
        bare = self.bare.model_copy(update={"steps": steps})
        return Program(bare, hashlib.sha256(told.encode()).hexdigest())


@dataclass
class Programs:
    """Plans about nobody, by day and shape of the facts, for one policy, map and schemas.

    `statements`: the texts that were made for a program and a store.
    """

    policy: Policy
    map: DataMap
    limits: Limits
    schemas: Mapping[str, StoreSchema]
    made: dict[tuple[date, FactsShape], Program] = field(default_factory=dict, repr=False)
    statements: dict[tuple[str, str], Statements] = field(default_factory=dict, repr=False)
    _shape: tuple[Facts, FactsShape] | None = field(default=None, repr=False)

    def plan(self, facts: Facts, now: datetime, acts: tuple[str, ...]) -> Plan:
        """The unmeasured plan about the persons of the acts: the one that `build` would make."""
        return about(self.of(facts, now).bare, acts, facts, now)

    def of(self, facts: Facts, now: datetime) -> Program:
        """The plan about nobody."""
        known = self._shape
        if known is None or known[0] is not facts:
            known = self._shape = facts, FactsShape.of(facts)
        key = (day_of(now, self.policy.zoneinfo), known[1])
        found = self.made.get(key)
        if found is None:
            if any(day != key[0] for day, _ in self.made):
                self.made, self.statements = {}, {}  # of another day
            bare = build(self.policy, self.map, self.schemas, facts, now, self.limits, (NOBODY,))
            told = bare.model_copy(update={"made_at": _NEVER, "digests": _no_facts(bare)})
            found = self.made[key] = Program(bare, told.digest())
        return found

    def made_from(
        self,
        policy: Policy,
        datamap: DataMap,
        limits: Limits,
        schemas: Mapping[str, StoreSchema],
    ) -> bool:
        """Whether these would make the same plans."""
        return (
            (policy is self.policy or policy == self.policy)
            and (datamap is self.map or datamap == self.map)
            and limits == self.limits
            and _lasting(schemas) == _lasting(self.schemas)
        )


@dataclass
class Compiled:
    """The newest programs, kept for as long as what they are made from stays the same.

    It may be shared by threads: whoever comes second makes the same once more at worst.
    """

    programs: Programs | None = field(default=None, repr=False)

    def of(
        self,
        policy: Policy,
        datamap: DataMap,
        limits: Limits,
        schemas: Mapping[str, StoreSchema],
    ) -> Programs:
        """Programs for these; those that are there where they fit."""
        known = self.programs
        if known is None or not known.made_from(policy, datamap, limits, schemas):
            known = self.programs = Programs(policy, datamap, limits, schemas)
        return known


def _lasting(schemas: Mapping[str, StoreSchema]) -> dict[str, StoreSchema]:
    """Schemas without the estimates of rows, which change by themselves and decide nothing."""
    return {
        name: replace(
            schema, tables=tuple(replace(table, estimated_rows=None) for table in schema.tables)
        )
        for name, schema in schemas.items()
    }


def about(bare: Plan, acts: tuple[str, ...], facts: Facts, now: datetime) -> Plan:
    """A plan about the persons of these acts, of one about nobody."""
    digests = bare.digests.model_copy(update={"facts_version": facts.version})
    sets = sets_about(bare, acts)
    return bare.model_copy(update={"scope": acts, "made_at": now, "sets": sets, "digests": digests})


def sets_about(bare: Plan, acts: tuple[str, ...]) -> dict[str, SetDefinition]:
    """The sets of such a plan."""
    return {
        name: one.model_copy(update={"acts": acts}) if isinstance(one, ScopePersons) else one
        for name, one in bare.sets.items()
    }


def _no_facts(bare: Plan) -> Digests:
    return bare.digests.model_copy(update={"facts_version": 0})


def asked_digest(program: str, acts: tuple[str, ...], counts: Mapping[str, int]) -> str:
    """The digest under which a prepared plan is approved: what it is, about whom, how many rows."""
    told = json.dumps([program, acts, dict(counts)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
