"""Each rule finds its defect in words of ours, in both languages, and leaves sound words alone."""

from __future__ import annotations

import pytest

from lint.corpus import LANGUAGES, Case, before, cases, defects, read, rules, sound
from troth.lint.prose import RULES, examine
from troth.reading.text import Text

NAMES = [f"{rule.code}/{rule.name}" for rule in RULES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sound_policy_is_not_accused(language: str) -> None:
    assert rules(examine(read(sound(language)))) == set()


def test_every_rule_has_texts_of_both_languages() -> None:
    entries = defects()
    assert set(entries) == set(NAMES)
    assert len(NAMES) == len(set(NAMES))
    for name, entry in entries.items():
        assert len(entry["en"]) >= 2, name
        assert entry["fr"], name
        assert all(entry["sound"][language] for language in LANGUAGES), name


@pytest.mark.parametrize("case", list(cases(faulty=True)), ids=str)
def test_one_defect_put_in_gives_just_that_finding(case: Case) -> None:
    text = read(case.written())
    flaws = examine(text)
    known = before(case.language, case.drop) - ({case.rule} if case.absent else set())
    new = rules(flaws) - known
    assert case.rule in new
    assert new - {case.rule} <= set(case.also)
    hits = [flaw for flaw in flaws if f"{flaw.code}/{flaw.rule}" == case.rule]
    assert all(flaw.evidence for flaw in hits)
    assert all(_exact(text, flaw.evidence[0].start, flaw.evidence[0].quote) for flaw in hits)


@pytest.mark.parametrize("case", list(cases(faulty=False)), ids=str)
def test_sound_words_beside_it_are_not_accused(case: Case) -> None:
    assert case.rule not in rules(examine(read(case.written())))


def _exact(text: Text, start: int, quote: str) -> bool:
    return text.characters[start : start + len(quote)] == quote
