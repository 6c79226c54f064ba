"""Single passages in our own words, and the items they state."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from troth.reading.labels.items import ARTICLES, Item
from troth.reading.labels.label import STATED, label
from troth.reading.labels.lexicon import lexicon, read_lexicon
from troth.reading.labels.sentences import sentences
from troth.reading.text import Kind

HERE = Path(__file__).parent
CASES = {
    language: YAML(typ="safe").load(HERE / f"cases_{language}.yaml") for language in ("en", "fr")
}


@pytest.mark.parametrize(
    ("language", "case"), [(language, case) for language, cases in CASES.items() for case in cases]
)
def test_a_passage_states_what_it_states(language: str, case: dict[str, Any]) -> None:
    lead = case.get("lead", "")
    kind = Kind.ITEM if lead else Kind.PARAGRAPH
    labels = label(case["says"], case.get("under", ()), kind, lead=lead, language=language)
    found = {one.item.value for one in labels}
    assert found >= set(case["items"])
    assert not found & set(case.get("not", ()))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_item_has_cues_and_a_case(language: str) -> None:
    words = lexicon(language)
    cased = {item for case in CASES[language] for item in case["items"]}
    for item in Item:
        assert any(cue.weight > 0 for cue in words.cues[item])
        assert item.value in cased
        assert ARTICLES[item]


def test_the_same_words_mean_more_under_their_heading() -> None:
    words = "Sending the newsletter"
    assert not label(words, (), Kind.ITEM)
    listed = label(words, (), Kind.ITEM, lead="We use your data for the following purposes:")
    assert [one.item for one in listed] == [Item.PROCESSING_PURPOSE]


def test_a_denial_is_a_statement_about_the_item() -> None:
    found = label("The app does not collect any personal information.", (), Kind.PARAGRAPH)
    (one,) = [one for one in found if one.item is Item.DATA_CATEGORIES]
    assert one.denied
    asserted = label("We collect your name and e-mail address.", (), Kind.PARAGRAPH)
    assert not any(one.denied for one in asserted)


@given(st.text(max_size=300), st.sampled_from(list(Kind)), st.sampled_from(["en", "fr"]))
@settings(max_examples=100, deadline=None)
def test_evidence_is_verbatim(words: str, kind: Kind, language: str) -> None:
    for one in label(words, ("What we collect",), kind, language=language):
        assert one.weight >= STATED
        assert one.cues or one.evidence
        for place in one.evidence:
            assert words[place.start : place.end] == place.quote


PARTS = st.lists(
    st.sampled_from(
        [c["says"] for c in CASES["en"]] + ["İstanbul ﬁles “quoted” ", "e.g. this. ", "1. ", "\n"]
    ),
    max_size=6,
).map(" ".join)


@given(PARTS)
@settings(max_examples=100, deadline=None)
def test_evidence_of_several_sentences_is_verbatim(words: str) -> None:
    for one in label(words, (), Kind.PARAGRAPH):
        for place in one.evidence:
            assert words[place.start : place.end] == place.quote


@given(PARTS)
def test_sentences_hold_everything(words: str) -> None:
    spans = list(sentences(words))
    covered = {at for start, end in spans for at in range(start, end)}
    assert all(at in covered or not char.strip() for at, char in enumerate(words))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("We keep it, e.g. For a year. Then we delete it.", 2),
        ("Acme Inc. Keeps it. Nobody else does.", 2),
        ("One; Two; Three", 3),
        ("Version 2.1 is kept.", 1),
        ("First.Second is glued on.", 2),
    ],
)
def test_where_sentences_end(words: str, count: int) -> None:
    assert len(list(sentences(words))) == count


def test_a_mistake_in_a_lexicon_is_found() -> None:
    empty: dict[str, Any] = {"words": {}, "topics": {}, "leads": {}}
    with pytest.raises(ValueError, match="no such item"):
        read_lexicon(empty | {"Right to Acess": {}})
    with pytest.raises(ValueError, match="no such topic"):
        read_lexicon(empty | {"Right to Access": {"where": {"nowhere": 1.0}}})
    with pytest.raises(ValueError, match="no such option"):
        read_lexicon(empty | {"Right to Access": {"cue": [1.0, "access", "always"]}})
    with pytest.raises(KeyError):
        read_lexicon(empty | {"Right to Access": {"cue": [1.0, "<nothing>"]}})


def test_evidence_comes_from_every_sentence_that_states_it() -> None:
    words = "You can ask us to delete your account. The weather is fair. You may delete your data."
    (one,) = [one for one in label(words, (), Kind.PARAGRAPH) if one.item is Item.RIGHT_TO_ERASURE]
    second = words.index("The weather")
    assert {place.start > second for place in one.evidence} == {False, True}


def test_several_cues_make_it_sure() -> None:
    weak = label("We use it for our legitimate interests.", (), Kind.PARAGRAPH)
    assert {one.item: one.confidence for one in weak}[Item.LEGITIMATE_INTERESTS] == "likely"
    strong = label("We collect your name, age, gender and e-mail address.", (), Kind.PARAGRAPH)
    assert {one.item: one.confidence for one in strong}[Item.DATA_CATEGORIES] == "sure"
