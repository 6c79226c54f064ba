"""How often each construct and each state occurs in a sample of worlds.

Run it to see the figures: `python -m worlds.census [WORLDS]` from the tests directory.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from troth.datamap.bindings import (
    ColumnDay,
    EventOf,
    FinancialYearEnd,
    FirstOf,
    LedgerDay,
    PeriodEnd,
    RelatedDay,
)
from troth.datamap.filters import AllOf, AnyOf, NotOf, RelatedRow, Test
from troth.datamap.model import Column, Relation, Table
from troth.grounds.interpreter import standing
from troth.grounds.rows import row_actions
from troth.policy.model import Activity, Condition, Consent, DataCategory
from troth.policy.retention import ByChoice, ByParameter, Cap, RetentionRule
from worlds.strategies import world_of
from worlds.world import World

FLOOR = 5
"""Percent of worlds (or of values) in which each construct (or state) has to occur."""


@dataclass(frozen=True)
class Census:
    """Worlds in which each construct occurs, values in each state, rows by what is done to them."""

    worlds: int
    constructs: Counter[str]
    states: Counter[str]
    actions: Counter[str]
    policies: int
    schemas: int

    def share(self, counts: Counter[str], name: str) -> float:
        """Percent of worlds for a construct, of all values or rows otherwise."""
        whole = self.worlds if counts is self.constructs else counts.total()
        return 100 * counts[name] / whole


def census(worlds: Iterable[World]) -> Census:
    """Counts a sample; every world is also interpreted."""
    constructs: Counter[str] = Counter()
    states: Counter[str] = Counter()
    actions: Counter[str] = Counter()
    policies, schemas, count = set(), set(), 0
    for world in worlds:
        count += 1
        constructs.update(constructs_of(world))
        evidence = world.evidence()
        for value in world.values():
            states[standing(value, evidence, world.facts, world.now).state.value] += 1
        done = row_actions(evidence, world.facts, world.now)
        personal = {row: action for row, action in done.items() if evidence.table(row).personal}
        actions.update(action.act for action in personal.values())
        actions["move"] += sum(bool(action.move) for action in personal.values())
        policies.add(world.policy.model_dump_json())
        schemas.add(repr(world.tables))
    return Census(count, constructs, states, actions, len(policies), len(schemas))


def constructs_of(world: World) -> set[str]:
    """The names of the constructs that a world uses."""
    found = {name for part in _parts(world.policy) for name in _of_policy(part)}
    found |= {name for part in _parts(world.map) for name in _of_map(part)}
    return found | set(_of_tables(world)) | set(_of_facts(world))


def _of_policy(part: BaseModel) -> Iterator[str]:
    match part:
        case RetentionRule():
            form = next(f for f in ("earliest", "latest", "during", "after") if getattr(part, f))
            yield f"rule: {part.bound}"
            yield f"rule: {form}"
            marks = (
                "warn",
                "archive",
                "exclusive",
                "places",
                "categories",
                "subjects",
                "withstands",
            )
            yield from (f"rule: {mark}" for mark in marks if getattr(part, mark))
        case Cap():
            yield "cap"
        case ByParameter():
            yield "period: parameter"
        case ByChoice():
            yield "period: choice" if part.otherwise is None else "period: choice, otherwise"
        case Activity():
            yield "activities: several rules" if len(part.retention) > 1 else "activities: one rule"
            yield from (f"basis: {basis.kind}" for basis in part.legal_bases)
            yield from ("basis: conditional" for basis in part.legal_bases if basis.when)
            yield from (
                f"activity: {mark}"
                for mark in ("places", "conditions", "direct_marketing")
                if getattr(part, mark)
            )
            if len(part.legal_bases) > 2:
                yield "basis: one of three"
        case Consent():
            if part.born:
                yield "consent: minimum age"
        case Condition():
            yield f"condition: {part.on_failure}, {part.unknown_means}"
        case DataCategory():
            if part.never_stored:
                yield "category: never stored"
        case _:
            return


def _of_map(part: BaseModel) -> Iterator[str]:
    match part:
        case ColumnDay():
            yield f"day: {part.form}" + (f" {part.format}" if part.form == "text" else "")
            yield f"absent: {part.absent}"
            marks = ("json_path", "zone", "not_before", "future")
            yield from (f"day: {mark}" for mark in marks if getattr(part, mark))
        case RelatedDay():
            yield f"binding: related {part.take}"
            if part.where:
                yield "binding: related where"
            if any(step.count(".") > 1 for step in part.related):
                yield "binding: related in another store"
        case LedgerDay():
            yield "binding: ledger, " + ("case" if part.column else "person")
        case PeriodEnd():
            yield "binding: period end" + (", closed" if part.closed else "")
        case FirstOf() | EventOf() | FinancialYearEnd():
            yield f"binding: {type(part).__name__}"
        case Test() | AllOf() | AnyOf() | NotOf() | RelatedRow():
            yield f"filter: {type(part).__name__}"
        case Relation():
            yield "relation: declared" if part.declared else "relation: undeclared"
            marks_of_relation = ("part_of", "where", "json_path")
            yield from (f"relation: {mark}" for mark in marks_of_relation if getattr(part, mark))
            if part.compare != "exact":
                yield "relation: normalised"
        case Column():
            yield f"erased: {part.erased.form}"
            if part.inside:
                yield "column: inside"
                rest = {part.category} - {None}
                yield "column: inside, " + ("and the rest" if rest else "without the rest")
                if len({*part.inside.values(), *rest}) > 1:
                    yield "column: inside, of several categories"
        case Table():
            yield from _of_table(part)
        case _:
            if type(part).__name__ in ("LatestOf", "EarliestOf", "At"):
                yield f"binding: {type(part).__name__}"


def _of_table(table: Table) -> Iterator[str]:
    marks = ("protect", "activities", "place", "conditions", "choices")
    yield from (f"table: {mark}" for mark in marks if getattr(table, mark))
    yield f"table: row {table.row}"
    if len(table.key) > 1:
        yield "table: composite key"
    if len(table.roles) > 1:
        yield "table: several roles"
        if len({role.person for role in table.roles.values()}) > 1:
            yield "table: shared by two persons"
    if any(role.when for role in table.roles.values()):
        yield "role: when"
    if any(len(role.person) > 1 for role in table.roles.values()):
        yield "role: person over two steps"


def _of_tables(world: World) -> Iterator[str]:
    yield f"stores: {len(world.map.stores)}"
    for (store, name), table in world.tables.items():
        if name not in world.map.stores[store].tables:
            yield "table: unmapped"
        yield from (f"foreign key: {key.on_delete}" for key in table.foreign_keys)
        if _hang_together(world, store, name):
            yield "relation: enforced tree"
        if name in world.map.stores[store].tables:
            relations = world.map.table(store, name).relations.values()
            if any(world.map.reference(store, r.references) == (store, name) for r in relations):
                yield "relation: to the same table"
            if "last" in world.map.table(store, name).relations:
                yield "relation: cycle of tables"


def _hang_together(world: World, store: str, name: str) -> bool:
    """Rows of other tables reference this one, all of them by enforced keys and nothing else.

    Such a tree goes with its root, without a decision for each row, where what it holds lets it.
    """
    table = world.tables[store, name]
    if name not in world.map.stores[store].tables or world.map.table(store, name).row != "delete":
        return False
    below = [
        (other, key)
        for (at, other), described in world.tables.items()
        for key in described.foreign_keys
        if at == store and key.references == name
    ]
    relations = [
        other
        for other, entry in world.map.stores[store].tables.items()
        for relation in entry.relations.values()
        if world.map.reference(store, relation.references) == (store, name)
    ]
    return (
        bool(below)
        and sorted(relations) == sorted(other for other, _ in below)
        and all(
            key.on_delete in ("no-action", "restrict") and set(key.to) == set(table.key)
            for _, key in below
        )
        and all(len(world.map.table(store, other).relations) == 1 for other, _ in below)
    )


def _of_facts(world: World) -> Iterator[str]:
    facts = world.facts
    for hold in facts.holds:
        yield hold.id.replace("-", ": ", 1)
        if not hold.open_at(world.now):
            yield "hold: lifted or not yet open"
    for act in facts.acts:
        yield f"act: {act.kind}"
        marks = ("activities", "categories", "places", "answer_by", "review_on")
        yield from (f"act: {mark}" for mark in marks if getattr(act, mark))
        yield from (f"act: {each.outcome}" for each in act.decisions)
        if any(person.value == "nobody@mail.example" for person in act.persons):
            yield "act: of nobody"
    yield from (f"consent: {fact.state}, {fact.by}" for fact in facts.consents)
    yield from ("day fact: cleared" if fact.day is None else "day fact" for fact in facts.days)
    yield from ("warning" for _ in facts.warnings)
    yield from ("kept day" for _ in facts.kept)


def _parts(part: object) -> Iterator[BaseModel]:
    """Every model inside a model, itself included."""
    if isinstance(part, BaseModel):
        yield part
        for name in type(part).model_fields:
            yield from _parts(getattr(part, name))
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _parts(inner)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _parts(inner)


def lines(counted: Census) -> Iterator[str]:
    """The census as lines of text, the rarest construct first."""
    yield f"{counted.worlds} worlds, {counted.policies} policies, {counted.schemas} schemas"
    tables: tuple[tuple[str, Counter[str]], ...] = (
        ("values", counted.states),
        ("rows", counted.actions),
        ("worlds", counted.constructs),
    )
    for what, counts in tables:
        for name, _ in reversed(counts.most_common()):
            yield f"{counted.share(counts, name):6.1f} % of {what}  {name}"


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("\n".join(lines(census(world_of(seed) for seed in range(size)))))
