"""`troth request fetch` and what follows it, against real servers; and killed at any moment."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from apply.sink import sink
from desk.mailbox.conftest import EXAMPLES, NOON, desk_of, hours_ago, mail
from desk.mailbox.post import PASSWORD, USER, Server
from troth.cli.main import main
from troth.desk.mailbox.fetch import fetch
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.receipts import waiting_receipts
from troth.ledger.requests import read_requests
from troth.policy.model import Policy

RECENT = datetime.now(UTC) - timedelta(hours=2)


def project(folder: Path, server: Server, box: str, smtp: int | None) -> Path:
    (folder / "policy.yaml").write_text((EXAMPLES / "spimed" / "policy.yaml").read_text())
    (folder / "authority.pem").write_text(server.authority)
    mailbox = f"{{host: localhost, port: {server.port}, security: starttls, user: {USER}, "
    mailbox += f"password: '${{MAILBOX_PASSWORD}}', folder: {box}, authority: authority.pem}}"
    smtp_line = (
        f"mail: {{host: 127.0.0.1, port: {smtp}, security: none, from: {USER}}}\n" if smtp else ""
    )
    (folder / "troth.yaml").write_text(f"troth: 1\nmailbox: {mailbox}\n{smtp_line}")
    return folder


def test_from_a_mail_to_its_receipt_and_to_what_a_person_makes_of_the_rest(
    server: Server,
    folder: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    server.deliver(folder, mail("Merci d’effacer mes données.", id="<q1@m.example>"), RECENT)
    server.deliver(folder, mail("Quels sont vos horaires ?", id="<q2@m.example>"), RECENT)
    server.deliver(folder, mail("Une idée pour vous.", id="<q3@m.example>"), RECENT)

    def run(*arguments: str, status: int = 0) -> Any:
        capsys.readouterr()
        assert main([*arguments, "--project", str(tmp_path), "--json"]) == status
        return json.loads(capsys.readouterr().out)

    with sink() as post:
        project(tmp_path, server, folder, post.port)
        found = run("request", "fetch", status=1)
        again = run("request", "fetch")
        (letter,) = post.letters
    assert found["mails"] == {"request": 1, "waiting": 2}
    assert (found["receipts_sent"], found["receipts_waiting"]) == (1, 0)
    assert again["mails"] == {}
    assert (letter["To"], letter["In-Reply-To"]) == ("anna@mail.example", "<q1@m.example>")
    assert (letter["Auto-Submitted"], letter["List-Id"]) == ("auto-replied", None)
    assert "Merci d’effacer" not in letter.get_payload(decode=True).decode()

    first, second = (one["number"] for one in run("request", "mails", status=1)["mails"])
    taken = run("request", "take", first, "--right", "access", "--contact", "bob@mail.example")
    assert taken["received_at"] == RECENT.replace(microsecond=0).isoformat()
    assert taken["names"] == {"email": "bob@mail.example"}
    run("request", "dismiss", second)
    assert run("request", "mails")["mails"] == []
    assert {one["number"] for one in run("request", "inbox")["requests"]} == {
        first,
        found["requests"][0],
    }


def test_a_mailbox_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.yaml").write_text((EXAMPLES / "spimed" / "policy.yaml").read_text())
    (tmp_path / "troth.yaml").write_text("troth: 1\n")
    assert main(["request", "fetch", "--project", str(tmp_path)]) == 2
    assert "[no-mailbox]" in capsys.readouterr().err


def test_killed_at_any_moment_nothing_is_lost_or_doubled(
    server: Server, folder: str, tmp_path: Path, policies: dict[str, Policy]
) -> None:
    mails = 24
    for each in range(mails):
        sender, id = f"p{each}@mail.example", f"<killed{each}@mail.example>"
        server.deliver(folder, mail(sender=sender, id=id), hours_ago(2))
    file, policy = str(tmp_path / "ledger.sqlite"), policies["spimed"]
    killed = 0
    with open_ledger(file, at=NOON) as ledger:
        for _ in range(mails):
            before = len(_contacts(ledger))
            child = os.fork()
            if child == 0:
                with suppress(BaseException), open_ledger(file, at=NOON) as own:
                    fetch(desk_of(own, policy), server.account(folder))
                os._exit(0)
            while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
                if len(_contacts(ledger)) >= before + 5:
                    os.kill(child, signal.SIGKILL)
                    ended = os.waitpid(child, 0)
                    break
                time.sleep(0.002)
            killed += os.WIFSIGNALED(ended[1])
            if not os.WIFSIGNALED(ended[1]):
                break
        assert killed >= 2
        assert sorted(_contacts(ledger)) == sorted(f"p{each}@mail.example" for each in range(mails))
        with ledger.reading("spimed") as reading:
            assert len(waiting_receipts(reading)) == mails


def _contacts(ledger: Ledger) -> list[str]:
    with ledger.reading("spimed") as reading:
        return [request.contact for request in read_requests(reading)]
