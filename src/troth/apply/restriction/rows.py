"""One row of the application, read and written to the byte."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from troth.apply.restriction.codec import SESSION, Exact, exact, names, plain, reading, writing
from troth.apply.restriction.model import NotPossible, Target
from troth.apply.work import Work
from troth.grounds.facts import Key
from troth.plan.schema import ColumnSchema
from troth.stores.address import DialectName

Values = Mapping[str, Exact]


@dataclass(frozen=True)
class RowAt:
    """A row of a target by its key, in the open transaction of `connection`."""

    connection: sa.Connection
    dialect: DialectName
    target: Target
    key: Key

    @property
    def columns(self) -> Mapping[str, ColumnSchema]:
        return {column.name: column for column in self.target.schema.columns}

    @property
    def source(self) -> sa.TableClause:
        schema, _, name = (
            self.target.schema.name.rpartition(".")
            if self.dialect == "postgresql"
            else ("", "", "")
        )
        columns = [sa.column(name, sa.types.NullType()) for name in self.columns]
        if schema:
            return sa.table(name, *columns, schema=schema)
        return sa.table(self.target.schema.name, *columns)

    def read(self, *, lock: bool = True) -> dict[str, Exact] | None:
        """Every column of the row, locked; None where it is not there."""
        source = self.source
        parts = {
            name: reading(self.dialect, column, source.c[name])
            for name, column in self.columns.items()
        }
        flat = [part for each in parts.values() for part in each]
        select = sa.select(*(part.label(f"c{i}") for i, part in enumerate(flat)))
        select = select.select_from(source).where(self.here(source))
        if lock and self.dialect != "sqlite":
            select = select.with_for_update()
        rows = self.connection.execute(select).all()
        if len(rows) != 1:
            return None
        values = iter(rows[0])
        found = {
            name: exact(self.dialect, [next(values) for _ in each]) for name, each in parts.items()
        }
        for name, part in zip(self.target.entry.key, self.key, strict=True):
            if not names(self.dialect, self.columns[name], found[name], part):
                return None
        return found

    def write(self, values: Values) -> None:
        """Writes columns; the database's own ON UPDATE columns keep their value."""
        if not values:
            return
        source = self.source
        update: dict[sa.ColumnElement[object], object] = {
            source.c[name]: writing(self.dialect, self.columns[name], value)
            for name, value in values.items()
        }
        for name, column in self.columns.items():
            if column.on_update and name not in values:
                update[source.c[name]] = source.c[name]
        statement = sa.update(source).where(self.here(source)).values(update)
        if self.connection.execute(statement).rowcount != 1:
            raise NotPossible("the database did not write the row as asked (a trigger or a rule)")

    def settle(self) -> None:
        """Settings of this transaction under which values are told exactly."""
        if SESSION[self.dialect]:
            self.connection.exec_driver_sql(SESSION[self.dialect])

    def here(self, source: sa.TableClause) -> sa.ColumnElement[bool]:
        """The condition that finds the row in `source`."""
        parts = zip(self.target.entry.key, self.key, strict=True)
        return sa.and_(*(self._is(source, name, part) for name, part in parts))

    def _is(self, source: sa.TableClause, name: str, part: int | str) -> sa.ColumnElement[bool]:
        column = self.columns[name]
        if self.dialect == "postgresql":
            return source.c[name] == writing(
                self.dialect, column, plain("postgresql", column, part)
            )
        kind: sa.types.TypeEngine[object] = (
            sa.BigInteger() if isinstance(part, int) else sa.Text()  # type: ignore[assignment]  # of either
        )
        return source.c[name] == sa.bindparam(None, part, kind)


def write_exactly(row: RowAt, values: Values, before: Values) -> dict[str, Exact]:
    """Writes columns and nothing else: what a trigger moved beside them is put back.

    Returns the row as it is then. `NotPossible` where something of `before` stays moved.
    """
    row.write(values)
    after = _look(row)
    moved = _moved(row, before, after, values)
    if moved:
        row.write({name: before[name] for name in moved})
        after = _look(row)
        moved = _moved(row, before, after, values)
    if moved:
        raise NotPossible(
            f"a trigger changes {', '.join(sorted(moved))} whenever the row is written",
            "let the trigger leave a row alone whose values Troth moves",
        )
    return after


def _look(row: RowAt) -> dict[str, Exact]:
    found = row.read()
    if found is None:
        raise NotPossible("the row is gone after it was written (a trigger or a rule)")
    return found


def _moved(row: RowAt, before: Values, after: Values, written: Collection[str]) -> set[str]:
    """Columns that nobody asked to write and that differ; generated ones follow the others."""
    return {
        name
        for name, column in row.columns.items()
        if name not in written and not column.generated and before[name] != after[name]
    }


def row_at(work: Work, connection: sa.Connection, target: Target, key: Key) -> RowAt:
    """The row; its key has as many parts as the map's."""
    if len(key) != len(target.entry.key):
        raise NotPossible(
            f"the key of {target.label} has {len(target.entry.key)} parts, {len(key)} were given"
        )
    row = RowAt(connection, work.store.address.dialect, target, key)
    row.settle()
    return row
