"""Predicates of a plan as SQL of one store.

Every condition is two-valued, as the predicate is: no NULL leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from troth.errors import Refused
from troth.plan.predicate import (
    Always,
    And,
    Compare,
    DayWithin,
    Exists,
    Flag,
    Hop,
    InPeriod,
    IsNull,
    KeyIn,
    Not,
    Or,
    Predicate,
    TextIs,
)
from troth.plan.schema import ColumnSchema, TableSchema, TypeKind
from troth.stores.address import DialectName
from troth.stores.compare import equal_columns, passes, text_is
from troth.stores.days import day_within
from troth.stores.tables import table_clause
from troth.stores.texts import Condition, JsonKind, json_absent, json_is, json_text

Periods = Callable[[InPeriod], list[tuple[date, date]]]


@dataclass(frozen=True)
class Row:
    """One table of a statement as the current row of a predicate."""

    table: TableSchema
    source: sa.FromClause = field(repr=False)

    def kind(self, column: str) -> TypeKind:
        return self.column(column).kind

    def column(self, column: str) -> ColumnSchema:
        """The column by name; `Refused` if the database has none."""
        found = self.table.column(column)
        if found is None:
            raise Refused(
                "unknown-column",
                f"table '{self.table.name}' has no column '{column}'",
                help="run check --schema to see where map and database differ",
            )
        return found


@dataclass(frozen=True)
class Renderer:
    """What rendering needs of a store: its tables by the map's names, and the sets made there.

    A set that is missing from `sets` is empty; a flag that is missing is off.
    """

    dialect: DialectName
    tables: Mapping[str, TableSchema]
    zone: ZoneInfo
    sets: Mapping[str, sa.TableClause] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    periods: Periods = lambda _: []
    _made: dict[tuple[int, int], tuple[Predicate, sa.FromClause, Condition]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def row(self, table: str, source: sa.FromClause | None = None) -> Row:
        """A table by the name of its entry in the map; `Refused` if the database has none."""
        schema = self.tables.get(table)
        if schema is None:
            raise Refused(
                "unknown-table",
                f"the database has no table '{table}'",
                help="run check --schema to see where map and database differ",
            )
        return Row(schema, source if source is not None else table_clause(self.dialect, schema))

    def condition(self, predicate: Predicate, row: Row) -> Condition:
        """The predicate about `row` as a condition; the same object is rendered once."""
        # By identity: predicates are large, and hashing one costs as much as rendering it. The
        # entry holds both objects, so that no other can take their place in memory.
        known = self._made.get((id(predicate), id(row.source)))
        if known is None:
            known = predicate, row.source, self._rendered(predicate, row)
            self._made[id(predicate), id(row.source)] = known
        return known[2]

    def _rendered(self, predicate: Predicate, row: Row) -> Condition:
        match predicate:
            case Always():
                return sa.true() if predicate.value else sa.false()
            case And():
                return sa.and_(*(self.condition(part, row) for part in predicate.parts))
            case Or():
                return sa.or_(*(self.condition(part, row) for part in predicate.parts))
            case Not():
                return sa.not_(self.condition(predicate.part, row))
            case IsNull():
                return self._is_null(predicate, row)
            case DayWithin():
                return self._day(predicate, row)
            case Compare():
                return passes(self.dialect, row.source, row.kind, predicate.test)
            case TextIs():
                kind = row.kind(predicate.column)
                return text_is(self.dialect, row.source.c[predicate.column], kind, predicate.value)
            case Exists():
                return self._exists(predicate.hops, predicate.where, row)
            case InPeriod():
                return self._in_period(predicate, row)
            case KeyIn():
                return self._key_in(predicate, row)
            case Flag():
                return sa.true() if predicate.name in self.flags else sa.false()
            case _:
                assert_never(predicate)

    def _is_null(self, predicate: IsNull, row: Row) -> Condition:
        row.kind(predicate.column)
        column = row.source.c[predicate.column]
        if predicate.json_path is None:
            return column.is_(None)
        return json_absent(self.dialect, column, predicate.json_path)

    def _day(self, predicate: DayWithin, row: Row) -> Condition:
        day = predicate.day
        kind = row.kind(day.column)
        return day_within(
            self.dialect,
            row.source.c[day.column],
            kind,
            day,
            self.zone,
            predicate.first,
            predicate.last,
        )

    def _exists(self, hops: tuple[Hop, ...], where: Predicate, row: Row) -> Condition:
        hop, rest = hops[0], hops[1:]
        plain = self.row(hop.table)
        target = self.row(hop.table, plain.source.alias())
        conditions = [self.joined(hop, row, target)]
        if rest:
            conditions.append(self._exists(rest, where, target))
        else:
            conditions.append(self.condition(where, target))
        return (
            sa.select(sa.literal_column("1"))
            .select_from(target.source)
            .where(*conditions)
            .correlate_except(target.source)
            .exists()
        )

    def joined(self, hop: Hop, row: Row, target: Row) -> Condition:
        """`target` is a row to which `hop` leads from `row`."""
        conditions = [self._linked(hop, row, target)]
        if hop.source_when is not None:
            conditions.append(self.condition(hop.source_when, row))
        if hop.target_when is not None:
            conditions.append(self.condition(hop.target_when, target))
        return sa.and_(*conditions)

    def _linked(self, hop: Hop, row: Row, target: Row) -> Condition:
        if hop.json_path is not None:
            return self._json_joined(hop, row, target)
        return sa.and_(
            *(
                equal_columns(
                    self.dialect,
                    (row.source.c[left], row.kind(left)),
                    (target.source.c[right], target.kind(right)),
                )
                for left, right in zip(hop.columns, hop.target, strict=True)
            )
        )

    def _json_joined(self, hop: Hop, row: Row, target: Row) -> Condition:
        """A reference inside JSON joins a number as a number and a text as a text."""
        path = hop.json_path or ""
        (left,), (right,) = hop.columns, hop.target
        owner, column, other, theirs = (
            (row, left, target, right) if hop.json_side == "source" else (target, right, row, left)
        )
        inside = owner.source.c[column]
        text = json_text(self.dialect, inside, path)
        kind = other.kind(theirs)
        family: JsonKind = "number" if kind in ("integer", "number") else "text"
        return sa.and_(
            json_is(self.dialect, inside, path, family),
            sa.cast(text, sa.Text() if self.dialect != "mariadb" else sa.CHAR())
            == sa.cast(
                other.source.c[theirs], sa.Text() if self.dialect != "mariadb" else sa.CHAR()
            ),
        )

    def _in_period(self, predicate: InPeriod, row: Row) -> Condition:
        spans = [
            self._day(DayWithin(day=predicate.day, first=start, last=end), row)
            for start, end in _joined_spans(self.periods(predicate))
        ]
        return sa.or_(*spans) if spans else sa.false()

    def _key_in(self, predicate: KeyIn, row: Row) -> Condition:
        made = self.sets.get(predicate.set)
        if made is None:
            return sa.false()
        found = made.alias()
        conditions = [
            equal_columns(
                self.dialect,
                (row.source.c[column], row.kind(column)),
                (found.c[column], row.kind(column)),
            )
            for column in predicate.columns
        ]
        if predicate.first is not None and predicate.first > date.min:
            conditions.append(found.c["troth_day"] >= self._day_literal(predicate.first))
        if predicate.last is not None and predicate.last < date.max:
            conditions.append(found.c["troth_day"] <= self._day_literal(predicate.last))
        return (
            sa.select(sa.literal_column("1"))
            .select_from(found)
            .where(*conditions)
            .correlate_except(found)
            .exists()
        )

    def _day_literal(self, day: date) -> sa.ColumnElement[object]:
        if self.dialect == "sqlite":
            return sa.literal(day.isoformat(), sa.Text())
        return sa.literal(day, sa.Date())


def _joined_spans(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days in as few spans as possible: years of accounts follow one another."""
    joined: list[tuple[date, date]] = []
    for start, end in sorted(span for span in spans if span[0] <= span[1]):
        if joined and (joined[-1][1] == date.max or start <= joined[-1][1] + timedelta(days=1)):
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
