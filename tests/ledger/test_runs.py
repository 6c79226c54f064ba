"""Approvals, fencing tokens, and the progress by which a run is resumed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from ledger.conftest import NOW
from troth.errors import Refused
from troth.ledger.entries import read_back, read_entries
from troth.ledger.facts import facts_version
from troth.ledger.ledger import Ledger
from troth.ledger.plans import Approval, approval_of, approve_plan
from troth.ledger.runs import (
    Receipt,
    StepProgress,
    append_receipts,
    current_token,
    end_run,
    read_steps,
    remained,
    save_step,
    start_run,
    take_token,
    unfinished_run,
    written_by_plan,
)
from troth.ledger.verify import verify

ORG = "acme"
HOUR = timedelta(hours=1)


def test_an_approval_counts_for_its_digest_until_it_expires(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        approve_plan(writing, "ab12", by="dpo", at=NOW, expires_at=NOW + HOUR)
        approve_plan(writing, "ab12", by="ceo", at=NOW, expires_at=NOW + 2 * HOUR)
    with ledger.reading(ORG) as reading:
        until_two = Approval("ab12", "ceo", NOW, NOW + 2 * HOUR)
        assert approval_of(reading, "ab12", NOW) == until_two
        assert approval_of(reading, "ab12", NOW + 2 * HOUR - HOUR / 2) == until_two
        assert approval_of(reading, "ab12", NOW + 2 * HOUR) is None
        assert approval_of(reading, "ab12", NOW - HOUR) is None
        assert approval_of(reading, "ab13", NOW) is None
        (first, _) = read_entries(reading)
    assert first.payload["plan"] == "ab12"
    with pytest.raises(Refused), ledger.writing(ORG) as writing:
        approve_plan(writing, "ab12", by="dpo", at=NOW, expires_at=NOW)


def test_tokens_only_grow_per_organisation_and_store(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        assert current_token(writing, "shop") == 0
        assert [take_token(writing, "shop"), take_token(writing, "shop")] == [1, 2]
        assert take_token(writing, "news") == 1
    with ledger.writing("other") as writing:
        assert take_token(writing, "shop") == 1
    with ledger.reading(ORG) as reading:
        assert current_token(reading, "shop") == 2


def test_two_writers_never_take_the_same_token(ledger: Ledger) -> None:
    taken: list[int] = []

    def take() -> None:
        for _ in range(10):
            with ledger.writing(ORG) as writing:
                taken.append(take_token(writing, "shop"))
                writing.append("run-started", NOW, {})

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 31))
    with ledger.reading(ORG) as reading:
        assert (verify(reading).ok, verify(reading).entries) == (True, 30)


def test_a_run_is_resumed_where_it_stood(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        run = start_run(writing, "ab12", by="cron", at=NOW)
        save_step(writing, run.id, "erase-orders", "running", at=NOW, progress={"after": [17]})
    with ledger.writing(ORG) as writing:
        progress = {"after": [2_000]}
        save_step(writing, run.id, "erase-orders", "running", at=NOW, batches=2, progress=progress)
        receipts = [
            Receipt(run.id, "erase-orders", batch, {"deleted": 1_000, "skipped": 3}, "cd" * 32)
            for batch in (1, 2)
        ]
        append_receipts(writing, receipts, at=NOW)
    with ledger.reading(ORG) as reading:
        assert unfinished_run(reading, "ab12") == run
        assert unfinished_run(reading, "ab13") is None
        assert read_steps(reading, run.id) == {
            "erase-orders": StepProgress("erase-orders", "running", 2, progress)
        }
        payloads = [entry.payload for entry in read_entries(reading, kind="batch-applied")]
    assert payloads[1] == {
        "run": run.id,
        "step": "erase-orders",
        "batch": 2,
        "counts": {"deleted": 1_000, "skipped": 3},
        "digest": "cd" * 32,
    }
    with ledger.writing(ORG) as writing:
        end_run(writing, run.id, "finished", at=NOW + HOUR, counts={"deleted": 2_000})
    with ledger.reading(ORG) as reading:
        assert unfinished_run(reading, "ab12") is None
    assert facts_version(ledger, ORG) == 0
    with pytest.raises(Refused, match="unknown-run"), ledger.writing("other") as writing:
        end_run(writing, run.id, "finished", at=NOW, counts={})


def test_what_a_plan_has_written_is_told_without_reading_what_came_before_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("troth.ledger.entries.PAGE_ENTRIES", 3)

    def receipts(run: str, *rows: int) -> list[Receipt]:
        return [
            Receipt(run, "erase", batch, {"erase": count}, "cd" * 32)
            for batch, count in enumerate(rows)
        ]

    with ledger.writing(ORG) as writing:
        old = start_run(writing, "old", by="cron", at=NOW)
        append_receipts(writing, receipts(old.id, *[100] * 20), at=NOW)
        killed = start_run(writing, "mine", by="cron", at=NOW)
        append_receipts(writing, receipts(killed.id, 5, 7), at=NOW)
        other = start_run(writing, "other", by="cron", at=NOW)
        append_receipts(writing, receipts(other.id, 1_000), at=NOW)
        resumed = start_run(writing, "mine", by="cron", at=NOW)
        append_receipts(writing, receipts(resumed.id, 11), at=NOW)
        end_run(writing, other.id, "finished", at=NOW, counts={"remaining:erase": 2})
        end_run(writing, resumed.id, "finished", at=NOW, counts={"remaining:erase": 0})
    seen: list[int] = []
    with ledger.reading(ORG) as reading:
        monkeypatch.setattr(
            "troth.ledger.runs.read_back",
            lambda *asked: (seen.append(one.seq) or one for one in read_back(*asked)),
        )
        assert written_by_plan(reading, "mine") == 5 + 7 + 11
        assert min(seen) > 20, "the receipts of older runs are not read"
        assert written_by_plan(reading, "old") == 20 * 100
        assert written_by_plan(reading, "never made") == 0
        assert remained(reading, other.id)
        assert not remained(reading, resumed.id)
