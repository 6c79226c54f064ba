"""`troth request access` and `portability` as a person runs them."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.project import Folder
from troth.law.calendar import Period, add


def data_of(folder: Folder, name: str) -> Any:
    with zipfile.ZipFile(folder.path / name) as zipped:
        return json.loads(zipped.read("data.json"))


@pytest.mark.clause("SMA-5a-1", "SMA-5a-4")
def test_an_answer_tells_the_day_on_which_values_go(folder: Folder) -> None:
    out = folder.path / "answer"
    person = ("--person", "email=new@mail.example")
    shown = folder.run("request", "access", *person, "--out", str(out))
    assert "2 rows of 2 tables" in shown
    ordered = (datetime.now(UTC) - timedelta(days=30)).date()
    data = data_of(folder, "answer.zip")
    until = {row["until"] for one in data["tables"] for r in one["rows"] for row in r["standing"]}
    assert until == {add(ordered, Period(years=5)).isoformat()}
    assert (out / "index.html").exists()
    assert "new@mail.example" not in shown


def test_the_journal_knows_of_it_and_of_nobody(folder: Folder) -> None:
    person = ("--person", "email=new@mail.example")
    made = folder.json("request", "access", *person, "--out", str(folder.path / "answer"))
    port = folder.json(
        "request", "portability", *person, "--out", str(folder.path / "a.zip"), "--to", "New Shop"
    )
    entries = folder.json("journal", "show")["entries"]
    assert [entry["kind"] for entry in entries] == ["access-answered", "portability-answered"]
    assert entries[0]["payload"]["digest"] == made["packages"][0]["digest"]
    assert entries[1]["payload"]["digest"] == port["packages"][0]["digest"]
    assert entries[1]["payload"]["ordered"] is True
    assert "mail.example" not in json.dumps(entries)
    assert "New Shop" not in json.dumps(entries)
    folder.run("journal", "verify")


def test_many_at_once_each_in_a_file_of_its_own(folder: Folder) -> None:
    (folder.path / "who.csv").write_text("email\nold@mail.example\n\nnew@mail.example\n")
    file = ("--file", str(folder.path / "who.csv"))
    made = folder.json("request", "access", *file, "--out", str(folder.path / "many"))
    assert [one["rows"] for one in made["packages"]] == [2, 2]
    old, new = (data_of(folder, f"many/person-{line:06}.zip") for line in (2, 4))
    assert "new@mail.example" not in json.dumps(old)
    assert "old@mail.example" not in json.dumps(new)
    folder.json("request", "portability", *file, "--out", str(folder.path / "ports"))
    assert data_of(folder, "ports/person-000002.zip")["tables"] == []  # long due: no ground
    assert len(data_of(folder, "ports/person-000004.zip")["tables"]) == 2


def test_what_cannot_be_asked_is_refused_and_leaves_nothing(small: Folder) -> None:
    out = ("--out", str(small.path / "x"))
    person = ("--person", "email=new@mail.example")
    before = set(small.path.iterdir())
    assert small.code("request", "access", *out) == "nobody-asked"
    assert small.code("request", "access", *person) == "no-target"
    assert small.code("request", "access", *person, *out, "--locale", "de") == "unknown-language"
    assert small.code("request", "access", "--person", "mail=x", *out) == "unknown-namespace"
    missing = ("--file", str(small.path / "none.csv"))
    assert small.code("request", "access", *missing, *out) == "persons-unreadable"
    assert set(small.path.iterdir()) - before <= {small.path / "ledger.sqlite"}
    (small.path / "x").mkdir()
    assert small.code("request", "access", *person, *out) == "package-exists"


def test_nobody_found_is_told_by_the_exit_status(small: Folder) -> None:
    out = ("--out", str(small.path / "x"))
    shown = small.run("request", "access", "--person", "email=no@no.example", *out, status=1)
    assert "0 rows of 0 tables" in shown
