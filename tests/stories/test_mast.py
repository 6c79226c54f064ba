"""Dental practice MAST: enquiries, visits, questionnaires, instructions, evidence."""

from __future__ import annotations

import pytest

from stories.conftest import Tell
from stories.organisation import policy_of
from stories.world import Story
from troth.errors import Refused

ANN = "ann@home.example"
BEN = "ben@home.example"


def enquirer(story: Story, key: int, email: str, *contacts: tuple[str, str]) -> None:
    story.insert("site.enquirer", id=key, name=f"N{key}", email=email, message="text")
    for number, (day, kind) in enumerate(contacts):
        story.insert("site.contact", id=10 * key + number, enquirer_id=key, kind=kind, at_day=day)


def patient(story: Story, key: int, email: str, visit: str) -> None:
    """A patient with one visit, and the questionnaire filled for it under consent."""
    story.insert("site.patient", id=key, name=f"Patient {key}", email=email)
    story.insert("site.appointment", id=key, patient_id=key, visit_on=visit, note="first")
    story.consent(email, "health-questionnaire", "2021-03-01")
    story.insert(
        "site.questionnaire", id=key, appointment_id=key, filled_on="2021-03-01", answers="none"
    )


def visits(story: Story) -> list[list[int]]:
    return [story.ids(f"site.{name}") for name in ("patient", "appointment", "questionnaire")]


@pytest.mark.clause("MAS-RET-2")
def test_each_purpose_has_its_three_or_five_years(tell: Tell) -> None:
    """Of each purpose, a row at its limit and one that reaches it a day later."""
    story = tell("mast", "site", "legal", "queue")
    for key, email, contact in ((1, ANN, "2023-01-10"), (2, BEN, "2023-01-11")):
        enquirer(story, key, email, (contact, "message"))
        story.insert("site.news_subscriber", id=key, email=email, last_contact_on=contact)
        story.consent(email, "news-by-email", "2020-06-01")
    for key, email, day in ((1, ANN, "2021-01-10"), (2, BEN, "2021-01-11")):
        patient(story, key, email, day)
        story.insert("queue.rights_case", id=key, requester=email, closed_on=day)
        story.insert("site.authority_file", id=key, requester=email, answered_on=day)

    def left() -> list[list[int]]:
        names = ("site.enquirer", "site.news_subscriber", "queue.rights_case")
        return [*map(story.ids, (*names, "site.authority_file")), *visits(story)]

    story.sweep("2026-01-09")
    assert left() == [[1, 2]] * 7
    story.sweep("2026-01-10")
    assert left() == [[2]] * 7
    story.sweep("2026-01-11")
    assert left() == [[]] * 7
    assert story.traces(ANN, BEN) == []


@pytest.mark.clause("MAS-RET-2")
def test_no_period_of_the_site_goes_beyond_five_years(tell: Tell) -> None:
    with pytest.raises(Refused, match="longer than the most allowed"):
        policy_of("mast", {"bookings": "P6Y"}, bounded=True)

    story = tell("mast", "site", "legal", parameters={"bookings": "P6Y"})
    patient(story, 1, ANN, "2021-03-15")
    story.sweep("2026-03-14")
    assert visits(story) == [[1]] * 3
    story.sweep("2026-03-15")
    assert visits(story) == [[]] * 3  # the cap of the site, whatever the rule says


@pytest.mark.clause("MAS-RET-3")
def test_the_clock_runs_from_the_last_contact(tell: Tell) -> None:
    story = tell("mast", "site", "legal")
    enquirer(
        story,
        1,
        ANN,
        ("2023-05-02", "message"),
        ("2024-05-02", "reply"),
        ("2025-05-02", "mail-opened"),
    )

    story.sweep("2026-05-02")
    story.sweep("2027-05-01")
    assert story.ids("site.enquirer") == [1]
    story.sweep("2027-05-02")
    assert story.ids("site.enquirer") == story.ids("site.contact") == []


@pytest.mark.clause("MAS-RET-4")
def test_the_publisher_follows_the_instruction_of_the_practice(tell: Tell) -> None:
    story = tell("mast", "analytics", parameters={"audience-counts": "P13M"})
    story.insert("analytics.page_view", id=1, browsed_on="2025-01-15", region="GE")

    story.sweep("2026-02-14")
    assert story.ids("analytics.page_view") == [1]
    story.sweep("2026-02-15")
    assert story.ids("analytics.page_view") == []


@pytest.mark.clause("MAS-RET-7", "MAS-RET-8")
def test_the_answers_leave_every_table_of_the_site(tell: Tell) -> None:
    story = tell("mast", "site", "legal")
    patient(story, 1, ANN, "2021-03-15")  # exported to the practitioner's own file that day
    story.insert("site.visit_count", id=1, month="2021-03", visits=17)

    story.sweep("2026-03-14")
    assert visits(story) == [[1]] * 3
    story.sweep("2026-03-15")
    assert visits(story) == [[]] * 3
    assert story.traces(ANN, "Patient 1", "none") == []
    assert story.value("site.visit_count", 1, "visits") == 17


@pytest.mark.clause("MAS-RET-8")
def test_the_site_takes_no_medical_period() -> None:
    with pytest.raises(Refused, match="longer than the most allowed"):
        policy_of("mast", {"bookings": "P20Y"}, bounded=True)


@pytest.mark.clause("MAS-LEG-1")
def test_evidence_is_archived_while_limitation_runs_else_destroyed(tell: Tell) -> None:
    story = tell("mast", "site", "legal")
    for key, limitation in ((1, "2030-06-30"), (2, "2026-06-30")):
        story.insert(
            "site.evidence",
            id=key,
            person=ANN,
            papers="letter",
            active_use_ended_on="2026-07-01",
            limitation_ends_on=limitation,
        )
    story.insert("site.evidence", id=3, person=BEN, papers="letter")

    story.sweep("2026-07-01")
    assert story.ids("site.evidence") == [3]  # still in use
    assert story.ids("legal.evidence") == [1]
    story.sweep("2030-06-29")
    assert story.value("legal.evidence", 1, "papers") == "letter"
    story.sweep("2030-06-30")
    assert story.ids("legal.evidence") == []
