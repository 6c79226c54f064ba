"""Words cut at the end of a line, and those that have a hyphen of their own."""

from __future__ import annotations

import pytest

from troth.reading.documents.hyphens import put_together


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("the infor-", "mation", "the information"),
        ("the infor\u00ad", "mation", "the information"),
        ("PER-", "SONAL", "PER- SONAL"),
        ("by e-", "mail", "by e-mail"),
        ("a third-", "party", "a third-party"),
        ("privacy@har-", "bour.example", "privacy@har-bour.example"),
        ("10 -", "12", "10 - 12"),
        ("and/", "or", "and/or"),
        ("one", "two", "one two"),
        ("", "two", "two"),
    ],
)
def test_two_lines_as_one(before: str, after: str, whole: str) -> None:
    assert put_together(before, after) == whole


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("the infor", "mation", "the information"),
        ("PER", "SONAL", "PERSONAL"),
        ("by e", "mail", "by e-mail"),
        ("Anglo", "Saxon", "Anglo-Saxon"),
        ("dpo@har", "bour.example", "dpo@har-bour.example"),
        ("1990", "2000", "1990-2000"),
    ],
)
def test_a_hyphen_that_was_taken_away(before: str, after: str, whole: str) -> None:
    assert put_together(before, after, cut=True) == whole
