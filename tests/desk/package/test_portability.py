"""What a person carries away: theirs, under consent or contract, in a form that others can read."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from desk.find.house import House
from desk.package.parcel import MARKERS_OF_A, OF_B, A, Changes, carried, put_both, table
from troth.desk.package.schemas import schemas
from troth.project.schemas import as_text

EVERYTHING = """rights:
  carry: {right: portability, promise: All of it., covers: [everything else, JSON], clauses: [A-1]}
activities:
  sales"""


@pytest.mark.clause("SMA-5f-1", "COL-POR-1", "COL-POR-3", "SPI-RGT-8", "MAS-RGT-3")
def test_data_under_contract_goes_along_and_the_rest_is_named(house: House, tmp_path: Path) -> None:
    put_both(house)
    data, files = carried(house, tmp_path / "a.zip", A)
    assert {one["table"] for one in data["tables"]} == {
        "shop.account",
        "shop.orders",
        "shop.thread",
        "shop.note",
        "shop.meta",
        "news.reader",
        "news.legacy",
    }
    out = {(one["table"], one["why"], *one["articles"]) for one in data["excluded"]}
    assert ("shop.invoice", "basis", "GDPR 6(1)(c)") in out
    assert ("shop.event", "basis", "GDPR 6(1)(f)") in out
    assert ("news.opening", "basis", "GDPR 6(1)(f)") in out
    assert ("shop.thread", "masked") in out
    for name, content in files.items():
        for other in OF_B:
            assert other.encode() not in content.lower(), (name, other)
    assert "SHA256SUMS" in files
    assert b"held on another legal basis (Art. 6(1)(c))" in files["letter.html"]


@pytest.mark.clause("SMA-5f-1", "COL-POR-1", "PUB-POR-1")
def test_the_export_fits_its_schema_and_comes_back_byte_for_byte(
    house: House, tmp_path: Path
) -> None:
    put_both(house)
    data, files = carried(house, tmp_path / "a.zip", A)
    assert files["schema.json"].decode() == as_text(schemas()["portability.schema.json"])
    schema = json.loads(files["schema.json"])
    errors = Draft202012Validator(schema).iter_errors(data)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    blank = sqlite3.connect(":memory:")
    _import(blank, data)
    assert _export(blank, data) == files["data.json"]
    for number, one in enumerate(data["tables"], 1):
        (name,) = (n for n in files if n.startswith(f"table-{number:02}-"))
        _compare_csv(files[name], one)


def _import(blank: sqlite3.Connection, data: Any) -> None:
    """What a system that has never seen the data would do with it."""
    blank.execute("CREATE TABLE row (tab TEXT, number INTEGER, part TEXT, name TEXT, cell TEXT)")
    for one in data["tables"]:
        for number, row in enumerate(one["rows"]):
            for part in ("key", "values"):
                for name, cell in row[part].items():
                    line = (one["table"], number, part, name, json.dumps(cell))
                    blank.execute("INSERT INTO row VALUES (?, ?, ?, ?, ?)", line)


def _export(blank: sqlite3.Connection, data: Any) -> bytes:
    """The same document, its rows from the blank system alone."""
    head = {name: part for name, part in data.items() if name != "tables"}
    text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("}").rstrip()
    parts = []
    for one in data["tables"]:
        rows: dict[int, dict[str, dict[str, Any]]] = {}
        query = "SELECT number, part, name, cell FROM row WHERE tab = ? ORDER BY rowid"
        for number, part, name, cell in blank.execute(query, (one["table"],)):
            row = rows.setdefault(number, {"key": {}, "values": {}})
            row[part][name] = json.loads(cell)
        bare = {name: one[name] for name in ("table", "place", "columns")}
        lines = ",".join(f"\n   {json.dumps(row, ensure_ascii=False)}" for row in rows.values())
        start = json.dumps(bare, ensure_ascii=False).removesuffix("}")
        parts.append(f'\n  {start}, "rows": [{lines}\n  ]}}')
    return f'{text},\n "tables": [{",".join(parts)}\n ]}}\n'.encode()


def _compare_csv(content: bytes, one: Any) -> None:
    found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(found) == len(one["rows"])
    for line, row in zip(found, one["rows"], strict=True):
        for name, cell in row["values"].items():
            text = line[name][1:] if line[name].startswith("'") else line[name]
            assert text == (cell if isinstance(cell, str) else json.dumps(cell))


@pytest.mark.clause("SMA-5f-2", "COL-POR-2")
def test_what_was_inferred_stays_and_access_is_pointed_to(small: House, tmp_path: Path) -> None:
    put_both(small)
    changes = Changes(
        map=[("goods: {category: order}", "goods: {category: order, provenance: inferred}")]
    )
    data, files = carried(small, tmp_path / "a.zip", A, changes=changes)
    assert [row["values"] for row in table(data, "shop.orders")["rows"]] == [
        {"email": A, "guest_name": "Anna"}
    ]
    assert {
        (one["column"], one["why"], one["rows"])
        for one in data["excluded"]
        if one["table"] == "shop.orders"
    } == {("goods", "inferred-or-received", 2)}
    assert b"request for access" in files["letter.html"]


@pytest.mark.clause("SMA-5f-2")
def test_a_prospect_on_legitimate_interest_carries_nothing_and_is_told(
    small: House, tmp_path: Path
) -> None:
    put_both(small)
    changes = Changes(
        policy=[
            ("{kind: contract, contract: the sale,", "{kind: legitimate-interests, interest: x,")
        ]
    )
    data, files = carried(small, tmp_path / "a.zip", A, changes=changes)
    assert data["tables"] == []
    assert {one["why"] for one in data["excluded"]} == {"basis", "masked"}
    assert b"there is nothing to carry away" in files["letter.html"]
    assert sorted(files) == ["SHA256SUMS", "data.json", "letter.html", "schema.json"]


@pytest.mark.clause("PUB-POR-1")
def test_a_policy_that_promises_everything_is_kept(small: House, tmp_path: Path) -> None:
    put_both(small)
    changes = Changes(policy=[("activities:\n  sales", EVERYTHING)])
    data, files = carried(small, tmp_path / "a.zip", A, changes=changes)
    assert {one["why"] for one in data["excluded"]} == {"masked"}
    for marker in MARKERS_OF_A:
        assert marker.encode() in files["data.json"], marker


@pytest.mark.clause("SMA-5f-3")
def test_the_recipient_whom_the_person_names_is_in_the_order(small: House, tmp_path: Path) -> None:
    put_both(small)
    data, files = carried(small, tmp_path / "a.zip", A, to="Another Shop")
    assert data["to"] == "Another Shop"
    assert b"On your order it goes to: Another Shop." in files["letter.html"]
