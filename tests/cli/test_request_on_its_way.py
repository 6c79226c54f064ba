"""A request that came in, from its receipt to its evidence, by the commands of `troth request`."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from apply.sink import Sink, sink
from cli.project import Folder
from stories.case import text_of
from troth.law.calendar import day_of
from troth.law.deadlines import deadline
from troth.ledger.ledger import open_ledger
from troth.ledger.requests import Request, record_request
from troth.policy.answering import answer_terms, holidays_of
from troth.postbox.box import open_postbox
from troth.postbox.parcels import key_of, parcels_of
from troth.postbox.seal import fingerprint
from troth.project.load import load_policy

NEW = "new@mail.example"


@pytest.fixture
def mail() -> Iterator[Sink]:
    with sink() as found:
        yield found


def came_in(
    folder: Folder, mail: Sink, right: str, number: str = "7KQ4M-2XC9D", link: str | None = None
) -> str:
    """A request of the public pages; troth.yaml names the mail server."""
    troth = folder.path / "troth.yaml"
    if "mail:" not in troth.read_text():
        server = "mail: {host: 127.0.0.1, port: %d, from: desk@shop.example, security: none}\n"
        troth.write_text(troth.read_text() + server % mail.port)
    policy = load_policy(folder.path / "policy.yaml")
    now = datetime.now(UTC)
    day = day_of(now, policy.zoneinfo)
    due = deadline(day, answer_terms(policy, right), holidays_of(policy)).due
    names = {"email": NEW}
    request = Request(number, right, "portal", now, due, "en", NEW, names, link=link)
    with (
        open_ledger(str(folder.path / "ledger.sqlite"), at=now) as ledger,
        ledger.writing(policy.organisation) as writing,
    ):
        record_request(writing, request, by="portal", at=now)
    return number


def test_an_erasure_by_the_commands_alone(folder: Folder, mail: Sink) -> None:
    number = came_in(folder, mail, "erasure")
    shown = folder.json("request", "show", number)
    assert (shown["stage"], shown["turn"], shown["owed"][0]) == ("received", "desk", "identity")
    assert folder.code("request", "close", number) == "request-open"

    folder.run("request", "identify", number, "--code")
    (code,) = re.findall(r"\b\d{6}\b", text_of(mail.letters[0]))
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert "not the code" in folder.run("request", "identify", number, "--shown", wrong, status=1)
    folder.run("request", "identify", number, "--shown", code)
    folder.run("request", "act", number)
    folder.run("request", "decide", number, "--accept")
    done = folder.json("request", "run", number, "--approve")
    assert (done["stage"], done["owed"]) == ("answer", ["answer"])

    assert "asked us to erase your data" in folder.run("request", "answer", number, "--show")
    assert folder.json("request", "answer", number)["owed"] == []
    letter = text_of(mail.letters[-1])
    assert "What stays" in letter or "WHAT STAYS" in letter
    assert folder.json("request", "close", number, "--by", "Camille")["stage"] == "closed"

    out = folder.path / "evidence.zip"
    folder.run("request", "evidence", number, "--out", str(out))
    assert "intact" in folder.run("request", "evidence", "--check", str(out))
    with zipfile.ZipFile(out) as packed:
        told = packed.read("evidence.json").decode()
        assert any(name.startswith("letters/") for name in packed.namelist())
    assert NEW not in told
    altered = folder.path / "altered.zip"
    with zipfile.ZipFile(out) as packed, zipfile.ZipFile(altered, "w") as other:
        for name in packed.namelist():
            content = packed.read(name)
            if name == "evidence.json":
                content = content.replace(b'"Camille"', b'"Mallory"')
            other.writestr(name, content)
    assert "altered" in folder.run("request", "evidence", "--check", str(altered), status=1)
    folder.run("journal", "verify")


def test_two_people_where_the_organisation_wants_it(small: Folder, mail: Sink) -> None:
    number = came_in(small, mail, "erasure")
    troth = small.path / "troth.yaml"
    troth.write_text(troth.read_text() + "desk: {two_people: true}\n")
    small.run("request", "identify", number, "--known", "called back at the number on file")
    small.run("request", "act", number)
    small.run("request", "decide", number, "--accept", "--by", "Ann")
    assert small.json("request", "show", number)["turn"] == "approver"
    assert small.code("request", "approve", number, "decision", "--by", "Ann") == "same-person"
    small.run("request", "approve", number, "decision", "--by", "Ben")
    small.run("request", "run", number, "--approve", "--by", "Ann", status=1)  # planned, no more
    assert small.code("request", "approve", number, "plan", "--by", "Ann") == "same-person"
    small.run("request", "approve", number, "plan", "--by", "Ben")
    assert small.json("request", "run", number, "--by", "Ann")["owed"] == ["answer"]


def test_an_access_makes_a_package_that_lies_sealed(small: Folder, mail: Sink) -> None:
    number = came_in(small, mail, "access")
    small.run("request", "identify", number, "--known", "called back at the number on file")
    small.run("request", "act", number)
    small.run("request", "decide", number, "--accept")
    small.run("request", "package", number)
    ledger = (small.path / "ledger.sqlite").read_bytes()
    assert b"PK\x03\x04" not in ledger
    out = small.path / "package.zip"
    assert small.code("request", "package", number, "--out", str(out)) == "look-without-reason"
    small.run("request", "package", number, "--out", str(out), "--reason", "by registered post")
    with zipfile.ZipFile(out) as packed:
        assert "data.json" in packed.namelist()
    kinds = [one["kind"] for one in small.json("journal", "show")["entries"]]
    assert kinds[-1] == "package-looked-at"


def test_more_time_is_told_before_it_counts(small: Folder, mail: Sink) -> None:
    number = came_in(small, mail, "access")
    before = small.json("request", "show", number)["answer_by"]
    mail.refused.add(NEW)
    assert small.code("request", "extend", number, "--reason", "nine systems") == "mail-unsent"
    assert small.json("request", "show", number)["answer_by"] == before
    mail.refused.clear()
    after = small.json("request", "extend", number, "--reason", "nine systems")
    assert after["extended"] is True
    assert after["answer_by"] > before
    assert len(mail.letters) == 1
    assert "nine systems" in text_of(mail.letters[0])
    assert small.code("request", "extend", number, "--reason", "more") == "step-not-now"


def test_a_package_is_fetched_with_the_link_and_the_code_of_the_letter(
    small: Folder, mail: Sink
) -> None:
    secret = "s" * 22
    number = came_in(small, mail, "access", link=fingerprint(secret))
    small.run("request", "identify", number, "--known", "called back at the number on file")
    small.run("request", "act", number)
    small.run("request", "decide", number, "--accept")
    small.run("request", "package", number)
    small.run("request", "answer", number)
    letter = text_of(mail.letters[-1])
    (code,) = re.findall(r"This code opens it: (\S+)", letter)
    with open_postbox(str(small.path / "postbox.sqlite")) as box:
        (parcel,) = parcels_of(box, "corner-shop")
        assert key_of(box, parcel, secret, "0000-0000") is None
        assert key_of(box, parcel, secret, code) is not None
    assert small.json("request", "show", number)["owed"] == []
    assert small.json("request", "close", number)["stage"] == "closed"
