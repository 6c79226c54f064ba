"""COLLECTIF M: withdrawal and erasure, objections, restrictions, and children."""

from __future__ import annotations

import pytest

from stories.conftest import Tell
from stories.test_collectif import ANN, BEN
from stories.world import Story
from troth.errors import Refused

CAT = "cat@home.example"


def account(story: Story, key: int, email: str, born: str | None = "1980-05-05") -> None:
    story.insert(
        "shop.account",
        id=key,
        email=email,
        name=f"Name {key}",
        last_login_on="2026-03-02",
        born_on=born,
    )


def skin(story: Story, key: int, email: str, *, since: str = "2026-03-02") -> None:
    story.insert("shop.skin", id=key, account_id=key, skin_type="dry", filled_on=since)
    story.consent(email, "skin", since)


# --- withdrawal and erasure: story 2 ----------------------------------------------------------


@pytest.mark.clause("COL-ERA-2", "COL-ERA-5", "COL-RGT-1")
def test_withdrawal_and_then_erasure_leave_the_invoice_in_the_archive(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive", "security")
    for key, email in ((1, ANN), (2, BEN)):
        account(story, key, email)
        skin(story, key, email)
        story.insert("shop.invoice", id=key, account_id=key, billed_to=f"Name {key}")
        story.insert("security.security_log", id=key, email=email, ip="::1", at="2026-04-01 09:00")
    story.insert("shop.orders", id=1, account_id=1, content="soap", ordered_on="2026-03-02")
    for table in ("shop.invoice", "shop.orders"):
        story.update(table, 1, completed_on="2026-03-02")
    story.consent(ANN, "skin", "2026-04-20 10:00", state="withdrawn")
    request = story.act("erasure", "2026-04-20 18:00", person=ANN)
    assert str(story.asked(request, "2026-04-21").answer_by) == "2026-05-20"

    outcome = story.run(request, "2026-04-21")
    assert outcome is not None
    assert story.ids("shop.skin") == story.ids("shop.account") == [2]
    assert story.traces(ANN) == ["security.security_log.email"]  # weighed
    story.accept(request, "2026-05-04")
    story.run(request, "2026-05-05")
    assert story.traces(ANN) == []
    assert story.ids("security.security_log") == [2]
    assert story.traces("Name 1") == ["archive.invoice.billed_to"]
    assert story.run(request, "2026-05-06") is None  # closed: nothing is left to do

    story.sweep("2036-12-31")
    assert story.value("archive.invoice", 1, "billed_to") == "Name 1"
    assert story.value("archive.orders", 1, "content") == "soap"
    story.sweep("2037-01-01")
    assert story.traces("Name 1", "soap") == []


@pytest.mark.clause("COL-ERA-1")
def test_what_an_order_still_needs_is_refused_and_goes_once_it_is_delivered(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive")
    account(story, 1, ANN)
    skin(story, 1, ANN)
    story.insert("shop.orders", id=1, account_id=1, content="soap", ordered_on="2026-04-18")
    request = story.act("erasure", "2026-04-20", person=ANN)
    story.accept(request, "2026-04-22")
    story.run(request, "2026-04-23")
    assert story.ids("shop.skin") == []
    assert story.value("shop.account", 1, "email") == ANN
    delivery = "orders, GDPR 6(1)(b), waits for its event"
    assert story.because("shop.account", 1, "email", "2026-04-23") == [delivery]

    story.update("shop.orders", 1, completed_on="2026-04-25")
    story.run(request, "2026-04-26")
    assert story.traces(ANN) == []
    assert story.value("archive.orders", 1, "content") == "soap"


# --- objections: story 3 ----------------------------------------------------------------------


@pytest.mark.clause("COL-OBJ-1")
def test_an_objection_to_offers_is_absolute_and_lasting(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive")
    for key, email in ((1, ANN), (2, BEN)):
        account(story, key, email)
        story.insert("shop.profile", id=key, account_id=key, score="soap")
        story.insert("shop.subscription", id=key, account_id=key, address=f"to {email}")
        for consent in ("profiling", "messages"):
            story.consent(email, consent, "2026-03-02")
    objection = story.act("objection", "2026-06-10", person=ANN, activities=["relevance"])
    with pytest.raises(Refused) as caught:
        story.refuse(objection, "2026-06-10", ground="compelling-grounds")
    assert caught.value.code == "marketing-is-granted"
    story.sweep("2026-06-11")
    assert story.ids("shop.profile") == [2]
    assert story.ids("shop.subscription") == [1, 2]  # another purpose

    story.act("opt-out", "2026-06-12", person=ANN)
    story.sweep("2026-06-13")
    assert story.ids("shop.subscription") == [2]
    for table in ("profile", "subscription"):
        story.insert(f"shop.{table}", id=9, account_id=1)
    story.update("shop.profile", 9, score="soap")
    story.update("shop.subscription", 9, address=f"to {ANN}")
    story.sweep("2026-06-20")
    assert story.ids("shop.profile") == story.ids("shop.subscription") == [2]


@pytest.mark.clause("COL-RES-4", "COL-OBJ-1")
def test_an_objection_restricts_until_it_is_decided_and_silence_grants_it(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive", "security")
    for key, email in ((2, BEN), (3, CAT)):
        story.insert("security.security_log", id=key, email=email, ip="::1", at="2025-06-12 09:00")
    bens = story.act("objection", "2026-06-10", person=BEN, activities=["security"])
    cats = story.act("objection", "2026-06-10", person=CAT, activities=["security"])
    assert str(story.asked(bens, "2026-06-10").answer_by) == "2026-07-10"

    assert story.sweep("2026-06-12") is None  # twelve months are over, deletion is suspended too
    because = story.because("security.security_log", 2, "ip", "2026-06-12")
    assert because == [f"{bens}, GDPR 18(1)(d), until the restriction ends"]
    story.insert("security.security_log", id=4, email=CAT, ip="::1", at="2026-06-20 09:00")
    story.insert("security.security_log", id=5, email=BEN, ip="::1", at="2026-06-20 09:00")
    story.refuse(cats, "2026-07-01", ground="compelling-grounds", told="2026-07-01")

    story.sweep("2026-07-02")
    assert story.ids("security.security_log") == [2, 4, 5]  # the period counts again for Cat
    story.sweep("2026-07-09")
    assert story.ids("security.security_log") == [2, 4, 5]
    story.sweep("2026-07-10")
    assert story.ids("security.security_log") == [4]
    because = story.because("security.security_log", 4, "ip", "2026-07-10")
    assert because == ["security, GDPR 6(1)(f), 2027-06-20"]


@pytest.mark.clause("COL-RGT-1")
def test_a_request_by_somebody_whom_no_store_names_is_not_lost(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive", "security")
    story.insert("security.security_log", id=1, email=ANN, ip="::1", at="2025-06-12 09:00")
    account(story, 1, BEN)
    story.update("shop.account", 1, closed_on="2026-06-11")
    unknown = story.act("objection", "2026-06-10", person="n@home.example")
    story.sweep("2026-06-12")
    assert story.ids("security.security_log") == [1]  # it could be theirs, under another name
    assert story.ids("shop.account") == []  # nobody can object to that
    story.accept(unknown, "2026-06-20")
    story.sweep("2026-06-21")
    assert story.ids("security.security_log") == []


# --- restrictions -----------------------------------------------------------------------------


@pytest.mark.clause("COL-RES-2", "COL-RES-3")
def test_what_a_person_would_rather_have_kept_outlasts_its_date_until_the_review(
    tell: Tell,
) -> None:
    story = tell("collectif-m", "shop", "archive", "security")
    for key, email in ((1, ANN), (2, BEN)):
        story.insert("security.security_log", id=key, email=email, ip="::1", at="2025-06-12 09:00")
    story.act("restriction", "2026-06-01", person=ANN, review_on="2026-09-01")
    story.sweep("2026-06-12")
    assert story.ids("security.security_log") == [1]
    story.sweep("2026-08-31")
    assert story.ids("security.security_log") == [1]
    story.sweep("2026-09-01")
    assert story.ids("security.security_log") == []


@pytest.mark.clause("COL-RES-1")
def test_a_contested_field_is_left_alone_while_the_rest_follows_its_dates(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive")
    account(story, 1, ANN)
    story.insert("shop.profile", id=1, account_id=1, score="dry")
    story.consent(ANN, "profiling", "2026-03-02")
    contested = story.act(
        "restriction", "2026-04-20", person=ANN, categories=["recommendation-profile"]
    )
    story.update("shop.account", 1, closed_on="2026-04-25")
    story.consent(ANN, "profiling", "2026-04-25", state="withdrawn")
    story.sweep("2026-04-26")
    assert story.value("shop.profile", 1, "score") == "dry"
    assert story.value("shop.account", 1, "name") is None
    with pytest.raises(Refused) as caught:
        story.unrestrict(contested, "2026-05-02", told="2026-05-02")
    assert caught.value.code == "restriction-untold"
    story.unrestrict(contested, "2026-05-05", told="2026-05-02")
    story.sweep("2026-05-06")
    assert story.ids("shop.profile") == story.ids("shop.account") == []


# --- children: story 6 ------------------------------------------------------------------------


@pytest.mark.clause("COL-MIN-1")
def test_a_quiz_of_a_fourteen_year_old_needs_both(tell: Tell) -> None:
    story = tell("collectif-m", "shop", "archive")
    account(story, 1, ANN, born="2012-01-15")
    account(story, 2, BEN, born="2010-01-15")
    for key, email in ((1, ANN), (2, BEN)):
        skin(story, key, email)
        story.consent(email, "skin", "2026-03-02 14:00", parent=True)
    both = "skin-quiz, GDPR 6(1)(a), 2029-03-02"
    assert story.because("shop.skin", 1, "skin_type", "2026-03-03") == [both]
    assert story.sweep("2026-03-03") is None
    for email in (ANN, BEN):
        story.consent(email, "skin", "2026-03-10", parent=True, state="withdrawn")
    story.sweep("2026-03-11")
    assert story.ids("shop.skin") == [2]
