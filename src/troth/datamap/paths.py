"""Paths of relations through the map: what `customer` and `<orders.account` lead to.

A step `customer` follows the current table's relation of that name, to one row. A step
`<orders.account` (or `<news.delivery.subscriber`, in another store) goes the other way, to every
row of that table whose relation references the current one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troth.datamap.filters import Filter
from troth.datamap.model import DataMap, Normaliser, Relation
from troth.documents.nearest import advice
from troth.errors import Refused

REVERSE = "<"


@dataclass(frozen=True)
class Hop:
    """One step from the rows of `store.table` to the rows of `target_store.target_table`.

    `pairs` are the compared columns, (of the row left, of the row reached), whatever the
    direction. The relation belongs to `owner`: the table left when `forward`, else the table
    reached. `where` (which rows of the owner it links at all) and `json_path` (where inside the
    owner's column the reference stands) are read on the owner's row. NULL matches nothing.
    """

    store: str
    table: str
    relation: str
    forward: bool
    target_store: str
    target_table: str
    pairs: tuple[tuple[str, str], ...]
    compare: Normaliser = "exact"
    where: Filter | None = None
    json_path: str | None = None

    @property
    def owner(self) -> tuple[str, str]:
        """The store and table that declare the relation."""
        if self.forward:
            return self.store, self.table
        return self.target_store, self.target_table

    @property
    def crosses(self) -> bool:
        """Whether it leads into another store, where no database can join or lock."""
        return self.store != self.target_store

    @property
    def how(self) -> Normaliser:
        """How cells are compared: a database joins its own as they are."""
        return self.compare if self.crosses else "exact"


def resolve_path(
    datamap: DataMap,
    store: str,
    table: str,
    path: Sequence[str],
    *,
    forward_only: bool = False,
) -> tuple[Hop, ...]:
    """The hops of `path` from `store.table`; `Refused` (unknown-relation…) if a step leads nowhere.

    With `forward_only`, a step `<table.relation` is refused too: the path must reach one row.
    """
    hops: list[Hop] = []
    for step in path:
        if step.startswith(REVERSE):
            if forward_only:
                raise Refused(
                    "path-not-to-one",
                    f"step '{step}' leads to many rows; this path must lead to one",
                    help="follow relations of the table itself, without '<'",
                )
            hop = _backward(datamap, store, table, step)
        else:
            hop = _forward(datamap, store, table, step)
        hops.append(hop)
        store, table = hop.target_store, hop.target_table
    return tuple(hops)


def path_end(store: str, table: str, hops: Sequence[Hop]) -> tuple[str, str]:
    """The store and table that a resolved path from `store.table` arrives at."""
    return (hops[-1].target_store, hops[-1].target_table) if hops else (store, table)


def referenced_columns(datamap: DataMap, store: str, relation: Relation) -> tuple[str, ...]:
    """The columns that `relation`, declared in `store`, references: `to`, else the target's key.

    `Refused` when the target table is not in the map, or the two sides differ in number.
    """
    target_store, target_table = datamap.reference(store, relation.references)
    entry = datamap.stores.get(target_store)
    if entry is None or target_table not in entry.tables:
        raise Refused(
            "unknown-table",
            f"no table '{relation.references}' in the map",
            help=advice(relation.references, _tables(datamap, store)),
        )
    columns = relation.to or entry.tables[target_table].key
    if len(columns) != len(relation.columns):
        what = "'to'" if relation.to else f"the key of '{relation.references}'"
        raise Refused(
            "relation-columns-differ",
            f"{_count(len(relation.columns))} cannot reference {_count(len(columns))} of {what}",
            help="list as many columns under 'to' as under 'columns'",
        )
    return columns


def _forward(datamap: DataMap, store: str, table: str, name: str) -> Hop:
    relation = _relation(datamap, store, table, name)
    target_store, target_table = datamap.reference(store, relation.references)
    referenced = referenced_columns(datamap, store, relation)
    return Hop(
        store=store,
        table=table,
        relation=name,
        forward=True,
        target_store=target_store,
        target_table=target_table,
        pairs=tuple(zip(relation.columns, referenced, strict=True)),
        compare=relation.compare,
        where=relation.where,
        json_path=relation.json_path,
    )


def _backward(datamap: DataMap, store: str, table: str, step: str) -> Hop:
    owner_store, owner_table, name = _owner(datamap, store, step)
    relation = _relation(datamap, owner_store, owner_table, name)
    if datamap.reference(owner_store, relation.references) != (store, table):
        raise Refused(
            "relation-elsewhere",
            f"step '{step}' does not start at '{table}': that relation references "
            f"'{relation.references}'",
        )
    referenced = referenced_columns(datamap, owner_store, relation)
    return Hop(
        store=store,
        table=table,
        relation=name,
        forward=False,
        target_store=owner_store,
        target_table=owner_table,
        pairs=tuple(zip(referenced, relation.columns, strict=True)),
        compare=relation.compare,
        where=relation.where,
        json_path=relation.json_path,
    )


def _relation(datamap: DataMap, store: str, table: str, name: str) -> Relation:
    relations = datamap.stores[store].tables[table].relations
    if name not in relations:
        raise Refused(
            "unknown-relation",
            f"table '{table}' has no relation '{name}'",
            help=advice(name, relations),
        )
    return relations[name]


def _owner(datamap: DataMap, store: str, step: str) -> tuple[str, str, str]:
    """The store, table and relation that a reverse step names; the own store first."""
    readings = [
        (owner_store, owner_table, name)
        for owner_store, owner_table, name in _readings(datamap, store, step.removeprefix(REVERSE))
        if owner_table in datamap.stores[owner_store].tables
    ]
    for owner_store, owner_table, name in readings:
        if name in datamap.stores[owner_store].tables[owner_table].relations:
            return owner_store, owner_table, name
    if readings:
        return readings[0]  # a table without that relation: the caller says so
    raise Refused(
        "unknown-table",
        f"step '{step}' names no table of the map",
        help=advice(step.removeprefix(REVERSE), _reverse_steps(datamap, store))
        or "write it as '<table.relation' or '<store.table.relation'",
    )


def _readings(datamap: DataMap, store: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Every way to read `text` as [store.]table.relation: names of all three may contain dots."""
    parts = text.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        yield store, ".".join(parts[:cut]), ".".join(parts[cut:])
    if parts[0] in datamap.stores:
        for cut in range(len(parts) - 1, 1, -1):
            yield parts[0], ".".join(parts[1:cut]), ".".join(parts[cut:])


def _tables(datamap: DataMap, store: str) -> list[str]:
    """Every table as `store` would reference it."""
    own = list(datamap.stores[store].tables)
    return own + [f"{name}.{table}" for name, s in datamap.stores.items() for table in s.tables]


def _reverse_steps(datamap: DataMap, store: str) -> list[str]:
    return [
        f"{'' if name == store else name + '.'}{table}.{relation}"
        for name, entry in datamap.stores.items()
        for table, described in entry.tables.items()
        for relation in described.relations
    ]


def _count(number: int) -> str:
    return f"{number} column" if number == 1 else f"{number} columns"
