"""How identifiers and references are compared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grounds.made_up import activity, after, at, day, evidence, promise, rule, state, table
from troth.datamap.model import Normaliser
from troth.grounds.identity import normalise


@pytest.mark.parametrize(
    ("how", "one", "other", "same"),
    [
        ("exact", "Ada", "ada", False),
        ("exact", "ada ", "ada", False),
        ("email", " Ada@Mail.example", "ada@mail.example", True),
        ("email", "josé@mail.example", "jose@mail.example", False),
        ("email", "jose\u0301@mail.example", "JOSÉ@mail.example", True),
        ("text", "STRASSE", "straße", True),
        ("phone", "06 12 34 56 78", "+33 6 12 34 56 78", True),
        ("phone", "0033612345678", "06.12.34.56.78", True),
        ("phone", "+41 79 123 45 67", "079 123 45 67", False),
        ("phone", "12", "0012", False),
    ],
)
def test_when_two_identifiers_are_the_same(
    how: Normaliser, one: str, other: str, same: bool
) -> None:
    assert (normalise(one, how) == normalise(other, how)) is same


@given(st.text(), st.sampled_from(["exact", "email", "phone", "text"]))
def test_normalising_twice_changes_nothing(text: str, how: Normaliser) -> None:
    once = normalise(text, how)
    assert normalise(once, how) == once


def test_across_stores_a_reference_compares_as_the_relation_says() -> None:
    binding = {"related": ["<news.opening.subscriber"], "day": {"column": "at"}, "none": "not-yet"}
    mine = table(columns={"id": None, "name": "contact", "mail": None}, events={"end": binding})
    opening = {
        "key": ["id"],
        "columns": {"id": None, "mail": None, "at": None},
        "relations": {
            "subscriber": {
                "columns": ["mail"],
                "references": "main.t",
                "to": ["mail"],
                "compare": "email",
            }
        },
    }
    policy = promise(activity(rule(**after("end", "P3Y"))))

    def on(when: str, own: str | None, theirs: str | None) -> str:
        rows: dict[str, list[Any]] = {
            "t": [{"id": 1, "name": "Ada", "mail": own}],
            "news.opening": [{"id": 1, "mail": theirs, "at": at("2023-01-10")}],
        }
        stores = {"news": {"place": "live", "tables": {"opening": opening}}}
        return state(evidence(policy, {"t": mine}, rows, stores=stores), when)

    assert on("2026-01-10", "Ada@mail.example", "ada@MAIL.example ") == "due"
    assert on("2026-01-09", "Ada@mail.example", "ada@MAIL.example ") == "supported"
    assert on("2026-01-10", "ada@mail.example", "bob@mail.example") == "supported"
    assert on("2026-01-10", "", " ") == "supported"
    assert on("2026-01-10", None, None) == "supported"
    assert day("2026-01-10") > day("2023-01-10")
