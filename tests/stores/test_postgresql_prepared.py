"""Statements sent together: answers come in order, and an error leaves them usable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from troth.stores.postgresql_prepared import PreparedStatements

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Asked:
    text: str
    values: tuple[Any, ...] = ()
    rows: bool = True


@pytest.fixture
def statements(postgres_url: str) -> Any:
    address = make_url(postgres_url).set(drivername="postgresql")
    uri = address.render_as_string(hide_password=False)
    with psycopg.connect(uri, autocommit=True) as connection:
        yield PreparedStatements(connection, 1)


def test_answers_come_in_order_and_texts_are_prepared_once(statements: PreparedStatements) -> None:
    asked = [Asked("SELECT $1::int + 1", (number,)) for number in (1, 2, 3)]
    for _ in range(2):
        assert statements.run(asked) == [(1, [(2,)]), (1, [(3,)]), (1, [(4,)])]
    prepared = Asked("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%+ 1'")
    assert statements.run([prepared])[0][1] == [(1,)]


def test_values_are_texts_numbers_lists_or_nothing(statements: PreparedStatements) -> None:
    text = "SELECT $1::text, $2::bigint, $3::text[], $4::text"
    values = ("Zoë 'x' %s", 7, ['a"b', "c\\d", "é,"], None)
    assert statements.run([Asked(text, values)])[0][1] == [values]


def test_an_error_is_that_of_its_statement_and_the_next_batch_works(
    statements: PreparedStatements,
) -> None:
    one = Asked("SELECT 1")
    with pytest.raises(psycopg.errors.DivisionByZero):
        statements.run([one, Asked("SELECT 1 / $1::int", (0,)), Asked("SELECT 2")])
    assert statements.run([one, Asked("SELECT 2")]) == [(1, [(1,)]), (1, [(2,)])]


def test_much_may_go_both_ways_at_once(statements: PreparedStatements) -> None:
    large = "x" * 500_000  # beyond what sockets hold: whoever only sends waits for ever
    asked = [Asked("SELECT $1::text", (large,))] * 40
    assert [rows for _, rows in statements.run(asked)] == [[(large,)]] * 40
