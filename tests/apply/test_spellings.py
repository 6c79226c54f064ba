"""An address that rows spell in several ways: one letter, spelled as the first row has it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, permutations
from pathlib import Path

import pytest

from apply.fire import NOW
from apply.sink import Sink, sink
from apply.test_fire_kill import empty_sqlite
from apply.two import ORG, Place, policy
from troth.apply.invite import send_waiting
from troth.apply.run import apply_plan
from troth.grounds.facts import Key
from troth.ledger.invitations import Invitation, queue_invitations
from troth.ledger.ledger import Ledger, open_ledger


@pytest.fixture
def mail() -> Iterator[Sink]:
    with sink() as found:
        yield found


def backwards() -> Iterator[bytes]:
    """Random bytes as they may fall: each smaller than the one before."""
    for number in count(1):
        yield (2**40 - number).to_bytes(6, "big")


ROWS: tuple[tuple[Key, str], ...] = (
    ((2,), "new@mail.example"),
    ((10,), "NEW@mail.example"),
    (("10",), "New@mail.example"),
)


@pytest.mark.parametrize("order", list(permutations(ROWS)))
def test_the_first_row_in_key_order_spells_the_address(
    order: tuple[tuple[Key, str], ...], tmp_path: Path, mail: Sink
) -> None:
    falling = backwards()

    def randomness(length: int) -> bytes:
        return next(falling).rjust(length, b"\0") if length >= 6 else b"\0" * length

    place = str(tmp_path / "ledger.sqlite")
    with open_ledger(place, at=NOW, randomness=randomness) as ledger:
        with ledger.writing(ORG) as writing:
            letters = [
                Invitation("silent", "shop", "customer", key, address, "Sign in", "Please.")
                for key, address in order
            ]
            queue_invitations(writing, letters, at=NOW)
        assert send_waiting(ledger, ORG, lambda: NOW, mail.mailer()) == (1, 0)
    assert mail.reached == ["new@mail.example"]


POLICY = policy(
    ["seen"],
    """
      - id: silent-3-years
        promise: We write to you before we delete what has been silent for three years.
        period: P3Y
        after: seen
        warn: {delay: P30D, message: Sign in to keep your data., clauses: [C-4]}
        clauses: [C-2]
""",
)
MAP = """
troth: 1
stores:
  shop:
    tables:
      account:
        key: [id]
        roles: {customer: {subject: customer, person: [holder]}}
        columns: {id: , number: , seen: , nickname: {category: contact}}
        relations: {holder: {columns: [number], references: crm.customer, to: [number]}}
        events: {seen: {column: seen}}
  crm:
    tables:
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , number: , email: {category: contact, identity: email, compare: email}}
"""


@pytest.mark.parametrize("spellings", list(permutations(["ann@mail.example", "Ann@mail.example"])))
def test_one_row_with_two_spellings_is_written_to_by_the_first_that_sorts(
    spellings: tuple[str, str], sqlite_url: str, tmp_path: Path, ledger: Ledger, mail: Sink
) -> None:
    urls = {"shop": sqlite_url, "crm": empty_sqlite(tmp_path / "crm.db")}
    at = Place(urls, POLICY, MAP, ledger, NOW)
    at.sql(
        "shop",
        "CREATE TABLE account (id INTEGER PRIMARY KEY, number INTEGER, seen DATE, nickname TEXT)",
        "INSERT INTO account VALUES (1, 7, '2020-01-02', 'n')",
    )
    at.sql(
        "crm",
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, number INTEGER, email TEXT)",
        *(
            f"INSERT INTO customer VALUES ({number}, 7, '{email}')"
            for number, email in enumerate(spellings)
        ),
    )
    apply_plan(at.plan(), at.setting(), ledger, lambda: NOW, by="dpo", mailer=mail.mailer())
    assert mail.reached == ["Ann@mail.example"]
