"""One store's rectification in one transaction: lock, look again, write, compare, receipt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from troth.apply.marking import row_texts
from troth.apply.receipts import OwnTables, check_fence, write_receipt
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.desk.rectify.copies import is_copy
from troth.desk.rectify.feasible import key_of, load_keys, watched
from troth.desk.rectify.model import Change, Target
from troth.desk.rectify.references import references
from troth.desk.rectify.values import bound, inside, same, text_of, with_inside
from troth.errors import Broken
from troth.ledger.marks import CORRECTED, Mark
from troth.stores.render import Row
from troth.stores.texts import same_text

Key = tuple[Any, ...]
Values = dict[str, Any]


class _RehearsedError(Exception):
    """The rehearsal came to its end: nothing of it is committed."""


@dataclass(frozen=True)
class Writer:
    """What every write of a run needs."""

    datamap: DataMap
    organisation: str
    run: str
    changes: Sequence[Change]
    at: datetime
    marked: Callable[[Sequence[Mark], Mapping[str, int]], None] = lambda _, __: None
    """Told, before anything is written, what a restored backup would bring back: marks, and rows
    by table of which none can be made."""


@dataclass
class _Table:
    """The rows of one table that are written together."""

    name: str
    row: Row
    key: tuple[str, ...]
    picks: sa.TableClause
    targets: Mapping[Key, list[Target]]
    before: dict[Key, Values] = field(default_factory=dict)
    after: dict[Key, Values] = field(default_factory=dict)

    @property
    def on(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self.key]

    @property
    def follows(self) -> bool:
        return any(target.follows for some in self.targets.values() for target in some)


def rehearse(writer: Writer, work: Work, targets: Sequence[Target]) -> None:
    """Writes and takes it back: whatever the database refuses, it refuses before any store is
    changed. Raises what `write` would."""
    try:
        write(writer, work, targets, None, token=0, batch=0, rehearsal=True)
    except _RehearsedError:
        return


def write(
    writer: Writer,
    work: Work,
    targets: Sequence[Target],
    own: OwnTables | None,
    *,
    token: int,
    batch: int,
    rehearsal: bool = False,
) -> dict[str, int]:
    """Writes the cells that still hold the old value; rows written and skipped, by column.

    Raises `Broken` (`affected-rows-differ`, `rectify-day-moved`) when the database wrote other
    than asked, and what it refuses; then nothing of it is there.
    """
    tables = _tables(writer, work, targets)
    with work.session.writing() as connection:
        if not rehearsal:
            check_fence(work, connection, own, writer.organisation, token)
        counts: dict[str, int] = {}
        for table in tables:
            _lock(work, connection, table)
        for table in tables:
            _decide(writer, work, connection, table, counts)
        if not rehearsal:
            blind: dict[str, int] = {}
            marks = [mark for one in tables for mark in _marks(writer, work, one, blind)]
            writer.marked(marks, blind)
        guard: AbstractContextManager[None] = nullcontext()
        if any(table.follows for table in tables):
            work.store.dialect.defer_constraints(connection)
            guard = work.store.dialect.unchecked(connection)
        with guard:
            _write(work, connection, tables)
            for table in tables:
                _nothing_left_behind(writer, work, connection, table)
        for table in tables:
            _verify(writer, work, connection, table)
        if rehearsal:
            if any(table.follows for table in tables):
                _settle(work, connection)
            raise _RehearsedError
        write_receipt(
            connection,
            own,
            organisation=writer.organisation,
            run=writer.run,
            component=0,
            batch=batch,
            counts=json.dumps(counts, sort_keys=True),
            at=writer.at,
        )
    return counts


def _nothing_left_behind(
    writer: Writer, work: Work, connection: sa.Connection, table: _Table
) -> None:
    """No row references an old value any more: one may have come since they were looked for.

    The rows referenced are locked, so that nobody can add another before the commit.
    """
    if table.name not in writer.datamap.stores[work.name].tables:
        return
    for reference in references(writer.datamap, work, table.name):
        if reference.foreign is None or len(reference.to) != 1:
            continue
        (column,), (left,) = reference.columns, reference.to
        old = {table.before[key][left] for key, new in table.after.items() if left in new}
        if old:
            cell = work.row(reference.table).source.c[column]
            dialect = work.store.address.dialect
            holds = (
                same_text(dialect, cell, one) if isinstance(one, str) else cell == one
                for one in old
            )
            count = sa.select(sa.func.count()).where(sa.or_(*holds))
            if connection.execute(count).scalar_one():
                raise _differs(work, table, "rows that reference the old value came meanwhile")


def _settle(work: Work, connection: sa.Connection) -> None:
    """Deferred constraints are looked at now, as a commit would."""
    if work.store.address.dialect == "postgresql":
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


def _tables(writer: Writer, work: Work, targets: Sequence[Target]) -> list[_Table]:
    """The tables written, referenced ones first; their keys wait in temporary tables."""
    found: dict[str, dict[Key, list[Target]]] = {}
    for target in sorted(targets, key=lambda one: one.follows):
        found.setdefault(target.table, {}).setdefault(target.key, []).append(target)
    tables = []
    for name, rows in found.items():
        key = key_of(writer.datamap, work, name)
        picks = load_keys(work, name, key, list(rows))
        tables.append(_Table(name, work.row(name), key, picks, _by_text(rows)))
    return tables


def _by_text(rows: Mapping[Key, list[Target]]) -> dict[Key, list[Target]]:
    """By the key as text: a sealed key may come back as another type."""
    return {tuple(map(str, key)): some for key, some in rows.items()}


def _lock(work: Work, connection: sa.Connection, table: _Table) -> None:
    target = table.row.source
    assert isinstance(target, sa.TableClause)
    connection.execute(work.store.dialect.lock_statement(target, table.picks, table.on))


def _decide(
    writer: Writer, work: Work, connection: sa.Connection, table: _Table, counts: dict[str, int]
) -> None:
    """Reads the locked rows in a second statement, and keeps what still holds the old value."""
    columns = {target.column for some in table.targets.values() for target in some}
    days = watched(writer.datamap, work, table.name)
    seen = (*sorted(columns), *days, *_immutable(writer, work, table))
    for cells in connection.execute(_select(table, seen)):
        raw = tuple(cells[: len(table.key)])
        values = dict(zip(seen, cells[len(table.key) :], strict=True))
        new = _new_values(writer, work, table, table.targets[tuple(map(str, raw))], values)
        for name in new:
            label = f"{work.name}.{table.name}.{name}"
            counts[label] = counts.get(label, 0) + 1
        if new:
            table.before[raw] = values
            table.after[raw] = new


def _immutable(writer: Writer, work: Work, table: _Table) -> tuple[str, ...]:
    entry = writer.datamap.stores[work.name].tables.get(table.name)
    return entry.immutable if entry is not None else ()


def _marks(writer: Writer, work: Work, table: _Table, blind: dict[str, int]) -> Iterator[Mark]:
    """A mark of each corrected value; none where a mark would be made of the old value itself."""
    immutable = _immutable(writer, work, table)
    for key, new in table.after.items():
        if not immutable or set(new) & {*immutable, *table.key}:
            blind[table.name] = blind.get(table.name, 0) + 1
            continue
        row = row_texts((*key, *(table.before[key][name] for name in immutable)))
        for target in table.targets[tuple(map(str, key))]:
            if target.column in new:
                what = f"{CORRECTED}{target.column}{target.path or ''}"
                yield Mark(table.name, what, row, writer.changes[target.change].new)


def _new_values(
    writer: Writer, work: Work, table: _Table, targets: Sequence[Target], values: Values
) -> Values:
    new: Values = {}
    entry = writer.datamap.stores[work.name].tables.get(table.name)
    for target in targets:
        change = writer.changes[target.change]
        cell = new.get(target.column, values[target.column])
        value = cell if target.path is None else inside(cell, target.path)
        column = entry.personal.get(target.column) if entry is not None else None
        place = (work.name, table.name, target.column)
        if column is not None and not is_copy(change, value, column, place):
            continue
        if column is None and not (change.old and same(change.old, value, change.how)):
            continue
        if target.path is not None:
            text = table.row.kind(target.column) != "json"
            new[target.column] = with_inside(cell, target.path, change.new, text=text)
        else:
            schema = table.row.column(target.column)
            dialect = work.store.address.dialect
            new[target.column] = bound(schema, change.new, ".".join(place), dialect)
    return new


def _write(work: Work, connection: sa.Connection, tables: Sequence[_Table]) -> None:
    """Rows that get the same values go by one statement."""
    statements: list[tuple[_Table, Any, int]] = []
    for table in tables:
        for keys, values in _groups(table):
            source = table.row.source
            assert isinstance(source, sa.TableClause)
            written = {source.c[name]: value for name, value in values.items()}
            for automatic in table.row.table.columns:  # a rule may count from it
                if automatic.on_update and automatic.name not in values:
                    written[source.c[automatic.name]] = source.c[automatic.name]
            chosen = sa.or_(*(_is(source, table.key, key) for key in keys))
            statements.append((table, sa.update(source).where(chosen).values(written), len(keys)))
    if work.store.address.dialect == "postgresql" and any(table.follows for table in tables):
        _together(connection, [statement for _, statement, _ in statements])
        return
    for table, statement, expected in statements:
        rows = connection.execute(statement).rowcount
        if rows != expected:
            raise _differs(work, table, f"{expected} rows were to be written, it wrote {rows}")


def _together(connection: sa.Connection, statements: Sequence[Any]) -> None:
    """One statement for all tables: PostgreSQL looks at keys that are not deferrable at its end."""
    *first, last = statements
    parts = [
        one.returning(sa.literal_column("1").label("one")).cte(f"troth_u{number}")
        for number, one in enumerate(first)
    ]
    connection.execute(last.add_cte(*parts) if parts else last)


KEYS_AT_ONCE = 200  # of one statement; SQLite limits the variables of one


def _groups(table: _Table) -> list[tuple[list[Key], Values]]:
    found: dict[str, tuple[list[Key], Values]] = {}
    for key, values in table.after.items():
        found.setdefault(repr(sorted(values.items())), ([], values))[0].append(key)
    return [
        (keys[start : start + KEYS_AT_ONCE], values)
        for keys, values in found.values()
        for start in range(0, len(keys), KEYS_AT_ONCE)
    ]


def _is(source: sa.TableClause, names: Sequence[str], key: Key) -> sa.ColumnElement[bool]:
    return sa.and_(*(source.c[name] == value for name, value in zip(names, key, strict=True)))


def _verify(writer: Writer, work: Work, connection: sa.Connection, table: _Table) -> None:
    """A fresh look inside the transaction: new values are there, watched days are where they were.

    Rows whose own key was written are looked for by their new one.
    """
    if not table.after:
        return
    days = watched(writer.datamap, work, table.name)
    source = table.row.source
    for old_key, values in table.after.items():
        key = tuple(values.get(n, v) for n, v in zip(table.key, old_key, strict=True))
        names = (*values, *days)
        assert isinstance(source, sa.TableClause)
        select = sa.select(*(source.c[name] for name in names)).where(_is(source, table.key, key))
        found = connection.execute(select).one_or_none()
        if found is None:
            raise _differs(work, table, "a row is not there after it was written")
        cells = dict(zip(names, found, strict=True))
        for name, value in values.items():
            if not _is_written(table, name, cells[name], value):
                raise _differs(work, table, "a row is as it was after the database wrote it")
        for name in days:
            if name not in values and cells[name] != table.before[old_key][name]:
                raise Broken(
                    "rectify-day-moved",
                    f"a trigger moves column '{name}', from which a rule counts",
                    place=f"{work.name}.{table.name}",
                    help="let the trigger leave it when nothing else changes; nothing was written",
                )


def _is_written(table: _Table, name: str, cell: Any, value: Any) -> bool:
    if table.row.kind(name) == "json":
        return bool(_loaded(cell) == _loaded(value))
    if table.row.kind(name) in ("text", "enum"):
        return text_of(cell) == text_of(value) or str(cell).rstrip(" ") == str(value)  # CHAR(n)
    return bool(cell == value) or text_of(cell) == text_of(value)


def _loaded(cell: Any) -> Any:
    return json.loads(cell) if isinstance(cell, str | bytes) else cell


def _select(table: _Table, names: Sequence[str]) -> sa.Select[Any]:
    source = table.row.source
    joined = sa.and_(*(table.picks.c[name] == source.c[name] for name in table.key))
    columns = [source.c[name] for name in table.key]
    columns += [source.c[name].label(f"c{n}") for n, name in enumerate(names)]
    return sa.select(*columns).select_from(table.picks.join(source, joined))


def _differs(work: Work, table: _Table, what: str) -> Broken:
    return Broken(
        "affected-rows-differ",
        what,
        place=f"{work.name}.{table.name}",
        help="look for a trigger or rule on the table; nothing of this store was changed",
    )
