"""Counting rows by what holds for them: one pass over a table, each predicate evaluated once.

Where predicates look into other tables and the table is large, a pass over the rows of one state
lets the database plan a join instead of a look-up per row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from troth.apply.work import Work
from troth.plan.predicate import (
    FALSE,
    TRUE,
    And,
    Exists,
    Flag,
    Hop,
    KeyIn,
    Not,
    Or,
    Predicate,
    both,
    either,
    exists,
    negation,
)
from troth.plan.simplify import simplified
from troth.stores.render import Row

Bits = Mapping[str, sa.ColumnElement[bool]]
"""Conditions by name."""


@dataclass(frozen=True)
class Tally:
    """Rows that agree in all conditions: which hold (None: it was neither true nor false).

    `least` are the least cells among them, by name, as the driver gives them.
    """

    holds: Mapping[str, bool | None]
    rows: int
    least: Mapping[str, Any]


def tally(
    work: Work,
    row: Row,
    conditions: Bits,
    cells: Mapping[str, sa.ColumnElement[Any]],
    where: sa.ColumnElement[bool] | None = None,
) -> tuple[Tally, ...]:
    """The rows of a table (those of `where`), grouped by which of `conditions` hold."""
    bits = [
        sa.case((condition, 1), (sa.not_(condition), 0), else_=2).label(f"b{at}")
        if work.store.address.dialect == "mariadb"
        else sa.case({sa.true(): 1, sa.false(): 0}, value=condition, else_=2).label(f"b{at}")
        for at, condition in enumerate(conditions.values())
    ]
    least = [cell.label(f"c{at}") for at, cell in enumerate(cells.values())]
    inner = sa.select(*bits, *least, sa.literal_column("1").label("one")).select_from(row.source)
    if where is not None:
        inner = inner.where(where)
    rows = inner.subquery("states")
    grouped = [rows.c[bit.name] for bit in bits]
    select = (
        sa.select(
            *grouped, sa.func.count(rows.c.one), *(sa.func.min(rows.c[c.name]) for c in least)
        )
        .select_from(rows)
        .group_by(*grouped)
    )
    found = work.connection.execute(select).all()
    return tuple(_tally(tuple(cells_), tuple(conditions), tuple(cells)) for cells_ in found)


def _tally(found: tuple[Any, ...], names: Sequence[str], cells: Sequence[str]) -> Tally:
    worth = {0: False, 1: True}
    bits, count, least = found[: len(names)], found[len(names)], found[len(names) + 1 :]
    return Tally(
        {name: worth.get(int(bit)) for name, bit in zip(names, bits, strict=True)},
        int(count),
        dict(zip(cells, least, strict=True)),
    )


def count(work: Work, row: Row, where: sa.ColumnElement[bool] | None = None) -> int:
    """How many rows a table has (for which `where` holds)."""
    select = sa.select(sa.func.count()).select_from(row.source)
    if where is not None:
        select = select.where(where)
    return int(work.connection.execute(select).scalar_one())


def settled(predicate: Predicate, work: Work) -> Predicate:
    """The predicate with the facts put in: flags are known by now, and sets without rows empty."""
    return simplified(_settled(predicate, work))


def _settled(part: Predicate, work: Work) -> Predicate:
    match part:
        case And():
            return both(*(_settled(inner, work) for inner in part.parts))
        case Or():
            return either(*(_settled(inner, work) for inner in part.parts))
        case Not():
            return negation(_settled(part.part, work))
        case Exists():
            hops = tuple(_settled_hop(hop, work) for hop in part.hops)
            return exists(hops, _settled(part.where, work))
        case Flag():
            return TRUE if part.name in work.flags else FALSE
        case KeyIn():
            return part if part.set in work.sets else FALSE
        case _:
            return part


def _settled_hop(hop: Hop, work: Work) -> Hop:
    ends = {
        name: None if when is None else _settled(when, work)
        for name, when in (("source_when", hop.source_when), ("target_when", hop.target_when))
    }
    return hop.model_copy(update=ends)


def looks_elsewhere(predicate: Predicate) -> bool:
    """Whether it asks about rows of other tables, or about sets."""
    match predicate:
        case And() | Or():
            return any(looks_elsewhere(part) for part in predicate.parts)
        case Not():
            return looks_elsewhere(predicate.part)
        case Exists() | KeyIn():
            return True
        case _:
            return False
