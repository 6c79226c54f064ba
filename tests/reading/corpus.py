"""The made-up policies and, where they lie beside the project, the five published ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from troth.reading.documents.load import read_text
from troth.reading.text import Text

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "policies"
MADE_UP = sorted(path.stem for path in (HERE / "policies").glob("*.txt"))
ROUNDS = sorted(
    f"rounds/{path.parent.name}/{path.stem}" for path in (HERE / "rounds").glob("*/*.txt")
)  # met by the reader for the first time after it was made: see rounds/first-contact.yaml
FIVE = ("softfil", "spimed", "publisher", "mast", "collectif")


def file_of(name: str) -> Path:
    """The file of a policy; a test of one of the five is skipped where they are not there."""
    if name in FIVE:
        file = SHARED / f"{name}.txt"
        if not file.is_file():
            pytest.skip("the texts of the policies are not beside the project (../shared/policies)")
        return file
    return HERE / (f"{name}.txt" if name in ROUNDS else f"policies/{name}.txt")


@cache
def text_of(name: str) -> Text:
    """The text of a policy."""
    file = file_of(name)
    return read_text(file.read_bytes(), file.name)


def of(characters: str, language: str = "en") -> Text:
    """A text written in a test."""
    found = read_text(characters.encode(), "policy.txt")
    assert found.language == language
    return found


@cache
def expected(name: str) -> list[dict[str, Any]]:
    """What a person read of retention in a policy."""
    yaml = YAML(typ="safe")
    if name in FIVE:
        facts: list[dict[str, Any]] = yaml.load((HERE / "five.yaml").read_text("utf-8"))[name]
    else:
        facts = yaml.load(file_of(name).with_suffix(".yaml").read_text("utf-8"))["retention"]
    return facts
