"""The publisher: trackers, technical data, contracts that end, and accounts that fall silent."""

from __future__ import annotations

import pytest

from stories.conftest import Tell
from stories.world import Story

ANN = "ann@home.example"
BEN = "ben@home.example"


# --- technical data ---------------------------------------------------------------------------


@pytest.mark.clause("PUB-COO-2")
def test_visits_do_not_lengthen_the_life_of_a_cookie(tell: Tell) -> None:
    story = tell("publisher", "collector")
    story.consent("v1", "advertising", "2026-01-15 09:00", by="visitor")
    story.insert("collector.cookie", id=1, visitor="v1", first_deposit_at="2026-01-15 09:00")
    for seen in ("2026-06-01 09:00", "2026-12-01 09:00"):
        story.update("collector.cookie", 1, last_seen_at=seen)

    story.sweep("2027-02-14")
    assert story.ids("collector.cookie") == [1]
    story.sweep("2027-02-15")
    assert story.ids("collector.cookie") == []


@pytest.mark.clause("PUB-RTT-1")
def test_technical_data_lasts_as_long_as_its_aim(tell: Tell) -> None:
    story = tell("publisher", "collector", "security")
    for aim in ("advertising", "statistics"):
        story.consent("v1", aim, "2024-01-15 08:00", by="visitor")
        story.insert(f"collector.{aim}_event", id=1, visitor="v1", at="2024-01-15 09:00")
    story.insert("security.connection_log", id=1, ip="192.0.2.1", at="2024-01-15 09:00")

    def left(day: str) -> list[bool]:
        story.sweep(day)
        names = ("security.connection_log", "collector.advertising_event")
        return [bool(story.ids(name)) for name in (*names, "collector.statistics_event")]

    assert left("2024-07-14") == [True, True, True]
    assert left("2024-07-15") == [False, True, True]
    assert left("2025-02-14") == [False, True, True]
    assert left("2025-02-15") == [False, False, True]
    assert left("2026-02-14") == [False, False, True]
    assert left("2026-02-15") == [False, False, False]


# --- the contract ends ------------------------------------------------------------------------


def account(story: Story, key: int, email: str, **cells: str) -> None:
    story.insert(
        "sites.account",
        id=key,
        email=email,
        name=f"Name {key}",
        hobby="chess",
        password_hash="x",
        created_at="2020-01-02 09:00",
        **cells,
    )


def login(story: Story, key: int, account_id: int, at: str, *, success: bool = True) -> None:
    story.insert("sites.login", id=key, account_id=account_id, at=at, success=success)


@pytest.mark.clause("PUB-RET-1")
def test_after_the_contract_only_evidence_stays_and_in_the_archive(tell: Tell) -> None:
    story = tell("publisher", "sites", "orders", "archive")
    account(story, 1, ANN, contract_end="2026-03-31")
    login(story, 1, 1, "2026-03-01 09:00")
    story.insert(
        "orders.orders",
        id=1,
        number="B-1",
        email=ANN,
        evidence="one book",
        details="ring twice",
        contract_end="2026-03-31",
        last_login_at="2026-03-01 09:00",
    )
    story.insert("orders.order_line", id=1, order_id=1, goods="book")
    story.insert(
        "orders.invoice",
        id=1,
        billed_to="Ann B",
        email=ANN,
        issued_on="2026-02-01",
        contract_end="2026-03-31",
    )

    story.sweep("2026-03-30")
    assert story.ids("archive.orders") == []
    story.sweep("2026-03-31")
    assert story.value("sites.account", 1, "password_hash") is None
    kept = ["archive.invoice.billed_to", "archive.orders.evidence"]
    assert story.traces("one book", "Ann B") == kept
    story.sweep("2026-04-29")
    assert story.value("sites.account", 1, "hobby") == "chess"
    assert story.traces("ring twice") == ["orders.orders.details"]
    story.sweep("2026-04-30")
    assert story.ids("sites.account") == story.ids("orders.orders") == []
    assert story.traces("chess", "Name 1", "ring twice") == []

    story.sweep("2031-03-30")
    assert story.value("archive.orders", 1, "evidence") == "one book"
    story.sweep("2031-03-31")
    assert story.ids("archive.orders") == []
    story.sweep("2036-12-31")
    assert story.value("archive.invoice", 1, "billed_to") == "Ann B"
    story.sweep("2037-01-01")
    assert story.traces(ANN) == []


@pytest.mark.clause("PUB-RET-2")
def test_what_serves_statistics_afterwards_is_of_nobody(tell: Tell) -> None:
    story = tell("publisher", "sites")
    account(story, 1, ANN, contract_end="2026-03-31")
    login(story, 1, 1, "2026-03-01 09:00")
    story.insert("sites.pseudonym", id=1, account_id=1, token="p-77")
    story.insert("sites.usage", id=1, account_id=1, month="2026-02", pages=12, pseudonym="p-77")
    story.insert(
        "sites.review",
        id=1,
        email=ANN,
        author="Name 1",
        stars=4,
        contract_end="2026-03-31",
        last_login_at="2026-03-01 09:00",
    )

    story.sweep("2026-04-29")
    assert story.value("sites.review", 1, "author") == "Name 1"
    story.sweep("2026-04-30")
    story.sweep("2031-03-31")
    assert story.ids("sites.pseudonym") == []  # nothing leads back
    assert story.traces(ANN, "Name 1", "p-77", "chess") == []
    assert [(row["pages"], row["pseudonym"]) for row in story.rows("sites.usage")] == [(12, None)]
    assert [(row["stars"], row["author"]) for row in story.rows("sites.review")] == [(4, None)]


@pytest.mark.clause("PUB-RET-4")
def test_one_run_empties_every_table_of_every_store(tell: Tell) -> None:
    stores = ("sites", "orders", "archive", "relations", "collector", "security")
    story = tell("publisher", *stores)
    ended = {"contract_end": "2015-03-31"}
    for key in (1, 2, 3):
        email = f"u{key}@home.example"
        account(story, key, email, **ended)
        login(story, key, key, "2015-03-01 09:00")
        story.insert("sites.pseudonym", id=key, account_id=key, token=f"p-{key}")
        order = {"email": email, "evidence": "e", "details": "d", **ended}
        for store in ("orders", "archive"):
            story.insert(f"{store}.orders", id=key, number=f"B-{key}", **order)
            story.insert(f"{store}.invoice", id=key, billed_to="N", issued_on="2015-02-01", **ended)
        story.insert("orders.order_line", id=key, order_id=key, goods="book")
        story.insert(
            "relations.survey_answer", id=key, email=email, answered_on="2015-01-01", **ended
        )
        for table in ("advertising_event", "statistics_event"):
            story.insert(f"collector.{table}", id=key, visitor=f"v{key}", at="2015-01-01 09:00")
        story.insert(
            "collector.cookie", id=key, visitor=f"v{key}", first_deposit_at="2015-01-01 09:00"
        )
        story.insert("security.connection_log", id=key, ip="192.0.2.1", at="2015-01-01 09:00")
    tables = [f"{s}.{name}" for s in stores for name in story.tables[s].tables]
    seeded = {f"delete:{name}": 3 for name in tables if story.ids(name)}

    outcome = story.sweep("2026-06-01")

    assert [name for name in tables if story.ids(name)] == []
    assert outcome is not None
    deleted = {step: rows for step, rows in outcome.written.items() if step.startswith("delete:")}
    assert deleted == seeded


# --- an account falls silent ------------------------------------------------------------------


@pytest.mark.clause("PUB-INA-1")
def test_only_a_successful_login_counts(tell: Tell) -> None:
    story = tell("publisher", "sites")
    account(story, 1, ANN)
    login(story, 1, 1, "2022-01-05 09:00")
    login(story, 2, 1, "2023-04-10 09:00")
    account(story, 2, BEN)  # never logged in: from its creation on 2020-01-02
    login(story, 3, 2, "2022-12-20 09:00", success=False)

    story.sweep("2023-01-01")
    assert story.outbox.sent == []
    story.sweep("2023-01-02")
    assert story.outbox.sent == [BEN]
    story.sweep("2026-04-09")
    assert story.outbox.sent == [BEN]
    story.sweep("2026-04-10")
    assert story.outbox.sent == [BEN, ANN]
    login(story, 4, 1, "2026-04-20 09:00", success=False)
    story.sweep("2026-05-10")
    assert story.ids("sites.account") == []


@pytest.mark.clause("PUB-INA-3")
def test_a_silent_account_goes_thirty_days_after_its_invitation(tell: Tell) -> None:
    story = tell("publisher", "sites", "orders", "archive")
    for key, email in ((1, ANN), (2, BEN)):
        account(story, key, email)
        login(story, key, key, "2023-04-10 09:00")
    story.insert("orders.invoice", id=1, billed_to="Ann B", email=ANN, issued_on="2022-02-01")

    story.sweep("2026-04-10")
    assert sorted(story.outbox.sent) == [ANN, BEN]
    assert story.ids("sites.account") == [1, 2]
    login(story, 9, 2, "2026-05-08 22:30")  # 9 May in Paris
    story.sweep("2026-05-09")
    assert story.ids("sites.account") == [1, 2]
    story.sweep("2026-05-10")
    assert story.ids("sites.account") == story.ids("sites.login")[:1] == [2]
    assert story.value("archive.invoice", 1, "billed_to") == "Ann B"

    story.sweep("2029-05-08")
    assert story.ids("sites.account") == [2]
    assert story.outbox.sent.count(BEN) == 1
    story.sweep("2029-05-09")
    assert story.outbox.sent.count(BEN) == 2
    story.sweep("2029-06-07")
    assert story.ids("sites.account") == [2]
    story.sweep("2029-06-08")
    assert story.ids("sites.account") == []


@pytest.mark.clause("PUB-INA-3")
def test_without_the_invitation_nothing_goes(tell: Tell) -> None:
    story = tell("publisher", "sites")
    account(story, 1, ANN)
    login(story, 1, 1, "2023-04-10 09:00")

    story.sweep("2026-04-10", mail=False)
    story.sweep("2026-05-10", mail=False)
    assert story.ids("sites.account") == [1]
    assert story.outbox.sent == []
