"""Mails of a real IMAP server become requests: once, from their arrival, with a receipt."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest

from desk.mailbox.conftest import BOTH, NOON, desk_of, hours_ago, mail
from desk.mailbox.post import Server
from troth.desk.mailbox.desk import MailDesk
from troth.desk.mailbox.fetch import Fetched, fetch, fetch_from
from troth.desk.mailbox.source import open_folder
from troth.errors import Refused, Transient
from troth.ledger.ledger import Ledger
from troth.ledger.mails import waiting_mails
from troth.ledger.receipts import waiting_receipts
from troth.ledger.requests import Request, read_requests
from troth.ledger.verify import verify
from troth.policy.model import Policy


def requests_of(desk: MailDesk) -> tuple[Request, ...]:
    with desk.ledger.reading(desk.organisation) as reading:
        return read_requests(reading)


@pytest.mark.clause("SMA-1-3", "SMA-5-1", "SPI-DPO-2")
def test_a_mail_is_a_request_from_the_instant_of_its_arrival(
    server: Server, folder: str, desk: MailDesk
) -> None:
    arrived = datetime(2026, 11, 27, 22, 30, tzinfo=UTC)  # a Friday; 23:30 in Paris
    server.deliver(folder, mail(), arrived)
    fetched = fetch(desk, server.account(folder))
    assert dict(fetched.outcomes) == {"request": 1}
    (request,) = requests_of(desk)
    assert request.number == fetched.requests[0]
    assert (request.right, request.channel, request.received_at) == ("erasure", "mail", arrived)
    assert request.answer_by == date(2026, 12, 28)  # a month after the 27th is a Sunday
    assert request.names == {"email": "anna@mail.example", "name": "Anna Muster"}
    assert request.events[0].detail == {"reads": "erasure", "sureness": "sure", "authentic": "no"}
    assert server.flags(folder) == [(b"\\Seen",)]
    with desk.ledger.reading(desk.organisation) as reading:
        ((_, letter),) = waiting_receipts(reading)
        assert verify(reading).ok
    assert letter.address == "anna@mail.example"
    assert f"Number: {request.number}" in letter.body
    assert "We answer by: 28 December 2026" in letter.body
    assert "info@softfil.example, dpo@softfil.example" in letter.body  # the policy's own ways
    assert letter.headers["Auto-Submitted"] == "auto-replied"
    assert letter.headers["In-Reply-To"] == "<a1@mail.example>"


def test_nothing_is_taken_twice(server: Server, folder: str, desk: MailDesk) -> None:
    server.deliver(folder, mail(), hours_ago(2))
    fetch(desk, server.account(folder))
    assert not fetch(desk, server.account(folder)).outcomes
    other = server.new_folder()  # the mailbox was moved: other places, the same mail
    server.deliver(other, mail(), hours_ago(2))
    assert dict(fetch(desk, server.account(other)).outcomes) == {"again": 1}
    assert len(requests_of(desk)) == 1


@pytest.mark.clause("SMA-5-1")
def test_the_same_request_sent_a_day_later_is_one_with_the_first_date(
    server: Server, folder: str, desk: MailDesk
) -> None:
    server.deliver(folder, mail(), hours_ago(30))
    server.deliver(folder, mail(id="<a2@mail.example>"), hours_ago(6))
    assert dict(fetch(desk, server.account(folder)).outcomes) == {"request": 1, "reply": 1}
    (request,) = requests_of(desk)
    assert request.received_at == hours_ago(30)
    assert request.events[1].detail["again"] == "yes"


class KilledError(BaseException):
    """Stands for a process that ends here."""


@BOTH
@pytest.mark.parametrize("moment", ["read", "recorded"])
def test_a_crash_loses_nothing_and_doubles_nothing(
    server: Server, folder: str, desk: MailDesk, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in range(3):
        text = f"Please delete my data, number {each}."
        server.deliver(folder, mail(text, id=f"<k{each}@mail.example>"), hours_ago(5 - each))

    def die(*_: object, **__: object) -> None:
        raise KilledError

    where = "troth.desk.mailbox." + (
        "take.queue_receipt" if moment == "read" else "source.Folder.taken"
    )
    with monkeypatch.context() as dying:
        dying.setattr(where, die)
        with pytest.raises(KilledError):
            fetch(desk, server.account(folder))
    assert len(requests_of(desk)) == (0 if moment == "read" else 1)
    fetch(desk, server.account(folder))
    assert len(requests_of(desk)) == 3
    with desk.ledger.reading(desk.organisation) as reading:
        assert len(waiting_receipts(reading)) == 3


@BOTH
def test_two_servers_at_once_take_each_mail_once(
    server: Server, folder: str, desk: MailDesk
) -> None:
    for each in range(12):
        text = mail(sender=f"p{each}@mail.example", id=f"<t{each}@mail.example>")
        server.deliver(folder, text, hours_ago(3))
    found = [Fetched(), Fetched()]
    start = threading.Barrier(2)

    def run(fetched: Fetched) -> None:
        with open_folder(server.account(folder)) as opened:
            start.wait()
            fetch_from(desk, opened, fetched)

    threads = [threading.Thread(target=run, args=(one,)) for one in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(requests_of(desk)) == 12
    assert sum(one.outcomes["request"] for one in found) == 12


@pytest.mark.clause("COL-INT-2")
def test_an_unclear_mail_to_a_mailbox_for_rights_is_a_request(
    server: Server, folder: str, ledger: Ledger, policies: dict[str, Policy]
) -> None:
    desk = desk_of(ledger, policies["collectif-m"], rights_only=True)
    server.deliver(folder, mail("what do you hold on me?", id="<c1@m.example>"), hours_ago(1))
    server.deliver(folder, mail("I have a remark.", id="<c2@m.example>"), hours_ago(1))
    fetch(desk, server.account(folder))
    asked, unclear = requests_of(desk)
    assert (asked.right, asked.answer_by) == ("access", date(2026, 12, 29))
    assert (unclear.right, unclear.answer_by) == ("unclear", date(2026, 12, 29))
    with ledger.reading(desk.organisation) as reading:
        assert len(waiting_receipts(reading)) == 2


def test_what_may_be_no_request_waits_for_a_look_and_is_not_answered(
    server: Server, folder: str, desk: MailDesk
) -> None:
    server.deliver(
        folder, mail("Bonjour, quels sont vos horaires ?", subject="Question"), hours_ago(1)
    )
    fetched = fetch(desk, server.account(folder))
    assert not requests_of(desk)
    with desk.ledger.reading(desk.organisation) as reading:
        (waiting,) = waiting_mails(reading)
        assert not waiting_receipts(reading)
    assert waiting.number == fetched.waiting[0]
    assert (waiting.why, waiting.right_read, waiting.language) == ("unclear", "unclear", "fr")


@pytest.mark.clause("SPI-REQ-1", "SPI-AMB-3")
def test_a_request_to_another_address_counts_and_names_the_right_one(
    server: Server, folder: str, ledger: Ledger, policies: dict[str, Policy]
) -> None:
    desk = desk_of(ledger, policies["spimed"], address="hello@spimed-ai.example")
    server.deliver(folder, mail("please delete my data"), hours_ago(3))
    fetch(desk, server.account(folder))
    (request,) = requests_of(desk)
    assert request.received_at == hours_ago(3)
    with ledger.reading(desk.organisation) as reading:
        ((_, letter),) = waiting_receipts(reading)
    assert "dpo@spimed-ai.example" in letter.body
    assert "Yours counts all the same" in letter.body


def test_a_reply_belongs_to_its_request(server: Server, folder: str, desk: MailDesk) -> None:
    server.deliver(folder, mail(), hours_ago(9))
    fetch(desk, server.account(folder))
    (request,) = requests_of(desk)
    with desk.ledger.reading(desk.organisation) as reading:
        ((_, letter),) = waiting_receipts(reading)
    ours = letter.headers["Message-ID"]
    plus = f"X-Original-To: privacy+{request.number.lower()}@shop.example\n"
    answers = [
        mail("My birthday is wrong too.", headers=f"In-Reply-To: {ours}\n", id="<r1@m.example>"),
        mail("One more thing.", subject=f"Re: [{request.number}] got it", id="<r2@m.example>"),
        mail("And this.", headers="References: <a1@mail.example>\n", id="<r3@m.example>"),
        mail("From my wife.", sender="eve@mail.example", headers=plus, id="<r4@m.example>"),
    ]
    for answer in answers:
        server.deliver(folder, answer, hours_ago(1))
    assert dict(fetch(desk, server.account(folder)).outcomes) == {"reply": 4}
    (request,) = requests_of(desk)
    senders = [event.detail.get("from") for event in request.events[1:]]
    assert senders == ["contact", "contact", "contact", "other"]


def test_what_cannot_be_reached_is_said(server: Server, folder: str, desk: MailDesk) -> None:
    for broken, code, kind in (
        ({"authority": None}, "mailbox-certificate", Refused),
        ({"folder": "Nowhere"}, "mailbox-folder", Refused),
        ({"port": 1}, "mailbox-unreachable", Transient),
    ):
        given = {"folder": folder} | broken
        with pytest.raises(kind) as raised:
            fetch(desk, server.account(**given))  # type: ignore[arg-type]  # as broken as it is meant to be
        assert raised.value.code == code


def test_a_mail_from_the_future_counts_as_arrived_now(
    server: Server, folder: str, desk: MailDesk
) -> None:
    server.deliver(folder, mail(), datetime(2031, 1, 1, tzinfo=UTC))
    fetch(desk, server.account(folder))
    (request,) = requests_of(desk)
    assert request.received_at == NOON
