"""Leases with fencing tokens: real processes that are paused, woken and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.conftest import NOW
from troth.errors import Transient
from troth.ledger.entries import read_entries
from troth.ledger.jobs import end_job, fenced, read_job, renew_lease, take_lease
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.verify import verify

WORKER = Path(__file__).with_name("slow_worker.py")
ORG = "acme"
LASTS = timedelta(minutes=5)


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
        [sys.executable, str(WORKER), address, str(number)], stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def last(process: subprocess.Popen[str]) -> str:
    """What it says at the end."""
    return process.communicate(timeout=60)[0].strip().splitlines()[-1]


def pieces(ledger: Ledger) -> list[str]:
    """Who did each piece; the journal is whole."""
    with ledger.reading(ORG) as reading:
        assert verify(reading).ok
        entries = list(read_entries(reading))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    return [entry.payload["by"] for entry in entries if entry.kind == "piece-done"]


def test_a_paused_process_that_wakes_writes_nothing(address: str, ledger: Ledger) -> None:
    first = start(address, 1)
    assert said(first) == "begun"
    assert [said(first) for _ in range(2)] == ["piece 1", "piece 2"]
    os.kill(first.pid, signal.SIGSTOP)  # it sleeps, outside any transaction
    try:
        second = start(address, 2)
        assert said(second) == "begun"  # once the lease of the paused one has run out
        os.kill(first.pid, signal.SIGCONT)
        assert said(first) == "ended lease-lost"
        assert last(second) == "ended done"
        found = pieces(ledger)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
    assert found == ["1"] * 2 + ["2"] * 6
    with ledger.reading(ORG) as reading:
        record = read_job(reading, "slow")
    assert (record.state, record.token, record.holder) == ("done", 2, None)


def test_a_killed_process_is_followed_by_another(address: str, ledger: Ledger) -> None:
    first = start(address, 1)
    assert said(first) == "begun"
    second = start(address, 2)  # waits for the lease
    assert [said(first) for _ in range(3)] == ["piece 1", "piece 2", "piece 3"]
    first.kill()
    first.wait()
    assert said(second) == "begun"
    assert last(second) == "ended done"
    found = pieces(ledger)
    assert found == ["1"] * 3 + ["2"] * 5
    with ledger.reading(ORG) as reading:
        ended = [entry for entry in read_entries(reading) if entry.kind == "job-ended"]
    assert len(ended) == 1


def test_two_processes_at_once_do_the_work_once(address: str, ledger: Ledger) -> None:
    both = [start(address, number) for number in (1, 2)]
    words = [process.communicate(timeout=60)[0].split() for process in both]
    assert sum("begun" in one for one in words) == 1
    assert len(pieces(ledger)) == 8


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
