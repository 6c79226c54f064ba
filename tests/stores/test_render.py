"""Predicates as SQL: awkward names and constants, rows of the same table inside each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from troth.datamap.filters import Test as MapTest
from troth.plan.predicate import (
    Compare,
    DayColumn,
    Flag,
    Hop,
    IsNull,
    KeyIn,
    Predicate,
    both,
    day_within,
    either,
    exists,
    negation,
)
from troth.plan.schema import ColumnSchema
from troth.stores.opening import open_store
from troth.stores.reflect import reflect
from troth.stores.render import Renderer
from troth.stores.store import Session
from troth.stores.tables import TemporaryTable

ZONE = ZoneInfo("Europe/Paris")
NAMES = ("id", "group", "100%", "Weird name")
AWKWARD = 'it\'s 50% \\ :of "that"'
ROWS = (
    (1, None, "a", "2020-01-01"),
    (2, 1, AWKWARD, "2024-05-06"),
    (3, 1, None, None),
    (4, 2, "A", "2026-01-01"),
    (5, 4, "%", "1999-12-31"),
)


@contextmanager
def rendering(url: str) -> Iterator[tuple[Session, Renderer]]:
    """A store with one table that references itself, all of whose names need care."""
    store = open_store("shop", url, purpose="write")
    with store.session() as session:
        quote = session.connection.dialect.identifier_preparer.quote_identifier
        text = "VARCHAR(80)"
        types = ("INTEGER PRIMARY KEY", "INTEGER", text, "DATE")
        named = ", ".join(f"{quote(n)} {t}" for n, t in zip(NAMES, types, strict=True))
        plain = f"CREATE TABLE {quote('order')} ({named})"
        session.connection.exec_driver_sql(plain)  # the quoted names double what must be doubled
    schema = reflect(store)
    (table,) = schema.tables
    with store.session() as session:
        source = sa.table("order", *(sa.column(name) for name in NAMES))
        with session.writing() as connection:
            for row in ROWS:
                day = row[3] and (row[3] if "sqlite" in url else date.fromisoformat(row[3]))
                values = dict(zip(NAMES, (*row[:3], day), strict=True))
                connection.execute(sa.insert(source).values(values))
        name = store.address.dialect
        yield session, Renderer(dialect=name, tables={table.name: table}, zone=ZONE)


def found(session: Session, renderer: Renderer, predicate: Predicate) -> list[int]:
    row = renderer.row("order")
    select = sa.select(row.source.c.id).where(renderer.condition(predicate, row))
    return sorted(session.connection.scalars(select))


def test_constants_and_names(any_store_url: str) -> None:
    is_awkward = Compare(test=MapTest.model_validate({"column": "100%", "is": AWKWARD}))
    is_percent = Compare(test=MapTest.model_validate({"column": "100%", "is": "%"}))
    weird = DayColumn(column="Weird name", zone="Europe/Paris")
    recent = day_within(weird, date(2024, 5, 6), date(2026, 1, 1))
    with rendering(any_store_url) as (session, renderer):
        assert found(session, renderer, is_awkward) == [2]
        assert found(session, renderer, negation(is_awkward)) == [1, 3, 4, 5]
        assert found(session, renderer, either(is_awkward, is_percent)) == [2, 5]
        assert found(session, renderer, recent) == [2, 4]
        assert found(session, renderer, both(negation(recent), negation(is_percent))) == [1, 3]
        row = renderer.row("order")
        turned = sa.select(row.source.c.id).where(sa.not_(renderer.condition(recent, row)))
        assert sorted(session.connection.scalars(turned)) == [1, 3, 5]


def test_a_table_inside_itself_and_under_an_alias(any_store_url: str) -> None:
    up = Hop(table="order", columns=("group",), target=("id",))
    down = Hop(table="order", columns=("id",), target=("group",))
    root = IsNull(column="group")
    below_root = exists((up,), root)
    with rendering(any_store_url) as (session, renderer):
        assert found(session, renderer, below_root) == [2, 3]
        assert found(session, renderer, exists((up, up), root)) == [4]
        has_grandchild = exists((down,), exists((down,), negation(root)))
        assert found(session, renderer, has_grandchild) == [1, 2]
        # a row with a child whose other child, seen from the child's own parent, is a leaf
        leaf = negation(exists((down,), negation(root)))
        assert found(session, renderer, exists((down,), exists((up, down), leaf))) == [1, 4]
        source = renderer.row("order").source.alias()
        row, other = renderer.row("order", source), renderer.row("order")
        joined = sa.select(row.source.c.id, other.source.c.id).where(
            renderer.joined(up, row, other), renderer.condition(below_root, row)
        )
        assert sorted(map(tuple, session.connection.execute(joined))) == [(2, 1), (3, 1)]


def test_what_a_text_took_for_granted_is_looked_at_again(any_store_url: str) -> None:
    chosen = KeyIn(set="chosen", columns=("id",))
    predicate = negation(either(chosen, Flag(name="all")))
    with rendering(any_store_url) as (session, renderer):
        assert found(session, renderer, predicate) == [1, 2, 3, 4, 5]
        kind = "BIGINT" if "sqlite" not in any_store_url else "INTEGER"
        column = ColumnSchema("id", "integer", kind, nullable=True)
        made = session.create_temporary(TemporaryTable("troth_chosen", (column,)))
        session.connection.execute(sa.insert(made).values(id=3))
        options = {"dialect": renderer.dialect, "tables": renderer.tables, "zone": ZONE}
        filled = Renderer(**options, sets={"chosen": made}, templates=renderer.templates)  # type: ignore[arg-type]  # a mapping of mixed options
        assert found(session, filled, predicate) == [1, 2, 4, 5]
        on = Renderer(**options, flags=frozenset({"all"}), templates=renderer.templates)  # type: ignore[arg-type]  # as above
        assert found(session, on, predicate) == []
        assert found(session, renderer, predicate) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("part", [IsNull(column="group"), IsNull(column="100%")])
def test_a_text_is_written_once_for_a_table(sqlite_url: str, part: IsNull) -> None:
    with rendering(sqlite_url) as (_, renderer):
        whole = negation(part)
        for _ in range(3):
            row = renderer.row("order")
            renderer.condition(whole, renderer.row("order", row.source.alias()))
        assert len([1 for known, _, _ in renderer.templates.values() if known is whole]) == 1
