"""Ranges whose commits overlap with the next range: in order, exact, and stopped like any other."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
import sqlalchemy as sa

from apply.fire import ORG
from apply.overlapping import STEP, at_commit, at_receipt, books, crowds, cut, journaled
from apply.scenarios import add_hold, apply, plan_of
from apply.shop import Shop, log
from troth.apply import ranges
from troth.apply.overlap import Commits
from troth.errors import Refused, Transient
from troth.stores.store import Store

OLD = datetime(2020, 1, 1)  # noqa: DTZ001 - naive, as stored
ROWS = 9  # five batches of at most two rows
KEYS = range(2, ROWS + 2)


@pytest.fixture
def logs(shop: Shop) -> Shop:
    """A shop of log lines alone, all due."""
    shop.insert(log, *({"id": n, "at": OLD, "ip": "192.0.2.1"} for n in KEYS))
    return shop


@pytest.fixture
def overlapping(logs: Shop) -> Shop:
    if logs.engine.dialect.name == "sqlite":
        pytest.skip("SQLite locks the whole file")
    return logs


def test_ranges_overlap_where_rows_are_locked_one_by_one(
    logs: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, real = [], Commits.begin

    def begin(self: Commits, session: object, *arguments: object) -> None:
        begun.append(session)
        real(self, session, *arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(Commits, "begin", begin)
    outcome = apply(logs, plan_of(logs))

    assert outcome.clean
    assert outcome.written == {STEP: ROWS}
    assert logs.ids(log) == []
    assert books(logs) == ROWS
    if logs.engine.dialect.name == "sqlite":
        assert begun == []
    else:
        assert len(begun) == len(journaled(logs)) == 5
        assert all(one is not other for one, other in pairwise(begun))


def test_progress_tells_only_what_is_committed(logs: Shop) -> None:
    told: list[tuple[int, int]] = []
    apply(logs, plan_of(logs), progress=lambda p: told.append((p.done, ROWS - len(logs.ids(log)))))

    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert all(done <= gone for done, gone in told)
    assert told[-1] == (ROWS, ROWS)


def test_a_hold_opened_meanwhile_wins_and_ends_the_overlap(
    logs: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hold() -> None:
        with logs.ledger.writing(ORG) as writing:
            rows = [("shop", "log", (n,)) for n in (4, 8)]
            add_hold(writing, case="1", reason="claim", by="dpo", at=logs.now, rows=rows)

    plan = plan_of(logs)
    at_receipt(monkeypatch, 2, hold)
    outcome = apply(logs, plan)

    assert logs.ids(log) == [4, 8]
    assert outcome.written == {STEP: ROWS - 2}
    assert outcome.skipped == {STEP: 2}
    assert books(logs) == ROWS - 2


def test_a_newer_run_fences_a_batch_off_that_was_written_meanwhile(
    logs: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(logs)
    began = False

    def newer(_: object) -> None:
        nonlocal began
        if not began:
            began = True
            assert apply(logs, plan).clean
            logs.insert(log, *({"id": n, "at": OLD, "ip": "192.0.2.1"} for n in (8, 9)))

    with pytest.raises(Refused) as caught:
        apply(logs, plan, progress=newer)

    assert caught.value.code == "another-run"
    assert logs.ids(log) == [8, 9]
    assert books(logs) == ROWS


def refuse_commits(shop: Shop, code: str, times: int) -> None:
    """The commit that takes row 6 away is refused so many times."""
    if shop.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL checks at the commit what was deferred")
    with shop.engine.begin() as connection:
        for statement in (
            "CREATE SEQUENCE tries",
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF nextval('tries') <= {times} THEN "
            f"RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END IF; RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER no AFTER DELETE ON log DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW WHEN (OLD.id = 6) EXECUTE FUNCTION no()",
        ):
            connection.exec_driver_sql(statement)


def test_a_commit_that_is_refused_stops_its_step_after_what_was_done(overlapping: Shop) -> None:
    refuse_commits(overlapping, "foreign_key_violation", 1_000)
    outcome = apply(overlapping, plan_of(overlapping))

    (stopped,) = outcome.stopped
    assert stopped.error.code == "constraint-violation"
    left = [6, 7, 8, 9, 10]  # what was written beside the refused commit was rolled back with it
    assert overlapping.ids(log) == left
    assert outcome.written == {STEP: ROWS - len(left)}
    assert outcome.remaining == {STEP: len(left)}
    assert books(overlapping) == ROWS - len(left)


def test_a_commit_that_passes_at_the_second_try_loses_nothing(overlapping: Shop) -> None:
    refuse_commits(overlapping, "deadlock_detected", 1)
    outcome = apply(overlapping, plan_of(overlapping))

    assert outcome.clean
    assert outcome.written == {STEP: ROWS}
    assert overlapping.ids(log) == []
    assert books(overlapping) == ROWS


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_connection_that_is_lost_while_it_commits(overlapping: Shop, number: int) -> None:
    plan = plan_of(overlapping)
    with pytest.MonkeyPatch.context() as patch:
        at_commit(patch, overlapping, number, lambda: cut(overlapping))
        with pytest.raises(Transient) as caught:
            apply(overlapping, plan)
    assert caught.value.code in ("commit-unknown", "connection-lost")
    gone = ROWS - len(overlapping.ids(log))
    assert books(overlapping) == gone

    assert apply(overlapping, plan).clean
    assert overlapping.ids(log) == []
    assert books(overlapping) == ROWS


@pytest.mark.parametrize("number", [1, 3, 5])
def test_ctrl_c_beside_a_commit_counts_it(logs: Shop, number: int) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    plan = plan_of(logs)
    with pytest.MonkeyPatch.context() as patch:
        at_receipt(patch, number, interrupt)
        with pytest.raises(KeyboardInterrupt):
            apply(logs, plan)
    assert books(logs) == ROWS - len(logs.ids(log)) == 2 * (number - 1)

    assert apply(logs, plan).clean
    assert books(logs) == ROWS


def test_a_store_that_grants_one_connection_alone_is_served(
    overlapping: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Commits.may_overlap

    def refused(*_: object) -> None:
        raise Transient("too-many-connections", "the store takes no more connections")

    def may_overlap(*arguments: object) -> bool:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "session", refused)
            return real(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(Commits, "may_overlap", may_overlap)
    assert apply(overlapping, plan_of(overlapping)).clean
    assert overlapping.ids(log) == []
    assert books(overlapping) == ROWS


MANY = 90  # rows: 45 batches, of which more than twenty are walked along


@pytest.fixture
def many(overlapping: Shop) -> Shop:
    """More batches than are found at once, with gaps between the keys."""
    overlapping.insert(
        log, *({"id": 100 + 7 * n, "at": OLD, "ip": "192.0.2.1"} for n in range(MANY))
    )
    return overlapping


def test_a_large_table_is_walked_in_batches_no_larger_than_allowed(
    many: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded = crowds(monkeypatch)
    many.insert(log, *({"id": 400 + n, "at": OLD, "ip": "192.0.2.1"} for n in (2, 3, 4, 5, 7)))
    outcome = apply(many, plan_of(many))

    assert outcome.clean
    assert outcome.written == {STEP: ROWS + MANY + 5}
    assert outcome.skipped == {}
    assert many.ids(log) == []
    assert books(many) == ROWS + MANY + 5
    assert all(rows <= 2 for _, rows in journaled(many))
    assert crowded  # some were rolled back, and written narrower
    assert all(rows > 2 for rows in crowded)


def test_rows_far_apart_are_looked_for_first(many: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    many.insert(log, {"id": 100_000, "at": OLD, "ip": "192.0.2.1"})
    monkeypatch.setattr(ranges, "Walk", None)
    outcome = apply(many, plan_of(many))

    assert outcome.clean
    assert books(many) == ROWS + MANY + 1


def test_a_row_that_is_due_no_longer_is_skipped_and_stays(
    many: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renew() -> None:
        with many.engine.begin() as connection:
            connection.execute(sa.update(log).where(log.c.id == 100 + 7 * 80).values(at=many.now))

    plan = plan_of(many)
    at_receipt(monkeypatch, 3, renew)
    outcome = apply(many, plan)

    assert outcome.clean
    assert outcome.written == {STEP: ROWS + MANY - 1}
    assert outcome.skipped == {STEP: 1}
    assert many.ids(log) == [100 + 7 * 80]


@pytest.mark.parametrize("number", [1, 4, 30])
def test_a_walk_that_loses_its_connection_is_taken_up_again(many: Shop, number: int) -> None:
    plan = plan_of(many)
    with pytest.MonkeyPatch.context() as patch:
        at_commit(patch, many, number, lambda: cut(many))
        with pytest.raises(Transient):
            apply(many, plan)
    left = len(many.ids(log))
    assert 0 < left < ROWS + MANY or number == 1
    assert books(many) == ROWS + MANY - left

    assert apply(many, plan).clean
    assert many.ids(log) == []
    assert books(many) == ROWS + MANY


def test_more_rows_than_approved_are_seen_before_the_first_step_of_a_walk(many: Shop) -> None:
    plan = plan_of(many)
    many.insert(log, *({"id": 5000 + n, "at": OLD, "ip": "192.0.2.1"} for n in range(500)))
    outcome = apply(many, plan)

    assert [stop.error.code for stop in outcome.stopped] == ["more-rows-than-approved"]
    assert outcome.written == {}
    assert len(many.ids(log)) == ROWS + MANY + 500
