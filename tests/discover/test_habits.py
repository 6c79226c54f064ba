"""Habits of applications in the wild: 0 for none, numbered keys, counts, texts still empty."""

from __future__ import annotations

from datetime import date, timedelta

from troth.discover.guess import StoreGuess
from troth.discover.survey import Settings, survey

from .fakes import MemorySampler, schema_of

DDL = {
    "accounts": (
        "id INTEGER PRIMARY KEY, first_name VARCHAR(60) NOT NULL, email VARCHAR(100) NOT NULL, "
        "iban VARCHAR(40) NOT NULL, birthday DATE"
    ),
    "account_meta": "meta_id INTEGER PRIMARY KEY, account_id INTEGER, meta_key VARCHAR(40)",
    "remark_meta": "meta_id INTEGER PRIMARY KEY, remark_id INTEGER, meta_key VARCHAR(40)",
    "remarks": (
        "id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, parent_remark INTEGER NOT NULL, "
        "agent VARCHAR(200)"
    ),
    "badges": "id INTEGER PRIMARY KEY, remarks INTEGER NOT NULL",
}
NAMES = ("Marie", "Paul", "Louise", "Jean", "Emma", "Hugo")


def _guess(settings: Settings) -> StoreGuess:
    day = date(1970, 1, 1)
    made = {
        "accounts": [
            (n, NAMES[n % 6], f"a{n}@mail.example", "", day + timedelta(days=n * 200))
            for n in range(1, 101)
        ],
        "account_meta": [(n, n, "theme") for n in range(1, 101)],
        "remark_meta": [(n, n, "checked") for n in range(1, 61)],
        "remarks": [
            (n, n if n % 3 == 0 else 0, n - 1 if n % 4 == 0 else 0, f"Mozilla/5.0 ({n % 3})")
            for n in range(1, 81)
        ],
        "badges": [(n, 2) for n in range(1, 9)],
    }
    return survey(schema_of(DDL), MemorySampler(made), settings)


def _links(guess: StoreGuess, table: str) -> set[tuple[str, str]]:
    found = guess.table(table)
    assert found is not None
    return {(link.columns[0], link.references) for link in found.links}


def _kinds(guess: StoreGuess, table: str) -> dict[str, str | None]:
    found = guess.table(table)
    assert found is not None
    return {column.column.name: column.kind for column in found.columns}


def test_zero_says_that_there_is_no_parent(settings: Settings) -> None:
    assert _links(_guess(settings), "remarks") == {
        ("account_id", "accounts"),
        ("parent_remark", "remarks"),
    }


def test_a_table_s_own_number_is_no_reference_to_a_longer_table(settings: Settings) -> None:
    assert _links(_guess(settings), "remark_meta") == {("remark_id", "remarks")}
    assert _links(_guess(settings), "account_meta") == {("account_id", "accounts")}


def test_a_number_named_in_the_plural_is_a_count(settings: Settings) -> None:
    assert _links(_guess(settings), "badges") == set()


def test_columns_still_empty_are_told_by_their_names(settings: Settings) -> None:
    assert _kinds(_guess(settings), "accounts")["iban"] == "iban"


def test_a_birthday_is_one_even_where_the_days_look_made_up(settings: Settings) -> None:
    assert _kinds(_guess(settings), "accounts")["birthday"] == "birth-date"


def test_few_browsers_are_browsers(settings: Settings) -> None:
    assert _kinds(_guess(settings), "remarks")["agent"] == "user-agent"
