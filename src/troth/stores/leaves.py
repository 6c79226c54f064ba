"""Tests of one column of the row: written by SQLAlchemy, once for each kind of column."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from troth.plan.predicate import Beside, Compare, DayWithin, IsNull, NothingAt, TextIs, Unreadable
from troth.plan.schema import ColumnSchema
from troth.stores.address import DialectName
from troth.stores.compare import passes, text_is
from troth.stores.days import day_within
from troth.stores.inside import beside, nothing_at, unreadable
from troth.stores.tables import column_type
from troth.stores.template import Template, placeholder, written
from troth.stores.texts import Condition, json_absent

MOST_KEPT = 16_384  # tests; a process rarely asks for more than some thousand

ColumnTest = IsNull | Unreadable | Beside | NothingAt | DayWithin | Compare | TextIs


@lru_cache(maxsize=MOST_KEPT)
def test_of_column(
    dialect: DialectName,
    column: ColumnSchema,
    zone: ZoneInfo,
    test: ColumnTest,
    *,
    alone: bool,
) -> Template:
    """A test of `column` as a template of the row; `alone`: nothing will stand around it."""
    source = placeholder([sa.column(column.name, column_type(dialect, column))])
    return written(dialect, _condition(dialect, source, column, zone, test, alone=alone))


def _condition(
    dialect: DialectName,
    source: sa.TableClause,
    schema: ColumnSchema,
    zone: ZoneInfo,
    test: ColumnTest,
    *,
    alone: bool,
) -> Condition:
    column, kind = source.c[schema.name], schema.kind
    match test:
        case IsNull(json_path=None):
            return column.is_(None)
        case IsNull():
            return json_absent(dialect, column, test.json_path or "")
        case Unreadable():
            return unreadable(dialect, column, schema, test.objects, escapes=test.escapes)
        case Beside():
            return beside(dialect, column, schema, test.paths)
        case NothingAt():
            return nothing_at(dialect, source, schema, test.path, test.form)
        case DayWithin():
            first, last = test.first, test.last
            return day_within(dialect, column, kind, test.day, zone, first, last, alone=alone)
        case Compare():
            return passes(dialect, source, lambda _: kind, test.test)
        case TextIs():
            return text_is(dialect, column, kind, test.value)
