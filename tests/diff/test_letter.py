"""The letter can speak of every change, in both languages."""

from __future__ import annotations

import pytest

from diff.bakery import changed
from diff.lowering import LOWERING, fixed
from troth.diff.difference import difference
from troth.diff.letter import letter
from troth.diff.rules import FIELDS, RULES, SECTIONS
from troth.diff.topics import TOPICS
from troth.language import Language


def test_every_kind_of_change_has_its_words() -> None:
    rules = [rule for fields in FIELDS.values() for rule in fields.values()]
    codes = {rule.code for rule in (*rules, *RULES.values(), *SECTIONS.values()) if rule.code}
    assert codes == set(TOPICS)
    assert all(english and french and english != french for english, french in TOPICS.values())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_lowering_is_a_line_of_the_letter(language: Language) -> None:
    for how, _, code in LOWERING:
        new = changed(fixed(how))
        body = letter(difference(changed(), new), new, language).body
        topic = TOPICS[code.rpartition("-")[0]][language == "fr"]
        assert f"- {topic}" in body, code
        assert "P5Y" not in body
