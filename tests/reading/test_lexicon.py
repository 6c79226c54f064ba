"""The lexicons: the same names in both languages, nothing that no frame asks for, exact places."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.policy.model import Policy
from troth.reading.frames.frame import REASONS
from troth.reading.frames.lexicon.load import Found, folded, lexicon
from troth.reading.frames.periods import mentions

SOURCE = Path(__file__).parents[2] / "src" / "troth" / "reading"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "confidence.md"
NATIONAL = ("authorities",)  # each language has those of its own countries
LANGUAGES = ("en", "fr")


def test_both_languages_have_the_same_names() -> None:
    english, french = lexicon("en").groups, lexicon("fr").groups
    assert set(english) == set(french)
    apart = {
        group: sorted(set(english[group]) ^ set(french[group]))
        for group in english
        if group not in NATIONAL and set(english[group]) != set(french[group])
    }
    assert apart == {}


def test_every_cue_is_asked_for() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    unused = [cue for cue in lexicon("en").groups["cues"] if f'"{cue}"' not in code]
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pattern_matches_nothing_at_all(language: str) -> None:
    for group in lexicon(language).groups.values():
        for entry in group.values():
            assert not any(pattern.match("") for pattern in entry.patterns), entry.name


def test_every_reason_is_explained() -> None:
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(encoding="utf-8"), re.M))
    assert set(REASONS) <= explained


def test_kinds_of_the_policy_are_those_of_the_model() -> None:
    schema = Policy.model_json_schema()["$defs"]
    for language in LANGUAGES:
        groups = lexicon(language).groups
        assert set(groups["bases"]) == set(schema["LegalBasis"]["properties"]["kind"]["enum"])
        assert set(groups["rights"]) <= set(schema["RightTerms"]["properties"]["right"]["enum"])
        assert set(groups["promises"]) <= set(schema["Commitment"]["properties"]["kind"]["enum"])
        assert set(groups["safeguards"]) <= set(schema["Safeguard"]["properties"]["kind"]["enum"])
        roles = set(schema["Recipient"]["properties"]["role"]["enum"])
        assert {entry.more["role"] for entry in groups["recipients"].values()} <= roles


@given(st.text(max_size=200))
def test_folding_keeps_every_place(characters: str) -> None:
    assert len(folded(characters)) == len(characters)


def test_a_word_is_found_at_its_start_alone() -> None:
    found = Found("Prenames and names", lexicon("en"))
    [hit] = found.names("categories", 0, 18)
    assert (hit.name, hit.start, hit.end) == ("identity", 13, 18)


@pytest.mark.parametrize(
    ("words", "language", "period"),
    [
        ("three years", "en", "P3Y"),
        ("six (6) months", "en", "P6M"),
        ("6 (six) months", "en", "P6M"),
        ("a month", "en", "P1M"),
        ("two further months", "en", "P2M"),
        ("seventy-five years", "en", "P75Y"),
        ("a 31-day cycle", "en", "P31D"),
        ("one year and six months", "en", "P1Y6M"),
        ("un an", "fr", "P1Y"),
        ("soixante-quinze ans", "fr", "P75Y"),
        ("vingt et un jours", "fr", "P21D"),
        ("quatre-vingt-dix jours", "fr", "P90D"),
        ("dix-huit (18) mois", "fr", "P18M"),
        ("a year and a half", "en", "P1Y6M"),
        ("two and a half years", "en", "P2Y6M"),
        ("half a year", "en", "P6M"),
        ("a ten-year period", "en", "P10Y"),
        ("3yrs", "en", "P3Y"),
        ("a fortnight", "en", "P14D"),
        ("two quarters", "en", "P6M"),
        ("un an et demi", "fr", "P1Y6M"),
        ("deux semestres", "fr", "P12M"),
        ("une quinzaine", "fr", "P14D"),
    ],
)
def test_periods_in_words_and_figures(words: str, language: str, period: str) -> None:
    [mention] = mentions(words, language, 0, len(words))
    assert (str(mention.least), mention.most) == (period, None)


@pytest.mark.parametrize(
    ("words", "language", "least", "most"),
    [
        ("3 to 5 years", "en", "P3Y", "P5Y"),
        ("between 6 and 12 months", "en", "P6M", "P12M"),
        ("two years to three years", "en", "P2Y", "P3Y"),
        ("de 3 à 5 ans", "fr", "P3Y", "P5Y"),
        ("entre six et douze mois", "fr", "P6M", "P12M"),
        ("a minimum of 90 and a maximum of 180 days", "en", "P90D", "P180D"),
        ("au moins un an et au plus deux ans", "fr", "P1Y", "P2Y"),
    ],
)
def test_ranges(words: str, language: str, least: str, most: str) -> None:
    [mention] = mentions(words, language, 0, len(words))
    assert (str(mention.least), str(mention.most)) == (least, most)


@pytest.mark.parametrize("words", ["72 hours", "9999999 years", "article 13 yearly", "1.5 years"])
def test_no_periods(words: str) -> None:
    assert list(mentions(words, "en", 0, len(words))) == []
