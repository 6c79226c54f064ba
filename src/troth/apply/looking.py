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
from troth.law.calendar import day_of
from troth.plan.model import Digests, Plan
from troth.plan.predicate import Predicate
from troth.plan.schema import StoreSchema
from troth.plan.sets import Linked, SetDefinition, SmallGroups

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
        setting = look.setting
        plan = bare_plan(setting, look.facts, look.now, sets)
        resolve(Resolution(plan, setting.policy, setting.map, look.facts, look.now, self.works))


@contextmanager
def looked_into(look: Looking, sets: Sets) -> Iterator[Open]:
    """Every store of the map at work, with `sets` made as far as the databases allow."""
    unmade = not_makable(look.gaps, sets)
    makable = {name: made for name, made in sets.items() if name not in unmade}
    plan = bare_plan(look.setting, look.facts, look.now, makable)
    with at_work(look.setting, look.schemas, plan, look.facts, look.now) as works:
        yield Open(look, works, unmade)


def not_makable(gaps: Collection[Difference], sets: Sets) -> frozenset[str]:
    """The sets that a table or column which is missing keeps from being made."""
    lacking = {(gap.store, gap.table) for gap in gaps if gap.kind == "missing"}
    return frozenset(name for name, one in sets.items() if _reads(sets, one) & lacking)


def _reads(sets: Sets, definition: SetDefinition) -> set[tuple[str, str]]:
    """The tables from which a set is made."""
    found = {(definition.store, definition.table)}
    if isinstance(definition, Linked):
        found.add((definition.other_store, definition.other_table))
    if isinstance(definition, Linked | SmallGroups):
        for name in sets_in(definition.where):
            found |= _reads(sets, sets[name])
    return found


def bare_plan(setting: Setting, facts: Facts, now: datetime, sets: Sets) -> Plan:
    """Sets to be made, in the form in which they are resolved."""
    policy = setting.policy
    return Plan(
        organisation=policy.organisation,
        made_at=now,
        day=day_of(now, policy.zoneinfo),
        zone=policy.zone,
        digests=Digests(policy="", map="", schemas={}, facts_version=facts.version),
        limits=setting.limits,
        sets=dict(sets),
        steps=(),
        notices=(),
    )
