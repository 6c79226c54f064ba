"""Predicates of a plan as SQL of one store.

Every condition is two-valued, as the predicate is: no NULL leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from troth.errors import Refused
from troth.plan.predicate import (
    Always,
    And,
    Beside,
    Compare,
    DayWithin,
    Exists,
    Flag,
    Hop,
    InPeriod,
    IsNull,
    KeyIn,
    Not,
    NothingAt,
    Or,
    Predicate,
    TextIs,
    Unreadable,
)
from troth.plan.schema import ColumnSchema, TableSchema, TypeKind
from troth.stores.address import DialectName
from troth.stores.compare import equal_columns
from troth.stores.fragment import Gap
from troth.stores.leaves import test_of_column
from troth.stores.tables import column_type, table_clause
from troth.stores.template import (
    ATOM,
    FAILS,
    HOLDS,
    Template,
    conjunction,
    disjunction,
    made,
    opposite,
    placeholder,
    quote,
    table_name,
    written,
)
from troth.stores.texts import Condition, JsonKind, json_is, json_text

Periods = Callable[[InPeriod], list[tuple[date, date]]]
Templates = dict[tuple[int, int], tuple[Predicate, TableSchema, Template]]


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
    templates: Templates = field(default_factory=dict, repr=False, compare=False)

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
        """The predicate about `row` as a condition; its text is written once."""
        return self._template(predicate, row.table).about(row.source)

    def alone(self, predicate: Predicate, row: Row) -> Condition:
        """The same as a column of a select, around which nothing stands."""
        if not isinstance(predicate, DayWithin):
            return self.condition(predicate, row)
        column = _column(row.table, predicate.day.column)
        test = test_of_column(self.dialect, column, self.zone, predicate, alone=True)
        return test.about(row.source)

    def joined(self, hop: Hop, row: Row, target: Row) -> Condition:
        """`target` is a row to which `hop` leads from `row`."""
        return self._joined(hop, row.table, target.table).about(row.source, target.source)

    def _template(self, predicate: Predicate, table: TableSchema) -> Template:
        # By identity: predicates are large, and hashing one costs as much as rendering it. The
        # entry holds both objects, so that no other can take their place in memory.
        known = self.templates.get((id(predicate), id(table)))
        if known is not None and self._still_true(known[2]):
            return known[2]
        template = self._written(predicate, table)
        self.templates[id(predicate), id(table)] = predicate, table, template
        return template

    def _still_true(self, template: Template) -> bool:
        """What the template took for granted is as it was."""
        return all(self.sets.get(name) is found for name, found in template.sets.items()) and all(
            (name in self.flags) == on for name, on in template.flags.items()
        )

    def _written(self, predicate: Predicate, table: TableSchema) -> Template:
        match predicate:
            case Always():
                return HOLDS if predicate.value else FAILS
            case And():
                return conjunction([self._template(part, table) for part in predicate.parts])
            case Or():
                return disjunction([self._template(part, table) for part in predicate.parts])
            case Not():
                return opposite(self._template(predicate.part, table))
            case DayWithin():
                return self._day(predicate, table)
            case IsNull() | Unreadable() | Beside() | NothingAt() | Compare() | TextIs():
                column = _column(table, _tested(predicate))
                return test_of_column(self.dialect, column, self.zone, predicate, alone=False)
            case Exists():
                return self._exists(predicate.hops, predicate.where, table)
            case InPeriod():
                return self._in_period(predicate, table)
            case KeyIn():
                return self._key_in(predicate, table)
            case Flag():
                on = predicate.name in self.flags
                return Template(worth=on, flags={predicate.name: on})
            case _:
                assert_never(predicate)

    def _day(self, predicate: DayWithin, table: TableSchema) -> Template:
        column = _column(table, predicate.day.column)
        return test_of_column(self.dialect, column, self.zone, predicate, alone=False)

    def _in_period(self, predicate: InPeriod, table: TableSchema) -> Template:
        return disjunction(
            [
                self._day(DayWithin(day=predicate.day, first=start, last=end), table)
                for start, end in _joined_spans(self.periods(predicate))
            ]
        )

    def _exists(self, hops: tuple[Hop, ...], where: Predicate, table: TableSchema) -> Template:
        hop, rest = hops[0], hops[1:]
        target = self.row(hop.table)
        inside = (
            self._exists(rest, where, target.table) if rest else self._template(where, target.table)
        )
        whole = conjunction([self._joined(hop, table, target.table), _moved(inside)])
        assert isinstance(target.source, sa.TableClause)
        return self._some(target.source, whole)

    def _some(self, source: sa.TableClause, whole: Template) -> Template:
        """A row of `source` exists, as the other row of `whole`."""
        if whole.worth is False:
            return whole
        # The deeper inside, the smaller the number: no name hides that of a row outside.
        name = f"troth_x{whole.depth + 1}"
        pieces = whole.filled({1: name}, lambda column: quote(self.dialect, column))
        head = f"EXISTS (SELECT 1 FROM {table_name(self.dialect, source)} AS {name} WHERE "
        return replace(made((head, *pieces, ")"), ATOM, [whole]), depth=whole.depth + 1)

    def _joined(self, hop: Hop, table: TableSchema, target: TableSchema) -> Template:
        row = _stand_in(self.dialect, table, hop.columns, 0)
        other = _stand_in(self.dialect, target, hop.target, 1)
        parts = [written(self.dialect, self._linked(hop, row, other))]
        if hop.source_when is not None:
            parts.append(self._template(hop.source_when, table))
        if hop.target_when is not None:
            parts.append(_moved(self._template(hop.target_when, target)))
        return conjunction(parts)

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

    def _key_in(self, predicate: KeyIn, table: TableSchema) -> Template:
        made_set = self.sets.get(predicate.set)
        if made_set is None:
            return Template(worth=False, sets={predicate.set: None})
        row = _stand_in(self.dialect, table, predicate.columns, 0)
        found = placeholder((sa.column(c.name, c.type) for c in made_set.c), 1)
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
        some = self._some(made_set, written(self.dialect, sa.and_(*conditions)))
        return replace(some, sets={predicate.set: made_set})

    def _day_literal(self, day: date) -> sa.ColumnElement[object]:
        if self.dialect == "sqlite":
            return sa.literal(day.isoformat(), sa.Text())
        return sa.literal(day, sa.Date())


def _moved(template: Template) -> Template:
    """A template about its own row as one about the other row of a join."""
    pieces = tuple(
        Gap(1, piece.column) if isinstance(piece, Gap) else piece for piece in template.pieces
    )
    return replace(template, pieces=pieces)


def _stand_in(dialect: DialectName, table: TableSchema, names: Sequence[str], row: int) -> Row:
    """A table, with these columns alone, as a row of a template."""
    columns = dict.fromkeys(names)
    bare = Row(table, placeholder(()))
    made = [sa.column(name, column_type(dialect, bare.column(name))) for name in columns]
    return Row(table, placeholder(made, row))


def _tested(predicate: IsNull | Unreadable | Beside | NothingAt | Compare | TextIs) -> str:
    return predicate.test.column if isinstance(predicate, Compare) else predicate.column


def _column(table: TableSchema, name: str) -> ColumnSchema:
    return Row(table, placeholder(())).column(name)


def _joined_spans(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days in as few spans as possible: years of accounts follow one another."""
    joined: list[tuple[date, date]] = []
    for start, end in sorted(span for span in spans if span[0] <= span[1]):
        if joined and (joined[-1][1] == date.max or start <= joined[-1][1] + timedelta(days=1)):
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
