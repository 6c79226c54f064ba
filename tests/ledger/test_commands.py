"""The commands hold, consent, fact and journal, in a project folder."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from troth.cli.main import main

POLICY = Path(__file__).parents[1] / "policy" / "minimal.yaml"
MAP = """\
troth: 1
stores:
  shop:
    tables:
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          email: {category: identity.email, identity: email, compare: email}
"""


class Troth:
    """The command `troth` in one project folder, seen through its output and exit status."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._captured = captured

    def run(self, *arguments: str, status: int = 0) -> str:
        assert main([*arguments, "--project", str(self.folder)]) == status
        output = self._captured.readouterr()
        return output.out + output.err

    def json(self, *arguments: str, status: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", status=status))

    def refused(self, *arguments: str) -> str:
        code: str = self.json(*arguments, status=2)["code"]
        return code


@pytest.fixture
def troth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Troth:
    shutil.copy(POLICY, tmp_path / "policy.yaml")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "troth.yaml").write_text(
        "troth: 1\nstores: {shop: 'sqlite:///shop.sqlite'}\nledger: ledger.sqlite\n",
        encoding="utf-8",
    )
    return Troth(tmp_path, capsys)


HOLD = ("hold", "add", "--case", "2026/17", "--reason", "claim")
JO = "email=jo@customer.example"


def customers(troth: Troth, *ids: int) -> None:
    """The store, with customers of these numbers."""
    with closing(sqlite3.connect(troth.folder / "shop.sqlite")) as shop:
        shop.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(80))")
        shop.executemany("INSERT INTO customer (id) VALUES (?)", [(id_,) for id_ in ids])
        shop.commit()


def test_a_hold_on_rows_that_no_store_has_is_refused(troth: Troth) -> None:
    customers(troth, 17)
    rows = ("--rows", "shop.customer:17,18,jo@customer.example")
    told = troth.run(*HOLD, *rows, status=2)
    assert told.startswith(
        "no store has the row shop.customer:18, shop.customer:… [hold-on-missing"
    )
    assert "--even-if-missing" in told
    assert "jo@" not in told, "a text may name a person"
    assert troth.refused(*HOLD, "--rows", "shop.customer:17/1") == "hold-on-missing-rows"
    assert troth.json("hold", "list")["holds"] == []

    hold = troth.json(*HOLD, *rows, "--even-if-missing")
    assert [row["key"] for row in hold["missing"]] == [[18], ["jo@customer.example"]]
    assert hold["unreached"] == []
    assert len(troth.json("hold", "list")["holds"]) == 1
    text = troth.run(*HOLD, "--rows", "shop.customer:18", "--even-if-missing")
    assert "no store has the row shop.customer:18: until it has" in text


def test_a_hold_while_the_store_is_down_is_opened_when_told(troth: Troth) -> None:
    rows = ("--rows", "shop.customer:17")  # there is no file of the store
    found = troth.json(*HOLD, *rows, status=2)
    assert found["code"] == "store-missing"
    assert "--even-if-missing" in found["help"]
    assert troth.json("hold", "list")["holds"] == []

    hold = troth.json(*HOLD, *rows, "--even-if-missing")
    assert (hold["missing"], hold["unreached"]) == ([], ["shop"])
    told = troth.run(*HOLD, *rows, "--even-if-missing")
    assert "store 'shop' could not be asked" in told
    assert len(troth.json("hold", "list")["holds"]) == 2


def test_a_hold_on_persons_asks_no_store(troth: Troth) -> None:
    assert troth.json(*HOLD, "--person", JO)["unreached"] == []


def test_a_hold_is_opened_listed_and_lifted(troth: Troth) -> None:
    customers(troth, 17, 18)
    hold = troth.json(*HOLD, "--person", JO, "--rows", "shop.customer:17,18", "--by", "legal")
    assert hold["rows"] == [
        {"table": "shop.customer", "key": [17]},
        {"table": "shop.customer", "key": [18]},
    ]
    (listed,) = troth.json("hold", "list")["holds"]
    assert (listed["id"], listed["opened_by"]) == (hold["id"], "legal")
    assert JO in troth.run("hold", "list")
    troth.run("hold", "lift", hold["id"], "--reason", "settled")
    assert troth.json("hold", "list")["holds"] == []
    (lifted,) = troth.json("hold", "list", "--all")["holds"]
    assert lifted["lifted_because"] == "settled"
    assert troth.refused("hold", "lift", hold["id"], "--reason", "again") == "hold-already-lifted"


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ([], "hold-without-scope"),
        (["--table", "shop.customer"], "hold-without-scope"),
        (["--person", "email=*"], "hold-without-scope"),
        (["--person", "nobody"], "not-a-person"),
        (["--person", "e-mail=jo@customer.example"], "unknown-namespace"),
        (["--rows", "shop.customers:1"], "unknown-table"),
        (["--rows", "shop.customer"], "not-rows"),
        (["--person", JO, "--review-on", "soon"], "not-a-day"),
    ],
)
@pytest.mark.clause("SPI-RET-12")
def test_a_hold_that_would_protect_nothing_or_everything_is_refused(
    troth: Troth, scope: list[str], code: str
) -> None:
    assert troth.refused(*HOLD, *scope) == code
    assert troth.json("hold", "list")["holds"] == []


def test_a_consent_is_shown_with_how_it_was_given(troth: Troth) -> None:
    add = ("consent", "add", "--person", JO, "--consent", "newsletter", "--state", "given")
    assert troth.refused(*add, "--text", "v3") == "consent-incomplete"
    proof = ("--text", "v3", "--where", "sign-up form", "--how", "ticked the box")
    assert troth.json(*add, *proof) == {"recorded": 1}
    shown = troth.json("consent", "show", JO)
    (found,) = (one for one in shown["consents"] if one["consent"] == "newsletter")
    assert found["state"] == "given"
    assert found["history"][0]["proof"] == {
        "text": "v3",
        "where": "sign-up form",
        "how": "ticked the box",
    }
    assert "ticked the box, sign-up form, v3" in troth.run("consent", "show", JO)


def test_consents_come_one_by_one_or_from_a_file(troth: Troth) -> None:
    one = ("consent", "add", "--person", JO, "--consent", "newsletter", "--state", "withdrawn")
    assert troth.json(*one) == {"recorded": 1}
    file = troth.folder / "old.csv"
    file.write_text(
        "\ufeffnamespace,value,consent,state,at\n"
        "email,jo@customer.example,newsletter,given,2024-01-01T09:00:00+01:00\n"
        "email,al@customer.example,newsletter,given,2024-01-02T09:00:00+01:00\n",
        encoding="utf-8",
    )
    assert troth.json("consent", "add", "--import", str(file)) == {"recorded": 2}
    states = [fact["state"] for fact in troth.json("consent", "list", "--person", JO)["consents"]]
    assert states == ["withdrawn", "given"]


def test_a_wrong_import_is_refused_whole(troth: Troth) -> None:
    file = troth.folder / "old.csv"
    file.write_text(
        "namespace,value,consent,state,at\n"
        "email,jo@customer.example,newsletter,given,2024-01-01T09:00:00+01:00\n"
        "email,al@customer.example,newsletter,maybe,2024-01-02T09:00:00+01:00\n",
        encoding="utf-8",
    )
    told = troth.run("consent", "add", "--import", str(file), status=2)
    assert "old.csv:3: the state is neither given nor withdrawn" in told
    assert troth.json("consent", "list")["consents"] == []
    one = ("consent", "add", "--person", JO, "--consent", "newsleter", "--state", "given")
    assert "newsletter" in troth.json(*one, status=2)["help"]


@pytest.mark.clause("SMA-3-20", "SMA-3-17")
def test_a_limitation_file_grows_by_its_acts(troth: Troth) -> None:
    limitation = ("fact", "limitation", "2020-004")
    assert troth.refused(*limitation) == "unknown-case"
    opened = troth.json(*limitation, "--matter", "unpaid work", "--starts-on", "2020-01-10")
    assert opened["end"] is None
    assert troth.refused(*limitation, "--close", "2021-02-10") == "limitation-without-type"
    assert troth.json(*limitation, "--type", "general")["end"] == "2025-01-10"
    assert troth.json(*limitation, "--interruption", "2022-01-10")["end"] == "2027-01-10"
    suspended = troth.json(*limitation, "--suspension", "2023-01-01..2023-01-31")
    assert suspended["end"] == "2027-02-09"
    (listed,) = troth.json("fact", "list")["limitations"]
    assert listed == suspended
    assert troth.refused(*limitation, "--type", "generall") == "unknown-limitation-type"


def test_days_are_set_and_cleared(troth: Troth) -> None:
    closed = ("fact", "set", "relation-end", "--subject", "number=42")
    troth.run(*closed, "--day", "2025-03-01")
    assert troth.json("fact", "list")["days"][0]["day"] == "2025-03-01"
    troth.run(*closed, "--clear")
    assert troth.json("fact", "list")["days"][0]["day"] is None
    assert troth.refused(*closed) == "fact-without-day"


def test_a_journal_is_verified_against_its_anchor(troth: Troth) -> None:
    anchor = str(troth.folder / "acme.anchor")
    troth.run(*HOLD, "--person", JO)
    troth.run(*HOLD, "--person", JO)
    troth.run("journal", "export", "--anchor", anchor)
    assert "cannot be seen" in troth.run("journal", "verify")
    assert troth.json("journal", "verify", "--anchor", anchor)["anchored"] is True
    (shown,) = troth.json("journal", "show", "--last", "1")["entries"]
    assert (shown["seq"], shown["kind"]) == (2, "hold-added")
    lines = troth.run("journal", "export").splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2]
    with closing(sqlite3.connect(troth.folder / "ledger.sqlite")) as raw:
        raw.execute("DELETE FROM journal WHERE seq = 2")
        hold = "SELECT id FROM holds WHERE entry = 2"  # the fact goes too, or it would be found
        raw.execute(f"DELETE FROM hold_scopes WHERE hold IN ({hold})")
        raw.execute("DELETE FROM holds WHERE entry = 2")
        raw.execute(
            "UPDATE journal_heads SET seq = 1, digest = (SELECT digest FROM journal WHERE seq = 1)"
        )
        raw.commit()
    assert troth.json("journal", "verify")["ok"] is True
    found = troth.json("journal", "verify", "--anchor", anchor, status=1)
    assert found["findings"][0]["what"] == "cut-off"
    assert "NOT what was written" in troth.run("journal", "verify", "--anchor", anchor, status=1)


def test_files_that_cannot_be_read_or_written_are_said(troth: Troth) -> None:
    nowhere = str(troth.folder / "none" / "a.anchor")
    assert troth.refused("journal", "export", "--anchor", nowhere) == "file-unwritable"
    assert troth.refused("journal", "export", "--out", nowhere) == "file-unwritable"
    assert troth.refused("journal", "verify", "--anchor", nowhere) == "file-missing"
    (troth.folder / "odd").write_bytes(b"\xff\xfe")
    odd = str(troth.folder / "odd")
    assert troth.refused("journal", "verify", "--anchor", odd) == "not-an-anchor"
    assert troth.refused("consent", "add", "--import", odd) == "consent-file-header"


@pytest.mark.parametrize(
    "command",
    [
        *("hold add", "hold list", "hold lift", "consent add", "consent list", "fact set"),
        *("fact limitation", "fact list", "journal verify", "journal export", "journal show"),
    ],
)
def test_every_command_has_help_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), "--help"]) == 0
    assert f"Example: troth {command}" in capsys.readouterr().out
