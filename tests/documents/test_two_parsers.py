"""libyaml and Python's parser of YAML tell the same data, or Python's is asked."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from troth.documents import read
from troth.errors import Problems, Refused

PIECES = (
    "a: b\n", "  - x\n", "- ", "key: {a: 1, b: [2, 3]}\n", '"q\\/x"', "'it''s'", "|\n  text\n",
    ">-\n  folded\n  more\n", "# c\n", ": ", "{", "}", "[", "]", ",", "? ", " ", "\n", "\t", "&a ",
    "*a", "!!str ", "!", "é",
    "\u2028", "\x85", "%YAML 1.2\n---\n", "---\n", "...\n", "1e3", "0o7",
    '"\\x41"', '"\\u00e9"', "a:b", "http://x", "-1", "~", "null",
    "    ", "{a:b}", '{"a":b}', "k:\n",
    "k:\n  j:\n", '"multi\n  line"', "@", "`", "\r\n", "<<: *a\n", "|2\n   x\n", "|+\n  x\n\n",
    "'", "\x07", "#x", "a#b", "? k\n: v\n", "2026-11-26", "yes", "\ufeff", "x: |\n\ty\n",
)  # fmt: skip


def outcome(text: str) -> object:
    """The data and where its keys stand, or the code and place of every problem."""
    try:
        found = read.read_document(text, "a.yaml")
    except Problems as problems:
        return [(one.code, one.place) for one in problems.problems]
    except Refused as error:
        return (error.code, error.place, error.message)
    return (found.data, found.keys)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
@settings(max_examples=400, deadline=None)
@example("a: '1'\nb:\nc: [x, 'y']\n")
@example("a: 1\na: 2\n1: b\n")
@example("a: |#c\n")
@example("a: |-\n  \n    \n  b\n")
@example("a: > # c\n    \n  b\n")
def test_both_read_the_same(text: str) -> None:
    with patch.object(read, "_IN_PYTHON", read.re.compile("")):
        slow = outcome(text)
    assert outcome(text) == slow


@pytest.mark.parametrize("text", ["a: 1\n", "a: {b: [1, 2]}\n", "a: 'it is'\n# more\n"])
def test_an_ordinary_file_is_read_by_the_quick_one(text: str) -> None:
    with patch.object(read, "_read_in_python", side_effect=AssertionError):
        read.read_document(text, "a.yaml")


def test_a_missing_value_is_named_on_its_own_line() -> None:
    found = read.read_document("a:\nb: 1\n", "a.yaml")
    assert found.values[("a",)].line == 1
