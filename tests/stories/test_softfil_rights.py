"""SoftFil: erasure against the books, "stop", restriction, objection in a lawsuit, after death."""

from __future__ import annotations

import pytest

from stories.conftest import Tell
from stories.test_softfil import (
    ANN,
    BEN,
    answered,
    customer,
    dispute,
    invoice,
    mail,
    of_prospects,
    opened,
    periods,
    prospect,
    subscriber,
)
from stories.world import Story
from troth.errors import Refused

EVERYTHING = ("erp", "shop", "phone", "books", "accounting", "legal", "crm", "opinion", "news")


def form_message(story: Story, key: int, email: str, at: str) -> None:
    """A message of the contact form, with its thread."""
    story.insert("crm.form_thread", id=key, email=email, name=f"Sender {key}")
    story.insert(
        "crm.form_message",
        id=key,
        form_thread_id=key,
        direction="inbound",
        body=f"text of {email}",
        sent_at=f"{at} 09:00",
    )


# --- erasure against the books: story 3 -------------------------------------------------------


def practitioner(story: Story) -> None:
    """Ann, who ordered last on 2025-11-20, in every system; Ben beside her in some."""
    periods(story, "2024-12-31", "2025-12-31")
    customer(story, 1, ANN, "2025-06-30")
    story.insert(
        "erp.orders",
        id=11,
        party_id=1,
        delivery_name="Party 1",
        delivery_address="1 rue du Test",
        email=ANN,
        ordered_on="2025-11-20",
    )
    story.insert(
        "erp.lot_movement", id=1, party_id=1, lot="L-7", quantity=3, last_device_on="2024-01-31"
    )
    invoice(story, 1, "2025-11-20")
    story.insert(
        "shop.account",
        id=1,
        email=ANN,
        name="Party 1",
        password_hash="x",
        last_login_on="2026-03-01",
        closed_on="2026-03-10",
    )
    story.insert("shop.address", id=1, account_id=1, street="1 rue du Test")
    story.insert("shop.payment_attempt", id=1, account_id=1, card_token="tok", paid_on="2025-11-20")
    story.insert("phone.call_log", id=1, email=ANN, note="call", called_on="2025-12-01")
    form_message(story, 1, ANN, "2025-12-02")
    form_message(story, 2, BEN, "2025-12-02")
    story.insert(
        "opinion.response",
        id=1,
        email=ANN,
        answers="happy",
        score=4,
        answered_on="2025-12-05",
        customer=True,
    )
    subscriber(story, 1, ANN, confirmed_on="2025-01-10")
    opened(story, 1, 1, "2026-02-01 09:00")
    subscriber(story, 2, BEN, confirmed_on="2025-01-10")


@pytest.mark.clause("SMA-5d-1", "SMA-5d-6", "SMA-5d-7")
def test_an_erasure_takes_all_but_what_the_law_names(tell: Tell) -> None:
    story = tell("softfil", *EVERYTHING)
    practitioner(story)
    request = story.act("erasure", "2026-03-10 09:00", person=ANN)
    assert str(story.asked(request, "2026-03-10").answer_by) == "2026-04-10"
    story.accept(request, "2026-03-20")
    story.run(request, "2026-03-21")

    assert story.traces(ANN, "Party 1", "1 rue du Test", "tok") == [
        "accounting.invoice.email",
        "legal.contract.terms",
    ]
    for gone in ("shop.account", "shop.address", "shop.payment_attempt", "phone.call_log"):
        assert story.ids(gone) == []
    assert story.ids("erp.orders") == story.ids("erp.contract") == story.ids("books.invoice") == []
    assert story.ids("crm.form_message") == story.ids("news.subscriber") == [2]  # Ben's
    kept = [(row["score"], row["answers"]) for row in story.rows("opinion.response")]
    assert kept == [(4, None)]  # of nobody
    assert [(row["lot"], row["quantity"]) for row in story.rows("erp.lot_movement")] == [("L-7", 3)]
    assert story.rows("erp.party")[0]["name"] == ""  # the lots still lead to a number

    day = "2026-03-21"
    law, claims = "accounting, GDPR 6(1)(c), 2036-01-01", "GDPR 6(1)(b), 2030-11-20"
    assert story.because("accounting.invoice", 1, "billed_name", day) == [law]
    assert story.because("legal.contract", 1, "terms", day) == [f"customer-relationship, {claims}"]
    lots = "product-traceability, GDPR 6(1)(c), 2034-02-01"
    assert story.because("erp.lot_movement", 1, "lot", day) == [lots]

    story.sweep("2030-11-19")
    assert story.ids("legal.contract") == [1]
    story.sweep("2030-11-20")  # neither the request nor the closure counted as contact
    assert story.ids("legal.contract") == []
    story.sweep("2035-12-31")
    assert story.traces(ANN) == ["accounting.invoice.email"]
    story.sweep("2036-01-01")
    assert story.traces(ANN) == []


@pytest.mark.clause("SMA-5d-1")
def test_the_application_writes_while_an_erasure_is_carried_out(tell: Tell) -> None:
    story = tell("softfil", "crm")
    form_message(story, 1, ANN, "2025-12-02")
    form_message(story, 2, BEN, "2025-12-02")
    request = story.act("erasure", "2026-03-10", person=ANN)
    story.accept(request, "2026-03-20")

    def writes() -> None:
        form_message(story, 3, BEN, "2026-03-20")
        story.update("crm.form_thread", 2, email=ANN.upper())  # Ben's thread was Ann's after all

    story.run(request, "2026-03-21", between=writes)
    assert 1 not in story.ids("crm.form_thread")
    assert 3 in story.ids("crm.form_thread")
    assert story.run(request, "2026-03-22") is None or story.ids("crm.form_thread") == [3]
    assert story.ids("crm.form_message") == [3]


@pytest.mark.clause("SMA-5d-1")
def test_part_of_the_data_goes_where_only_that_is_asked(tell: Tell) -> None:
    story = tell("softfil", "crm", "opinion")
    form_message(story, 1, ANN, "2025-12-02")
    answered(story, customer=False)
    request = story.act("erasure", "2026-03-10", person=ANN, categories=["survey-answer"])
    story.accept(request, "2026-03-20")
    story.run(request, "2026-03-21")
    assert [row["answers"] for row in story.rows("opinion.response")] == [None, None]
    assert [row["email"] for row in story.rows("opinion.response")] == [ANN, ANN]
    assert story.ids("crm.form_message") == [1]


@pytest.mark.clause("SMA-5d-6", "SMA-5-5", "SMA-5d-4")
def test_an_erasure_is_refused_on_grounds_of_the_law_alone(tell: Tell) -> None:
    story = tell("softfil", "crm")
    form_message(story, 1, ANN, "2025-12-02")
    request = story.act("erasure", "2026-03-10", person=ANN)
    wrong: list[tuple[str, dict[str, str | None]]] = [
        ("unknown-refusal-ground", {"ground": "sales-interest"}),
        ("unknown-refusal-ground", {"ground": "compelling-grounds"}),
        ("refusal-without-case", {"ground": "legal-claims"}),
        ("refusal-without-reason", {"ground": "legal-obligation", "reason": " "}),
        ("refusal-without-second-approver", {"ground": "legal-obligation", "approved_by": None}),
        ("refusal-without-second-approver", {"ground": "legal-obligation", "approved_by": "desk"}),
        ("refusal-untold", {"ground": "legal-obligation", "told": "2026-03-21"}),
    ]
    for code, terms in wrong:
        with pytest.raises(Refused) as caught:
            story.refuse(request, "2026-03-20", **terms)  # type: ignore[arg-type]  # one is wrong
        assert caught.value.code == code
    assert story.sweep("2026-03-21") is None  # undecided: neither used nor gone
    assert story.ids("crm.form_message") == [1]
    with pytest.raises(Refused) as caught:
        story.refuse(request, "2026-04-11", ground="legal-obligation")
    assert caught.value.code == "refusal-too-late"
    story.run(request, "2026-04-11")  # unproven in time, it is granted
    assert story.traces(ANN) == []


@pytest.mark.clause("SMA-5d-6")
def test_a_proven_refusal_keeps_what_it_names(tell: Tell) -> None:
    story = tell("softfil", "crm", "disputes", "legal")
    form_message(story, 1, "7@party.example", "2025-12-02")
    dispute(story, "7", None)
    request = story.act("erasure", "2026-03-10", person="7@party.example")
    story.refuse(request, "2026-03-20", ground="legal-claims", case="7", activities=["disputes"])
    story.accept(request, "2026-03-20")
    story.run(request, "2026-03-21")
    assert story.traces("7@party.example") == ["disputes.dispute.email"]
    assert story.value("disputes.dispute", 7, "papers") == "file"
    assert story.sweep("2026-04-11") is None  # nor does the deadline end it


# --- "stop": story 5 --------------------------------------------------------------------------


@pytest.mark.clause("SMA-5c-1", "SMA-5d-2")
def test_one_word_ends_prospecting_and_a_new_import_too(tell: Tell) -> None:
    story = tell("softfil", "crm")
    prospect(story, 1, ANN, "2025-12-01")
    prospect(story, 2, BEN, "2025-12-01")
    story.sweep("2026-02-03")
    assert of_prospects(story) == [[1, 2]] * 4
    stop = story.act("opt-out", "2026-02-03 10:00", person=BEN)
    with pytest.raises(Refused) as caught:
        story.refuse(stop, "2026-02-03 11:00", ground="compelling-grounds")
    assert caught.value.code == "nothing-to-decide"

    story.sweep("2026-02-04")  # before the campaign of that day
    assert of_prospects(story) == [[1]] * 4
    prospect(story, 3, BEN.upper(), "2026-02-20")
    story.sweep("2026-02-21")
    assert of_prospects(story) == [[1]] * 4


@pytest.mark.clause("SMA-5c-1")
def test_nobody_objects_to_what_the_law_asks(tell: Tell) -> None:
    story = tell("softfil", "books", "accounting")
    periods(story, "2025-12-31")
    invoice(story, 1, "2025-11-20")
    with pytest.raises(Refused) as caught:
        story.act("objection", "2026-02-03", person=ANN, activities=["accounting"])
    assert caught.value.code == "not-objectable"
    general = story.act("objection", "2026-02-03", person=ANN)
    story.accept(general, "2026-02-10")
    assert story.run(general, "2026-02-11") is None
    assert story.value("books.invoice", 1, "billed_name") == "Ann"


# --- ads yes, then no: story 6 ----------------------------------------------------------------


@pytest.mark.clause("SMA-5d-2")
def test_withdrawn_ads_end_and_the_proof_stays(tell: Tell) -> None:
    story = tell("softfil", "web")
    for key, visitor in ((1, "v1"), (2, "v2")):
        story.insert(
            "web.cookie_consent",
            id=key,
            visitor_id=visitor,
            purpose="ads",
            state="yes",
            panel_version="1",
            chosen_at="2026-05-01 09:00",
        )
        story.insert(
            "web.ad_audience_push",
            id=key,
            choice_id=key,
            visitor_id=visitor,
            audience="peels",
            pushed_at=int(story.instant("2026-05-01 10:00").timestamp()),
        )
        story.consent(visitor, "ads-cookies", "2026-05-01 11:00", by="visitor")
    story.sweep("2026-05-02")
    assert story.ids("web.ad_audience_push") == [1, 2]
    story.consent("v1", "ads-cookies", "2026-05-03", by="visitor", state="withdrawn")
    story.act("opt-out", "2026-05-03", person="v2", by="visitor")

    story.sweep("2026-05-04")
    assert story.ids("web.ad_audience_push") == []
    assert [row["visitor_id"] for row in story.rows("web.cookie_consent")] == ["v1", "v2"]


# --- the swapped heading, and other restrictions: story 7 -------------------------------------


@pytest.mark.clause("SMA-5e-1")
def test_what_is_set_aside_stays_until_the_person_says_delete(tell: Tell) -> None:
    story = tell("softfil", "crm")
    form_message(story, 1, ANN, "2023-06-10")
    form_message(story, 2, BEN, "2023-06-10")
    unclear = story.act("restriction", "2026-06-08", person=ANN)

    story.sweep("2026-06-10")  # three years are over
    assert story.ids("crm.form_message") == story.ids("crm.form_thread") == [1]
    because = story.because("crm.form_message", 1, "body", "2026-06-10")
    assert because == [f"{unclear}, GDPR 18(1), until the restriction ends"]

    clear = story.act("erasure", "2026-06-08 18:00", person=ANN)  # received with the first letter
    assert str(story.asked(clear, "2026-06-12").answer_by) == "2026-07-08"
    story.accept(clear, "2026-06-12")
    assert story.run(clear, "2026-06-13") is None  # a restriction suspends deletion too
    with pytest.raises(Refused) as caught:
        story.unrestrict(unclear, "2026-06-14", told="2026-06-12")
    assert caught.value.code == "restriction-untold"
    story.unrestrict(unclear, "2026-06-15", told="2026-06-12")
    story.run(clear, "2026-06-16")
    assert story.traces(ANN) == []


@pytest.mark.clause("SMA-5e-4")
def test_what_a_person_needs_for_a_claim_outlasts_its_date_until_the_review(tell: Tell) -> None:
    story = tell("softfil", "crm")
    prospect(story, 1, ANN, "2023-05-20")
    prospect(story, 2, BEN, "2023-05-20")
    story.act("restriction", "2026-05-18", person=ANN)
    story.sweep("2026-05-20")
    assert of_prospects(story) == [[1]] * 4
    story.sweep("2027-05-17")
    assert of_prospects(story) == [[1]] * 4
    story.sweep("2027-05-18")  # twelve months, and nobody asked for more
    assert of_prospects(story) == [[]] * 4


@pytest.mark.clause("SMA-5e-2")
def test_a_disputed_value_is_set_aside_alone(tell: Tell) -> None:
    story = tell("softfil", "crm")
    prospect(story, 1, ANN, "2023-05-20")
    story.act("restriction", "2026-05-18", person=ANN, categories=["email-address"])
    story.sweep("2026-05-20")
    assert story.value("crm.prospect", 1, "email") == ANN
    assert story.value("crm.prospect", 1, "name") is None
    assert story.ids("crm.message") == []


# --- objection in a lawsuit: story 8 ----------------------------------------------------------


def litigant(story: Story) -> str:
    """A customer in a dispute who also writes, answers surveys and reads the newsletter."""
    person = "8@party.example"
    dispute(story, "8", None)
    form_message(story, 1, person, "2025-12-02")
    story.insert(
        "opinion.response",
        id=1,
        email=person,
        answers="happy",
        score=4,
        answered_on="2025-12-05",
        customer=False,
    )
    subscriber(story, 1, person, confirmed_on="2025-01-10")
    return person


OTHER_USES = [
    "crm.form_message.body",
    "crm.form_thread.email",
    "disputes.dispute.email",
    "opinion.response.email",
]


@pytest.mark.clause("SMA-5c-1", "SMA-5c-3", "SMA-5c-4", "SMA-5e-3", "SMA-5c-2")
def test_an_objection_in_a_lawsuit(tell: Tell) -> None:
    story = tell("softfil", "disputes", "legal", "crm", "opinion", "news")
    person = litigant(story)
    form_message(story, 2, person, "2023-02-20")
    objection = story.act("objection", "2026-02-16 09:00", person=person)
    assert str(story.asked(objection, "2026-02-16").answer_by) == "2026-03-16"

    story.sweep("2026-02-17")
    assert story.traces(person) == OTHER_USES
    assert story.ids("news.subscriber") == []  # marketing at once
    because = story.because("crm.form_message", 1, "body", "2026-02-17")
    assert f"{objection}, GDPR 18(1)(d), until the restriction ends" in because
    assert story.sweep("2026-02-20") is None  # what is weighed outlasts its three years
    assert story.ids("crm.form_message") == [1, 2]

    with pytest.raises(Refused) as caught:
        story.refuse(objection, "2026-03-10", ground="legal-claims", activities=["disputes"])
    assert caught.value.code == "refusal-without-case"
    story.refuse(objection, "2026-03-10", ground="legal-claims", case="8", activities=["disputes"])
    story.accept(objection, "2026-03-12")
    story.run(objection, "2026-03-13")
    assert story.traces(person) == ["disputes.dispute.email"]
    assert story.value("disputes.dispute", 8, "papers") == "file"
    assert [row["score"] for row in story.rows("opinion.response")] == [4]


@pytest.mark.clause("SMA-5c-3")
def test_an_objection_that_nobody_answers_takes_effect(tell: Tell) -> None:
    story = tell("softfil", "disputes", "legal", "crm", "opinion", "news")
    person = litigant(story)
    story.act("objection", "2026-02-16", person=person)
    story.sweep("2026-03-15")
    assert story.traces(person) == OTHER_USES
    story.sweep("2026-03-16")
    assert story.traces(person) == []


@pytest.mark.clause("SMA-5c-4")
def test_an_objection_to_one_use_leaves_what_another_needs(tell: Tell) -> None:
    story = tell("softfil", "crm", "phone")
    form_message(story, 1, ANN, "2025-12-02")
    story.insert("phone.call_log", id=1, email=ANN, note="call", called_on="2025-12-01")
    objection = story.act("objection", "2026-02-16", person=ANN, activities=["telephony"])
    story.accept(objection, "2026-02-20")
    story.run(objection, "2026-02-21")
    assert story.ids("phone.call_log") == []
    assert story.ids("crm.form_message") == story.ids("crm.form_thread") == [1]


# --- after death: story 11 --------------------------------------------------------------------


@pytest.mark.clause("SMA-5g-3")
def test_after_a_death_contact_ends_and_a_directive_erases_what_the_law_lets_go(
    tell: Tell,
) -> None:
    story = tell("softfil", "books", "accounting", "crm", "news")
    periods(story, "2025-12-31", "2026-12-31", closed=False)
    invoice(story, 1, "2026-02-03")
    form_message(story, 1, ANN, "2026-01-05")
    subscriber(story, 1, ANN, confirmed_on="2025-01-10")
    story.act("death", "2026-04-14", person=ANN)
    story.sweep("2026-04-15")
    assert story.traces(ANN) == [
        "books.invoice.email",
        "crm.form_message.body",
        "crm.form_thread.email",
    ]
    directive = story.act("erasure", "2026-04-14", person=ANN)  # as the person had wished
    story.accept(directive, "2026-04-16")
    story.run(directive, "2026-04-17")
    assert story.traces(ANN) == ["books.invoice.email"]
    law = "accounting, GDPR 6(1)(c), waits for its event"  # the period is open
    assert story.because("books.invoice", 1, "billed_name", "2026-04-17") == [law]


@pytest.mark.clause("SMA-5d-3")
def test_an_outgoing_mail_after_the_request_is_no_contact(tell: Tell) -> None:
    story = tell("softfil", "crm")
    form_message(story, 1, ANN, "2025-12-02")
    prospect(story, 2, BEN, "2025-12-01")
    order = story.act("erasure", "2026-03-10 08:00", person=[ANN, BEN])  # an authority's order
    mail(story, 20, 2, "2026-03-10", "outbound")
    story.accept(order, "2026-03-10 09:00")
    story.run(order, "2026-03-11")
    assert story.traces(ANN, BEN) == []
    assert of_prospects(story) == [[]] * 4
