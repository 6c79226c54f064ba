"""Accounts, sessions and credentials in the ledger, on both databases; organisations apart."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from ledger.conftest import NOW
from troth.desk.accounts import sessions
from troth.errors import Refused
from troth.ledger import accounts, credentials, looks
from troth.ledger.accounts import AccountEvent
from troth.ledger.ledger import Ledger
from troth.ledger.verify import verify

ORG, OTHER = "acme", "other"


def test_an_account_is_what_its_events_say(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        made = accounts.add_account(writing, "anne", "dpo", by="cli", at=NOW, email="a@b.example")
        for kind, detail in (
            ("role-given", {"role": "auditor"}),
            ("disabled", {}),
            ("enabled", {}),
            ("keys-reset", {}),
        ):
            event = AccountEvent(made.id, kind, NOW, "cli", detail)  # type: ignore[arg-type]  # one of the kinds
            accounts.record_account_event(writing, event)
    with ledger.reading(ORG) as reading:
        found = accounts.find_account(reading, "ANNE")
        assert (found.role, found.active, found.email) == ("auditor", True, "a@b.example")
        assert found.stands_on > made.stands_on
        assert verify(reading).ok
    with ledger.writing(ORG) as writing, pytest.raises(Refused, match="already"):
        accounts.add_account(writing, "Anne", "agent", by="cli", at=NOW)


def test_organisations_see_nothing_of_each_other(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        made = accounts.add_account(writing, "anne", "dpo", by="cli", at=NOW)
        token = sessions.start_session(writing, made, how="test", at=NOW)
        credentials.keep_credential(writing, made.id, "passkey", at=NOW, finder="abc")
        look = looks.Look("anne", "request", "7KQ4M", "requests", NOW)
        looks.record_look(writing, look)
    with ledger.reading(OTHER) as reading:
        assert accounts.read_accounts(reading) == ()
        assert accounts.account_of(reading, made.id) is None
        assert sessions.find_session(reading, token, NOW) is None
        assert credentials.credentials_found(reading, "passkey", "abc") == ()
        assert looks.read_looks(reading, most=9) == ()
    with ledger.reading(ORG) as reading:
        assert sessions.find_session(reading, token, NOW) is not None
        assert looks.read_looks(reading, most=9, reference="7KQ4M") == (look,)


def test_a_session_stands_until_anything_of_its_account_changes(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        made = accounts.add_account(writing, "anne", "dpo", by="cli", at=NOW)
        one, two = (sessions.start_session(writing, made, how="test", at=NOW) for _ in range(2))
        assert len(sessions.sessions_of(writing, made, NOW)) == 2
        digest = sessions.digest_of(one)
        assert sessions.end_sessions(writing, made, but=digest) == 1
        assert sessions.find_session(writing, two, NOW) is None
        assert sessions.find_session(writing, one, NOW + sessions.IDLE) is not None
        late = NOW + sessions.IDLE + timedelta(microseconds=1)
        assert sessions.find_session(writing, one, late) is None
        event = AccountEvent(made.id, "role-given", NOW, "cli", {"role": "dpo"})
        accounts.record_account_event(writing, event)
        assert sessions.find_session(writing, one, NOW) is None


def test_what_counts_once_counts_once_for_two_at_once(ledger: Ledger) -> None:
    ready, taken = Barrier(2), []

    def take() -> None:
        ready.wait()
        with ledger.writing(ORG) as writing:
            taken.append(
                credentials.spend(writing, "key-1/42", until=NOW + timedelta(minutes=2), at=NOW)
            )

    threads = [Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False, True]
    later = NOW + timedelta(minutes=3)
    with ledger.writing(ORG) as writing:  # forgotten once it could not count anyway
        assert credentials.spend(writing, "key-1/42", until=later, at=later)


def test_tries_are_counted_and_forgotten(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        for number in (1, 2, 3):
            credentials.note_tries(writing, "d", number, at=NOW, forget=NOW - timedelta(days=1))
        assert credentials.tries_of(writing, "d") == (3, NOW)
        tomorrow = NOW + timedelta(days=2)
        credentials.note_tries(writing, "e", 1, at=tomorrow, forget=tomorrow - timedelta(days=1))
        assert credentials.tries_of(writing, "d") == (0, None)
        credentials.note_tries(writing, "e", 0, at=tomorrow, forget=NOW)
        assert credentials.tries_of(writing, "e") == (0, None)
