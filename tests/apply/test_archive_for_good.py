"""What went to an archive never comes back, whatever happens, and goes at its own end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from apply.two import Place, policy
from troth.ledger.holds import add_hold, lift_hold
from troth.ledger.ledger import Ledger
from troth.plan.model import ArchiveRows, DeleteRows, EraseValues

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POLICY = policy(
    ["last-order"],
    """
      - id: sales
        promise: Data leaves everyday use after a year and goes after five.
        period: P5Y
        after: last-order
        archive:
          place: vault
          when: {period: P1Y, after: last-order}
          readers: [legal]
          clauses: [C-3]
        clauses: [C-2]
""",
)
COLUMNS = "{id: , email: {category: contact, identity: email}, last: }"
MAP = f"""
troth: 1
stores:
  shop:
    tables:
      customer:
        key: [id]
        roles: {{customer: {{subject: customer}}}}
        columns: {COLUMNS}
        events: {{last-order: {{column: last}}}}
  vault:
    place: vault
    tables:
      customer:
        key: [id]
        roles: {{customer: {{subject: customer}}}}
        columns: {{id: , email: {{category: contact, identity: email}}, last: ,
                   troth_day_last_order: }}
        events: {{last-order: {{column: troth_day_last_order}}}}
archives:
  shop.customer: {{table: vault.customer}}
"""


@pytest.fixture
def at(any_store_url: str, tmp_path: Path, ledger: Ledger) -> Place:
    """One customer silent for two years, who has gone to the archive."""
    vault = tmp_path / "vault.db"
    vault.touch()
    urls = {"shop": any_store_url, "vault": f"sqlite:///{vault}"}
    found = Place(urls, POLICY, MAP, ledger, NOW)
    found.sql(
        "shop",
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(40), last DATE)",
        "INSERT INTO customer VALUES (1, 'ann@people.example', '2024-06-01')",
    )
    assert found.apply().clean
    assert found.rows("shop", "SELECT id FROM customer") == []
    assert found.rows("vault", "SELECT id, email FROM customer") == [(1, "ann@people.example")]
    return found


def on(at: Place, day: str) -> Place:
    return Place(at.urls, POLICY, MAP, at.ledger, datetime.fromisoformat(f"{day}T12:00:00+00:00"))


@pytest.fixture(autouse=True)
def any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans of other days are carried out, although the stores' clocks stand elsewhere."""
    monkeypatch.setattr("troth.apply.refusals.check_clocks", lambda *_: None)


def test_a_relation_that_resumes_leaves_the_archive_as_it_is(at: Place) -> None:
    at.sql("shop", "INSERT INTO customer VALUES (2, 'ann@people.example', '2026-11-01')")
    plan = at.plan()
    assert plan.steps == ()
    assert at.rows("shop", "SELECT id FROM customer") == [(2,)]
    assert at.rows("vault", "SELECT id FROM customer") == [(1,)]


def test_a_hold_keeps_it_there_and_its_end_lets_it_go(at: Place) -> None:
    rows = [("vault", "customer", (1,))]
    with at.ledger.writing("small") as writing:
        hold = add_hold(writing, case="7", reason="a claim", by="dpo", at=NOW, rows=rows)
    late = on(at, "2029-06-01")  # five years to the day: due, were it not held
    late.apply()
    assert late.rows("vault", "SELECT id FROM customer") == [(1,)]
    assert late.rows("shop", "SELECT id FROM customer") == []
    with at.ledger.writing("small") as writing:
        lift_hold(writing, hold.id, reason="settled", by="dpo", at=late.now)
    late.apply()
    assert late.rows("vault", "SELECT id FROM customer") == []


def test_it_stays_until_the_eve_of_its_own_end_and_goes_on_the_day(at: Place) -> None:
    eve = on(at, "2029-05-31")
    assert eve.plan().steps == ()
    day = on(at, "2029-06-01")
    plan = day.plan()
    (step,) = plan.steps
    assert isinstance(step, DeleteRows)
    assert (step.store, step.table) == ("vault", "customer")
    day.apply(plan)
    assert day.rows("vault", "SELECT count(*) FROM customer") == [(0,)]


def test_no_step_of_any_plan_moves_rows_out_of_an_archive(at: Place) -> None:
    """Day by day around every change: rows are copied into archives, and out of none."""
    at.sql("shop", "INSERT INTO customer VALUES (2, 'ben@people.example', '2026-01-10')")
    for day in ("2027-01-09", "2027-01-10", "2029-06-01", "2031-01-10"):
        for step in on(at, day).plan().steps:
            if isinstance(step, ArchiveRows):
                assert (step.store, step.to_store) == ("shop", "vault")
            else:
                assert isinstance(step, DeleteRows | EraseValues)
