"""The answer to a request for access: all of the person's, nothing of anybody else's, and why."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import stat
import subprocess
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from desk.find.house import House
from desk.package.parcel import (
    MARKERS_OF_A,
    NOW,
    OF_B,
    A,
    B,
    Changes,
    answered,
    asking,
    files_of,
    put_both,
    setting_of,
    table,
    texts_of,
)
from troth.desk.find.asked import asked_of
from troth.desk.package.access import answer_access, answer_many
from troth.desk.package.schemas import schemas
from troth.errors import Refused
from troth.grounds.facts import Act, Facts, Hold, Identifier
from troth.plan.model import digest_of
from troth.project.schemas import as_text

ROOT = Path(__file__).parents[3]
SCRIPT = "<script>alert(1)</script>"


@pytest.mark.clause("SMA-5a-1", "COL-RGT-2", "SPI-RGT-2", "MAS-RGT-1")
def test_everything_of_the_person_in_every_store_and_nothing_of_others(
    house: House, tmp_path: Path
) -> None:
    put_both(house)
    made, data = answered(house, tmp_path / "answer", A)
    assert {one["table"]: len(one["rows"]) for one in data["tables"]} == {
        "shop.account": 1,
        "shop.orders": 2,
        "shop.invoice": 1,
        "shop.thread": 2,
        "shop.note": 1,
        "shop.meta": 1,
        "shop.event": 1,
        "news.reader": 1,
        "news.opening": 1,
        "news.legacy": 1,
    }
    assert (made.rows, made.tables) == (12, 10)
    texts = texts_of(tmp_path / "answer")
    assert len(texts) == 2 + 10 + 2  # pages, tables, data and checksums
    for marker in (*MARKERS_OF_A, A):
        assert marker in texts["index.html"], marker
        assert marker in texts["data.json"], marker
    for name, text in texts.items():
        for other in OF_B:
            assert other not in text.lower(), (name, other)


@pytest.mark.clause("SMA-5a-3", "SPI-RGT-3")
def test_what_is_somebody_elses_is_masked_with_the_reason(house: House, tmp_path: Path) -> None:
    put_both(house)
    made, data = answered(house, tmp_path / "answer", A)
    sent, received = table(data, "shop.thread")["rows"]
    assert sent["values"] == {"from_email": A}
    assert sent["masked"] == {"to_email": "others", "body": "shared"}
    assert received["masked"] == {"from_email": "others", "body": "shared"}
    (note,) = table(data, "shop.note")["rows"]
    assert note["values"] == {"words": f"marker-a3 asked by […] and {A}"}
    assert note["masked"] == {"words": "third-party"}
    told = {(one["table"], one["column"], one["reason"]): one["rows"] for one in data["masked"]}
    assert told == {
        ("shop.thread", "to_email", "others"): 1,
        ("shop.thread", "from_email", "others"): 1,
        ("shop.thread", "body", "shared"): 2,
        ("shop.note", "words", "third-party"): 1,
    }
    assert made.masked == 5
    page = (tmp_path / "answer" / "index.html").read_text(encoding="utf-8")
    assert "it is another person&#39;s as well (Art. 15(4))" in page


@pytest.mark.clause("SMA-5a-3")
def test_credentials_are_named_and_not_shown_and_staff_is_left_alone(
    small: House, tmp_path: Path
) -> None:
    small.people(
        {"email": A, "full_name": "Anna", "number": "C-7", "street": "hash-of-a", "staff": 0}
    )
    small.people({"email": "staff@shop.example", "full_name": "Marker", "staff": 1})
    secret = Changes(
        policy=[
            ("  order: {label", "  credentials: {label: Keys, clauses: [A-3]}\n  order: {label")
        ],
        map=[
            ("number: {category: contact", "number: {category: credentials"),
            ("street: {category: contact", "street: {category: credentials"),
        ],
    )
    _, data = answered(small, tmp_path / "answer", A, changes=secret)
    (row,) = table(data, "shop.account")["rows"]
    assert row["masked"] == {"street": "credential"}
    (told,) = (one for one in row["standing"] if "street" in one["columns"])
    assert (told["state"], told["grounds"]) == (
        "unknown",
        [],
    )  # no activity covers it, and it says so
    assert row["values"]["number"] == "C-7"  # it names the person, whatever else it is kept with
    assert not any("hash-of-a" in text for text in texts_of(tmp_path / "answer").values())
    _, staff = answered(small, tmp_path / "staff", "staff@shop.example")
    (row,) = table(staff, "shop.account")["rows"]
    assert (row["key"], row["values"]) == ({}, {})
    assert set(row["masked"].values()) == {"protected"}


@pytest.mark.clause("SMA-5a-2", "SMA-5a-4")
def test_the_sheet_and_the_policy_in_force(small: House, tmp_path: Path) -> None:
    put_both(small)
    more = """
recipients:
  host: {name: The Host, role: processor, task: Hosting, country: US, safeguard: clauses,
    activities: [sales], clauses: [A-1]}
safeguards:
  clauses: {kind: standard-contractual-clauses, text: Decision (EU) 2021/914, clauses: [A-1]}
transfers:
  host: {recipients: [host], countries: [US], safeguard: clauses, allowed: true, clauses: [A-1]}
authorities:
  cnil: {name: CNIL, country: FR, url: www.cnil.fr, clauses: [A-1]}
"""
    changes = Changes(policy=[("activities:\n  sales", more.lstrip("\n") + "activities:\n  sales")])
    _, data = answered(small, tmp_path / "answer", A, changes=changes)
    errors = Draft202012Validator(schemas()["access.schema.json"]).iter_errors(data)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    sales = next(one for one in data["purposes"] if one["activity"] == "sales")
    assert sales["bases"] == [
        {"kind": "contract", "article": "GDPR 6(1)(b)", "details": ["the sale"], "counts": True}
    ]
    assert sales["recipients"] == ["The Host"]
    assert sales["promises"] == ["Customer data goes five years after the last order."]
    assert {one["activity"] for one in data["purposes"]} == {"sales", "accounting", "security"}
    (recipient,) = data["recipients"]
    assert recipient["safeguard"] == "standard contractual clauses, Decision (EU) 2021/914"
    assert data["transfers"][0]["countries"] == ["US"]
    assert data["authorities"][0]["name"] == "CNIL"
    policy = setting_of(small, changes).policy
    assert data["policy"]["digest"] == digest_of(policy)
    text = (tmp_path / "answer" / "policy.html").read_text(encoding="utf-8")
    assert digest_of(policy) in text
    assert "Customer data goes five years after the last order." in text
    assert "http" not in text.replace("http-equiv", "")


def test_nothing_that_is_stored_runs_or_reaches_out(small: House, tmp_path: Path) -> None:
    small.people({"email": A, "full_name": SCRIPT, "street": '"><img src=x onerror=alert(1)>'})
    small.put("orders", {"account_id": 1, "goods": "=HYPERLINK(1)"})
    small.put("orders", {"account_id": 1, "goods": "'quoted"})
    answered(small, tmp_path / "answer", A)
    page = (tmp_path / "answer" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Content-Security-Policy\" content=\"default-src 'none'" in page
    assert re.findall(r"(?:src|href)=\"([^#\"]+)", page) == ["policy.html"]
    (name,) = (p for p in (tmp_path / "answer").glob("table-*-orders.csv"))
    with name.open(encoding="utf-8-sig", newline="") as file:
        cells = [row["goods"] for row in csv.DictReader(file)]
    assert cells == ["'=HYPERLINK(1)", "''quoted"]


def test_files_are_private_whole_and_checked(small: House, tmp_path: Path) -> None:
    put_both(small)
    out = tmp_path / "answer"
    made, _ = answered(small, out, A)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (*out.iterdir(), made.zip)} == {0o600}
    assert made.digest == hashlib.sha256(made.zip.read_bytes()).hexdigest()
    assert set(files_of(made.zip)) == {path.name for path in out.iterdir()}
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=out, capture_output=True)
    assert checked.returncode == 0
    assert (out / "index.pdf").read_bytes().startswith(b"%PDF-")
    with pytest.raises(Refused, match="overwrites nothing"):
        answered(small, out, A)


@pytest.mark.parametrize("when", range(1, 14))
def test_nothing_is_left_after_an_interrupt(small: House, tmp_path: Path, when: int) -> None:
    put_both(small)
    folder = tmp_path / "answers"
    folder.mkdir()
    calls = 0

    def interrupting(_: str) -> None:
        nonlocal calls
        calls += 1
        if calls == when:
            raise KeyboardInterrupt

    with asking(small, told=interrupting) as stands:
        found = stands.desk.find(asked_of(stands.desk.facets, [A]))
        with pytest.raises(KeyboardInterrupt):
            answer_access(stands, found, folder / "answer")
    assert list(folder.iterdir()) == []


@pytest.mark.clause("SMA-5a-4")
def test_held_and_restricted_values_are_there_and_marked(small: House, tmp_path: Path) -> None:
    put_both(small)
    person = (Identifier("email", A),)
    hold = Hold("h", "case", "claim", NOW, persons=person, tables=(("shop", "orders"),))
    act = Act("r", "restriction", person, NOW, review_on=date(2027, 1, 1))
    _, data = answered(small, tmp_path / "answer", A, facts=Facts(holds=(hold,), acts=(act,)))
    (account,) = table(data, "shop.account")["rows"]
    assert account["values"]["full_name"] == "Anna Berg"
    assert [one["marks"] for one in account["standing"]] == [["restricted"]]
    for row in table(data, "shop.orders")["rows"]:
        assert all(one["marks"] == ["held", "restricted"] for one in row["standing"])
        assert all(one["state"] == "supported" for one in row["standing"])
    page = (tmp_path / "answer" / "index.html").read_text(encoding="utf-8")
    assert "held for a legal claim; use suspended (restriction)" in page


def test_doubtful_matches_are_left_out_and_listed(small: House, tmp_path: Path) -> None:
    put_both(small)
    small.people({"email": "anna+shop@mail.example", "full_name": "Marker Doubt"})
    made, data = answered(small, tmp_path / "answer", A)
    (doubt,) = (one for one in data["not_included"] if one["kind"] == "doubtful")
    assert (doubt["table"], doubt["reason"]) == ("shop.account", "plus-tag")
    assert made.left_out == 1
    assert not any("Marker Doubt" in text for text in texts_of(tmp_path / "answer").values())


def test_nobody_found_is_an_answer_too(small: House, tmp_path: Path) -> None:
    made, data = answered(small, tmp_path / "answer", "carla@mail.example", language="fr")
    assert (made.rows, data["tables"], data["purposes"]) == (0, [], [])
    page = (tmp_path / "answer" / "index.html").read_text(encoding="utf-8")
    assert 'lang="fr"' in page
    assert "Nous n’avons trouvé aucune donnée à votre sujet." in page


@pytest.mark.clause("SMA-5a-1")
def test_many_answers_are_those_of_each_alone(house: House, tmp_path: Path) -> None:
    put_both(house)
    house.people({"email": "third@mail.example", "full_name": "Third"})
    who = [A, B, "nobody@mail.example", "third@mail.example"]
    with asking(house) as stands:
        asked = [asked_of(stands.desk.facets, [one]) for one in who]
        found = stands.desk.find_many(asked)
        names = [f"person-{number}" for number in range(len(who))]
        many = list(answer_many(stands, found, names, tmp_path / "many"))
    assert [made.rows for made in many] == [12, 12, 0, 1]
    for one, made in zip(who, many, strict=True):
        alone, data = answered(house, tmp_path / f"alone-{one}", one)
        told = json.loads(files_of(made.zip)["data.json"])
        told["not_included"] = data["not_included"]  # what is only alike is not looked for
        assert told == data
        assert made.rows == alone.rows
    assert {path.name for path in (tmp_path / "many").iterdir()} == {f"{n}.zip" for n in names}


def test_long_tables_have_pages_of_their_own(small: House, tmp_path: Path) -> None:
    small.people({"email": A})
    small.put("orders", *({"account_id": 1, "goods": f"g-{n:05}"} for n in range(2_500)))
    _, data = answered(small, tmp_path / "answer", A)
    pages = sorted((tmp_path / "answer").glob("table-*-orders-*.html"))
    assert len(pages) == 3
    shown = [re.findall(r"g-\d{5}", page.read_text(encoding="utf-8")) for page in pages]
    assert [len(one) for one in shown] == [1000, 1000, 500]
    assert [text for one in shown for text in one] == [f"g-{n:05}" for n in range(2_500)]
    index = (tmp_path / "answer" / "index.html").read_text(encoding="utf-8")
    assert "g-00000" not in index
    assert all(f'href="{page.name}"' in index for page in pages)
    assert len(table(data, "shop.orders")["rows"]) == 2_500


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    committed = (ROOT / "schemas" / name).read_text(encoding="utf-8")
    assert committed == as_text(schemas()[name]), "run: python -m troth.desk.package.schemas"
    Draft202012Validator.check_schema(schemas()[name])
