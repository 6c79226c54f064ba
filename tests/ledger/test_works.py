"""The queue of what colleagues asked for: in turn, once, and not lost with a process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.conftest import NOW
from troth.errors import Refused, Transient
from troth.ledger.jobs import check_lease, release_leases, take_lease
from troth.ledger.ledger import Ledger
from troth.ledger.works import (
    KEPT,
    MOST_BEGINNINGS,
    ask_work,
    begin_next,
    drop_work,
    end_work,
    ended_works,
    newest_work,
    note_place,
    open_works,
    wait_again,
)

ORG, LASTS = "acme", timedelta(minutes=5)


def test_works_are_begun_in_the_order_in_which_they_were_asked_for(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        first, new = ask_work(writing, "check", by="ben", at=NOW)
        assert new
        ask_work(writing, "apply", "ab12", by="ben", at=NOW)
        ask_work(writing, "apply", "cd34", by="mo", at=NOW)
        assert ask_work(writing, "check", by="mo", at=NOW) == (first, False)
    begun = []
    with ledger.writing(ORG) as writing:
        while (work := begin_next(writing, NOW)) is not None:
            begun.append((work.kind, work.subject, work.asked_by, work.state))
            again, new = ask_work(writing, work.kind, work.subject, by="mo", at=NOW)
            assert (again.number, new) == (work.number, False)  # not even while it is under way
            end_work(writing, work, NOW, said="done")
    assert begun == [
        ("check", "", "ben", "running"),
        ("apply", "ab12", "ben", "running"),
        ("apply", "cd34", "mo", "running"),
    ]
    with ledger.writing(ORG) as writing:
        assert ask_work(writing, "check", by="mo", at=NOW)[1]
    with ledger.reading("other") as reading:
        assert not open_works(reading)
        assert not ended_works(reading, most=10)


def test_what_a_process_left_is_begun_again_first_and_not_for_ever(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        ask_work(writing, "check", by="ben", at=NOW)
        ask_work(writing, "plan", by="ben", at=NOW)
    for number in range(1, MOST_BEGINNINGS + 1):
        with ledger.writing(ORG) as writing:
            work = begin_next(writing, NOW)
            assert work is not None
            assert (work.kind, work.begun) == ("check", number)
            note_place(writing, work, "shop.log", 3, 9)
    with ledger.writing(ORG) as writing:
        work = begin_next(writing, NOW)
        assert work is not None
        assert (work.kind, work.begun, work.place) == ("plan", 1, "")
        wait_again(writing, work)
    with ledger.reading(ORG) as reading:
        (failed,) = ended_works(reading, most=10)
        (waiting,) = open_works(reading)
    assert (failed.kind, failed.state, failed.done, failed.total) == ("check", "failed", 3, 9)
    assert (waiting.kind, waiting.state, waiting.begun) == ("plan", "waiting", 0)


def test_what_waits_is_taken_out_and_what_has_begun_is_not(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        first, _ = ask_work(writing, "check", by="ben", at=NOW)
        second, _ = ask_work(writing, "plan", by="ben", at=NOW)
        begin_next(writing, NOW)
        drop_work(writing, second.number)
        with pytest.raises(Refused, match="does not wait"):
            drop_work(writing, first.number)
        assert [work.kind for work in open_works(writing)] == ["check"]


def test_what_has_ended_long_ago_is_forgotten(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        old, _ = ask_work(writing, "apply", "ab12", by="ben", at=NOW)
        end_work(writing, old, NOW, said="done")
        later = NOW + KEPT + timedelta(seconds=1)
        ask_work(writing, "check", by="ben", at=later)
        assert newest_work(writing, "apply", "ab12") is None


def test_jobs_that_are_apart_are_never_leased_together(ledger: Ledger) -> None:
    def lease(job: str, holder: str, apart: set[str]) -> bool:
        with ledger.writing(ORG) as writing:
            taken = take_lease(writing, job, holder, lasts=LASTS, now=NOW, apart_from=apart)
        return taken is not None

    both = {"asked", "check"}
    assert lease("asked", "one", both)
    assert not lease("check", "two", both)
    assert lease("outbox", "two", set())
    with ledger.writing(ORG) as writing:
        assert release_leases(writing, "one")
        assert not release_leases(writing, "one")
    assert lease("check", "two", both)
    assert not lease("asked", "one", both)


def test_whoever_let_go_of_a_lease_writes_nothing_more(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        lease = take_lease(writing, "asked", "one", lasts=LASTS, now=NOW)
        assert lease is not None
        check_lease(writing, lease)
        release_leases(writing, "one")
        with pytest.raises(Transient, match="taken over"):
            check_lease(writing, lease)
