"""From plain data to a model: every error says what was found, what is expected, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from troth.datamap.model import DataMap
from troth.documents.nearest import advice, nearest
from troth.documents.read import read_document
from troth.documents.validate import PATTERNS, validate
from troth.errors import Problems, Refused
from troth.policy.model import Policy
from troth.project.model import ProjectFile


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Circle(Shape):
    radius: int = Field(ge=1)
    colour: str | None = None


class Box(Shape):
    width: int
    height: int


class Drawing(Shape):
    title: str
    made: date | None = None
    style: Literal["plain", "hatched"] = "plain"
    by_name: dict[str, Circle] = {}
    either: tuple[
        Annotated[
            Annotated[Circle, Tag("circle")] | Annotated[Box, Tag("box")],
            Discriminator(lambda value: "box" if "width" in value else "circle"),
        ],
        ...,
    ] = ()
    tags: tuple[str, ...] = Field(default=(), max_length=3)


def problems(text: str) -> list[Refused]:
    with pytest.raises(Problems) as caught:
        validate(read_document(text, "d.yaml"), Drawing)
    return list(caught.value.problems)


def one(text: str) -> tuple[str, str, str]:
    (problem,) = problems(text)
    return problem.place, problem.message, problem.help


def test_a_day_becomes_a_date_where_the_model_wants_one() -> None:
    found = validate(read_document("title: 'x'\nmade: 2023-02-22\n", "d"), Drawing)
    assert found.made == date(2023, 2, 22)


def test_an_unknown_key_is_at_its_own_line_with_the_nearest_word() -> None:
    place, message, help = one("title: x\nby_name:\n  a:\n    radius: 1\n    color: red\n")
    assert place == "d.yaml:5"
    assert message == "unknown word 'color' in by_name.a"
    assert help == "did you mean 'colour'?"


def test_in_a_union_only_the_words_of_the_chosen_model_are_suggested() -> None:
    place, message, help = one("title: x\neither:\n  - width: 1\n    height: 2\n    radiu: 3\n")
    assert (place, message) == ("d.yaml:5", "unknown word 'radiu' in either[0]")
    assert help == "known: height, width"


def test_a_missing_key_is_at_its_mapping() -> None:
    assert one("made: 2023-02-22\n")[:2] == ("d.yaml:1", "'title' is missing")
    place, message, _ = one("title: x\nby_name:\n  b:\n    colour: red\n")
    assert (place, message) == ("d.yaml:3", "'radius' is missing in by_name.b")


@pytest.mark.parametrize(
    ("line", "message", "help"),
    [
        ("title: 5", "found 5, expected text", "put it in quotes"),
        ("title: true", "found true, expected text", "put it in quotes"),
        ("title:", "found nothing, expected text", ""),
        ("title: [a]", "found a list, expected text", ""),
        (
            "title: x\nstyle: hached",
            "found 'hached', expected 'plain' or 'hatched'",
            "did you mean 'hatched'?",
        ),
        ("title: x\ntags: a", "found 'a', expected a list", "write it as a list: [a]"),
        ("title: x\nby_name: [a]", "found a list, expected keys with values", ""),
        ("title: x\nby_name: {a: 3}", "found 3, expected keys with values", ""),
        ("title: x\nby_name: {a: {radius: 0}}", "found 0, expected 1 or more", ""),
        ("title: x\nby_name: {a: {radius: big}}", "found 'big', expected a whole number", ""),
        ("title: x\nmade: 2023-02-30", "found '2023-02-30', expected a day, like 2023-02-22", ""),
    ],
)
def test_what_was_found_and_what_was_expected(line: str, message: str, help: str) -> None:
    _, said, helped = one(line)
    assert (said, helped) == (message, help)


def test_all_problems_come_together_in_the_order_of_the_file() -> None:
    found = problems("tags: x\ntitle: 1\nstyle: no\nnew: 1\n")
    assert [problem.place for problem in found] == [f"d.yaml:{line}" for line in (1, 2, 3, 4)]


def test_what_was_found_is_not_repeated_where_it_may_be_secret() -> None:
    with pytest.raises(Problems) as caught:
        validate(read_document("title: [hunter2]", "d"), Drawing, secret=True)
    assert "hunter2" not in str(caught.value)


def test_a_long_wrong_value_is_cut() -> None:
    assert len(one(f"title: x\ntags: {'y' * 5000}")[1]) < 120


def test_the_nearest_word() -> None:
    words = ("ceiling", "floor", "both")
    assert nearest("ceilng", words) == "ceiling"
    assert nearest("FLOOR", words) == "floor"
    assert nearest("sky", words) is None
    assert nearest("email", ("contact.email", "contact.phone")) == "contact.email"
    assert advice("sky", words) == "known: both, ceiling, floor"
    assert advice("sky", ()) == "there are none yet"


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        yield from schema.get("patternProperties", {})
        for part in schema.values():
            yield from patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


@pytest.mark.parametrize("model", [Policy, DataMap, ProjectFile])
def test_every_pattern_of_the_files_has_words(model: type[BaseModel]) -> None:
    of_calendar = re.compile(r"\^P|\\d\\d-")  # these are parsed, with messages of their own
    used = {p for p in patterns(model.model_json_schema()) if not of_calendar.search(p)}
    assert used
    assert used <= set(PATTERNS)
