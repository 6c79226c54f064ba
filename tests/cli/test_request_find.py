"""`troth request find` as a person runs it: masked, numbered, and writing nothing."""

from __future__ import annotations

import pytest

from cli.project import Folder
from troth.desk.find.looks import masked


def _second(folder: Folder) -> None:
    folder.execute(
        "INSERT INTO customer (id, email, name) VALUES (3, 'new+shop@mail.example', 'New [bold]')"
    )


def test_a_person_is_found_and_no_value_is_shown(folder: Folder) -> None:
    shown = folder.run("request", "find", "NEW@mail.example")
    assert "customer: 1 row by email n•••@mail.example" in shown
    assert "orders: 1 row as customer" in shown
    assert "new@mail.example" not in shown.lower()
    assert "New" not in shown
    assert "new@mail.example" in folder.run(
        "request", "find", "--email", "new@mail.example", "--show-values"
    )


def test_doubt_is_numbered_and_settled_in_the_call(folder: Folder) -> None:
    _second(folder)
    found = folder.json("request", "find", "new@mail.example", status=1)
    (doubt,) = found["doubtful"]
    assert (doubt["number"], doubt["reason"], doubt["table"]) == (1, "plus-tag", "customer")
    assert doubt["by"] == [{"column": "email", "value": "n•••@mail.example"}]
    assert f"[{doubt['mark']}]" in folder.run("request", "find", "new@mail.example", status=1)
    confirmed = folder.json("request", "find", "new@mail.example", "--confirm", doubt["mark"])
    assert [one["rows"] for one in confirmed["rows"] if one["table"] == "customer"] == [2]
    rejected = folder.json("request", "find", "new@mail.example", "--reject", "1")
    assert (len(rejected["persons"]), rejected["doubtful"]) == (1, [])


def test_nobody_is_an_answer_and_a_wrong_question_is_none(small: Folder) -> None:
    assert small.json("request", "find", "carla@mail.example", status=1)["persons"] == []
    assert small.code("request", "find") == "nobody-asked"
    assert small.code("request", "find", "--id", "emial=x") == "unknown-namespace"
    assert small.code("request", "find", "--id", "email") == "not-a-person"
    assert small.code("request", "find", "new@mail.example", "--confirm", "7") == "no-such-match"


def test_nothing_is_written(small: Folder) -> None:
    before = (small.path / "store.db").read_bytes()
    small.run("request", "find", "new@mail.example")
    assert (small.path / "store.db").read_bytes() == before
    assert small.json("journal", "show")["entries"] == []


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("email", "anna@mail.example", "a•••@mail.example"),
        ("phone", "+33 6 12 34 56 78", "•••78"),
        ("name", "Anna Maria Berg", "A••• M•••"),
        ("number", "C-1042", "C•••2"),
        ("number", "C-1", "•••"),
    ],
)
def test_masks_tell_no_more_than_needed(kind: str, text: str, shown: str) -> None:
    assert masked(kind, text) == shown  # type: ignore[arg-type]  # pytest's parameters are texts
