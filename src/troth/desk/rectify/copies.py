"""The copies of a wrong value in a person's rows: which are written, and which stay and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from troth.apply.looking import Looking, Open
from troth.apply.names import ROWS_AT_ONCE
from troth.apply.narrow import narrowed
from troth.apply.planning import Setting
from troth.apply.work import Work
from troth.datamap.inside import name_inside
from troth.datamap.model import Column, Normaliser
from troth.desk.find.find import Finder
from troth.desk.rectify.model import Change, Copies, Place, Target, Why
from troth.desk.rectify.theirs import mine_in, protected_in, shared_in
from troth.desk.rectify.values import inside, same, text_of
from troth.grounds.facts import Facts
from troth.grounds.identity import normalise
from troth.law.calendar import day_of
from troth.plan.frame import Context, Frame
from troth.plan.papers import Paper, papers
from troth.plan.predicate import Predicate
from troth.stores.render import Row
from troth.stores.texts import Condition

VIEWS = ("view", "materialised-view")


@dataclass(frozen=True)
class Site:
    """What a search stands on; `excepted` columns stay, `confirm_shared` takes shared values on."""

    desk: Finder
    setting: Setting
    facts: Facts
    now: datetime
    changes: Sequence[Change]
    confirm_shared: bool = False
    excepted: Collection[Place] = ()


@dataclass
class Found:
    """What was found: cells to write, cells that stay, those of papers, and the counts of both."""

    targets: list[Target] = field(default_factory=list)
    stay: list[Target] = field(default_factory=list)
    papers: list[Target] = field(default_factory=list)
    changes: dict[Copies, int] = field(default_factory=dict)
    left: dict[Copies, int] = field(default_factory=dict)


def find_copies(site: Site) -> Found:
    """Every copy of the changes' old values in the rows of the person whose sets are loaded."""
    found = Found()
    context = Context(site.setting.policy, site.setting.map, site.facts, _day(site))
    kept = {
        (store, table, name): papers(Frame(context, store, table), column)
        for store, entry in site.setting.map.stores.items()
        for table, described in entry.tables.items()
        for name, column in described.values.items()
    }
    look = Looking(site.setting, {}, site.facts, site.now, _day(site), ())
    Open(look, site.desk.works, frozenset()).make(context.sets)
    for store, entry in site.setting.map.stores.items():
        work = site.desk.works.get(store)
        for table, described in entry.tables.items():
            if work is None or table not in work.tables or not described.personal:
                continue
            if work.row(table).table.kind in VIEWS:  # the same rows, seen again
                continue
            _table(site, work, table, kept, found)
    return found


def _day(site: Site) -> Any:
    return day_of(site.now, site.setting.policy.zoneinfo)


@dataclass(frozen=True)
class _Cell:
    """A column that may hold a copy: its flags stand at these positions of a row."""

    name: str
    column: Column
    change: int
    paths: tuple[str | None, ...]
    at: int
    mine: int
    papers: tuple[tuple[str | None, Paper], ...]


def _table(
    site: Site,
    work: Work,
    table: str,
    kept: Mapping[Place, tuple[Paper, ...]],
    found: Found,
) -> None:
    """The copies in one table, by one statement."""
    entry = site.setting.map.table(work.name, table)
    if not entry.key:
        return
    row = work.row(table)
    renderer = work.renderer()
    picked: list[Any] = [row.source.c[name] for name in entry.key]
    conditions: list[Condition] = []
    cells: list[_Cell] = []

    def flag(predicate: Predicate) -> Any:
        return sa.case((renderer.condition(predicate, row), 1), else_=0)

    for name, column in entry.personal.items():
        mine = mine_in(site.desk, work.name, table, name)
        holds = renderer.condition(mine, row)
        if isinstance(holds, sa.False_):
            continue
        for number, change in enumerate(site.changes):
            paths, condition = _asks(work, row, name, column, change, (work.name, table, name))
            if not paths:
                continue
            grounds = tuple(
                (path, paper)
                for path in paths
                for paper in kept[work.name, table, name_inside(name, path) if path else name]
            )
            at = len(picked)
            picked += [row.source.c[name], flag(mine)]
            picked.append(flag(shared_in(site.desk, work.name, table, name)))
            picked.append(flag(protected_in(site.desk, work.name, table, name)))
            picked += [flag(paper.rows) for _, paper in grounds]
            cells.append(_Cell(name, column, number, paths, at, at + 1, grounds))
            conditions.append(sa.and_(holds, condition))
    if not cells:
        return
    # positions, not names: several changes may ask about one column
    select = sa.select(*(part.label(f"c{n}") for n, part in enumerate(picked)))
    select = select.select_from(row.source).where(sa.or_(*conditions))
    width = len(entry.key)
    with work.session.reading() as connection:
        options = {"yield_per": ROWS_AT_ONCE}
        for values in connection.execute(select, execution_options=options):
            for cell in cells:
                if values[cell.mine]:
                    _take(site, (work.name, table), tuple(values[:width]), values, cell, found)


def _take(
    site: Site,
    where: tuple[str, str],
    key: tuple[Any, ...],
    values: Sequence[Any],
    cell: _Cell,
    found: Found,
) -> None:
    change = site.changes[cell.change]
    store, table = where
    for path in cell.paths:
        value = values[cell.at] if path is None else inside(values[cell.at], path)
        if not is_copy(change, value, cell.column, (store, table, cell.name)):
            continue
        why, ground = _why(site, cell, change, path, values, (store, table, cell.name))
        target = Target(store, table, cell.name, key, cell.change, path)
        copies = Copies(
            store,
            table,
            cell.name,
            0,
            change.named,
            path,
            why=why,
            activity=ground.activity if ground else None,
            rule=ground.rule if ground else None,
            promise=ground.promise if ground else None,
            clauses=ground.clauses if ground else (),
            statute=ground.statute if ground else None,
        )
        if why is None:
            found.targets.append(target)
            found.changes[copies] = found.changes.get(copies, 0) + 1
        else:
            found.left[copies] = found.left.get(copies, 0) + 1
            found.stay.append(target)
            if why == "paper":
                found.papers.append(target)


def _why(
    site: Site,
    cell: _Cell,
    change: Change,
    path: str | None,
    values: Sequence[Any],
    place: Place,
) -> tuple[Why | None, Paper | None]:
    """Why a copy stays; None where it is written."""
    _, shared, protected, *flags = values[cell.mine : cell.mine + 3 + len(cell.papers)]
    for (of, paper), holds in zip(cell.papers, flags, strict=True):
        if holds and of == path:
            return "paper", paper
    if protected:
        return "protected", None
    if place in site.excepted:
        return "excepted", None
    if not _meant(site, change, cell.column, path, place):
        return "other-category", None
    if shared and not site.confirm_shared:
        return "shared", None
    return None, None


def _meant(site: Site, change: Change, column: Column, path: str | None, place: Place) -> bool:
    """The value is of the category that is corrected, or an identifier, which is so anywhere."""
    if change.everywhere or place == change.column:
        return True
    category = column.inside[path] if path is not None else column.category
    lineage = site.setting.policy.lineage(category) if category is not None else ()
    return not set(lineage).isdisjoint(change.categories)


def is_copy(change: Change, value: Any, column: Column, place: Place) -> bool:
    """The value is the old one, and not yet the new one; or it is the missing one."""
    if change.old is None:
        return place == change.column and text_of(value) is None
    return same(change.old, value, ways(change, column)) and text_of(value) != change.new


def ways(change: Change, column: Column) -> tuple[Normaliser, ...]:
    """How a column is compared with the old value: as the value is, and as the column is."""
    return tuple(dict.fromkeys((*change.how, column.compare)))


def _asks(
    work: Work, row: Row, name: str, column: Column, change: Change, place: Place
) -> tuple[tuple[str | None, ...], Condition]:
    """Where in the column a copy may stand, and a condition that every such row satisfies."""
    if change.old is None:
        if place != change.column:
            return (), sa.false()
        return (None,), sa.true()
    if column.inside:
        return tuple(column.inside), row.source.c[name].is_not(None)
    if row.kind(name) in ("json", "binary"):
        return (), sa.false()
    return (None,), sa.or_(*_narrow(work, row, name, change.old, ways(change, column)))


def _narrow(
    work: Work, row: Row, name: str, old: str, how: Sequence[Normaliser]
) -> Iterator[Condition]:
    for each in how:
        normal = normalise(old, each)
        if normal:
            yield narrowed(work, row, name, each, [normal])
