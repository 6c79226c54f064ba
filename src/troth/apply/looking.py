"""Stores opened for a look, with every set that can be made there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from troth.apply.planning import Setting, at_work
from troth.apply.resolve import Resolution, resolve, sets_in
from troth.apply.schema_check import Difference
from troth.apply.work import Work
from troth.grounds.facts import Facts
from troth.plan.model import Digests, Plan
from troth.plan.predicate import Predicate
from troth.plan.schema import StoreSchema
from troth.plan.sets import Linked, SetDefinition

Sets = Mapping[str, SetDefinition]


@dataclass(frozen=True)
class Looking:
    """What a look stands on; `gaps` are the differences of map and databases."""

    setting: Setting
    schemas: Mapping[str, StoreSchema]
    facts: Facts
    now: datetime
    day: date
    gaps: tuple[Difference, ...]


@dataclass(frozen=True)
class Open:
    """The stores at work; `unmade` are sets that a table which is missing keeps from being made."""

    looking: Looking
    works: Mapping[str, Work]
    unmade: frozenset[str]

    def lacks(self, store: str, table: str) -> Difference | None:
        """What the database does not have of a table of the map."""
        gaps = (gap for gap in self.looking.gaps if gap.kind == "missing")
        return next((gap for gap in gaps if (gap.store, gap.table) == (store, table)), None)

    def undecidable(self, predicates: Collection[Predicate]) -> bool:
        """Whether some predicate reads a set that could not be made."""
        return bool(self.unmade) and any(set(sets_in(p)) & self.unmade for p in predicates)

    def make(self, sets: Sets) -> None:
        """Makes further sets, outside any transaction."""
        look = self.looking
        plan = _bare_plan(look, sets)
        setting = look.setting
        resolve(Resolution(plan, setting.policy, setting.map, look.facts, look.now, self.works))


@contextmanager
def looked_into(look: Looking, sets: Sets) -> Iterator[Open]:
    """Every store of the map at work, with `sets` made as far as the databases allow."""
    lacking = {(gap.store, gap.table) for gap in look.gaps if gap.kind == "missing"}
    unmade = frozenset(
        name for name, definition in sets.items() if _reads(sets, definition) & lacking
    )
    makable = {name: made for name, made in sets.items() if name not in unmade}
    plan = _bare_plan(look, makable)
    with at_work(look.setting, look.schemas, plan, look.facts, look.now) as works:
        yield Open(look, works, unmade)


def _reads(sets: Sets, definition: SetDefinition) -> set[tuple[str, str]]:
    """The tables from which a set is made."""
    found = {(definition.store, definition.table)}
    if isinstance(definition, Linked):
        found.add((definition.other_store, definition.other_table))
        for name in sets_in(definition.where):
            found |= _reads(sets, sets[name])
    return found


def _bare_plan(look: Looking, sets: Sets) -> Plan:
    """Sets to be made, in the form in which they are resolved."""
    policy = look.setting.policy
    return Plan(
        organisation=policy.organisation,
        made_at=look.now,
        day=look.day,
        zone=policy.zone,
        digests=Digests(policy="", map="", schemas={}, facts_version=look.facts.version),
        limits=look.setting.limits,
        sets=dict(sets),
        steps=(),
        notices=(),
    )
