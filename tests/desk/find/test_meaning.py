"""On random maps and rows: what is found for an identifier is what the interpreter says.

The long run: `TROTH_FIND_WORLDS=300 .venv/bin/python -m pytest tests/desk/find/test_meaning.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from differential.conftest import databases
from differential.databases import Databases
from differential.materialise import lay_down, read_back
from troth.apply.planning import Setting
from troth.datamap.paths import Hop, resolve_path
from troth.desk.find.find import Finder, finder
from troth.desk.find.model import Asked, Concern
from troth.desk.find.people import keys_of, numbered
from troth.grounds.evidence import Evidence, Row
from troth.grounds.facts import Identifier, Key
from troth.grounds.people import identifiers, names, person_of
from troth.grounds.truth import follow, holds
from worlds.strategies import world_of
from worlds.world import World

__all__ = ["databases"]
WORLDS = int(os.environ.get("TROTH_FIND_WORLDS", "30"))
EVERYWHERE = 4  # of them are compared on all databases, the others on one each, in turn
FOLD = 2
Place = tuple[str, str, str]
Keys = Mapping[Place, frozenset[Key]]
Everybody = Mapping[Place, Sequence[tuple[Key, tuple[Any, ...]]]]


@contextmanager
def opened(world: World, databases: Databases) -> Iterator[tuple[Finder, Evidence]]:
    stores = databases.empty(world.map.stores)
    lay_down(world, stores)
    with finder(Setting(world.policy, world.map, stores)) as found:
        yield found, read_back(world, found.works)


def identifiers_of(world: World, evidence: Evidence) -> list[Identifier]:
    """Every identifier that some row shows, as it is written there, and one that none shows."""
    found = {
        Identifier(namespace, text): None
        for store, entry in world.map.stores.items()
        for table in entry.tables
        for row in evidence.all_of(store, table)
        for namespace, _, text in identifiers(row, evidence)
    }
    return [*found, Identifier("email", "nobody@mail.example")]


def everybody(world: World, evidence: Evidence) -> Everybody:
    """The key of each row with the names of its person, by store, table and role."""
    return {
        (store, table, role_name): [
            (evidence.key(row), tuple(person_of(row, role_name, role, evidence)))
            for row in evidence.all_of(store, table)
        ]
        for store, entry in world.map.stores.items()
        for table, described in entry.tables.items()
        for role_name, role in described.roles.items()
    }


def meant(people: Everybody, person: Sequence[Identifier]) -> Keys:
    """The rows of a person, by store, table and role, as the interpreter sees them."""
    found: dict[Place, frozenset[Key]] = {}
    for where, rows in people.items():
        keys = frozenset(
            key for key, shown in rows if any(names(name, one) for name in shown for one in person)
        )
        if keys:
            found[where] = keys
    return found


def place(concern: Concern) -> Place:
    return concern.store, concern.table, concern.role


def told(found: Finder, number: int | None = None) -> Keys:
    """What the loaded sets select; with a number, by joins, of that person alone."""
    answers: dict[Place, frozenset[Key]] = {}
    for concern in found.concerns.all:
        work = found.works[concern.store]
        key = found.datamap.table(concern.store, concern.table).key
        if number is None:
            keys = {tuple(cells) for cells in keys_of(work, concern, key)}
        else:
            select = numbered(work, found.concerns, concern, key)
            if select is None:
                continue
            rows = work.connection.execute(select).all()
            keys = {tuple(cells[:-1]) for cells in rows if cells[-1] == number}
        if keys:
            answers[place(concern)] = frozenset(keys)
    return answers


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.slow
@pytest.mark.clause("SMA-5d-1")
def test_rows_of_identifiers_are_those_that_are_meant(databases: Sequence[Databases]) -> None:
    counted: Counter[str] = Counter()
    for seed in range(WORLDS):
        world = world_of(seed, FOLD)
        turn = seed % len(databases)
        for each in databases if seed < EVERYWHERE else databases[turn : turn + 1]:
            with opened(world, each) as (found, evidence):
                every = identifiers_of(world, evidence)
                people = everybody(world, evidence)
                expected = {one: meant(people, [one]) for one in every}
                for one in every:
                    found.load_named([[one]])
                    where = f"seed {seed} on {each.dialect}, {one.namespace}"
                    assert told(found) == expected[one], where
                    counted[each.dialect] += len(expected[one])
                assert_numbered(found, expected)
    assert all(counted[each.dialect] > WORLDS for each in databases), counted


def assert_numbered(found: Finder, expected: Mapping[Identifier, Keys]) -> None:
    """All of them at once, each as a person of its own."""
    found.load_named([[one] for one in expected])
    inside = {
        place(concern)
        for concern in found.concerns.all
        if not any(hop.crosses for hop in _hops(found, concern))
    }
    for number, rows in enumerate(expected.values()):
        assert told(found, number) == {
            where: keys for where, keys in rows.items() if where in inside
        }


def _hops(found: Finder, concern: Concern) -> tuple[Hop, ...]:
    role = found.datamap.table(concern.store, concern.table).roles[concern.role]
    return resolve_path(found.datamap, concern.store, concern.table, role.person)


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.slow
def test_what_is_found_is_one_person_and_all_of_their_rows(databases: Sequence[Databases]) -> None:
    """Counts and marks are those of the rows; an exclusive identifier leads to nobody else."""
    seen: Counter[str] = Counter()
    for seed in range(WORLDS // 3):
        world = world_of(seed, FOLD)
        with opened(world, databases[seed % len(databases)]) as (found, evidence):
            people = everybody(world, evidence)
            for one in identifiers_of(world, evidence)[::4]:
                answer = found.find(Asked((one,)))
                seen["sure" if answer.persons else "doubtful" if answer.doubtful else "none"] += 1
                rows = told(found)
                roles = [role for table in answer.rows for role in table.roles]
                counts = {place(role.concern): role.rows for role in roles}
                assert counts == {where: len(keys) for where, keys in rows.items()}
                shared = {place(role.concern): role.shared for role in roles}
                persons = sure_rows(found, evidence)
                for where, keys in rows.items():
                    if _leaves(found, where):
                        continue
                    wanted = shared_rows(found, evidence, where, persons)
                    assert shared[where] == len(keys & wanted), where
                for table in answer.rows:
                    mine = [k for w, k in rows.items() if w[:2] == (table.store, table.table)]
                    assert table.rows == len(frozenset().union(*mine))
                exact = meant(people, answer.identifiers)
                assert all(keys <= rows.get(where, frozenset()) for where, keys in exact.items())
    assert seen["sure"] >= WORLDS // 3
    assert seen["none"]


def _leaves(found: Finder, where: Place) -> bool:
    """Whether a role of the table leads into another store, where sharing is told cautiously."""
    same = (c for c in found.concerns.all if (c.store, c.table) == where[:2])
    return any(hop.crosses for concern in same for hop in _hops(found, concern))


def sure_rows(found: Finder, evidence: Evidence) -> dict[tuple[str, tuple[str, ...]], set[Row]]:
    """The rows that are loaded as the person, by table and identity columns."""
    loaded: dict[tuple[str, tuple[str, ...]], set[Row]] = {}
    for facet in found.concerns.facets:
        work = found.works[facet.store]
        made = work.sets.get(facet.set_name)
        keys: set[Key] = set()
        if made is not None:
            keys = {tuple(cells[:-1]) for cells in work.connection.execute(made.select())}
        loaded[facet.label, facet.identity] = {
            row for row in evidence.all_of(facet.store, facet.table) if evidence.key(row) in keys
        }
    return loaded


def shared_rows(
    found: Finder,
    evidence: Evidence,
    where: Place,
    persons: Mapping[tuple[str, tuple[str, ...]], set[Row]],
) -> frozenset[Key]:
    """The rows of a table that concern somebody who is not the person, under a role that holds."""
    store, table, role = where
    entry = found.datamap.table(store, table)
    keys = set()
    for row in evidence.all_of(store, table):
        for name, other in entry.roles.items():
            if name == role and not other.person:
                continue
            if name != role and not holds(other.when, row, evidence):
                continue
            facet = found.facets.of_role(found.datamap, store, table, name)
            if facet is None:
                continue
            mine = persons[facet.label, facet.identity]
            for end in follow(other.person, row, evidence):
                cells = evidence.cells(end)
                if end not in mine and any(cells[column] is not None for column in facet.identity):
                    keys.add(evidence.key(row))
    return frozenset(keys)
