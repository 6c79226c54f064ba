"""Codes, their pages and their cues: all there, none idle, and the committed pages are these."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from troth.lint.catalogue import CODES, every_rule
from troth.lint.cues import SHARED, cues
from troth.lint.reference import page, schema

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "troth" / "lint"
FAMILIES = sorted(file.stem for file in (SOURCE / "data" / "cues").glob("*.toml"))


def test_every_code_has_rules_and_every_rule_a_code() -> None:
    assert {rule.code for rule in every_rule()} == set(CODES)


def test_no_rule_is_there_twice() -> None:
    names = [(rule.code, rule.name) for rule in every_rule()]
    assert len(names) == len(set(names))


def test_every_code_says_why_it_matters_and_how_to_mend_it() -> None:
    for code in CODES.values():
        assert code.title, code.code
        assert code.why.endswith("."), code.code
        assert code.mend.endswith("."), code.code


def test_the_committed_page_is_the_generated_one() -> None:
    committed = (ROOT / "docs" / "reference" / "lint.md").read_text(encoding="utf-8")
    assert committed == page(), "run: python -m troth.lint.reference"


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = (ROOT / "schemas" / "lint.schema.json").read_text(encoding="utf-8")
    assert committed == schema(), "run: python -m troth.lint.reference"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_cue_is_an_expression_of_each_language(family: str) -> None:
    for name, cue in cues(family).items():
        for language in ("en", "fr"):
            pattern = cue.of(language)
            assert not pattern.search(""), name


def test_no_cue_is_idle() -> None:
    """Each is named by a rule, or by another cue."""
    named = set()
    for file in [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.toml")]:
        text = file.read_text(encoding="utf-8")
        named |= set(re.findall(r'said\[\s*"([a-z0-9-]+)"', text))
        named |= set(re.findall(r"<([a-z0-9-]+)>", text))
    idle = {name for family in FAMILIES for name in cues(family)} - named
    assert idle == set()
    assert SHARED in FAMILIES
