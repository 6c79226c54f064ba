"""Counting rows by what holds for them: one pass over a table, each predicate evaluated once.

Where predicates look into other tables and the table is large, a pass over the rows of one state
lets the database plan a join instead of a look-up per row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    IsNull,
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


@dataclass(frozen=True)
class Asking:
    """What is asked of the rows of a table.

    Rows are grouped by which of `conditions` hold; of each group, the least of `cells` over a row
    is told. Where cells depend on the columns `by` alone, they are asked once for each of those.
    With `where`, only rows that fulfil one of its conditions count; where they are several, `key`
    tells the rows apart. `source` is the row's table with what the conditions need joined to it.
    """

    conditions: Bits
    cells: Callable[[Row], Mapping[str, sa.ColumnElement[Any]]] = lambda _: {}
    by: tuple[str, ...] = ()
    where: Sequence[sa.ColumnElement[bool]] = ()
    key: Sequence[str] = ()
    source: sa.FromClause | None = None


def tally(work: Work, row: Row, asking: Asking) -> tuple[Tally, ...]:
    """The rows of a table, counted by group in one statement."""
    bits = [  # as truth values: PostgreSQL then knows that there are few groups
        sa.type_coerce(condition, sa.Boolean()).label(f"b{at}")
        for at, condition in enumerate(asking.conditions.values())
    ]
    cells = asking.cells(row) if not asking.by else {}
    rows = _rows(row, asking, bits, list(cells.values()))
    if asking.by:
        rows = _grouped(rows, asking.by, bits)
        cells = asking.cells(Row(row.table, rows))
        least = list(cells.values())
        number: sa.ColumnElement[int] = sa.func.sum(rows.c.number)
    else:
        least = [rows.c[f"c{at}"] for at in range(len(cells))]
        number = sa.func.count(rows.c.one)
    grouped = [rows.c[bit.name] for bit in bits]
    select = (
        sa.select(*grouped, number, *(sa.func.min(cell) for cell in least))
        .select_from(rows)
        .group_by(*grouped)
    )
    names = tuple(asking.conditions)
    found = work.connection.execute(select).all()
    return tuple(_tally(tuple(each), names, tuple(cells)) for each in found if each[len(names)])


def _rows(
    row: Row, asking: Asking, bits: Sequence[sa.Label[bool]], cells: Sequence[sa.ColumnElement[Any]]
) -> sa.Subquery:
    """Each row with its bits, and its cells or what they depend on."""
    least = [cell.label(f"c{at}") for at, cell in enumerate(cells)]
    keys = [row.source.c[name].label(f"k{at}") for at, name in enumerate(asking.key)]
    by = [row.source.c[name] for name in asking.by]
    one = sa.literal_column("1", sa.Integer()).label("one")
    source = row.source if asking.source is None else asking.source
    inner = sa.select(*keys, *by, *bits, *least, one).select_from(source)
    if len(asking.where) > 1:
        return sa.union(*(inner.where(one_of) for one_of in asking.where)).subquery("states")
    return inner.where(*asking.where).subquery("states")


def _grouped(rows: sa.Subquery, by: Sequence[str], bits: Sequence[sa.Label[bool]]) -> sa.Subquery:
    """The distinct values of `by` with their bits and how many rows have them."""
    columns = [rows.c[name] for name in (*by, *(bit.name for bit in bits))]
    select = sa.select(*columns, sa.func.count(rows.c.one).label("number")).group_by(*columns)
    return select.subquery("grouped")


def _tally(found: tuple[Any, ...], names: Sequence[str], cells: Sequence[str]) -> Tally:
    worth = {0: False, 1: True}
    bits, count, least = found[: len(names)], found[len(names)], found[len(names) + 1 :]
    return Tally(
        {name: worth.get(bit) for name, bit in zip(names, bits, strict=True)},
        int(count),
        dict(zip(cells, least, strict=True)),
    )


def count(work: Work, row: Row, where: sa.ColumnElement[bool] | None = None) -> int:
    """How many rows a table has (for which `where` holds)."""
    select = sa.select(sa.func.count()).select_from(row.source)
    if where is not None:
        select = select.where(where)
    return int(work.connection.execute(select).scalar_one())


def settled(predicate: Predicate, work: Work, table: str) -> Predicate:
    """The predicate of a row of `table` with what is known of the store put in.

    Flags are known by now, sets without rows are empty, and a column that takes no NULL has none.
    """
    key = predicate, table, frozenset(work.sets), frozenset(work.flags)
    if key not in work.settled:
        work.settled[key] = simplified(_settled(predicate, work, table, {}))
    return work.settled[key]


_Done = dict[tuple[int, str], Predicate]
"""Parts that have been settled, by their numbers and tables: most stand in a predicate often."""


def _settled(part: Predicate, work: Work, table: str, done: _Done) -> Predicate:
    found = done.get((id(part), table))
    if found is None:
        found = done[id(part), table] = _settled_part(part, work, table, done)
    return found


def _settled_part(part: Predicate, work: Work, table: str, done: _Done) -> Predicate:
    match part:
        case And():
            return both(*(_settled(inner, work, table, done) for inner in part.parts))
        case Or():
            return either(*(_settled(inner, work, table, done) for inner in part.parts))
        case Not():
            return negation(_settled(part.part, work, table, done))
        case Exists():
            return _settled_exists(part, work, table, done)
        case Flag():
            return TRUE if part.name in work.flags else FALSE
        case KeyIn():
            return part if part.set in work.sets else FALSE
        case IsNull() if part.json_path is None:
            known = work.tables.get(table)
            column = known.column(part.column) if known is not None else None
            return part if column is None or column.nullable else FALSE
        case _:
            return part


def _settled_exists(part: Exists, work: Work, table: str, done: _Done) -> Predicate:
    hops = []
    for hop in part.hops:
        source, target = hop.source_when, hop.target_when
        ends = {
            "source_when": None if source is None else _settled(source, work, table, done),
            "target_when": None if target is None else _settled(target, work, hop.table, done),
        }
        hops.append(hop.model_copy(update=ends))
        table = hop.table
    return exists(tuple(hops), _settled(part.where, work, table, done))


MOST_CASES = 12  # of a disjunction; a longer one is asked as a whole


def cases(predicate: Predicate) -> tuple[Predicate, ...]:
    """Predicates of which at least one holds where the whole does, without an OR at their top.

    A database joins for each of them; for an OR it looks row by row. Too many are left together.
    """
    found = _cases(predicate)
    return found if len(found) <= MOST_CASES else (predicate,)


def _cases(part: Predicate) -> tuple[Predicate, ...]:
    match part:
        case Or():
            return tuple(case for inner in part.parts for case in _cases(inner))
        case Exists():
            return tuple(exists(part.hops, case) for case in _cases(part.where))
        case And():
            apart = [_cases(inner) for inner in part.parts]
            most = max(range(len(apart)), key=lambda at: len(apart[at]))
            others = [inner for at, inner in enumerate(part.parts) if at != most]
            return tuple(both(*others[:most], case, *others[most:]) for case in apart[most])
        case _:
            return (part,)


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
