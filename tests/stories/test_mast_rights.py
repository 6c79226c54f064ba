"""Dental practice MAST: news that stops while care goes on, objections, erasures, after death."""

from __future__ import annotations

import pytest

from stories.conftest import Tell
from stories.test_mast import ANN, BEN, enquirer, patient, visits
from stories.world import Story
from troth.errors import Refused


def reader(story: Story, key: int, email: str) -> None:
    story.insert("site.news_subscriber", id=key, email=email, last_contact_on="2026-01-10")
    story.consent(email, "news-by-email", "2026-01-10")


@pytest.mark.clause("MAS-RGT-1")
def test_news_end_at_once_and_the_visit_stays(tell: Tell) -> None:
    """Story 2, by each of the ways in which somebody leaves the news."""
    story = tell("mast", "site", "legal")
    for key, email in ((1, ANN), (2, BEN)):
        patient(story, key, email, "2026-03-12")
        reader(story, key, email)
    reader(story, 3, "cat@home.example")
    story.consent(ANN, "news-by-email", "2026-03-05", state="withdrawn")
    story.act("opt-out", "2026-03-05", person=BEN)
    story.sweep("2026-03-06")
    assert story.ids("site.news_subscriber") == [3]
    assert visits(story) == [[1, 2]] * 3  # the reminder still has its address


@pytest.mark.clause("MAS-LEG-4", "MAS-RGT-1")
def test_an_objection_without_an_account_stops_use_and_is_refused_only_with_proof(
    tell: Tell,
) -> None:
    story = tell("mast", "site", "legal")
    for key, email in ((1, ANN), (2, BEN)):
        enquirer(story, key, email, ("2023-03-01", "message"))
    objection = story.act("objection", "2026-02-27", person=ANN, activities=["enquiries"])
    story.sweep("2026-03-01")  # three years are over
    assert story.ids("site.enquirer") == [1]
    for code, ground, reason in (
        ("unknown-refusal-ground", "", "r"),
        ("unknown-refusal-ground", "legal-obligation", "r"),
        ("refusal-without-reason", "compelling-grounds", ""),
    ):
        with pytest.raises(Refused) as caught:
            story.refuse(objection, "2026-03-10", ground=ground, reason=reason)
        assert caught.value.code == code
    assert str(story.asked(objection, "2026-03-10").answer_by) == "2026-03-27"
    story.sweep("2026-03-26")
    assert story.ids("site.enquirer") == [1]
    story.sweep("2026-03-27")
    assert story.ids("site.enquirer") == []


@pytest.mark.clause("MAS-RGT-1")
def test_an_erasure_takes_the_enquiry_and_the_answers_after_the_visit(tell: Tell) -> None:
    story = tell("mast", "site", "legal")
    enquirer(story, 1, ANN, ("2026-01-05", "message"))
    enquirer(story, 2, BEN, ("2026-01-05", "message"))
    patient(story, 1, ANN, "2026-02-02")
    patient(story, 2, BEN, "2026-02-02")
    request = story.act("erasure", "2026-03-02", person=ANN)
    story.run(request, "2026-03-03")  # the visit is over: consent and contract end at once
    assert visits(story) == [[2]] * 3
    assert story.ids("site.enquirer") == [1, 2]  # weighed
    story.accept(request, "2026-03-09")
    story.run(request, "2026-03-10")
    assert story.ids("site.enquirer") == [2]
    assert story.traces(ANN) == []


@pytest.mark.clause("MAS-RGT-1")
def test_a_restriction_suspends_the_end_of_an_enquiry(tell: Tell) -> None:
    story = tell("mast", "site", "legal")
    enquirer(story, 1, ANN, ("2023-03-01", "message"))
    limited = story.act("restriction", "2026-02-20", person=ANN)
    assert story.sweep("2026-03-01") is None
    story.unrestrict(limited, "2026-03-15", told="2026-03-12")
    story.sweep("2026-03-16")
    assert story.ids("site.enquirer") == []


@pytest.mark.clause("MAS-RGT-4")
def test_after_a_death_news_end_and_care_stays_until_a_directive_says_more(tell: Tell) -> None:
    story = tell("mast", "site", "legal")
    patient(story, 1, ANN, "2026-02-02")
    reader(story, 1, ANN)
    reader(story, 2, BEN)
    story.act("death", "2026-04-14", person=ANN)
    story.sweep("2026-04-15")
    assert story.ids("site.news_subscriber") == [2]
    assert visits(story) == [[1]] * 3
    directive = story.act("erasure", "2026-04-14", person=ANN, categories=["health"])
    story.accept(directive, "2026-04-20")
    story.run(directive, "2026-04-21")
    assert visits(story) == [[1], [1], []]
