"""COLLECTIF M: idle accounts, and invoices that outlive their customer."""

from __future__ import annotations

import pytest

from stories.conftest import Tell

ANN = "ann@home.example"
BEN = "ben@home.example"


@pytest.mark.clause("COL-PRI-6")
def test_an_idle_account_goes_unless_a_purpose_still_runs(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive")
    for key, email in ((1, ANN), (2, BEN)):
        story.insert("shop.account", id=key, email=email, name="N", last_login_on="2023-03-01")
    story.insert("shop.orders", id=1, account_id=2, content="soap", ordered_on="2024-05-05")

    story.sweep("2026-02-28")
    assert story.ids("shop.account") == [1, 2]
    story.sweep("2026-03-01")
    assert story.ids("shop.account") == [2]  # nobody asked for anything
    assert story.value("shop.account", 2, "email") == BEN
    assert story.traces(ANN) == []
    assert story.value("shop.orders", 1, "content") == "soap"


@pytest.mark.clause("COL-PRI-7")
def test_an_invoice_outlives_its_customer_in_the_archive(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive")
    story.insert("shop.account", id=1, email=ANN, name="Ann", last_login_on="2026-03-02")
    story.insert("shop.invoice", id=1, account_id=1, billed_to="Ann B", completed_on="2026-03-02")

    story.sweep("2026-04-19")
    assert story.value("shop.invoice", 1, "billed_to") == "Ann B"
    story.update("shop.account", 1, closed_on="2026-04-20")
    story.sweep("2026-04-20")
    assert story.traces("Ann", ANN) == ["archive.invoice.billed_to"]
    assert story.ids("shop.account") == story.ids("shop.invoice") == []

    story.sweep("2036-12-31")
    assert story.value("archive.invoice", 1, "billed_to") == "Ann B"
    story.sweep("2037-01-01")
    assert story.ids("archive.invoice") == []
