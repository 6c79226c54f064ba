"""`troth run`: the nightly work on a real project, with what was approved for good."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from apply.shop import POLICY, customer, log
from apply.sink import Sink, sink
from cli.project import Folder
from troth.cli.jobs import SUPERVISED
from troth.desk.standing.record import record_request
from troth.ledger.ledger import open_ledger
from troth.ledger.requests import Request
from troth.policy.load import parse_policy

APPROVED = """\
nightly:
  approved:
    logs-one-year: {rows: 10, by: Camille Roux}
"""


def settings(folder: Folder, text: str) -> None:
    troth = folder.path / "troth.yaml"
    troth.write_text(troth.read_text() + text, encoding="utf-8")


def with_mail(folder: Folder, mail: Sink, more: str = "") -> None:
    settings(
        folder,
        f"mail: {{host: 127.0.0.1, port: {mail.port}, from: dpo@shop.example, security: none}}\n"
        "nightly:\n  reminders:\n    to: [dpo@shop.example]\n"
        f"    escalate: [boss@shop.example]\n{more}",
    )


def ask(folder: Folder, number: str, answer_by: date) -> None:
    now = datetime.now(UTC)
    names = {"name": "Anna Secret", "email": "anna@mail.example"}
    new = Request(number, "access", "portal", now, answer_by, "en", "anna@mail.example", names)
    with (
        open_ledger(str(folder.path / "ledger.sqlite"), at=now) as ledger,
        ledger.writing("corner-shop") as writing,
    ):
        policy = parse_policy(POLICY.encode(), "policy.yaml")
        record_request(writing, policy, new, by="portal", at=now)


def test_what_is_approved_for_good_is_carried_out_and_the_rest_waits(folder: Folder) -> None:
    settings(folder, APPROVED)
    done = {one["job"]: one for one in folder.json("run", status=1)["jobs"]}
    assert [one["state"] for one in done.values()].count("failed") == 0
    assert done["check"]["counts"]["broken"] > 0
    # of the log one row is due, and of the old customer's two tables one each
    assert done["retention"]["counts"] == {
        "due": 3,
        "approved": 1,
        "waiting": 2,
        "written": 1,
        "remaining": 0,
    }
    assert done["retention"]["state"] == "waiting"
    assert (folder.ids(log), folder.ids(customer)) == ([2], [1, 2])
    # the plan that waits is one that a person can read; a second look does nothing again
    waiting = folder.path / "plan-waiting.json"
    assert waiting.exists()
    listed = {one["job"]: one for one in folder.json("run", "--list", status=1)["jobs"]}
    assert listed["retention"]["state"] == "waiting"
    assert listed["check"]["night"] is not None
    assert folder.json("run")["jobs"] == []  # within the minute
    assert "standing approval of Camille Roux" in _approvers(folder)
    folder.run("journal", "verify")
    # once nothing waits any more, the file goes
    folder.run("plan", "--out", str(folder.plan))
    folder.run("apply", str(folder.plan), "--approve")
    (again,) = folder.json("run", "--job", "retention")["jobs"]
    assert again["counts"]["due"] == 0
    assert not waiting.exists()


def _approvers(folder: Folder) -> str:
    with sqlite3.connect(folder.path / "ledger.sqlite") as connection:
        return str(connection.execute("SELECT approved_by FROM approvals").fetchall())


def test_more_rows_than_approved_wait_and_so_do_approvals_that_ended(small: Folder) -> None:
    settings(small, APPROVED.replace("rows: 10", "rows: 0"))
    (one,) = small.json("run", "--job", "retention", status=1)["jobs"]
    assert (one["counts"]["approved"], one["counts"]["waiting"]) == (0, 3)
    troth = small.path / "troth.yaml"
    ended = APPROVED.replace("rows: 10", "rows: 10, until: 2026-01-31").split("\n", 1)[1]
    troth.write_text(troth.read_text().split("nightly:")[0] + "nightly:\n" + ended)
    (one,) = small.json("run", "--job", "retention", status=1)["jobs"]
    assert one["counts"]["approved"] == 0
    troth.write_text(troth.read_text().replace("logs-one-year", "logs-one-yaer"))
    assert small.code("run") == "unknown-name"


def test_reminders_are_sent_once_and_late_ones_escalate(small: Folder) -> None:
    today = datetime.now(UTC).date()
    ask(small, "AAAAA-11111", today + timedelta(days=5))
    ask(small, "BBBBB-22222", today - timedelta(days=3))
    ask(small, "CCCCC-33333", today + timedelta(days=40))
    with sink() as mail:
        with_mail(small, mail)
        (first,) = small.json("run", "--job", "reminders")["jobs"]
        assert first["counts"] == {"reminders": 2}
        assert mail.reached == ["boss@shop.example", "dpo@shop.example"]
        (again,) = small.json("run", "--job", "reminders")["jobs"]
        assert again["counts"] == {"reminders": 0}
    texts = {str(one["To"]): str(one.get_payload(decode=True)) for one in mail.letters}
    assert "AAAAA-11111" not in texts["boss@shop.example"]  # only what is late
    assert "LATE by 3 days" in texts["boss@shop.example"]
    assert "AAAAA-11111 (request, access): due" in texts["dpo@shop.example"]
    assert "CCCCC" not in "".join(texts.values())
    assert "anna" not in "".join(texts.values()).lower()


def test_without_addresses_the_officers_are_reminded(small: Folder) -> None:
    ask(small, "AAAAA-11111", datetime.now(UTC).date())
    for name, role in (("anne", "dpo"), ("ben", "auditor")):
        mail_of = ("--email", f"{name}@shop.example")
        small.run("account", "add", name, "--role", role, *mail_of)
    with sink() as mail:
        address = f"host: 127.0.0.1, port: {mail.port}, from: dpo@shop.example, security: none"
        settings(small, f"mail: {{{address}}}\n")
        (told,) = small.json("run", "--job", "reminders")["jobs"]
    assert told["counts"] == {"reminders": 1}
    assert mail.reached == ["anne@shop.example"]


def test_a_job_that_fails_is_told_and_the_others_go_on(small: Folder) -> None:
    troth = small.path / "troth.yaml"
    before = troth.read_text()
    troth.write_text(before.replace("/store.db", "/nowhere.db"), encoding="utf-8")
    done = {one["job"]: one for one in small.json("run", status=1)["jobs"]}
    assert done["check"]["state"] == "failed"
    assert done["check"]["error"]["code"]
    assert done["own"]["state"] == "done"
    listed = {one["job"]: one for one in small.json("run", "--list", status=1)["jobs"]}
    assert (listed["check"]["state"], listed["check"]["failures"]) == ("failed", 1)
    assert listed["check"]["night"] is None
    troth.write_text(before, encoding="utf-8")
    small.run("run", "--job", "check")
    assert small.code("run", "--job", "chek") == "unknown-job"


def test_the_calendar_names_nobody(small: Folder) -> None:
    ask(small, "AAAAA-11111", date(2026, 3, 2))
    small.json("breach", "new", "--facts", "lost laptop", "--noticed", "2026-06-01T09:00+02:00")
    file = small.path / "d.ics"
    small.run("request", "calendar", "--out", str(file))
    content = file.read_bytes()
    calendar = Calendar.from_ical(content)
    events = {str(one["summary"]): one for one in calendar.walk("VEVENT")}
    assert events["AAAAA-11111: access"].decoded("dtstart") == date(2026, 3, 2)
    (breach,) = (one for name, one in events.items() if "Art. 33" in name)
    assert breach.decoded("dtend") == datetime(2026, 6, 4, 7, tzinfo=UTC)
    assert b"anna" not in content.lower()
    assert b"laptop" not in content


@pytest.mark.parametrize("at", ["2:15", "24:00", "noon"])
def test_the_night_is_a_time_of_the_day(small: Folder, at: str) -> None:
    settings(small, f"nightly: {{at: '{at}'}}\n")
    assert small.code("run") == "wrong-form"


def test_a_worker_logs_its_jobs_and_ends_well_when_told_to(small: Folder) -> None:
    environ = {**os.environ, SUPERVISED: "1", "TROTH_LOG": "json"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "troth.cli", "run", "--watch", "--project", str(small.path)],
        env=environ,
        stdin=subprocess.PIPE,  # who started it lives
        stderr=subprocess.PIPE,
    )
    assert worker.stderr is not None
    first = json.loads(worker.stderr.readline())
    worker.send_signal(signal.SIGTERM)
    rest = [json.loads(line) for line in worker.stderr.read().splitlines()]
    worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert (first["event"], first["job"], first["process"]) == ("job", "check", "worker")
    assert first["organisation"] == "corner-shop"
    assert first["broken"] > 0
    assert {one["event"] for one in rest} <= {"job"}
