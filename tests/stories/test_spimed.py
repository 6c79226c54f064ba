"""Spimed-AI: services that end, payments that settle, positions, logs, and a hold."""

from __future__ import annotations

from typing import Any

import pytest

from stories.conftest import Tell
from stories.world import Story

JO = "jo@practice.example"
KIM = "kim@practice.example"


def client(story: Story, key: int, email: str, ended: str | None, **cells: Any) -> None:
    """A client with one contract and one ticket."""
    story.insert(
        "clients.client",
        id=key,
        email=email,
        name=f"Client {key}",
        company="Practice",
        deleted=False,
        **cells,
    )
    story.insert(
        "clients.contract", id=key, client_id=key, service_start="2015-01-05", service_end=ended
    )
    story.insert("clients.ticket", id=key, client_id=key, body=f"Client {key} asks")


@pytest.mark.clause("SPI-RET-2")
def test_client_data_lasts_five_years_after_the_service(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, "2020-06-30")
    client(story, 2, KIM, None)

    story.sweep("2020-06-30")
    assert story.ids("legal.client") == [1]  # out of everyday use
    assert story.traces(JO) == ["legal.client.email"]

    story.sweep("2025-06-29")
    assert story.value("legal.client", 1, "name") == "Client 1"
    assert story.ids("legal.ticket") == [1]

    story.sweep("2025-06-30")
    assert story.traces(JO, "Client 1") == []
    assert story.ids("legal.ticket") == []
    assert story.value("clients.client", 2, "email") == KIM  # no end of service, no deletion
    assert story.ids("clients.ticket") == [2]


@pytest.mark.clause("SPI-RET-3")
def test_a_renewed_service_starts_a_new_clock(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, "2020-06-30")
    story.sweep("2020-06-30")
    story.insert("clients.contract", id=9, client_id=1, service_start="2023-01-01")
    story.sweep("2023-06-01")
    story.update("clients.contract", 9, service_end="2024-02-29")

    story.sweep("2025-06-30")
    assert story.ids("legal.client") == [1]

    story.sweep("2029-02-27")
    assert story.ids("legal.client") == [1]
    story.sweep("2029-02-28")
    assert story.traces(JO, "Client 1") == []


@pytest.mark.clause("SPI-RET-5")
def test_invoices_ten_years_and_means_of_payment_at_most_five(tell: Tell) -> None:
    story = tell("spimed", "billing", "accounting")
    for key, year_end in ((1, "2015-12-31"), (2, "2016-12-31")):
        story.insert(
            "billing.invoice",
            id=key,
            billed_to="Jo",
            email=JO,
            amount=90,
            fiscal_year_end=year_end,
        )
    story.insert(
        "billing.payment",
        id=1,
        email=JO,
        account_number="FR00 0000",
        check_code="123",
        authorised_at="2018-03-01 10:00",
    )

    story.sweep("2018-03-01")
    assert story.value("billing.payment", 1, "check_code") is None
    assert story.value("billing.payment", 1, "account_number") == "FR00 0000"
    story.update("billing.payment", 1, settled_on="2018-03-09")
    story.sweep("2018-03-09")
    assert story.ids("billing.payment") == []

    story.sweep("2023-03-08")
    assert story.value("accounting.payment", 1, "account_number") == "FR00 0000"
    story.sweep("2023-03-09")
    assert story.ids("accounting.payment") == []

    for day in ("2025-12-30", "2025-12-31"):
        story.sweep(day)
        assert story.ids("accounting.invoice") == [1, 2]
    story.sweep("2026-01-01")
    assert story.ids("accounting.invoice") == [2]


@pytest.mark.clause("SPI-RET-6")
def test_what_only_the_law_needs_moves_to_the_archive(tell: Tell) -> None:
    story = tell("spimed", "billing", "accounting")
    story.insert(
        "billing.invoice",
        id=1,
        billed_to="Jo",
        email=JO,
        amount=90,
        fiscal_year_end="2015-12-31",
    )

    story.sweep("2015-12-30")
    assert (story.ids("billing.invoice"), story.ids("accounting.invoice")) == ([1], [])
    story.sweep("2015-12-31")
    assert (story.ids("billing.invoice"), story.ids("accounting.invoice")) == ([], [1])
    story.sweep("2025-12-31")
    kept = story.rows("accounting.invoice")
    assert [(row["billed_to"], row["amount"]) for row in kept] == [("Jo", 90)]


@pytest.mark.clause("SPI-RET-7")
def test_a_position_lasts_two_months_in_every_table(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, None, born_on="1980-05-05")
    story.consent(JO, "geolocation", "2025-12-20")
    for key, captured in ((1, "2025-12-31 09:00"), (2, "2026-01-15 09:00")):
        story.insert(
            "clients.geo_point", id=key, client_id=1, captured_at=captured, position="48.85 2.35"
        )
        story.insert("clients.geo_summary", id=key, client_id=1, captured_at=captured, area="Paris")

    story.sweep("2026-02-27")
    assert story.ids("clients.geo_point") == story.ids("clients.geo_summary") == [1, 2]
    story.sweep("2026-02-28")
    assert story.ids("clients.geo_point") == story.ids("clients.geo_summary") == [2]


@pytest.mark.clause("SPI-RET-8")
def test_a_log_line_lasts_one_year_of_local_days(tell: Tell) -> None:
    story = tell("spimed", "site")
    lines = {
        1: "2025-03-09 10:00",  # 366 days before the sweep
        2: "2025-03-11 10:00",  # 364 days
        3: "2025-03-10 22:30",  # 10 March in Paris
        4: "2025-03-10 23:30",  # already 11 March in Paris
    }
    for key, at in lines.items():
        story.insert("site.connection_log", id=key, event_at=at, ip=f"192.0.2.{key}")

    story.sweep("2026-03-10")
    assert story.ids("site.connection_log") == [2, 4]
    story.sweep("2026-03-11")
    assert story.ids("site.connection_log") == []


@pytest.mark.clause("SPI-RET-10")
def test_nothing_of_an_expired_person_is_left_behind_a_flag(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, "2020-06-30")
    client(story, 2, KIM, None)
    story.update("clients.client", 1, deleted=True)  # the application only hid the row
    story.consent(JO, "geolocation", "2020-01-01")
    story.insert(
        "clients.geo_point", id=1, client_id=1, captured_at="2020-06-01 09:00", position="Client 1"
    )

    story.sweep("2025-06-30")
    assert story.traces(JO, "Client 1") == []
    assert story.ids("clients.geo_point") == []
    assert story.ids("clients.ticket") == [2]
    assert story.ids("legal.client") == story.ids("legal.ticket") == []
    assert story.value("clients.client", 1, "email") == "erased-1"
    assert story.value("clients.client", 2, "email") == KIM


@pytest.mark.clause("SPI-RET-12")
def test_a_hold_keeps_its_person_until_it_is_lifted(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, "2020-06-30")
    client(story, 2, KIM, "2020-06-30")
    story.sweep("2025-06-29")
    hold = story.hold("2025-06-29 23:00", persons=[JO])

    story.sweep("2025-06-30")
    assert story.ids("legal.client") == story.ids("legal.ticket") == [1]
    assert story.traces(KIM, "Client 2") == []

    story.sweep("2026-01-15")
    assert story.ids("legal.client") == [1]
    story.lift(hold, "2026-01-15 18:00")
    story.sweep("2026-01-16")
    assert story.traces(JO, "Client 1") == []
    story.hold("2026-01-17", persons=[JO])  # too late: it matches no row
    story.sweep("2026-01-18")
    assert story.traces(JO, "Client 1") == []
