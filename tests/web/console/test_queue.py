"""What colleagues ask for runs one after the other, is seen, and outlives the process."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from troth.desk.nightly import asked
from troth.desk.nightly.jobs import ASKED, jobs_of
from troth.desk.nightly.office import Office
from troth.desk.nightly.worker import run_one
from troth.desk.overview.plans import waiting_plans
from troth.ledger.jobs import read_job, take_lease
from troth.ledger.kept_plans import drop_plan
from troth.ledger.verify import verify
from troth.ledger.works import Work, ask_work, begin_next, ended_works, note_place, open_works
from troth.project.model import NightlySettings
from troth.web.console.desks import open_desk
from troth.web.console.queue import ask, put_down, take_up
from web.console.conftest import KEY
from web.console.test_pages import Practice, filled, practice, send
from web.console.world import NOON, ORG

__all__ = ["filled", "practice"]

LONGEST_S = 60  # that a test waits for a thread that hangs


class Gate:
    """A work that goes on when a test lets it; what ran, and how many at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.ran: list[str] = []
        self._now, self.most = 0, 0
        real = asked._done

        def done(office: Office, work: Work, at_desk: Any) -> str:
            self.ran.append(work.kind)
            self._now += 1
            self.most = max(self.most, self._now)
            self.begun.set()
            assert self.may_end.wait(LONGEST_S)
            try:
                return real(office, work, at_desk)
            finally:
                self._now -= 1

        monkeypatch.setattr(asked, "_done", done)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.may_end.set()


def works(practice: Practice) -> tuple[list[str], list[str]]:
    """What is open, and what has ended, by kind and state."""
    with practice.desk.ledger.reading(ORG) as reading:
        waiting = [f"{one.kind} {one.state}" for one in open_works(reading)]
        return waiting, [f"{one.kind} {one.state}" for one in ended_works(reading, most=10)]


def nightly(practice: Practice, name: str) -> object:
    """The worker's own job of a name, tried now."""
    (job,) = (one for one in jobs_of(NightlySettings()) if one.name == name)
    desk = practice.desk
    office = Office(desk.project(), desk.ledger, lambda: NOON, "", Path("/nowhere"))
    return run_one(office, job, holder="worker", forced=True)


def test_a_second_work_waits_its_turn_and_the_nightly_ones_as_well(
    practice: Practice, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("troth.web.console.background.AGAIN_SECONDS", 0.01)
    officer, desk = practice.signed_in("dpo", "camille"), practice.desk
    for path in ("/retention/checks", "/retention/checks"):  # a double click is one
        assert send(officer, path, "/retention").status_code == 303
    assert gate.begun.wait(LONGEST_S)
    send(officer, "/retention/plans", "/retention")
    shown = officer.get("/retention").text
    assert "under way" in shown
    assert "waits its turn" in shown
    assert works(practice) == (["check running", "plan waiting"], [])
    assert nightly(practice, "check") is None
    assert nightly(practice, "retention") is None
    with open_desk(desk.settings.folder, {}, KEY, NOON) as other:  # a second server
        ask(other, "check", by="mo", clock=lambda: NOON)
        ask(other, "plan", by="mo", clock=lambda: NOON)
        gate.may_end.set()
        desk.background.wait()
        other.background.wait()
    assert works(practice) == ([], ["plan done", "check done"])
    assert (gate.ran, gate.most) == (["check", "plan"], 1)
    shown = officer.get("/retention").text
    assert "The promises are compared anew." in shown
    assert "The plan waits for a second person." in shown
    with desk.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        assert not read_job(reading, ASKED).leased_until
    assert nightly(practice, "check") is not None


def test_what_is_asked_for_is_taken_up_by_the_next_process(practice: Practice) -> None:
    desk = practice.desk
    with desk.ledger.writing(ORG) as writing:  # by a process that dies in the middle
        ask_work(writing, "check", by="camille", at=NOON)
        take_lease(writing, ASKED, "dead", lasts=timedelta(minutes=5), now=NOON)
        begin_next(writing, NOON)
    shown = practice.signed_in("dpo").get("/retention").text
    assert "under way" in shown
    practice.now += timedelta(minutes=6)
    shown = practice.signed_in("dpo", "dana").get("/retention").text
    assert "It was interrupted" in shown
    take_up(desk, lambda: practice.now)
    desk.background.wait()
    assert works(practice) == ([], ["check done"])


def test_a_process_that_ends_in_order_lets_the_next_go_on_at_once(
    practice: Practice, gate: Gate
) -> None:
    desk = practice.desk
    ask(desk, "check", by="camille", clock=lambda: NOON)
    assert gate.begun.wait(LONGEST_S)
    put_down(desk)
    with desk.ledger.reading(ORG) as reading:
        (left,) = open_works(reading)
        assert (left.state, left.begun) == ("waiting", 0)
        assert not read_job(reading, ASKED).leased_until
    gate.may_end.set()
    desk.background.wait()  # what the old process still does changes nothing
    assert works(practice) == (["check waiting"], [])
    with open_desk(desk.settings.folder, {}, KEY, NOON) as fresh:
        take_up(fresh, lambda: NOON)
        fresh.background.wait()
    assert works(practice) == ([], ["check done"])


def test_without_a_console_the_nightly_worker_does_it(practice: Practice, tmp_path: Path) -> None:
    desk = practice.desk
    with desk.ledger.writing(ORG) as writing:
        ask_work(writing, "check", by="camille", at=NOON)
    assert nightly(practice, ASKED) is not None
    assert works(practice) == ([], ["check done"])


def test_how_far_a_work_is_stands_on_the_page_and_a_waiting_one_is_taken_out(
    practice: Practice,
) -> None:
    desk = practice.desk
    with desk.ledger.writing(ORG) as writing:
        ask_work(writing, "apply", "ab12" * 16, by="camille", at=NOON)
        ask_work(writing, "check", by="camille", at=NOON)
        take_lease(writing, ASKED, "other", lasts=timedelta(minutes=5), now=NOON)
        work = begin_next(writing, NOON)
        assert work is not None
        note_place(writing, work, "shop.log", 1200, 4800)
    officer = practice.signed_in("dpo", "camille")
    for path in ("/retention", "/retention/work"):
        shown = officer.get(path).text
        assert 'max="4800" value="1200"' in shown
        assert "1,200 of 4,800 rows" in shown
    (drop,) = re.findall(r'action="(/retention/work/\d+/drop)"', shown)
    assert send(officer, drop, "/retention").status_code == 303
    assert works(practice) == (["apply running"], [])
    gone = send(officer, drop, "/retention")
    assert gone.status_code == 409
    auditor = practice.signed_in("auditor")
    assert "shop.log" in auditor.get("/retention").text
    assert 'action="/retention/' not in auditor.get("/retention").text


def test_what_fails_says_why_and_does_not_stop_the_next(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("anna@mail.example")

    monkeypatch.setattr(asked, "look", broken)
    officer, desk = practice.signed_in("dpo", "camille"), practice.desk
    send(officer, "/retention/checks", "/retention")
    send(officer, "/retention/plans", "/retention")
    desk.background.wait()
    assert works(practice) == ([], ["plan done", "check failed"])
    shown = officer.get("/retention").text
    assert "ZeroDivisionError" in shown
    assert "anna@mail.example" not in shown


def test_files_that_do_not_fit_are_said_and_nothing_waits_for_ever(practice: Practice) -> None:
    desk = practice.desk
    (desk.settings.folder / "map.yaml").write_text("troth: 1\nstores: {shop: 3}\n")
    ask(desk, "check", by="camille", clock=lambda: NOON)
    desk.background.wait()
    assert works(practice) == ([], ["check failed"])


def test_a_plan_made_at_the_console_waits_for_somebody_else(practice: Practice) -> None:
    officer, desk = practice.signed_in("dpo", "camille"), practice.desk
    with desk.ledger.writing(ORG) as writing:
        for one in waiting_plans(writing, NOON):
            drop_plan(writing, one.digest)
    send(officer, "/retention/plans", "/retention")
    desk.background.wait()
    with desk.ledger.reading(ORG) as reading:
        (plan,) = waiting_plans(reading, NOON)
    assert plan.kept.made_by == "camille"
    path = f"/retention/plans/{plan.digest}"
    assert send(officer, f"{path}/approval", path).status_code == 409
    assert send(practice.signed_in("approver"), f"{path}/approval", path).status_code == 303
