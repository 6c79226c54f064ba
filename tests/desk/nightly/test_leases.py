"""Leases with fencing tokens: real processes that are paused, woken and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import update

from ledger.conftest import NOW
from troth.desk.nightly.office import Office, Result
from troth.desk.nightly.times import Nightly
from troth.desk.nightly.worker import Job, run_one
from troth.errors import Transient
from troth.ledger.entries import read_entries
from troth.ledger.job_tables import jobs
from troth.ledger.jobs import end_job, fenced, read_job, renew_lease, take_lease
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.verify import verify

WORKER = Path(__file__).with_name("slow_worker.py")
ORG = "acme"
LASTS = timedelta(minutes=5)
PIECES = 8
LONGEST_S = 300  # of a process that hangs; no test comes near


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    with open_ledger(address, at=NOW) as opened:
        yield opened


def start(address: str, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(WORKER), address, str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: subprocess.Popen[str]) -> None:
    """Lets it do the next piece."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def words(process: subprocess.Popen[str]) -> list[str]:
    """What it says until it ends, with nobody holding it up."""
    for _ in range(PIECES):
        go_on(process)
    return process.communicate(timeout=LONGEST_S)[0].splitlines()


def run_out(ledger: Ledger) -> None:
    """As if the time of the lease had passed."""
    with ledger.writing(ORG) as writing:
        writing.connection.execute(update(jobs).values(leased_until=NOW))


def end(*processes: subprocess.Popen[str] | None) -> None:
    for process in processes:
        if process is not None:
            process.kill()
            process.communicate()


def pieces(ledger: Ledger) -> list[str]:
    """Who did each piece; the journal is whole."""
    with ledger.reading(ORG) as reading:
        assert verify(reading).ok
        entries = list(read_entries(reading))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    return [entry.payload["by"] for entry in entries if entry.kind == "piece-done"]


def test_a_paused_process_that_wakes_writes_nothing(address: str, ledger: Ledger) -> None:
    first, second = start(address, 1), None
    try:
        assert said(first) == "begun"
        assert said(first) == "piece 1"
        go_on(first)
        assert said(first) == "piece 2"
        os.kill(first.pid, signal.SIGSTOP)  # it waits, outside any transaction
        run_out(ledger)
        second = start(address, 2)
        assert said(second) == "begun"
        go_on(first)
        os.kill(first.pid, signal.SIGCONT)
        assert said(first) == "ended lease-lost"
        assert words(second)[-1] == "ended done"
        found = pieces(ledger)
    finally:
        end(first, second)
    assert found == ["1"] * 2 + ["2"] * 6
    with ledger.reading(ORG) as reading:
        record = read_job(reading, "slow")
    assert (record.state, record.token, record.holder) == ("done", 2, None)


def test_a_killed_process_is_followed_by_another(address: str, ledger: Ledger) -> None:
    first, second = start(address, 1), None
    try:
        assert said(first) == "begun"
        second = start(address, 2)  # waits for the lease
        for number in (1, 2, 3):
            assert said(first) == f"piece {number}"
            if number < 3:
                go_on(first)
        first.kill()
        first.wait()
        run_out(ledger)
        assert said(second) == "begun"
        assert words(second)[-1] == "ended done"
        found = pieces(ledger)
    finally:
        end(first, second)
    assert found == ["1"] * 3 + ["2"] * 5
    with ledger.reading(ORG) as reading:
        ended = [entry for entry in read_entries(reading) if entry.kind == "job-ended"]
    assert len(ended) == 1


def test_two_processes_at_once_do_the_work_once(address: str, ledger: Ledger) -> None:
    both = [start(address, number) for number in (1, 2)]
    for process in both * PIECES:
        go_on(process)
    found = [process.communicate(timeout=LONGEST_S)[0].split() for process in both]
    assert sum("begun" in one for one in found) == 1
    assert len(pieces(ledger)) == PIECES


def test_a_job_renews_its_lease_while_it_runs(ledger: Ledger) -> None:
    """However slowly this machine runs: nobody else takes the lease meanwhile."""

    def leased_until() -> datetime:
        with ledger.reading(ORG) as reading:
            found = read_job(reading, "long").leased_until
        assert found is not None
        return found

    def work(office: Office) -> Result:
        first = leased_until()
        while leased_until() == first:
            time.sleep(0.01)
        return Result()

    def now() -> datetime:
        return datetime.now(UTC)

    office = cast(Any, Office)(
        SimpleNamespace(organisation=ORG, policy=SimpleNamespace(zoneinfo=UTC)),
        ledger,
        now,
        "",
        Path("/"),
    )
    job = Job("long", "for tests", Nightly(NOW.time()), work)
    done = run_one(office, job, holder="a", lasts=timedelta(seconds=0.2), forced=True)
    assert done is not None
    assert done.error is None


def test_a_lease_that_has_run_out_is_taken_over(ledger: Ledger) -> None:
    """By the time that the ledger goes by, which on a server is the server's."""
    shortly = timedelta(milliseconds=50)
    with ledger.writing(ORG) as writing:
        one = take_lease(writing, "check", "a", lasts=shortly, now=datetime.now(UTC))
    assert one is not None
    other = None
    while other is None:
        with ledger.writing(ORG) as writing:
            other = take_lease(writing, "check", "b", lasts=LASTS, now=datetime.now(UTC))
    assert other.token == one.token + 1


def test_a_lease_is_for_one_and_a_fence_for_the_rest(ledger: Ledger) -> None:
    now = datetime.now(UTC)
    with ledger.writing(ORG) as writing:
        one = take_lease(writing, "check", "a", lasts=LASTS, now=now)
        assert take_lease(writing, "check", "b", lasts=LASTS, now=now) is None
        assert take_lease(writing, "other", "b", lasts=LASTS, now=now) is not None
    assert one is not None
    with ledger.writing(ORG) as writing:
        # a lease of the far future was taken by a clock that ran ahead
        ahead = take_lease(writing, "ahead", "a", lasts=timedelta(days=900), now=now)
        again = take_lease(writing, "ahead", "b", lasts=LASTS, now=now)
    assert ahead is not None
    assert again is not None
    assert again.token == ahead.token + 1
    old = fenced(ledger, ahead)
    with pytest.raises(Transient, match="taken over"), old.writing(ORG) as writing:
        writing.append("piece-done", now, {})
    with pytest.raises(Transient), ledger.writing(ORG) as writing:
        end_job(writing, ahead, "done", at=now, counts={})
    with pytest.raises(Transient), ledger.writing(ORG) as writing:
        renew_lease(writing, ahead, now=now)
    with fenced(ledger, again).writing(ORG) as writing:
        end_job(writing, again, "failed", at=now, counts={}, code="store-unreachable")
    with ledger.reading(ORG) as reading:
        assert not list(read_entries(reading))
        assert read_job(reading, "ahead").failures == 1
