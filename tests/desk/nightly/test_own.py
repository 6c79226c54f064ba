"""Troth's own ledger ends too: requests as they came, packages and breaches, by their periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from apply.shop import MAP, POLICY
from troth.datamap.load import parse_map
from troth.desk.nightly.office import Office
from troth.desk.nightly.own import forget
from troth.desk.standing.record import record_event, record_request
from troth.grounds.facts import Identifier
from troth.ledger.breaches import BreachEvent, add_event, open_breach, read_breaches
from troth.ledger.documents import documents_of, store_document
from troth.ledger.entries import read_entries
from troth.ledger.holds import add_hold
from troth.ledger.ledger import open_ledger
from troth.ledger.mails import (
    FAILS_AFTER,
    Waiting,
    address_fails,
    keep_waiting,
    note_bounce,
    waiting_mails,
)
from troth.ledger.requests import Request, RequestEvent, read_requests
from troth.ledger.standings import read_standings
from troth.ledger.verify import verify
from troth.policy.load import parse_policy

ORG, KEY = "corner-shop", bytes(range(32))
CLOSED = datetime(2026, 3, 10, 12, tzinfo=UTC)
POLICY_OF = parse_policy(POLICY.encode(), "policy.yaml")
MAP_OF = parse_map(MAP.encode(), "map.yaml", POLICY_OF)[0]


def asked(number: str, email: str) -> Request:
    names = {"email": email, "name": "Anna Secret"}
    return Request(number, "access", "portal", CLOSED, date(2026, 4, 10), "en", email, names)


def test_what_is_past_its_end_is_forgotten(tmp_path: Path) -> None:
    now = [CLOSED]
    project: Any = SimpleNamespace(organisation=ORG, policy=POLICY_OF, map=MAP_OF, folder=tmp_path)
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=CLOSED) as ledger:
        office = cast(Office, Office(project, ledger, lambda: now[0], "", tmp_path))
        with ledger.writing(ORG) as writing:
            for number, email in (("GOES", "anna@mail.example"), ("HELD", "ben@mail.example")):
                record_request(writing, POLICY_OF, asked(number, email), by="x", at=CLOSED)
                store_document(
                    writing, number, "package", b"all of it", "application/zip",
                    desk_key=KEY, by="x", at=CLOSED,
                )  # fmt: skip
                closed = RequestEvent("closed", CLOSED, "dpo")
                record_event(writing, POLICY_OF, number, closed)
            record_request(writing, POLICY_OF, asked("OPEN", "eve@mail.example"), by="x", at=CLOSED)
            add_hold(
                writing, case="1", reason="a dispute", by="dpo", at=CLOSED,
                persons=[Identifier("email", "Ben@mail.example")],
            )  # fmt: skip
            breach = open_breach(writing, CLOSED, by="dpo", at=CLOSED)
            add_event(writing, breach.id, BreachEvent("noted", CLOSED, "dpo", {"facts": "Anna"}))
            add_event(writing, breach.id, BreachEvent("closed", CLOSED, "dpo"))

        now[0] = CLOSED + timedelta(days=89)
        assert not any(forget(office).counts.values())
        now[0] = CLOSED + timedelta(days=90)  # packages alone, and not that of whom a hold names
        assert {k: v for k, v in forget(office).counts.items() if v} == {"packages": 1}
        now[0] = datetime(2031, 3, 9, 12, tzinfo=UTC)  # five years end as 10 March 2031 begins
        assert not any(forget(office).counts.values())
        now[0] = datetime(2031, 3, 10, 12, tzinfo=UTC)
        gone = {k: v for k, v in forget(office).counts.items() if v}
        assert gone == {"received": 1, "breaches": 1}
        with ledger.reading(ORG) as reading:
            assert [one.number for one in read_requests(reading)] == ["HELD", "OPEN"]
            assert [one.number for one in read_standings(reading)] == ["HELD", "OPEN"]
            assert documents_of(reading, "GOES") == ()
            assert read_breaches(reading) == ()
            assert verify(reading).ok
            payloads = str([entry.payload for entry in read_entries(reading)])
    assert "anna" not in payloads.lower()
    assert b"anna@mail.example" not in (tmp_path / "ledger.sqlite").read_bytes()


def test_mails_that_nobody_looked_at_and_addresses_that_failed_end_too(tmp_path: Path) -> None:
    now = [CLOSED]
    project: Any = SimpleNamespace(organisation=ORG, policy=POLICY_OF, map=MAP_OF, folder=tmp_path)
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=CLOSED) as ledger:
        office = cast(Office, Office(project, ledger, lambda: now[0], "", tmp_path))
        with ledger.writing(ORG) as writing:
            for number, sender in (("M-1", "anna@mail.example"), ("M-2", "Ben@mail.example")):
                words = "please look, " + sender
                mail = Waiting(
                    number, CLOSED, "unclear", "access", "en", sender, "Anna", "Hello", words, {}
                )
                keep_waiting(writing, mail, at=CLOSED)
            for _ in range(FAILS_AFTER):
                note_bounce(writing, "eve@mail.example", at=CLOSED)
            add_hold(
                writing, case="1", reason="a dispute", by="dpo", at=CLOSED,
                persons=[Identifier("email", "ben@mail.example")],
            )  # fmt: skip

        def gone() -> dict[str, int]:
            return {name: count for name, count in forget(office).counts.items() if count}

        now[0] = datetime(2026, 9, 9, 12, tzinfo=UTC)  # six months end as 10 September begins
        assert gone() == {}
        now[0] = datetime(2026, 9, 10, 12, tzinfo=UTC)
        assert gone() == {"mails": 1}
        assert gone() == {}
        with ledger.reading(ORG) as reading:
            assert [one.number for one in waiting_mails(reading)] == ["M-2"]
            assert address_fails(reading, "Eve@mail.example")
        now[0] = datetime(2027, 3, 10, 12, tzinfo=UTC)
        assert gone() == {"addresses": 1}
        with ledger.reading(ORG) as reading:
            assert not address_fails(reading, "eve@mail.example")
            assert verify(reading).ok
            payloads = str([entry.payload for entry in read_entries(reading)])
    assert "anna" not in payloads.lower()
    assert b"anna@mail.example" not in (tmp_path / "ledger.sqlite").read_bytes()
