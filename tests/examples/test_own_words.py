"""The examples say in our own words what the texts say: no run of words is copied from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[2]
TEXTS = PROJECT.parent / "shared" / "policies"
EXAMPLES = {
    "softfil": "softfil",
    "spimed": "spimed",
    "publisher": "publisher",
    "mast": "mast",
    "collectif": "collectif-m",
}
LONGEST_SHARED = 7  # words: any eight in a row that a text has too are a copy
NAMES = {"name", "address", "post", "legal_form"}  # of bodies: facts, and no words of ours
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_sentence_is_copied(name: str) -> None:
    text = TEXTS / f"{name}.txt"
    if not text.is_file():
        pytest.skip("the texts of the policies are not beside the project (../shared/policies)")
    theirs = set(_runs(_words(text.read_text(encoding="utf-8"))))
    folder = PROJECT / "examples" / EXAMPLES[name]
    bodies = set(_names(_loaded(folder / "policy.yaml")))
    for file in (folder / "policy.yaml", *folder.glob("texts.*.yaml")):
        loaded = _loaded(file)
        if isinstance(loaded, list):  # translations: what a body is called is a fact there as well
            loaded = [row for row in loaded if row["text"] not in bodies]
        copied = [
            " ".join(run)
            for value in _texts(loaded)
            for run in _runs(_words(value))
            if run in theirs
        ]
        assert not copied, file.name


def test_a_copied_sentence_is_found() -> None:
    text = "We keep your data for as long as the law asks us to."
    ours = "The firm says: we keep your data for as long as the law asks."
    assert set(_runs(_words(ours))) & set(_runs(_words(text)))


def _loaded(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text(encoding="utf-8"))


def _names(value: Any) -> Iterator[str]:
    """What bodies are called, and where they are."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if key in NAMES and isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict | list):
            yield from _names(inner)


def _texts(value: Any) -> Iterator[str]:
    """Every sentence of the file; names, addresses and numbers are facts, and nobody's words."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in NAMES:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    size = LONGEST_SHARED + 1
    for start in range(len(words) - size + 1):
        yield tuple(words[start : start + size])
