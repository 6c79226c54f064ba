"""Mails as broken as they come: what can be read is read, and nothing ever fails."""

from __future__ import annotations

import base64
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.mailbox.conftest import mail
from troth.desk.mailbox.authentic import authentic
from troth.desk.mailbox.automatic import automatic
from troth.desk.mailbox.bounce import bounce_of
from troth.desk.mailbox.parse import parse_mail

OWN = ("privacy@shop.example",)


def raw(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


ENCODED = base64.b64encode("Supprimez mes données, s’il vous plaît.".encode()).decode()
BODIES = {
    "utf-8 said to be ascii": (
        'text/plain; charset="us-ascii"',
        "8bit",
        "Effacez mes données".encode(),
        "Effacez mes données",
    ),
    "latin-1 said to be utf-8": (
        "text/plain; charset=utf-8",
        "8bit",
        "Effacez mes données".encode("latin-1"),
        "Effacez mes données",
    ),
    "an unheard-of charset": (
        "text/plain; charset=x-martian",
        "8bit",
        "Effacez mes données".encode(),
        "Effacez mes données",
    ),
    "quoted-printable": (
        "text/plain; charset=utf-8",
        "quoted-printable",
        b"Effacez mes donn=C3=A9es =\r\npersonnelles =ZZ",
        "Effacez mes données personnelles =ZZ",
    ),
    "base64 with a broken end": (
        "text/plain; charset=utf-8",
        "base64",
        f"{ENCODED[:-2]}".encode(),
        "Supprimez mes données, s’il vous plaît",
    ),
    "a page": (
        "text/html; charset=utf-8",
        "8bit",
        "<style>p{}</style><p>Bonjour,</p><p>Effacez&nbsp;mes <b>données</b><br>Anna"
        "<script>alert(1)</script>".encode(),
        "Bonjour,\n\nEffacez mes données\nAnna",
    ),
    "signs that nobody sees": (
        "text/plain; charset=utf-8",
        "8bit",
        "de\u200blete \u202emy\x00 data".encode(),
        "delete my data",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_words_are_read_whatever_their_encoding(name: str) -> None:
    kind, encoding, body, text = BODIES[name]
    read = parse_mail(
        raw(
            "From: a@mail.example",
            f"Content-Type: {kind}",
            f"Content-Transfer-Encoding: {encoding}",
            body=body,
        )
    )
    assert read.text.startswith(text)


def test_names_and_subjects_are_decoded() -> None:
    read = parse_mail(
        raw(
            "From: =?utf-8?Q?Zo=C3=A9_Fianc=C3=A9=2C_x=40y=2Eexample?= <zoe@mail.example>",
            "Subject: =?iso-8859-1?Q?Donn=E9es?= =?x-martian?Q?=FF?=",
            "  =?utf-8?B?w6k=?=",
        )
    )
    assert read.sender == "zoe@mail.example"
    assert read.sender_name.startswith("Zoé Fiancé")
    assert "é" in read.subject


def test_several_senders_are_none() -> None:
    assert parse_mail(raw("From: a@mail.example, b@mail.example")).sender == ""
    assert parse_mail(raw("From: nobody", "From: also nobody")).sender == ""


def _with_files(*files: tuple[str, str, bytes]) -> bytes:
    parts = [b"Content-Type: text/plain\r\n\r\nmy proofs\r\n"]
    for kind, disposition, content in files:
        head = f"Content-Type: {kind}\r\nContent-Disposition: {disposition}\r\n"
        head += "Content-Transfer-Encoding: base64\r\n\r\n"
        parts.append(head.encode() + base64.encodebytes(content))
    joined = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return raw("From: a@mail.example", "Content-Type: multipart/mixed; boundary=b", body=joined)


def test_files_are_kept_if_they_are_what_they_say() -> None:
    name = "attachment; filename*=utf-8''..%2F..%2Fpi%C3%A8ce%20d%E2%80%99identit%C3%A9.pdf"
    read = parse_mail(
        _with_files(
            ("application/pdf", name, b"%PDF-1.7 x"),
            ("application/octet-stream", 'attachment; filename="scan.JPG"', b"\xff\xd8\xff x"),
            ("application/pdf", 'attachment; filename="evil.pdf"', b"MZ this is a program"),
            ("application/x-msdownload", 'attachment; filename="a.exe"', b"MZ"),
            ("text/html", 'attachment; filename="a.html"', b"<script>"),
            ("image/png", "inline; filename*=utf-8'", b"\x89PNG\r\n\x1a\n"),
        )
    )
    assert [one.media_type for one in read.attachments] == [
        "application/pdf",
        "image/jpeg",
        "image/png",
    ]
    assert read.attachments[0].name == "pièce d_identité.pdf"
    assert read.left_out == ("another type",) * 3
    assert read.text == "my proofs"


def test_there_is_a_limit_to_files_and_depth() -> None:
    files = [("text/plain", f'attachment; filename="{n}.txt"', b"x") for n in range(25)]
    read = parse_mail(_with_files(*files))
    assert (len(read.attachments), read.left_out) == (20, ("too many",) * 5)
    deep = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode()
        for n in range(3_000)
    )
    assert parse_mail(b"From: a@mail.example\r\n" + deep).sender == "a@mail.example"


def test_a_reply_is_read_without_what_it_quotes() -> None:
    for text in (
        "Thanks, no.\n\nOn Mon, 2 Nov 2026 at 10:00, Shop <privacy@shop.example> wrote:\n> delete",
        "Thanks, no.\n\nLe lun. 2 nov. 2026 à 10:00, Shop <privacy@shop.example> a écrit :\n> x",
        "Thanks, no.\n-----Original Message-----\nFrom: x@shop.example\nplease delete my data",
        "> please delete my data\nThanks, no.",
        "Thanks, no.\n-- \nAnna, who can delete my data",
    ):
        assert parse_mail(mail(text)).own == "Thanks, no.", text


MACHINES = {
    "auto-submitted": ["Auto-Submitted: auto-replied (vacation)"],
    "list": ["List-Id: <shop.lists.example>"],
    "bulk": ["Precedence: bulk"],
    "spam": ["X-Spam-Flag: YES"],
    "own": [],
}


@pytest.mark.parametrize("kind", MACHINES)
def test_machines_are_told_from_people(kind: str) -> None:
    sender = "Privacy@shop.example" if kind == "own" else "anna@mail.example"
    headers = "".join(f"{line}\n" for line in MACHINES[kind])
    assert automatic(parse_mail(mail(sender=sender, headers=headers)), OWN) == kind
    assert automatic(parse_mail(mail(headers="Auto-Submitted: no\n")), OWN) is None


@pytest.mark.parametrize("name", ["no-reply", "mailer-daemon", "bounces+17", "shop-request"])
def test_addresses_of_machines_get_no_answer(name: str) -> None:
    assert automatic(parse_mail(mail(sender=f"{name}@mail.example")), OWN) is not None


def test_a_delivery_report_names_what_failed_for_good() -> None:
    report = (
        b"--r\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        b"--r\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.mail.example\r\n\r\n"
        b"Final-Recipient: rfc822; Anna@MAIL.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"Final-Recipient: rfc822; bob@mail.example\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n"
        b"--r\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        b"Message-ID: <troth.7KQ4M-2XC9D.ab@shop.example>\r\n\r\n--r--\r\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="r"'
    read = parse_mail(
        raw("From: <MAILER-DAEMON@mx.mail.example>", f"Content-Type: {kind}", body=report)
    )
    assert automatic(read, OWN) == "bounce"
    assert bounce_of(read).failed == ("Anna@mail.example",)
    assert bounce_of(read).returned == ("<troth.7KQ4M-2XC9D.ab@shop.example>",)


@pytest.mark.parametrize(
    ("results", "good"),
    [
        ("mx.shop.example; dmarc=pass header.from=mail.example", True),
        ("mx.shop.example; spf=pass smtp.mailfrom=anna@mail.example", True),
        ("mx.shop.example 1; dkim=pass (2048) header.d=mail.example; dmarc=none", True),
        ("mx.shop.example; dkim=pass header.d=evil.example", False),
        ("mx.shop.example; dkim=pass header.d=example", False),
        ("mx.shop.example; dmarc=fail header.from=mail.example", False),
        ("mx.evil.example; dmarc=pass header.from=mail.example", False),
        ("mx.shop.example (dmarc=pass header.from=mail.example); none", False),
    ],
)
def test_only_our_own_server_vouches_for_a_sender(results: str, good: bool) -> None:
    read = parse_mail(mail(headers=f"Authentication-Results: {results}\n"))
    assert authentic(read, "mx.shop.example") is good
    assert authentic(read, None) is False


def test_a_forged_result_below_our_servers_own_counts_for_nothing() -> None:
    ours = "Authentication-Results: mx.shop.example; dmarc=fail header.from=mail.example\n"
    forged = "Authentication-Results: mx.shop.example; dmarc=pass header.from=mail.example\n"
    assert not authentic(parse_mail(mail(headers=ours + forged)), "mx.shop.example")


@given(st.binary(max_size=400))
def test_any_bytes_are_read(noise: bytes) -> None:
    parse_mail(noise)
    parse_mail(
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + noise
    )


def test_whole_mails_with_wounds_are_read() -> None:
    whole = _with_files(("application/pdf", 'attachment; filename="a.pdf"', b"%PDF-1.7 x"))
    chance = random.Random(7)
    for _ in range(400):
        wounded = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            wounded[chance.randrange(len(wounded))] = chance.randrange(256)
        parse_mail(bytes(wounded))


COSTLY = {
    "subject": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx",
    "comments": b"From: " + b"(" * 50_000 + b"\r\n\r\nx",
    "parameters": b"Content-Type: text/plain; " + b"a*0=b; " * 20_000 + b"\r\n\r\nx",
    "names": b"Content-Disposition: attachment; " + b"filename*1=a; " * 9_000 + b"\r\n\r\nx",
    "elements": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
    "quotes": b"Content-Type: text/html\r\n\r\n" + b"<blockquote>a" * 100_000,
    "ids": b"References: " + b"<a@b.example> " * 20_000 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("what", COSTLY)
def test_no_mail_keeps_the_mailbox_busy(what: str) -> None:
    begun = time.process_time()
    automatic(parse_mail(COSTLY[what]), OWN)
    assert time.process_time() - begun < 3  # each took from ten seconds to hours
