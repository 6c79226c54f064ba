"""Spimed-AI: children, a withdrawn position, a request against a hold, a contact from a fair."""

from __future__ import annotations

from typing import Any

import pytest

from stories.conftest import Tell
from stories.test_spimed import JO, KIM, client
from stories.world import Story
from troth.errors import Refused

LEO = "leo@home.example"


def position(story: Story, key: int, owner: int, at: str) -> None:
    for table, column in (("geo_point", "position"), ("geo_summary", "area")):
        cells: dict[str, Any] = {column: f"Client {owner}"}
        story.insert(f"clients.{table}", id=key, client_id=owner, captured_at=at, **cells)


def points(story: Story) -> list[int]:
    assert story.ids("clients.geo_point") == story.ids("clients.geo_summary")
    return story.ids("clients.geo_point")


# --- the age gate: story 1 --------------------------------------------------------------------


@pytest.mark.clause("SPI-AUD-3")
def test_a_position_needs_child_and_parent_until_the_fifteenth_birthday(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, None, born_on="2011-05-15")  # fourteen until 2026-05-14
    client(story, 2, KIM, None, born_on="2011-05-13")
    client(story, 3, LEO, None)  # nobody knows: taken for a child
    for key, email in ((1, JO), (2, KIM), (3, LEO)):
        position(story, key, key, "2026-05-10 09:00")
        story.consent(email, "geolocation", "2026-05-10 08:00")
        story.consent(email, "geolocation", "2026-05-10 16:00", parent=True)
    story.sweep("2026-05-11")
    assert points(story) == [1, 2, 3]
    for email in (JO, KIM, LEO):
        story.consent(email, "geolocation", "2026-05-13 18:00", parent=True, state="withdrawn")

    story.sweep("2026-05-14")
    assert points(story) == [2]  # who is fifteen decides alone
    position(story, 9, 1, "2026-05-15 09:00")
    story.sweep("2026-05-16")  # the first, too, is fifteen now, and has agreed all along
    assert points(story) == [2, 9]
    article = "geolocation, GDPR 6(1)(a), 2026-07-15"
    assert story.because("clients.geo_point", 9, "position", "2026-05-16") == [article]


@pytest.mark.clause("SPI-AUD-3")
@pytest.mark.parametrize(("child", "parent"), [(True, False), (False, True), (False, False)])
def test_one_word_of_two_is_no_ground(tell: Tell, child: bool, parent: bool) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, None, born_on="2011-05-15")
    position(story, 1, 1, "2026-05-13 09:00")
    for given, by_parent in ((child, False), (parent, True)):
        if given:
            story.consent(JO, "geolocation", "2026-05-13", parent=by_parent)
    assert story.because("clients.geo_point", 1, "position", "2026-05-14") == []
    alone = story.because("clients.geo_point", 1, "position", "2026-05-15")
    assert len(alone) == int(child)


@pytest.mark.clause("SPI-AUD-5")
def test_a_parents_report_freezes_and_then_erases_in_every_table(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, None, born_on="2013-01-10", terms=False)
    client(story, 2, KIM, None, born_on="1980-01-10", terms=True)
    for key in (1, 2):
        position(story, key, key, "2026-02-20 09:00")
    story.consent(JO, "geolocation", "2026-02-20 08:00")
    story.consent(KIM, "geolocation", "2026-02-20 08:00")
    report = story.act("restriction", "2026-04-18", person=JO)
    story.sweep("2026-04-20")  # two months: Kim's position goes, the frozen one is left alone
    assert points(story) == [1]

    erasure = story.act("erasure", "2026-04-18", person=JO)  # no agreement of a parent on record
    assert str(story.asked(erasure, "2026-04-18").answer_by) == "2026-05-18"
    story.accept(erasure, "2026-04-24")
    story.unrestrict(report, "2026-04-24", told="2026-04-20")
    story.run(erasure, "2026-04-25")
    assert story.traces(JO, "Client 1") == []
    assert points(story) == []
    assert story.ids("clients.ticket") == [2]
    assert story.value("clients.client", 2, "email") == KIM


# --- a position that is taken back: story 2 ---------------------------------------------------


@pytest.mark.clause("SPI-RGT-6", "SPI-PRP-7")
def test_a_withdrawn_position_goes_that_night(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    for key, email in ((1, JO), (2, KIM)):
        client(story, key, email, None, born_on="1980-05-05")
        position(story, key, key, "2025-12-31 09:00")
        story.consent(email, "geolocation", "2025-12-20")
    story.consent(JO, "geolocation", "2026-02-10", state="withdrawn")
    story.sweep("2026-02-11")
    assert points(story) == [2]
    story.sweep("2026-02-27")
    assert points(story) == [2]
    story.sweep("2026-02-28")
    assert points(story) == []


# --- a request against a hold: story 4 --------------------------------------------------------


@pytest.mark.clause("SPI-RGT-6", "SPI-RGT-1")
def test_a_request_during_a_claim_waits_for_its_end(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, "2020-06-30")
    client(story, 2, KIM, "2020-06-30")
    story.sweep("2025-06-29")
    hold = story.hold("2025-06-29 23:00", persons=[JO])
    story.sweep("2025-06-30")
    request = story.act("erasure", "2025-09-01", person=JO)  # long after the service has ended
    story.refuse(request, "2025-09-12", ground="legal-claims", case="case-7")
    assert story.run(request, "2025-09-13") is None
    because = story.because("legal.client", 1, "name", "2025-10-02")
    assert because == [f"{hold}, GDPR 17(3)(e), until the hold is lifted"]

    story.lift(hold, "2026-01-15 18:00")
    story.sweep("2026-01-16")
    assert story.traces(JO, "Client 1") == []


@pytest.mark.clause("SPI-RGT-6", "SPI-RGT-1")
def test_an_erasure_takes_what_the_service_does_not_need(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal", "billing", "accounting")
    client(story, 1, JO, "2026-01-31", terms=True, born_on="1980-05-05")
    position(story, 1, 1, "2026-02-20 09:00")
    story.consent(JO, "geolocation", "2026-02-20 08:00")
    story.insert(
        "billing.invoice", id=1, billed_to="Jo", email=JO, amount=90, fiscal_year_end="2026-12-31"
    )
    request = story.act("erasure", "2026-03-02", person=JO)
    story.run(request, "2026-03-03")  # consent and contract end with the request itself
    assert points(story) == []
    assert story.traces(JO, "Client 1") == ["billing.invoice.email"]
    story.accept(request, "2026-03-05")
    story.run(request, "2026-03-06")
    assert story.traces(JO) == ["accounting.invoice.email"]  # out of everyday use
    law = "accounting, GDPR 6(1)(c), 2037-01-01"
    assert story.because("accounting.invoice", 1, "billed_to", "2026-03-06") == [law]


@pytest.mark.clause("SPI-RGT-6")
def test_a_contract_that_runs_needs_its_data(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, None, terms=True, born_on="1980-05-05")
    position(story, 1, 1, "2026-02-20 09:00")
    story.consent(JO, "geolocation", "2026-02-20 08:00")
    request = story.act("erasure", "2026-03-02", person=JO)
    story.accept(request, "2026-03-05")
    story.run(request, "2026-03-06")
    assert points(story) == []
    assert story.value("clients.client", 1, "email") == JO
    assert story.ids("clients.ticket") == [1]
    because = story.because("clients.ticket", 1, "body", "2026-03-06")
    assert because == ["customer-service, GDPR 6(1)(b), waits for its event"]


@pytest.mark.clause("SPI-REQ-4")
def test_an_excessive_request_is_refused_with_its_evidence_alone(tell: Tell) -> None:
    story = tell("spimed", "fairs")
    lead(story, 1, JO, "2026-03-10")
    request = story.act("erasure", "2026-04-01", person=JO)
    for code, terms in (
        ("refusal-without-second-approver", {"approved_by": None}),
        ("refusal-without-reason", {"reason": ""}),
        ("refusal-without-proof", {"proof": " "}),
    ):
        with pytest.raises(Refused) as caught:
            story.refuse(request, "2026-04-02", ground="manifestly-excessive", **terms)  # type: ignore[arg-type]  # one is wrong
        assert caught.value.code == code
    story.refuse(
        request,
        "2026-04-02",
        ground="manifestly-excessive",
        reason="the third in 10 days",
        proof="mails of 25 and 29 March, file 4",
    )
    assert story.run(request, "2026-05-02") is None
    assert story.ids("fairs.lead") == [1]


# --- a contact from a fair: story 5 -----------------------------------------------------------


def lead(story: Story, key: int, email: str, day: str) -> None:
    story.insert(
        "fairs.lead",
        id=key,
        email=email,
        name=f"Lead {key}",
        company="Practice",
        captured_on=day,
        informed=True,
    )


@pytest.mark.clause("SPI-RGT-5")
def test_an_objection_outlasts_a_new_import_from_a_fair(tell: Tell) -> None:
    story = tell("spimed", "fairs")
    lead(story, 1, JO, "2026-03-10")
    lead(story, 2, KIM, "2026-03-10")
    objection = story.act("objection", "2026-03-20", person=KIM, activities=["indirect-contacts"])
    assert story.sweep("2026-03-21") is None  # set aside until the answer
    story.accept(objection, "2026-03-23")
    story.run(objection, "2026-03-24")
    assert story.ids("fairs.lead") == [1]
    lead(story, 3, KIM.upper(), "2026-06-01")
    story.sweep("2026-06-02")
    assert story.ids("fairs.lead") == [1]


@pytest.mark.clause("SPI-RGT-7")
def test_frozen_data_is_not_swept_and_not_thawed_without_notice(tell: Tell) -> None:
    story = tell("spimed", "clients", "legal")
    client(story, 1, JO, "2020-06-30")
    client(story, 2, KIM, "2020-06-30")
    story.sweep("2025-06-01")
    frozen = story.act("restriction", "2025-06-20", person=JO)
    story.sweep("2025-06-30")
    assert story.ids("legal.client") == story.ids("legal.ticket") == [1]
    with pytest.raises(Refused) as caught:
        story.unrestrict(frozen, "2025-07-01", told="2025-07-01")
    assert caught.value.code == "restriction-untold"
    story.unrestrict(frozen, "2025-07-04", told="2025-07-01")
    story.sweep("2025-07-05")
    assert story.traces(JO, "Client 1") == []
