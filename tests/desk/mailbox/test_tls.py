"""IMAP over implicit TLS, at a second real server: mails become requests there as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desk.mailbox.conftest import hours_ago, mail
from desk.mailbox.post import Server
from desk.mailbox.second import dovecot
from troth.desk.mailbox.desk import MailDesk
from troth.desk.mailbox.fetch import fetch
from troth.errors import Refused
from troth.ledger.requests import read_requests


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with dovecot(tmp_path_factory.mktemp("dovecot")) as running:
        yield running


def test_mails_are_taken_once_over_implicit_tls(second: Server, desk: MailDesk) -> None:
    folder, account = second.new_folder(), {"security": "tls"}
    second.deliver(folder, mail(), hours_ago(130))
    second.deliver(folder, mail("And what do you hold about me?", id="<a2@mail.example>",
                                sender="ben@mail.example"), hours_ago(128))  # fmt: skip
    assert dict(fetch(desk, second.account(folder, **account)).outcomes) == {"request": 2}
    assert not fetch(desk, second.account(folder, **account)).outcomes
    with desk.ledger.reading(desk.organisation) as reading:
        found = {one.contact: one.received_at for one in read_requests(reading)}
    assert found == {"anna@mail.example": hours_ago(130), "ben@mail.example": hours_ago(128)}
    assert second.flags(folder) == [(b"\\Seen",), (b"\\Seen",)]
    third = mail(id="<a3@mail.example>", sender="eve@mail.example")
    second.deliver(folder, third, hours_ago(126))
    assert dict(fetch(desk, second.account(folder, **account)).outcomes) == {"request": 1}


def test_its_certificate_and_password_are_looked_at(second: Server, desk: MailDesk) -> None:
    tls = {"security": "tls"}
    with pytest.raises(Refused) as refused:
        fetch(desk, second.account("INBOX", authority=None, **tls))
    assert refused.value.code == "mailbox-certificate"
    with pytest.raises(Refused) as refused:
        fetch(desk, second.account("Nowhere", **tls))
    assert refused.value.code == "mailbox-folder"
