"""The readers of an archive at the terminal: check names strangers, and every look is journaled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from apply.test_archive_for_good import MAP, POLICY
from cli.project import Folder, engine_of

TROTH = """\
troth: 1
stores:
  shop: 'sqlite:///{path}/store.db'
  vault: {{url: 'sqlite:///{path}/vault.db', readers: {{{role}: [nobody-of-this-system]}}}}
ledger: ledger.sqlite
locale: en
"""
TABLES = {
    "store": "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, last DATE)",
    "vault": "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, last DATE,"
    " troth_day_last_order DATE)",
}


@pytest.fixture
def vault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    """A shop and its archive in two files; the archive's is open to the whole machine."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    text = TROTH.format(path=tmp_path, role="legal")
    (tmp_path / "troth.yaml").write_text(text, encoding="utf-8")
    for name, statement in TABLES.items():
        file = tmp_path / f"{name}.db"
        file.touch()
        engine = engine_of(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        if name == "vault":
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO customer VALUES (1, 'ann@people.example', NULL, '2025-01-01')"
                )
    (tmp_path / "vault.db").chmod(0o644)
    return Folder(tmp_path, engine_of(f"sqlite:///{tmp_path}/store.db"), capsys)


def test_check_names_who_reads_and_the_statements_that_mend_it(vault: Folder) -> None:
    shown = vault.run("check", status=1)
    assert "vault (vault) is for legal alone" in shown
    assert "every account of this machine" in shown
    html = vault.path / "report.html"
    (found,) = vault.json("check", "--html", str(html), status=1)["archives"]
    assert (found["status"], found["readers"], found["tables"]) == (
        "broken",
        ["legal"],
        ["customer"],
    )
    assert "Who reads the archives" in html.read_text(encoding="utf-8")
    for statement in found["statements"]:
        assert statement in shown
        assert os.system(statement) == 0
    (found,) = vault.json("check")["archives"]
    assert found["status"] == "kept"


def test_a_role_on_no_list_is_a_slip_of_the_pen(vault: Folder) -> None:
    text = TROTH.format(path=vault.path, role="leagl")
    (vault.path / "troth.yaml").write_text(text, encoding="utf-8")
    assert vault.code("check") == "unknown-reader"


def test_every_look_is_journaled_before_it_is_shown(vault: Folder) -> None:
    found = vault.json("request", "find", "ann@people.example", "--reason", "claim 7")
    assert [one["rows"] for one in found["rows"]] == [1]
    out = vault.path / "answer"
    ann = ("--person", "email=ann@people.example", "--reason", "letter of 3 May")
    vault.run("request", "access", *ann, "--out", str(out))
    zip = vault.path / "ann.zip"
    vault.run("request", "portability", *ann, "--out", str(zip))
    looks = [
        entry
        for entry in vault.json("journal", "show")["entries"]
        if entry["kind"] == "archive-looked-into"
    ]
    told = [(one["payload"]["command"], one["payload"]["places"]) for one in looks]
    assert told == [
        ("request find", ["vault"]),
        ("request access", ["vault"]),
        ("request portability", ["vault"]),
    ]
    assert looks[0]["payload"]["rows"] == {"vault": 1}
    reasons = [one["payload"]["reason"] for one in looks]
    assert reasons == ["claim 7", "letter of 3 May", "letter of 3 May"]
    assert "ann@" not in str(looks)
    vault.run("journal", "verify")


@pytest.mark.parametrize(
    "look",
    [
        ("find", "ann@people.example"),
        ("find", "ann@people.example", "--reason", " "),
        ("access", "--person", "email=ann@people.example", "--out", "answer"),
        ("portability", "--person", "email=ann@people.example", "--out", "ann.zip"),
        ("rectify", "--person", "email=ann@people.example", "--set", "email=new@people.example"),
    ],
    ids=lambda look: f"{look[0]}-{len(look)}",
)
def test_nobody_looks_into_an_archive_without_a_reason(
    vault: Folder, look: tuple[str, ...]
) -> None:
    assert vault.code("request", *look) == "look-without-reason"
    assert "archive-looked-into" not in str(vault.json("journal", "show"))


def test_what_cannot_be_journaled_is_not_shown(vault: Folder) -> None:
    vault.run("request", "find", "ann@people.example", "--reason", "claim 7")
    ledger = vault.path / "ledger.sqlite"
    ledger.chmod(0o400)
    if os.access(ledger, os.W_OK):
        pytest.skip("the administrator writes to every file")
    shown = vault.run("request", "find", "ann@people.example", "--reason", "c", status=2)
    assert "people.example" not in shown
