"""A breach from its discovery to its end, by the commands, with letters on a real mail server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from apply.sink import Sink, sink
from cli.project import Folder


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def add_mail(folder: Folder, server: Sink) -> None:
    troth = folder.path / "troth.yaml"
    mail = (
        f"mail: {{host: 127.0.0.1, port: {server.port}, from: dpo@shop.example, security: none}}\n"
    )
    troth.write_text(troth.read_text() + mail, encoding="utf-8")


@pytest.mark.clause("PUB-SEC-2", "PUB-SEC-3", "PUB-SEC-5", "SMA-X-1")
def test_a_breach_from_discovery_to_its_end(folder: Folder) -> None:
    with sink() as mail:
        add_mail(folder, mail)
        new = folder.json("breach", "new", "--facts", "a list was sent openly",
                          "--noticed", hours_ago(1), "--table", "shop.customer")  # fmt: skip
        name = new["breach"]
        assert (new["categories"], new["tables"]) == (["contact"], ["shop.customer"])
        assert new["tasks"] == ["contain", "assess-risk", "notify", "find-cause"]
        assert 70.9 < new["hours_left"] <= 71
        # a complete notification needs all of Art. 33(3); one in phases does not
        assert folder.code("breach", "notify", name, "--authority", "CNIL") == "breach-incomplete"
        folder.run("breach", "notify", name, "--authority", "CNIL", "--phase", "first")
        # letters need consequences and measures (Art. 34(2)), whatever note they bear
        noted = folder.json("breach", "note", name, "--risk", "high", "--people", "2")
        assert noted["tasks"] == ["contain", "tell", "complete", "find-cause"]
        tell = ("breach", "tell", name, "--note")
        assert folder.code(*tell) == "breach-letter-incomplete"
        folder.run("breach", "note", name, "--records", "2", "--consequences", "unwanted mail",
                   "--contained", "the list was called back", "--owner", "Camille",
                   "--contact", "dpo@shop.example")  # fmt: skip
        assert folder.json(*tell, "--preview")["letters"] == 2
        assert folder.json(*tell)["mail"] == {"sent": 2, "waiting": 0}
        assert mail.reached == ["new@mail.example", "old@mail.example"]
        # nobody gets it twice, and it cannot be closed before the cause was told as well
        assert folder.code(*tell) == "breach-nobody-reached"
        folder.run("breach", "notify", name, "--authority", "CNIL", "--phase", "complete")
        assert folder.code("breach", "close", name) == "breach-not-finished"
        assert folder.code("breach", "tell", name, "--follow-up") == "breach-without-cause"
        folder.run("breach", "note", name, "--cause", "addresses in the wrong field")
        assert folder.code("breach", "close", name) == "breach-not-finished"
        done = folder.json("breach", "tell", name, "--follow-up")
        assert (done["letters"], done["followed_up"], done["tasks"]) == (2, 2, ["close"])
    assert len(mail.letters) == 4
    folder.run("breach", "close", name)
    assert folder.code("breach", "note", name, "--people", "3") == "breach-closed"
    assert folder.json("breach", "list")["breaches"] == []
    folder.run("journal", "verify")


@pytest.mark.clause("SMA-X-1", "SPI-SEC-2", "COL-SEC-6")
def test_after_72_hours_an_alarm_is_raised_and_reasons_are_needed(small: Folder) -> None:
    name = small.json("breach", "new", "--facts", "a lost laptop", "--noticed", hours_ago(80))[
        "breach"
    ]
    (listed,) = small.json("breach", "list", status=1)["breaches"]
    assert (listed["overdue"], listed["late"]) == (True, True)
    assert "OVERDUE by 8 h" in small.run("breach", "list", status=1)
    notify = ("breach", "notify", name, "--authority", "CNIL", "--phase", "first")
    assert small.code(*notify) == "breach-late-without-reasons"
    small.run(*notify, "--at", hours_ago(9))  # recorded later, made in time
    assert not small.json("breach", "show", name)["late"]


def test_no_risk_needs_no_notification_and_exemptions_need_a_reason(small: Folder) -> None:
    name = small.json("breach", "new", "--risk", "none", "--facts", "an encrypted disk")["breach"]
    assert "no notification needed" in small.run("breach", "list")
    assert small.json("breach", "show", name)["tasks"] == ["contain", "find-cause"]
    small.run("breach", "note", name, "--risk", "high")
    assert small.code("breach", "tell", name, "--exempt", "protected") == "usage"
    small.run("breach", "tell", name, "--exempt", "disproportionate", "--reason", "no addresses")
    assert "tell" in small.json("breach", "show", name)["tasks"]  # then in public (34(3)(c))
    small.run("breach", "tell", name, "--public", "notice on the home page", "--people", "40")
    assert "tell" not in small.json("breach", "show", name)["tasks"]


def test_the_document_says_all_and_what_is_not_known_yet(small: Folder) -> None:
    name = small.json("breach", "new", "--facts", "<b>open</b> list", "--table", "shop.customer")[
        "breach"
    ]
    page = small.path / "n.html"
    small.run("breach", "notify", name, "--out", str(page), "--lang", "fr")
    text = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;open" in text
    assert text.count("pas encore connu") == 5  # persons, records, contact, consequences, measures
    paper = small.path / "n.pdf"
    small.run("breach", "notify", name, "--out", str(paper), "--lang", "en")
    words = " ".join(one.extract_text() for one in pypdf.PdfReader(paper).pages)
    for part in ("33(3)(a)", "33(3)(b)", "33(3)(c)", "33(3)(d)", name):
        assert part in words
    register = small.path / "b.csv"
    small.run("breach", "note", name, "--facts", "=cmd()")
    small.run("breach", "export", "--out", str(register))
    assert "'=cmd()" in register.read_text(encoding="utf-8-sig")


def test_what_is_refused(small: Folder) -> None:
    assert small.code("breach", "show", "breach-0") == "unknown-breach"
    assert small.code("breach", "new", "--noticed", "2999-01-01T00:00Z") == "breach-in-the-future"
    assert small.code("breach", "new", "--noticed", "yesterday") == "not-an-instant"
    assert small.code("breach", "new", "--table", "shop.custmer") == "unknown-table"
    assert small.code("breach", "new", "--processor", "nobody") == "unknown-recipient"
    name = small.json("breach", "new")["breach"]
    assert small.code("breach", "note", name) == "nothing-noted"
    assert small.code("breach", "notify", name, "--phase", "first") == "breach-without-authority"
    early = ("breach", "notify", name, "--authority", "CNIL", "--phase", "first", "--at")
    assert small.code(*early, hours_ago(100)) == "breach-notified-early"
