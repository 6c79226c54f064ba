"""The ways in which a check counts a table, each compared with counting row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from differential.databases import Databases
from differential.materialise import lay_down
from troth.apply.apart import count_apart
from troth.apply.census import count_company
from troth.apply.check import asked_tables, look_at
from troth.apply.governing import AskedTable
from troth.apply.joined import Joined, joins
from troth.apply.looking import Open, looked_into
from troth.apply.oldest import (
    Oldest,
    joined_cells,
    oldest_due,
    plain_cells,
    reference_of,
    single_cells,
)
from troth.apply.onepass import count_plain, count_staged
from troth.apply.planning import Setting
from troth.apply.promises import promises_of
from troth.apply.states import TableStates, predicates_of, states_of
from troth.plan.frame import Context
from worlds.world import World

SHORT = {"sqlite": 60, "postgresql": 250, "mariadb": 120}
"""Parts of a predicate; more overflow SQLite's parser, and take MariaDB long to plan."""

Numbers = tuple[tuple[int, ...], ...]


def numbers_of(states: TableStates) -> Numbers:
    """Everything that was counted, of every group and scope."""
    found = []
    for group in states.groups:
        found.append((group.rows, group.there, group.absent, group.undecided, group.kept))
        found += [(s.rows, s.there, s.absent, s.undecided) for s in group.scopes]
    return tuple(found)


def oldest_of(states: TableStates) -> list[Oldest | None]:
    """The oldest due day of each scope."""
    with states.work.session.reading():
        return [
            oldest_due(states, at, position)
            for at, group in enumerate(states.groups)
            for position, scope in enumerate(group.scopes)
            if scope.there
        ]


def row_by_row(states: TableStates) -> None:
    count_plain(states, states, plain_cells(states))


def joined(states: TableStates) -> None:
    found = Joined(states.work, states.row)
    count_plain(states, found, joined_cells(states, found))


def staged(states: TableStates) -> None:
    count_staged(states, states, plain_cells(states))


def joined_staged(states: TableStates) -> None:
    found = Joined(states.work, states.row)
    count_staged(states, found, joined_cells(states, found))


def apart(states: TableStates) -> None:
    count_apart(states, lambda row: single_cells(states, row), reference_of(states))


def counted(states: TableStates, way: Callable[[TableStates], None]) -> TableStates:
    with states.work.session.reading():
        way(states)
    return states


def short(states: TableStates) -> bool:
    most = SHORT[states.work.store.address.dialect]
    sizes = [part.size for part in predicates_of(states)]
    return max(sizes, default=0) <= most and sum(sizes) <= 2 * most


def compare_world(world: World, found: Databases) -> Counter[str]:
    """How many tables were counted in each way."""
    stores = found.empty(world.map.stores)
    lay_down(world, stores)
    setting = Setting(world.policy, world.map, stores)
    look = look_at(setting, world.facts, world.now, lambda _: None)
    context = Context(world.policy, world.map, world.facts, look.day)
    asked = [one for one in asked_tables(context, promises_of(world.policy)) if one.groups]
    ways: Counter[str] = Counter()
    with looked_into(look, context.sets) as opened:
        for store in world.map.stores:
            tables = [
                states
                for one in asked
                if one.frame.store == store and short(states := made(opened, one))
            ]
            compare_tables(opened, tables, ways)
    return ways


def made(opened: Open, one: AskedTable) -> TableStates:
    return states_of(opened.works[one.frame.store], one)


def compare_tables(opened: Open, tables: list[TableStates], ways: Counter[str]) -> None:
    meant = {}
    for states in tables:
        label = states.table.frame.label
        counted(states, row_by_row)
        meant[label] = numbers_of(states), oldest_of(states)
        by_state = counted(made(opened, states.table), apart)
        assert (numbers_of(by_state), oldest_of(by_state)) == meant[label], label
        ways["apart"] += 1
        by_tests = counted(made(opened, states.table), staged)
        assert (numbers_of(by_tests), oldest_of(by_tests)) == meant[label], label
        if joins(states, predicates_of(states)):
            for way in (joined, joined_staged):
                by_join = counted(made(opened, states.table), way)
                assert (numbers_of(by_join), oldest_of(by_join)) == meant[label], label
            ways["joined"] += 1
    for states in tables:
        others = [made(opened, one.table) for one in tables if one is not states]
        with states.work.session.reading():
            company = count_company(made(opened, states.table), others)
        for one in company:
            label = one.table.frame.label
            assert (numbers_of(one), oldest_of(one)) == meant[label], label
        ways["together"] += len(company) > 1
