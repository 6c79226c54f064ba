"""Retention as it is read: period, range, bound, trigger event and matter, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from reading.corpus import FIVE, MADE_UP, ROUNDS, expected, of, text_of
from reading.score import Score, score
from troth.law.calendar import Period
from troth.reading.frames.retained import Retention
from troth.reading.frames.retention import retentions
from troth.reading.frames.units import Page

ENOUGH = 0.95  # F1 of numeric retention with its type and trigger


def _scored(names: Iterable[str]) -> Score:
    total = Score()
    for name in names:
        page = Page(text_of(name))
        total.add(score(page, retentions(page), expected(name)))
    return total


def test_made_up_policies_in_both_languages() -> None:
    total = _scored(MADE_UP)
    assert total.f1 >= ENOUGH, (total.wrong, total.missed)


def test_the_rounds_of_policies_that_it_had_not_seen() -> None:
    total = _scored(ROUNDS)
    assert total.f1 >= 0.9, (total.wrong, total.missed)


def test_the_five_published_policies() -> None:
    total = _scored(FIVE)
    assert total.f1 >= ENOUGH, (total.wrong, total.missed)


def _of(sentence: str, language: str = "en") -> list[Retention]:
    """What is read of a sentence under a heading about retention."""
    lead = {
        "en": "Privacy policy\n\nThis is the policy of the shop and of its "
        "owners.\n\nRetention\n\n",
        "fr": "Politique de confidentialité\n\nVoici la politique de la boutique et de ses "
        "propriétaires pour vos données.\n\nDurées de conservation\n\n",
    }[language]
    return [f for f in retentions(Page(of(lead + sentence + "\n", language))) if f.period]


@pytest.mark.parametrize(
    ("sentence", "period", "after", "bound"),
    [
        ("We keep orders for two years after delivery.", "P2Y", "delivery", "ceiling"),
        ("Orders are kept for at least 5 years after the sale.", "P5Y", "order-completed", "floor"),
        ("Orders are deleted within 30 days of delivery.", "P30D", "delivery", "ceiling"),
        ("We keep orders for one year and six months.", "P1Y6M", None, "ceiling"),
        (
            "Messages: no longer than 3 (three) years after the last contact.",
            "P3Y",
            "last-contact",
            "ceiling",
        ),
        ("Accounts unused for 36 months are erased.", "P36M", "last-activity", "ceiling"),
        (
            "As long as you have an account, then two weeks, we keep your orders.",
            "P14D",
            "account-closed",
            "ceiling",
        ),
        ("Invoices are kept for not less than six years.", "P6Y", None, "floor"),
        (
            "Your address is kept until you unsubscribe, plus 30 days.",
            "P30D",
            "unsubscription",
            "ceiling",
        ),
        ("Comments: one year from publication.", "P1Y", "publication", "ceiling"),
        (
            "Repair orders: life of the contract + 2 years.",
            "P2Y",
            "contract-end",
            "ceiling",
        ),
        (
            "When you withdraw your consent we delete your photos ten days later.",
            "P10D",
            "consent-end",
            "ceiling",
        ),
    ],
)
def test_english_wordings(sentence: str, period: str, after: str | None, bound: str) -> None:
    [frame] = _of(sentence)
    assert (frame.period, frame.bound) == (Period.parse(period), bound)
    assert (frame.after.name if frame.after else None) == after


@pytest.mark.parametrize(
    ("sentence", "period", "after", "bound"),
    [
        (
            "Les factures sont conservées dix ans à compter de la clôture de l'exercice.",
            "P10Y",
            "financial-year-end",
            "ceiling",
        ),
        (
            "Vos messages sont effacés un an après le dernier échange.",
            "P1Y",
            "last-contact",
            "ceiling",
        ),
        (
            "Nous gardons vos commandes pendant la durée du contrat, puis 5 ans.",
            "P5Y",
            "contract-end",
            "ceiling",
        ),
        (
            "Les photos sont supprimées à l'expiration d'un délai d'un an après leur parution.",
            "P1Y",
            "publication",
            "ceiling",
        ),
        (
            "Fiche d'inscription : la saison en cours + 2 ans.",
            "P2Y",
            "season-end",
            "ceiling",
        ),
        ("Les reçus doivent être conservés au moins six ans.", "P6Y", None, "floor"),
        ("Les photos ne sont pas gardées plus de 18 mois.", "P18M", None, "ceiling"),
        (
            "Sans connexion de votre part pendant 24 mois, votre compte est supprimé.",
            "P24M",
            "last-login",
            "ceiling",
        ),
    ],
)
def test_french_wordings(sentence: str, period: str, after: str | None, bound: str) -> None:
    [frame] = _of(sentence, "fr")
    assert (frame.period, frame.bound) == (Period.parse(period), bound)
    assert (frame.after.name if frame.after else None) == after


@pytest.mark.parametrize(
    "sentence",
    [
        "We answer within one month of your request.",
        "You must be at least 16 years old.",
        "We have been serving customers for 20 years.",
        "Every kettle comes with a two-year warranty.",
        "If there is a breach we notify the authority within 3 days.",
        "We tell you of changes at least 30 days in advance.",
        "A course of treatment usually takes six weeks.",
        "We test our locks every two years.",
    ],
)
def test_a_period_of_something_else_is_no_retention(sentence: str) -> None:
    assert not [f for f in _of(sentence) if f.use == "retention"]


def test_a_range_is_doubtful_and_keeps_both_ends() -> None:
    [frame] = _of("Crash reports are kept for 3 to 6 months.")
    assert (frame.period, frame.most) == (Period(months=3), Period(months=6))
    assert str(frame.said.confidence) == "doubtful"
    assert "range" in frame.said.reasons


def test_two_periods_of_a_sentence_have_each_their_matter() -> None:
    first, second = _of("Invoices are kept for ten years and applications for two years.")
    assert (first.period, second.period) == (Period(years=10), Period(years=2))
    assert first.matter.categories == ("invoice",)
    assert second.matter.categories == ("application",)


def test_the_start_of_a_period_stands_in_a_column_of_its_own() -> None:
    page = Page(
        of(
            "Privacy policy of the shop\n\nRetention\n\n"
            "| Data | Period | Starting point |\n| --- | --- | --- |\n"
            "| Invoices | 10 years | Close of the financial year |\n"
            "| Messages | 1 year | Last contact |\n"
        )
    )
    kept = [(str(f.period), f.after.name if f.after else None) for f in retentions(page)]
    assert kept == [("P10Y", "financial-year-end"), ("P1Y", "last-contact")]


def test_another_choice_of_a_period_counts_from_the_same_event() -> None:
    first, second = _of("Applications are kept 4 weeks after rejection, or one year if you agree.")
    assert (first.period, second.period) == (Period(days=28), Period(years=1))
    assert [f.after.name for f in (first, second) if f.after] == ["recruitment-end"] * 2


def test_a_criterion_is_no_period() -> None:
    page = Page(of("Privacy policy\n\nRetention\n\nWe keep your orders as long as necessary.\n"))
    [frame] = retentions(page)
    assert frame.period is None
    assert frame.during is not None
    assert frame.during.name == "necessity-end"
    assert str(frame.said.confidence) == "doubtful"
