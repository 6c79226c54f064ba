"""Decisions on a real ledger: what another process commits binds the next one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.decide.promise import policy
from troth.desk.decide.decisions import Decisions
from troth.errors import TrothError
from troth.grounds.facts import Act, ConsentFact, Identifier
from troth.grounds.use import Question
from troth.ledger.consents import record_consents
from troth.ledger.holds import add_hold, lift_hold
from troth.ledger.ledger import Ledger, open_ledger

NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)
SPELLING = {"email": "email"}
ANN = Identifier("email", "Ann@mail.example")
CLUB = Question("club", "data", (ANN,))

OTHER_PROCESS = """
import sys
from datetime import datetime
from troth.grounds.facts import ConsentFact, Identifier
from troth.ledger.consents import record_consents
from troth.ledger.ledger import open_ledger
place, organisation, state, at = sys.argv[1:]
now = datetime.fromisoformat(at)
fact = ConsentFact(Identifier("email", "ann@MAIL.example"), "club", state, now)
with open_ledger(place, at=now) as ledger, ledger.writing(organisation) as writing:
    record_consents(writing, [fact], by="other", at=now)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    url: str = request.getfixturevalue("postgres_url")
    return url


@contextmanager
def deciding(place: str) -> Iterator[tuple[Ledger, Decisions]]:
    with (
        open_ledger(place, at=NOW) as ledger,
        Decisions(ledger, "us", policy(), NOW, spelling=SPELLING) as decisions,  # type: ignore[arg-type]  # words
    ):
        yield ledger, decisions


def elsewhere(place: str, state: str, at: datetime, organisation: str = "us") -> None:
    command = [sys.executable, "-c", OTHER_PROCESS, place, organisation, state, at.isoformat()]
    subprocess.run(command, check=True, timeout=60)


def test_another_process_gives_and_withdraws(place: str) -> None:
    with deciding(place) as (_, decisions):
        assert not decisions.answer(NOW, CLUB).allowed
        later = NOW + timedelta(seconds=1)
        elsewhere(place, "given", later)
        assert decisions.answer(later, CLUB).allowed
        after = NOW + timedelta(seconds=2)
        elsewhere(place, "withdrawn", after)
        answer = decisions.may(after, "club", "data", decisions.decider.key(ANN))
        assert {part.code for part in answer.missing} == {"consent-withdrawn"}


def test_another_organisation_changes_nothing(place: str) -> None:
    with deciding(place) as (_, decisions):
        elsewhere(place, "given", NOW, organisation="them")
        assert not decisions.answer(NOW, CLUB).allowed


def test_a_clock_that_is_ahead_loses_nothing(place: str) -> None:
    """What another process dates a second from now counts in a second, without a new version."""
    with deciding(place) as (_, decisions):
        elsewhere(place, "given", NOW + timedelta(seconds=1))
        assert not decisions.answer(NOW, CLUB).allowed
        assert decisions.answer(NOW + timedelta(seconds=1), CLUB).allowed


def test_a_hold_opens_and_lifts(place: str) -> None:
    asked = Question(None, "data", (ANN,), case="7")
    with deciding(place) as (ledger, decisions):
        assert not decisions.answer(NOW, asked).allowed
        with ledger.writing("us") as writing:
            hold = add_hold(writing, case="7", reason="x", by="me", at=NOW, persons=[ANN])
        assert decisions.answer(NOW, asked).allowed
        with ledger.writing("us") as writing:
            lift_hold(writing, hold.id, reason="x", by="me", at=NOW)
        assert not decisions.answer(NOW, asked).allowed


def test_acts_come_from_whoever_reads_them(place: str) -> None:
    act = Act("a", "restriction", (ANN,), NOW)
    sale = Question("sale", "data", (ANN,))
    acts: list[Act] = []
    with (
        open_ledger(place, at=NOW) as ledger,
        Decisions(ledger, "us", policy(), NOW, read_acts=lambda _: tuple(acts)) as decisions,
    ):
        assert decisions.answer(NOW, sale).allowed
        acts.append(act)
        with ledger.writing("us") as writing:  # whatever moves the version
            fact = ConsentFact(Identifier("email", "bob@mail.example"), "club", "given", NOW)
            record_consents(writing, [fact], by="me", at=NOW)
        assert not decisions.answer(NOW, sale).allowed


def test_without_the_ledger_there_is_no_answer(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    with deciding(str(place)) as (ledger, decisions):
        decisions.answer(NOW, CLUB)
        decisions._watch.close()  # every connection is lost, and the file with it
        ledger.close()
        for file in tmp_path.iterdir():
            file.unlink()
        place.write_bytes(b"no database at all, and long enough to be read as a page" * 100)
        for _ in range(2):
            with pytest.raises(TrothError) as caught:
                decisions.answer(NOW, CLUB)
            assert caught.value.code == "not-a-ledger"
