"""The two readers of YAML agree wherever the quick one reads at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.documents.document import Document
from troth.documents.quick import NotQuick, quick_events
from troth.documents.read import compose, read_carefully
from troth.errors import Problems, Refused

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "examples").glob("*/*.yaml")), ROOT / "tests" / "datamap" / "map.yaml"]
FRAGMENTS = (
    ["a", "b", "c d", "é", "𝄞", "12", "1.5", "~", "null", "true", "\\", "\\n", "\u00a0", "\x85"],
    [": ", ":", "- ", "-", " ", "  ", "\n", "\n  ", "\n    ", "\r\n", "\r", "a: ", "- a\n", "\n- "],
    [
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        "#",
        " #",
        "'",
        '"',
        "|",
        "|-",
        "|2",
        ">",
        ">-",
        "? ",
        "?",
        "::",
    ],
    ["!", "! ", "!!str ", "&x ", "*x", "&", "*", "@", "`", "%", "<<", "...", "---", "="],
)
TEXTS = st.lists(st.one_of(*map(st.sampled_from, FRAGMENTS)), max_size=14)


def quickly(text: str) -> Document | None:
    """What the quick reader reads; None for what it leaves to the other."""
    try:
        return compose("f", quick_events(text))
    except (NotQuick, Refused, Problems):
        return None


def assert_alike(quick: Document, careful: Document) -> None:
    """The same data at the same places, but for those of what is left empty."""
    assert repr(quick.data) == repr(careful.data)
    assert quick.keys == careful.keys
    assert quick.values.keys() == careful.values.keys()
    for path, mark in quick.values.items():
        if path[-1:] != ("\0key",) and _at(quick, path) is not None:
            assert mark == careful.values[path]


def _at(document: Document, path: tuple[str | int, ...]) -> object:
    found = document.data
    for part in path:
        found = found[part]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_files_are_read_quickly_and_alike(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    quick = quickly(text)
    assert quick is not None
    assert_alike(quick, read_carefully(text, "f"))


@given(parts=TEXTS, before=st.sampled_from(["", "a: ", "- ", "a:\n  b: "]))
def test_any_text_that_both_read_is_read_alike(parts: list[str], before: str) -> None:
    text = before + "".join(parts)
    quick = quickly(text)
    if quick is not None:
        assert_alike(quick, read_carefully(text, "f"))


def test_what_is_left_empty_is_where_its_key_is() -> None:
    quick = quickly("a: # nothing yet\nb: 1\n")
    assert quick is not None
    assert quick.values["a",].line == 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a: \t1",
            "%YAML 1.1\n---\na: no",
            "a: &x 1",
            "a: !!str 1",
            "a: ! 1",
            "? a\n: 1",
            "{? a}",
        ),
        *(
            "a: |#c\n",
            "a: |-\n    \n  b\n",
            "a: > # c\n    \n  b\n",
            "a: \x85b",
            "a: [",
            "a: 1\na: 2",
            "1: a",
            "",
        ),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_other(text: str) -> None:
    assert quickly(text) is None
