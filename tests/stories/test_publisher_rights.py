"""The publisher: erasure of an account, of one whose contract has ended, and in an open dispute."""

from __future__ import annotations

import pytest

from stories.conftest import Tell
from stories.test_publisher import ANN, BEN, account, login
from stories.world import Story


def order(story: Story, key: int, email: str, ended: str | None = None) -> None:
    story.insert(
        "orders.orders",
        id=key,
        number=f"B-{key}",
        email=email,
        contact=email,
        evidence=f"book {key}",
        details=f"ring {key}",
        contract_end=ended,
        last_login_at="2026-03-01 09:00",
    )
    story.insert("orders.order_line", id=key, order_id=key, goods="book")
    story.insert(
        "orders.invoice",
        id=key,
        billed_to=f"Name {key}",
        email=email,
        issued_on="2026-02-01",
        contract_end=ended,
    )


@pytest.mark.clause("PUB-RET-5")
def test_rights_outlast_a_contract_that_was_ended_for_a_violation(tell: Tell) -> None:
    story = tell("publisher", "sites", "orders", "archive")
    account(story, 1, ANN, contract_end="2026-03-31")
    login(story, 1, 1, "2026-03-01 09:00")
    order(story, 1, ANN, "2026-03-31")
    story.sweep("2026-03-31")
    assert story.value("sites.account", 1, "hobby") == "chess"  # to be fetched until 2026-04-29

    request = story.act("erasure", "2026-04-10", person=ANN)
    assert str(story.asked(request, "2026-04-10").answer_by) == "2026-05-11"  # the 10th: a Sunday
    story.run(request, "2026-04-11")
    assert story.traces("chess", "Name 1", "ring 1") == ["archive.invoice.billed_to"]
    assert story.ids("sites.account") == story.ids("orders.orders") == []
    assert story.traces(ANN) == ["archive.invoice.email", "archive.orders.email"]
    assert story.value("archive.orders", 1, "evidence") == "book 1"
    claims = "orders, GDPR 6(1)(b), 2031-03-31"
    assert story.because("archive.orders", 1, "evidence", "2026-04-11") == [claims]
    law = "invoicing, GDPR 6(1)(c), 2037-01-01"
    assert story.because("archive.invoice", 1, "billed_to", "2026-04-11") == [law]

    story.sweep("2031-03-30")
    assert story.ids("archive.orders") == [1]
    story.sweep("2031-03-31")
    assert story.ids("archive.orders") == []
    story.sweep("2036-12-31")
    assert story.traces(ANN) == ["archive.invoice.email"]
    story.sweep("2037-01-01")
    assert story.traces(ANN) == []


@pytest.mark.clause("PUB-RET-5")
def test_what_is_in_dispute_is_kept_and_the_rest_goes(tell: Tell) -> None:
    story = tell("publisher", "sites", "orders", "archive", "relations")
    account(story, 1, ANN)
    login(story, 1, 1, "2026-03-01 09:00")
    order(story, 1, ANN)
    order(story, 2, ANN)
    story.insert(
        "relations.survey_answer", id=1, email=ANN, answers="fine", answered_on="2026-03-01"
    )
    hold = story.hold("2026-03-20", rows=[("orders.orders", 2)])
    request = story.act("erasure", "2026-04-10", person=ANN)
    story.accept(request, "2026-04-13")
    story.run(request, "2026-04-14")

    assert story.traces("chess", "fine", "ring") == ["orders.orders.details"]
    because = story.because("orders.orders", 2, "details", "2026-04-14")
    assert because == [f"{hold}, GDPR 17(3)(e), until the hold is lifted"]
    assert story.value("orders.orders", 1, "details") is None
    story.lift(hold, "2026-06-01")
    story.run(request, "2026-06-02")
    assert story.traces("ring") == []


@pytest.mark.clause("PUB-ACC-1")
def test_an_account_is_deleted_on_request_at_once_and_without_an_invitation(tell: Tell) -> None:
    story = tell("publisher", "sites")
    for key, email in ((1, ANN), (2, BEN)):
        account(story, key, email)
        login(story, key, key, "2026-03-01 09:00")
        story.insert("sites.pseudonym", id=key, account_id=key, token=f"p-{key}")
    request = story.act("erasure", "2026-04-10", person=ANN)
    story.run(request, "2026-04-11")
    assert story.ids("sites.account") == story.ids("sites.login") == [2]
    assert story.ids("sites.pseudonym") == [2]
    assert story.outbox.sent == []
