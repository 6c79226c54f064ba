"""Mails of a real IMAP server become requests: once, from their arrival, with a receipt."""

from __future__ import annotations

import base64
import threading
from datetime import UTC, date, datetime

import pytest

from desk.mailbox.conftest import BOTH, NOON, desk_of, hours_ago, mail
from desk.mailbox.post import Server
from troth.desk.mailbox import cues
from troth.desk.mailbox.cues import Read
from troth.desk.mailbox.desk import MailDesk
from troth.desk.mailbox.fetch import Fetched, fetch, fetch_from
from troth.desk.mailbox.look import dismiss, make_request
from troth.desk.mailbox.source import open_folder
from troth.errors import Refused, Transient
from troth.ledger.documents import documents_of, open_document
from troth.ledger.ledger import Ledger
from troth.ledger.mails import address_fails, waiting_mails
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


def test_files_are_sealed_with_the_request_and_go_with_what_is_dismissed(
    server: Server, folder: str, desk: MailDesk
) -> None:
    pdf = base64.encodebytes(b"%PDF-1.7 my proof").decode()
    body = (
        "--b\nContent-Type: text/plain\n\n{}\n--b\nContent-Type: application/pdf\n"
        'Content-Disposition: attachment; filename="proof.pdf"\n'
        f"Content-Transfer-Encoding: base64\n\n{pdf}\n--b--\n"
    )
    head = "From: anna@mail.example\nSubject: x\nMessage-ID: <{}@mail.example>\n"
    head += "Content-Type: multipart/mixed; boundary=b\n\n"
    for each, text in enumerate(("Please delete my data.", "Here you are.")):
        raw = (head.format(f"f{each}") + body.format(text)).replace("\n", "\r\n").encode()
        server.deliver(folder, raw, hours_ago(2 - each))
    fetched = fetch(desk, server.account(folder))
    (request,) = requests_of(desk)
    with desk.ledger.writing(desk.organisation) as writing:
        (kept,) = documents_of(writing, request.number)
        assert request.events[0].detail["documents"] == kept.id
        assert open_document(writing, kept.id, desk_key=bytes(32)) == b"%PDF-1.7 my proof"
        (waiting,) = fetched.waiting
        assert len(documents_of(writing, waiting)) == 1
        dismiss(writing, waiting, by="dpo", at=NOON)
        assert not documents_of(writing, waiting)
        assert not waiting_mails(writing)


def test_a_letter_of_ours_that_comes_back_marks_its_address(
    server: Server, folder: str, desk: MailDesk
) -> None:
    server.deliver(folder, mail(), hours_ago(9))
    fetch(desk, server.account(folder))
    with desk.ledger.reading(desk.organisation) as reading:
        ((_, letter),) = waiting_receipts(reading)
    for each, ours in enumerate((letter.headers["Message-ID"], "<forged@shop.example>") * 2):
        server.deliver(folder, _report("anna@mail.example", ours, each), hours_ago(1))
    assert fetch(desk, server.account(folder)).outcomes["bounce"] == 4
    (request,) = requests_of(desk)
    assert [event.kind for event in request.events] == [
        "mail-received",
        "mail-returned",
        "mail-returned",
    ]
    with desk.ledger.reading(desk.organisation) as reading:
        assert address_fails(reading, "Anna@mail.example")
        assert not address_fails(reading, "bob@mail.example")


def _report(failed: str, returned: str, each: int) -> bytes:
    text = (
        f"From: MAILER-DAEMON@mx.mail.example\nMessage-ID: <d{each}@mx.mail.example>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\n\n'
        "--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.mail.example\n\n"
        f"Final-Recipient: rfc822; {failed}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: {returned}\n\n--r--\n"
    )
    return text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "headers",
    ["Auto-Submitted: auto-replied\n", "List-Id: <l.example>\n", "X-Spam-Flag: YES\n"],
)
def test_machines_get_no_answer_and_their_loops_end(
    server: Server, folder: str, desk: MailDesk, headers: str
) -> None:
    server.deliver(folder, mail("Your newsletter. Unsubscribe.", headers=headers), hours_ago(1))
    asks = mail("Please delete my data.", headers=headers, id="<m2@mail.example>")
    server.deliver(folder, asks, hours_ago(1))
    found = fetch(desk, server.account(folder))
    assert dict(found.outcomes) == {"automatic": 1, "waiting": 1}
    with desk.ledger.reading(desk.organisation) as reading:
        assert not waiting_receipts(reading)


def test_a_sixth_request_of_a_day_is_not_answered(
    server: Server, folder: str, desk: MailDesk
) -> None:
    for each in range(7):
        text = mail(f"Please delete my data, {each}.", id=f"<l{each}@mail.example>")
        server.deliver(folder, text, hours_ago(1))
    found = fetch(desk, server.account(folder))
    assert dict(found.outcomes) == {"request": 5, "waiting": 2}
    with desk.ledger.reading(desk.organisation) as reading:
        assert {one.why for one in waiting_mails(reading)} == {"many"}


@pytest.mark.clause("SPI-REQ-1")
def test_what_a_colleague_forwards_is_looked_at_with_its_first_date(
    server: Server, folder: str, desk: MailDesk
) -> None:
    text = "For you.\n\n-----Original Message-----\nFrom: bob@mail.example\n\nplease delete my data"
    server.deliver(folder, mail(text, sender="sales@shop.example"), hours_ago(1))
    (number,) = fetch(desk, server.account(folder)).waiting
    with desk.ledger.writing(desk.organisation) as writing:
        assert waiting_mails(writing)[0].why == "forwarded"
        made = make_request(
            writing,
            number,
            "erasure",
            desk.policy,
            by="dpo",
            at=NOON,
            contact="bob@mail.example",
            received_at=hours_ago(5),
        )
    assert (made.contact, made.received_at) == ("bob@mail.example", hours_ago(5))
    assert [request.number for request in requests_of(desk)] == [number]


def test_a_mail_that_nobody_thought_of_stops_no_other(
    server: Server, folder: str, desk: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_right(subject: str, text: str) -> Read:
        if "poison" in text:
            raise RecursionError
        return cues.read_right(subject, text)

    monkeypatch.setattr("troth.desk.mailbox.take.read_right", read_right)
    server.deliver(folder, mail("poison"), hours_ago(2))
    server.deliver(folder, mail(id="<p2@mail.example>"), hours_ago(1))
    found = fetch(desk, server.account(folder))
    assert dict(found.outcomes) == {"waiting": 1, "request": 1}
    assert not fetch(desk, server.account(folder)).outcomes
    with desk.ledger.reading(desk.organisation) as reading:
        assert [one.why for one in waiting_mails(reading)] == ["unreadable"]
