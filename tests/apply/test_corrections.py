"""A correction beside an issued paper goes with the paper, and the journal still verifies."""

from __future__ import annotations

from apply.fire import NOW
from apply.two import AFTER, ORG, Place, policy
from troth.ledger.ledger import Ledger
from troth.ledger.rectifications import Correction, list_corrections, record_corrections
from troth.ledger.verify import verify

POLICY = policy(["issued"], AFTER.format(event="issued", years=2))
MAP = """
troth: 1
stores:
  shop:
    tables:
      paper:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , billed_to: {category: contact}, issued: }
        events: {issued: {column: issued}}
"""


def test_a_correction_goes_with_its_paper(sqlite_url: str, ledger: Ledger) -> None:
    at = Place({"shop": sqlite_url}, POLICY, MAP, ledger, NOW)
    at.sql(
        "shop",
        "CREATE TABLE paper (id INTEGER PRIMARY KEY, billed_to TEXT, issued DATE)",
        "INSERT INTO paper VALUES (1, 'Anna Bergh', '2018-01-01')",
        "INSERT INTO paper VALUES (2, 'Anna Bergh', '2026-01-01')",
    )
    beside = [Correction("shop", "paper", (n,), "billed_to", "Anna Berg") for n in (1, 2)]
    with ledger.writing(ORG) as writing:
        record_corrections(writing, "run-1", beside, by="dpo", at=NOW)
    at.apply()
    assert at.rows("shop", "SELECT id FROM paper") == [(2,)]
    with ledger.reading(ORG) as reading:
        assert [one.key for one in list_corrections(reading)] == [(2,)]
        assert verify(reading).ok
