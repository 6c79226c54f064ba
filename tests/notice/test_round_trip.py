"""What a notice says is the policy: read back from plain characters, it is the same policy."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notice.conftest import EXAMPLES, NAMES, example
from notice.media import MADE, MEDIA, QUICK, said, text_of_pdf
from notice.policies import random_policy
from troth.documents.read import read_document
from troth.language import LANGUAGES, Language
from troth.notice.back import read_back
from troth.notice.carried import carried
from troth.notice.pdf import as_pdf
from troth.notice.ready import in_other_words
from troth.notice.translate import own_words, read_words, translated
from troth.policy.check import check_policy
from troth.policy.model import Policy
from worlds.policies import policy as ordinary_policy


@pytest.mark.parametrize("medium", sorted(MEDIA))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_notice_of_an_example_says_its_policy(
    name: str, language: Language, medium: str
) -> None:
    policy = example(name)
    found = read_back(MEDIA[medium](said(policy, language)))
    assert found is not None
    assert found.missed == ()
    assert found.policy() == carried(policy, language)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_back_can_be_executed(name: str) -> None:
    found = read_back(MEDIA["txt"](said(example(name), "en")))
    assert found is not None
    assert check_policy(found.policy()) == ()


@given(seed=st.integers(0, 2**32), language=st.sampled_from(LANGUAGES))
@settings(max_examples=25, deadline=None)
def test_the_notice_of_any_policy_says_it(seed: int, language: Language) -> None:
    policy = random_policy(Random(seed))
    one = said(policy, language)
    expected = carried(policy, language)
    for medium, rendered in QUICK.items():
        found = read_back(rendered(one))
        assert found is not None, medium
        assert found.missed == (), medium
        assert found.policy() == expected, medium


@given(seed=st.integers(0, 2**32), language=st.sampled_from(LANGUAGES))
@settings(max_examples=4, deadline=None)
def test_so_does_its_pdf(seed: int, language: Language) -> None:
    policy = random_policy(Random(seed))
    found = read_back(text_of_pdf(as_pdf(said(policy, language), MADE)))
    assert found is not None
    assert found.missed == ()
    assert found.policy() == carried(policy, language)


@pytest.mark.parametrize("medium", sorted(MEDIA))
def test_so_does_a_translated_one(medium: str) -> None:
    policy = _in_french("collectif-m")
    one = said(policy, "fr")
    assert one.chapters[0].cards[0].block.facts[-1].text.startswith("Art. 4(7) et 4(10)")
    found = read_back(MEDIA[medium](one))
    assert found is not None
    assert found.policy() == carried(policy, "fr")


@pytest.mark.parametrize("name", NAMES)
def test_so_does_every_example_in_french(name: str) -> None:
    policy = _in_french(name)
    found = read_back(MEDIA["txt"](said(policy, "fr")))
    assert found is not None
    assert found.missed == ()
    assert found.policy() == carried(policy, "fr")


@pytest.mark.parametrize("name", NAMES)
def test_the_french_words_of_an_example_are_whole(name: str) -> None:
    assert set(own_words(example(name))) == set(_french(name))
    assert not list(in_other_words(_in_french(name), "fr"))


@cache
def _french(name: str) -> dict[str, str]:
    file = EXAMPLES / name / "texts.fr.yaml"
    return read_words(read_document(file.read_bytes(), file.name))


@cache
def _in_french(name: str) -> Policy:
    return translated(example(name), _french(name))


@pytest.mark.parametrize("seed", range(8))
def test_elements_of_the_same_name_are_told_apart_by_their_numbers(seed: int) -> None:
    policy = ordinary_policy(Random(seed), ("shop", "mail"), "archive")
    found = read_back(MEDIA["html"](said(policy, "en")))
    assert found is not None
    assert found.policy() == carried(policy, "en")


def test_what_was_read_back_says_the_same_again() -> None:
    once = carried(example("mast"), "fr")
    found = read_back(MEDIA["txt"](said(once, "fr")))
    assert found is not None
    assert found.policy() == once


@pytest.mark.parametrize("medium", sorted(MEDIA))
def test_every_fact_has_the_exact_characters_that_say_it(medium: str) -> None:
    characters = MEDIA[medium](said(example("spimed"), "fr"))
    found = read_back(characters)
    assert found is not None
    assert len(found.found) > 500
    for fact in found.found:
        evidence = fact.evidence
        assert characters[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize("text", ["", "The policy in full", "We keep orders for three years."])
def test_another_text_is_none_of_ours(text: str) -> None:
    assert read_back(text) is None


def test_a_changed_word_is_missed_and_told_with_its_place() -> None:
    text = MEDIA["txt"](said(example("mast"), "en")).replace(
        "10 years, counted", "ten years, counted"
    )
    found = read_back(text)
    assert found is not None
    assert found.missed
    assert all("ten years" in one.evidence.quote for one in found.missed)
