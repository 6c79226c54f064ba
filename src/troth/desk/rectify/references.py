"""Rows that reference a row by the very value that changes: they follow in the same run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from troth.apply.narrow import narrowed
from troth.apply.work import Work
from troth.datamap.model import DataMap, Relation
from troth.desk.rectify.copies import Found, Site
from troth.desk.rectify.model import Change, Place, Target
from troth.desk.rectify.values import inside, same, text_of
from troth.errors import Refused
from troth.grounds.identity import normalise
from troth.law.calendar import day_of
from troth.plan.frame import Context, Frame
from troth.plan.rows import physical_name
from troth.plan.schema import ForeignKey
from troth.stores.compare import equal_columns


@dataclass(frozen=True)
class Reference:
    """Rows of `table`, keyed on `key`, whose `columns` reference `to` of another table."""

    table: str
    columns: tuple[str, ...]
    to: tuple[str, ...]
    key: tuple[str, ...]
    foreign: ForeignKey | None


def followers(site: Site, found: Found) -> list[Target]:
    """The cells that reference a cell to be written, some of which may be among those themselves.

    What the database itself lets follow is not among them, except on MariaDB, where nothing
    follows while keys are not checked. Where no key enforces the reference, what stays stays.
    Refused: `rectify-referenced` where the database lets nobody change the value,
    `rectify-paper-follows` where an issued paper would change with it.
    """
    stay = {label_of(target) for target in found.stay}
    papers = {label_of(target) for target in found.papers}
    follow: dict[tuple[Any, ...], Target] = {}
    for place, some in _by_place(found.targets).items():
        across = ((target, None) for target in _across(site, place, some))
        for target, foreign in (*_inside(site, place, some), *across):
            label = label_of(target)
            if foreign is not None and label in papers:
                raise Refused(
                    "rectify-paper-follows",
                    "issued papers reference the value, and would have to change with it",
                    place=f"{target.store}.{target.table}.{target.column}",
                    help="let them reference a number that says nothing, then rectify",
                )
            dialect = site.desk.works[target.store].store.address.dialect
            cascades = foreign is not None and foreign.on_update == "cascade"
            if (foreign is None and label in stay) or (cascades and dialect != "mariadb"):
                continue
            follow.setdefault(label, target)
    return list(follow.values())


def references(datamap: DataMap, work: Work, table: str) -> list[Reference]:
    """What references a table inside its store, by foreign keys and by relations of the map."""
    entries = datamap.stores[work.name].tables
    real = {physical_name(name, entry): name for name, entry in entries.items()}
    found: list[Reference] = []
    for schema, foreign in work.schema.referencing(physical_name(table, entries[table])):
        name = real.get(schema.name, schema.name)
        key = entries[name].key if name in entries else schema.key
        found.append(Reference(name, foreign.columns, foreign.to, key, foreign))
    declared = {(one.table, one.columns) for one in found}
    for name, other in entries.items():
        for relation in other.relations.values():
            target = datamap.reference(work.name, relation.references)
            if target == (work.name, table) and _plain(relation):
                to = relation.to or entries[table].key
                if (name, relation.columns) not in declared and name in work.tables:
                    found.append(Reference(name, relation.columns, to, other.key, None))
    return found


def _plain(relation: Relation) -> bool:
    return relation.compare == "exact" and relation.json_path is None


def _inside(
    site: Site, place: Place, targets: Sequence[Target]
) -> Iterator[tuple[Target, ForeignKey | None]]:
    """Rows of the same store that reference by the value, exactly, each with its foreign key."""
    store, table, column = place
    work = site.desk.works[store]
    for reference in references(site.setting.map, work, table):
        if column not in reference.to:
            continue
        mine = reference.columns[reference.to.index(column)]
        keys = _referring(site, work, table, reference, targets)
        if keys and reference.foreign is not None and reference.foreign.on_update == "restrict":
            raise Refused(
                "rectify-referenced",
                "a foreign key with ON UPDATE RESTRICT keeps the value as it is",
                place=f"{store}.{reference.table}.{mine}",
                help="declare it ON UPDATE CASCADE",
            )
        for key in keys:
            number = targets[0].change
            yield Target(store, reference.table, mine, key, number, follows=True), reference.foreign


def _referring(
    site: Site, work: Work, table: str, reference: Reference, targets: Sequence[Target]
) -> list[tuple[Any, ...]]:
    """The keys of the rows that reference the rows of the targets as they are."""
    names = site.setting.map.table(work.name, table).key
    bare = work.row(table)
    parent = replace(bare, source=bare.source.alias("troth_parent"))
    child = work.row(reference.table)
    dialect = work.store.address.dialect
    joins = [
        equal_columns(
            dialect,
            (child.source.c[left], child.kind(left)),
            (parent.source.c[right], parent.kind(right)),
        )
        for left, right in zip(reference.columns, reference.to, strict=True)
    ]
    one: list[Any] = [sa.literal_column("1")]
    select = sa.select(*([child.source.c[name] for name in reference.key] or one))
    found: dict[tuple[Any, ...], None] = {}
    with work.session.told():
        for target in targets:
            mine = [parent.source.c[n] == v for n, v in zip(names, target.key, strict=True)]
            for cells in work.connection.execute(select.where(*joins, *mine)):
                found[tuple(cells)] = None
    if found and not reference.key:
        raise Refused(
            "rectify-referenced",
            "rows without a key reference the value",
            place=f"{work.name}.{reference.table}",
            help="name the table's key in the map",
        )
    return list(found)


def _across(site: Site, place: Place, targets: Sequence[Target]) -> Iterator[Target]:
    """Rows that relations of the map compare apart: of other stores, or inside JSON."""
    store, table, column = place
    change = site.changes[targets[0].change]
    if change.old is None:
        return
    datamap = site.setting.map
    for name, entry in datamap.stores.items():
        for other, described in entry.tables.items():
            for relation in described.relations.values():
                to = relation.to or datamap.table(store, table).key
                leads = datamap.reference(name, relation.references) == (store, table)
                if not leads or column not in to or (name == store and _plain(relation)):
                    continue
                mine = relation.columns[to.index(column)]
                work = site.desk.works.get(name)
                if work is not None and other in work.tables and described.key:
                    for key in _linked(site, work, other, mine, relation, change):
                        path = relation.json_path
                        number = targets[0].change
                        yield Target(name, other, mine, key, number, path, follows=True)


def _linked(
    site: Site, work: Work, table: str, column: str, relation: Relation, change: Change
) -> list[tuple[Any, ...]]:
    """The keys of rows whose reference is the old value."""
    described = site.setting.map.table(work.name, table)
    row = work.row(table)
    cell = row.source.c[column]
    assert change.old is not None
    conditions: list[sa.ColumnElement[bool]] = [cell.is_not(None)]
    normal = normalise(change.old, relation.compare)
    if relation.json_path is None:
        conditions.append(narrowed(work, row, column, relation.compare, [normal]))
    if relation.where is not None:
        context = Context(
            site.setting.policy,
            site.setting.map,
            site.facts,
            day_of(site.now, site.setting.policy.zoneinfo),
        )
        holds = Frame(context, work.name, table).filter(relation.where)
        conditions.append(work.renderer().condition(holds, row))
    select = sa.select(*(row.source.c[name] for name in described.key), cell).where(*conditions)
    with work.session.told():
        found = work.connection.execute(select).all()
    keys = []
    for *key, value in found:
        shown = inside(value, relation.json_path) if relation.json_path else value
        if same(change.old, shown, [relation.compare]) and text_of(shown) != change.new:
            keys.append(tuple(key))
    return keys


def _by_place(targets: Sequence[Target]) -> dict[Place, list[Target]]:
    found: dict[Place, list[Target]] = {}
    for target in targets:
        if target.path is None:
            found.setdefault((target.store, target.table, target.column), []).append(target)
    return found


def label_of(target: Target) -> tuple[Any, ...]:
    """What tells one cell from every other."""
    return target.store, target.table, target.column, target.path, tuple(map(str, target.key))
