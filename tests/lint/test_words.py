"""Findings in French: nothing is left in English, and nothing is said of what is no rule."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from lint.corpus import read
from troth.lint.catalogue import CODES, every_rule, rules_of
from troth.lint.completeness import PERHAPS
from troth.lint.mapped import TEMPLATES
from troth.lint.model import Flaw, Severity, Status
from troth.lint.reference import entry
from troth.lint.whole import examine_text
from troth.lint.words import Words

DATA = Path(__file__).parents[2] / "src" / "troth" / "lint" / "data"
FRENCH = tomllib.loads((DATA / "french.toml").read_text(encoding="utf-8"))
SHOWN = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))


def test_every_code_rule_and_search_has_its_french_and_none_is_idle() -> None:
    rules = list(every_rule())
    assert set(FRENCH["codes"]) == set(CODES)
    assert set(FRENCH["rules"]) == {f"{one.code}/{one.name}" for one in rules}
    assert set(FRENCH["sought"]) == {words for one in rules for words in one.searched}
    assert set(FRENCH["filled"]) == {*TEMPLATES, PERHAPS}


def test_a_message_names_the_same_things_in_both_languages() -> None:
    for english, french in FRENCH["filled"].items():
        slots = [{slot for _, slot, _, _ in Formatter().parse(text)} for text in (english, french)]
        assert slots[0] == slots[1], english


def test_both_languages_have_the_same_words_around_findings() -> None:
    assert set(SHOWN["en"]) == set(SHOWN["fr"])
    assert set(SHOWN["en"]["items"]) == set(SHOWN["fr"]["items"])
    told = {code.removeprefix("ART13_") for code in CODES if code.startswith("ART13_")}
    assert set(SHOWN["en"]["items"]) == told


@pytest.mark.parametrize("code", CODES)
def test_an_entry_in_french_is_french(code: str) -> None:
    words, text = Words("fr"), entry(code, "fr")
    assert text.startswith(f"## {code}\n\n{words.code(code).title}")
    assert not re.search(r"(?i)\b(the|of|and|people|without|which|is|not)\b", _prose(text)), text
    for rule in rules_of(code):
        assert words.rule(rule).message in text
        assert rule.article in text


def _prose(text: str) -> str:
    """Without names of rules and what is to be typed."""
    return re.sub(r"`[^`]*`|«[^»]*»", "", text)


def test_a_finding_with_names_in_it_is_said_in_french() -> None:
    values = (("rule", "orders"), ("event", "last-order"))
    template = "The period '{rule}' runs from '{event}', which no table shows."
    flaw = Flaw(
        *("PROMISE_WITHOUT_TRIGGER", "no-event", Severity.WARNING, "5(1)(e)", "…", Status.ABSENT),
        searched=("shop.buyer",), template=template, values=values,
    )  # fmt: skip
    said = Words("fr").flaw(flaw)
    assert said.message == "La durée « orders » part de « last-order », qu’aucune table ne montre."
    assert said.searched == ("shop.buyer",)
    assert (said.code, said.article, said.severity) == (flaw.code, flaw.article, flaw.severity)


@pytest.mark.parametrize(
    "markdown",
    [
        "# Cookies\n\nWe use cookies and sell your data to partners for as long as is needed.",
        "# Cookies\n\nNous utilisons des cookies et gardons vos données le temps nécessaire.",
    ],
)
def test_every_finding_of_a_bare_text_can_be_said(markdown: str) -> None:
    words = Words("fr")
    flaws, checked = examine_text(read(markdown))
    assert flaws
    assert checked
    for flaw in (*flaws, *checked):
        assert words.flaw(flaw).message != flaw.message
        assert words.flaw(flaw).evidence == flaw.evidence


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [(0, "0 errors", "0 erreur"), (1, "1 error", "1 erreur"), (2, "2 errors", "2 erreurs")],
)
def test_numbers_agree(number: int, english: str, french: str) -> None:
    assert Words("en").counted("error", number) == english
    assert Words("fr").counted("error", number) == french
