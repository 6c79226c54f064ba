"""Disclosures, notices, suppression and directives by their commands, in a project folder."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from apply.shop import customer, invoice, orders
from apply.sink import Sink, sink
from cli.project import Folder, engine_of, make_folder
from desk.promise import MAP, POLICY
from troth.cli.main import main

NEW = "email=new@mail.example"
TROTH = """\
troth: 1
stores: {{shop: '{url}'}}
ledger: '{ledger}'
locale: en
mail: {{host: 127.0.0.1, port: {port}, security: none, from: privacy@shop.example}}
recipients: {{carrier: privacy@carrier.example, mailer: dpo@mailer.example}}
"""


@pytest.fixture
def mail() -> Iterator[Sink]:
    with sink() as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def folder(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    sqlite_url: str,
    mail: Sink,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Folder]:
    """The shop with recipients; its ledger on each database."""
    ledger = (
        "ledger.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    )
    made = make_folder(tmp_path, sqlite_url, capsys)
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    settings = TROTH.format(url=sqlite_url, ledger=ledger, port=mail.port)
    (tmp_path / "troth.yaml").write_text(settings, encoding="utf-8")
    yield made
    made.engine.dispose()


def erasure(folder: Folder) -> str:
    """An erasure of the recent customer, granted."""
    asked = folder.json("request", "new", "erasure", "--person", NEW)
    folder.json("request", "decide", asked["id"], "--accept")
    return str(asked["id"])


@pytest.mark.clause("SMA-5b-1", "SMA-5d-1", "COL-ERA-5")
def test_an_erasure_tells_every_recipient_of_what_it_wrote(folder: Folder, mail: Sink) -> None:
    left = ("--recipient", "carrier", "--category", "contact", "--basis", "order 2")
    folder.run("disclose", "add", "--person", NEW, *left, "--known-as", "parcel=P-2")
    id = erasure(folder)
    listed = folder.json("request", "recipients", id)["recipients"]
    assert {(one["recipient"], one["known"]) for one in listed} == {
        ("carrier", "recorded"),
        ("mailer", "declared"),
        ("host", "declared"),
        ("accountant", "declared"),
        ("insurer", "declared"),
    }, "all that the act may touch"
    done = folder.json("request", "run", id, "--approve")
    assert folder.ids(customer) == [1]
    told = {one["recipient"]: one for one in done["recipients"]}
    assert set(told) == {"host", "mailer", "carrier"}, "no paper for the accountant was written"
    assert told["carrier"]["person"] == {"namespace": "parcel", "value": "P-2"}
    assert {name: one["status"] for name, one in told.items()} == {
        "host": "queued",
        "mailer": "sent",
        "carrier": "sent",
    }
    assert mail.reached == ["dpo@mailer.example", "privacy@carrier.example"]
    assert "(by hand: troth.yaml has no address)" in folder.run("request", "notify", id, status=1)
    folder.run("request", "notify", id, "--send", status=1)
    assert len(mail.letters) == 2, "nobody is written to twice"
    for name in ("host", "mailer", "carrier"):
        folder.run("request", "acknowledge", id, name, "--proof", "their mail")
    shown = folder.json("request", "show", id)["recipients"]
    assert {one["status"] for one in shown} == {"acknowledged"}
    assert [step["proof"] for step in shown[0]["steps"]] == ["their mail"]
    assert folder.code("request", "acknowledge", id, "host", "--proof", "x") == "unknown-notice"


def test_a_plan_that_is_applied_apart_tells_them_too(folder: Folder, mail: Sink) -> None:
    id = erasure(folder)
    folder.json("request", "run", id, "--out", str(folder.plan))
    assert folder.json("request", "show", id)["recipients"] == []
    folder.json("apply", str(folder.plan), "--approve")
    shown = folder.json("request", "show", id)["recipients"]
    assert {one["recipient"] for one in shown} == {"host", "mailer", "carrier"}
    assert mail.reached == ["dpo@mailer.example", "privacy@carrier.example"]


def test_what_is_kept_by_the_books_is_not_told(folder: Folder, mail: Sink) -> None:
    """Invoices stay by law: the accountant keeps its papers, and hears of nothing."""
    with folder.engine.begin() as connection:
        paper = {"id": 1, "customer_id": 2, "issued_on": sa.func.current_date(), "billed_to": "N"}
        connection.execute(sa.insert(invoice).values(**paper))
    done = folder.json("request", "run", erasure(folder), "--approve")
    assert folder.ids(invoice) == [1]
    assert "accountant" not in {one["recipient"] for one in done["recipients"]}
    assert folder.ids(orders) == [1]


def test_a_notice_past_its_day_is_said_by_the_list(folder: Folder) -> None:
    id = erasure(folder)
    folder.run("request", "notify", id, status=1)
    assert folder.json("request", "list")["requests"][0]["late_recipients"] == []
    assert "LATE" not in folder.run("request", "list")
    ledger = engine_of(ledger_url(folder))
    with ledger.begin() as connection:
        if ledger.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL search_path TO troth_ledger")
            connection.exec_driver_sql("SET LOCAL troth.organisation = 'corner-shop'")
        connection.exec_driver_sql(
            "UPDATE recipient_notices SET due_on = '2026-01-01' WHERE recipient = 'host'"
        )
    ledger.dispose()
    assert folder.json("request", "list")["requests"][0]["late_recipients"] == ["host"]
    assert "LATE: no answer from host" in folder.run("request", "list")
    assert "host; erase; declared; queued; by 2026-01-01, late" in folder.run("request", "show", id)


def ledger_url(folder: Folder) -> str:
    text = (folder.path / "troth.yaml").read_text(encoding="utf-8")
    named = text.split("ledger: '", 1)[1].split("'", 1)[0]
    return named if "://" in named else f"sqlite:///{folder.path / named}"


@pytest.mark.clause("PUB-DIS-3", "PUB-MER-2")
def test_an_opt_out_tells_the_recipients_of_marketing_alone(folder: Folder, mail: Sink) -> None:
    id = folder.json("request", "new", "opt-out", "--person", NEW)["id"]
    told = folder.json("request", "notify", id, "--send", status=1)["notices"]
    assert [(one["recipient"], one["kind"], one["status"]) for one in told] == [
        ("mailer", "erase", "sent")
    ]
    assert mail.reached == ["dpo@mailer.example"]
    folder.run("request", "acknowledge", id, "mailer", "--impossible", "they have closed down")
    folder.run("request", "notify", id, "--send")


def test_what_asks_nothing_of_recipients_is_refused(folder: Folder) -> None:
    death = folder.json("request", "new", "death", "--person", NEW)["id"]
    assert folder.code("request", "notify", death) == "nothing-to-tell"
    assert folder.code("request", "recipients", "erasure-x") == "unknown-act"


def test_disclosures_come_one_by_one_or_from_a_file(folder: Folder) -> None:
    file = folder.path / "left.csv"
    file.write_text(
        "namespace,value,recipient,categories,at,basis\n"
        "email,New@Mail.Example,carrier,contact order,2026-01-31T09:00:00+01:00,order 2\n"
        "email,old@mail.example,insurer,contact,2026-01-31T09:00:00+01:00,claim\n",
        encoding="utf-8",
    )
    assert folder.json("disclose", "import", str(file)) == {"recorded": 2}
    (mine,) = folder.json("disclose", "list", "--person", NEW)["disclosures"]
    assert (mine["categories"], mine["country"]) == (["contact", "order"], "FR")
    assert "1 disclosure\n" in folder.run("disclose", "list", "--recipient", "insurer")
    wrong = ("--recipient", "carier", "--category", "contact", "--basis", "x")
    refused = folder.json("disclose", "add", "--person", NEW, *wrong, status=2)
    assert (refused["code"], "carrier" in refused["help"]) == ("unknown-recipient", True)
    file.write_bytes(b"\xff")
    assert folder.code("disclose", "import", str(file)) == "not-utf-8"


@pytest.mark.clause("SMA-5c-5", "SMA-3-32")
def test_a_reimport_is_blocked_by_the_hash(folder: Folder) -> None:
    look = ("suppression", "check", "--person", "email=NEW@mail.example")
    assert folder.run(*look) == "not suppressed\n"
    folder.run("request", "new", "opt-out", "--person", NEW)
    assert folder.run(*look, "--only-look", status=1) == "suppressed\n"
    file, out = folder.path / "contacts.csv", folder.path / "allowed.csv"
    file.write_text("Name,Mail\nNew,new@Mail.example\nOld,old@mail.example\n", encoding="utf-8")
    gate = ("suppression", "check", "--file", str(file), "--column", "email=Mail")
    assert folder.json(*gate, "--out", str(out), status=1) == {"asked": 2, "suppressed": [1]}
    assert out.read_text(encoding="utf-8").splitlines() == ["Name,Mail", "Old,old@mail.example"]
    (one,) = folder.json("suppression", "list")["suppressions"]
    assert set(one) == {"hash", "born_on", "blocked_on"}
    assert "mail.example" not in folder.run("suppression", "list")
    gone = folder.json("suppression", "purge")
    assert {"requests", "hashes", "directives", "breaches", "mails"} <= set(gone)
    assert not any(gone.values())
    assert folder.code("suppression", "check") == "suppression-unclear"
    nowhere = ("--out", str(folder.path / "none" / "x.csv"))
    assert folder.code(*gate, *nowhere) == "file-unwritable"


@pytest.mark.clause("SMA-5g-2", "SMA-5g-3", "SPI-RGT-9", "MAS-RGT-4")
def test_after_a_death_the_second_designee_has_data_erased_but_not_the_books(
    folder: Folder,
) -> None:
    with folder.engine.begin() as connection:
        paper = {"id": 1, "customer_id": 2, "issued_on": sa.func.current_date(), "billed_to": "N"}
        connection.execute(sa.insert(invoice).values(**paper))
    wish = ("directive", "add", "--person", NEW, "--form", "file 1", "--trusted")
    folder.run(*wish, "Cleo <cleo@mail.example>", "--keep", "all")
    second = folder.json(*wish, "Dan <dan@mail.example>", "--erase", "all")
    assert "2 directives" in folder.run("directive", "list", "--person", NEW)
    assert "in charge: Dan <dan@mail.example>" in folder.run("directive", "show", second["id"])
    died = folder.json("request", "new", "death", "--person", NEW)
    assert died["directive"] == second["id"], "those whom it names hear of it now"
    death = died["id"]
    execute = ("directive", "execute", death, "--identity", "passport")
    assert folder.code(*execute, "--asked-by", "Dan") == "death-unproven"
    proven = (*execute, "--proof", "certificate")
    assert folder.code(*proven, "--asked-by", "Cleo") == "directive-replaced-designee"
    assert folder.code(*execute, "--heir", "Zoe") == "heir-limited"
    assert folder.code(*execute) == "asker-unclear"
    done = folder.json(*execute, "--asked-by", "Dan")
    folder.json("request", "run", *done["erasures"], "--approve")
    assert (folder.ids(orders), folder.ids(invoice)) == ([1], [1])
    with folder.engine.connect() as connection:
        names = connection.execute(sa.select(customer.c.name).order_by(customer.c.id)).scalars()
        assert list(names) == ["Old", None], "the row stays for the invoice, without a name"
    closed = folder.json(*execute, "--heir", "Zoe", "--close", "account-closed")
    assert closed["closed"] == "account-closed"
    estate = (*execute, "--heir", "Zoe", "--estate")
    assert folder.code(*estate) == "estate-without-scope"
    (order,) = folder.json(*estate, "--category", "invoice")["hand_overs"]
    assert (order["purpose"], order["to"]["name"]) == ("estate", "Zoe")


def test_a_wish_is_revoked_and_handed_over_by_its_scope(folder: Folder) -> None:
    wish = ("directive", "add", "--person", NEW, "--form", "file 1", "--trusted", "Dan")
    assert folder.code(*wish, "--hand-over", "order") == "hand-over-without-recipient"
    made = folder.json(*wish, "--hand-over", "order,place:shop", "--to", "Eve <eve@mail.example>")
    assert made["instructions"] == [
        {
            "action": "hand-over",
            "categories": ["order"],
            "places": ["shop"],
            "to": {"name": "Eve", "contact": "eve@mail.example"},
        }
    ]
    proof = ("--proof", "certificate, file 9")
    death = folder.json("request", "new", "death", "--person", NEW, *proof)["id"]
    told = folder.run("directive", "execute", death, "--asked-by", "dan", "--identity", "passport")
    assert "hand over order, shop to Eve, before anything is erased" in told
    assert folder.code("directive", "revoke", made["id"]) == "directive-ended"
    other = folder.json(*wish, "--keep", "all")["id"]
    assert folder.json("directive", "revoke", other)["ended"]["how"] == "revoked"
    assert folder.code("directive", "show", "directive-x") == "unknown-directive"


def test_an_address_of_a_recipient_that_the_policy_lacks_is_refused(folder: Folder) -> None:
    troth = folder.path / "troth.yaml"
    text = troth.read_text(encoding="utf-8").replace("{carrier:", "{carier:")
    troth.write_text(text, encoding="utf-8")
    assert folder.code("disclose", "list") == "unknown-recipient"


COMMANDS = (
    *("disclose add", "disclose list", "disclose import", "suppression check", "suppression list"),
    *("suppression purge", "directive add", "directive list", "directive show", "directive revoke"),
    *("directive execute", "request recipients", "request notify", "request acknowledge"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), "--help"]) == 0
    assert f"Example: troth {command}" in " ".join(capsys.readouterr().out.split())


def zipped(file: Path, name: str = "data.json") -> Any:
    with zipfile.ZipFile(file) as found:
        return json.loads(found.read(name))


@pytest.mark.clause("SMA-5a-2")
def test_a_recorded_request_is_answered_with_what_was_disclosed_and_accepted(
    folder: Folder,
) -> None:
    left = ("--recipient", "carrier", "--category", "contact", "--basis", "order 2")
    folder.run("disclose", "add", "--person", NEW, *left, "--known-as", "parcel=P-2")
    id = str(folder.json("request", "new", "access", "--person", NEW)["id"])
    text = folder.path / "terms 2020.txt"
    text.write_text("what was accepted", encoding="utf-8")
    out = folder.path / "answer"
    answer = ("request", "access", "--request", id, "--out", str(out), "--accepted", str(text))
    assert folder.code("request", "portability", "--request", id, "--out", str(out)) == (
        "request-of-another-right"
    )
    assert folder.code(*answer[:-1], str(folder.path / "none.txt")) == "file-missing"
    assert folder.code(*answer, "--person", NEW) == "nobody-asked"

    folder.run(*answer)

    data = zipped(folder.path / "answer.zip")
    (told,) = data["disclosures"]
    assert (told["recipient"], told["purpose"]) == ("Carrier", "order 2")
    assert "Carrier" in (out / "index.html").read_text(encoding="utf-8")
    assert data["accepted"] == "accepted-terms-2020.txt"
    assert (out / data["accepted"]).read_text(encoding="utf-8") == "what was accepted"
    assert data["accepted"] in (out / "index.html").read_text(encoding="utf-8")
    (decision,) = folder.json("request", "show", id)["decisions"]
    assert decision["outcome"] == "accepted"
    (entry,) = [
        one for one in folder.json("journal", "show")["entries"] if one["kind"] == "access-answered"
    ]
    assert entry["payload"]["request"] == id
    again = ("request", "access", "--request", id, "--out", str(folder.path / "again"))
    assert folder.code(*again) == "request-answered"
    assert folder.code(*again[:3], "access-0", *again[4:]) == "unknown-act"


def test_what_a_directive_hands_over_is_a_package_of_that_alone(folder: Folder) -> None:
    wish = ("directive", "add", "--person", NEW, "--form", "file 1")
    trusted = ("--trusted", "Dan <dan@mail.example>", "--to", "Dan <dan@mail.example>")
    folder.run(*wish, *trusted, "--hand-over", "order")
    death = folder.json("request", "new", "death", "--person", NEW, "--proof", "certificate")["id"]
    execute = ("directive", "execute", death, "--identity", "passport")
    (order,) = folder.json(*execute, "--asked-by", "Dan")["hand_overs"]
    out = folder.path / "estate"

    folder.run("request", "access", "--hand-over", order["id"], "--out", str(out))

    data = zipped(folder.path / "estate.zip")
    assert [one["table"] for one in data["tables"]] == ["shop.orders"]
    assert "new@mail.example" not in str(data["tables"]), "contact data was not handed over"
    (entry,) = [
        one for one in folder.json("journal", "show")["entries"] if one["kind"] == "hand-over-made"
    ]
    assert entry["payload"]["order"] == order["id"]
    unknown = ("request", "access", "--hand-over", "hand-over-0", "--out", str(out))
    assert folder.code(*unknown) == "unknown-order"


@pytest.mark.clause("SMA-5b-1")
def test_whoever_had_a_value_is_told_that_it_was_corrected(folder: Folder) -> None:
    left = ("--recipient", "carrier", "--category", "contact", "--basis", "order 2")
    folder.run("disclose", "add", "--person", NEW, *left, "--known-as", "parcel=P-2")
    id = str(folder.json("request", "new", "rectification", "--person", NEW)["id"])
    done = folder.json(
        "request", "rectify", "--request", id, "--set", "email=fresh@mail.example", "--approve"
    )
    told = {one["recipient"]: one for one in done["recipients"]}
    assert {one["kind"] for one in told.values()} == {"correct"}
    assert told["carrier"]["known"] == "recorded", "found by the name that she had then"
    assert told["carrier"]["person"] == {"namespace": "parcel", "value": "P-2"}
    assert "accountant" not in told, "no paper was corrected"
    (decision,) = folder.json("request", "show", id)["decisions"]
    assert decision["outcome"] == "accepted"
    set_ = ("--set", "shop.customer.name=Fresh", "--approve")
    assert folder.code("request", "rectify", "--request", id, *set_) == "request-answered"
    other = folder.json("request", "rectify", "--person", "email=fresh@mail.example", *set_)
    assert {one["kind"] for one in other["recipients"]} == {"correct"}
    assert "rectification" in folder.run("request", "list")
