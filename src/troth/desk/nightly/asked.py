"""What somebody asked for and does not wait for, one thing after the other: checks, plans, runs.

The queue is in the ledger, and it is worked off under the lease of one job: by the console that
was asked, or by any other process that does the work of the organisation. So nothing runs twice,
and what a process left that died is taken up by the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import assert_never

from troth.apply.outcome import Progress
from troth.desk.intake.key import key_in
from troth.desk.nightly.office import Office, Result
from troth.desk.nightly.retention import keep_plan_of, look
from troth.desk.overview.applying import apply_kept
from troth.desk.workflow.office import Office as WorkflowOffice
from troth.desk.workflow.opening import opened_office
from troth.errors import Broken, TrothError
from troth.ledger.works import Work, begin_next, end_work, note_place
from troth.logs import defect

TOLD_SECONDS = 1.0  # between two notes of how far a work is
At = Callable[[Office], AbstractContextManager[WorkflowOffice]]
"""Opens the desk at which a plan is carried out, with its stores."""


def desk_of(office: Office) -> AbstractContextManager[WorkflowOffice]:
    """The desk of a project, by its own key file."""
    return opened_office(office.project, office.ledger, key_in(office.key_file), stores=True)


def work_off(office: Office, at_desk: At = desk_of) -> Result:
    """Does everything that waits, the oldest first; one that fails does not stop the others."""
    counts = {"done": 0, "failed": 0}
    for work in _begun(office):
        said, failed = _ended(office, work, at_desk)
        with office.ledger.writing(office.organisation) as writing:
            end_work(writing, work, office.clock(), said=said, failed=failed)
        counts["failed" if failed else "done"] += 1
    return Result(counts=counts)


def _begun(office: Office) -> Iterator[Work]:
    while True:
        with office.ledger.writing(office.organisation) as writing:
            work = begin_next(writing, office.clock())
        if work is None:
            return
        yield work


def _ended(office: Office, work: Work, at_desk: At) -> tuple[str, TrothError | None]:
    """What came of it, or the error; Transient (`lease-lost`) goes on up."""
    try:
        return _done(office, work, at_desk), None
    except TrothError as error:
        if error.code == "lease-lost":
            raise
        return "", error
    except Exception as error:  # told by its kind, as its text may name somebody
        defect(error, organisation=office.organisation, work=work.kind)
        return "", Broken("defect", type(error).__name__, help="see the log of the console")


def _done(office: Office, work: Work, at_desk: At) -> str:
    """Does it; what came of it, by key of words."""
    told = _Told(office, work)
    match work.kind:
        case "check":
            look(office, told.table)
            return "work.checked"
        case "plan":
            made = keep_plan_of(office, told.table, by=work.asked_by)
            return "work.planned" if made else "work.nothing"
        case "apply":
            with at_desk(office) as desk:
                desk = replace(desk, ledger=office.ledger)
                done = apply_kept(
                    desk, work.subject, by=work.asked_by, clock=office.clock, progress=told.rows
                )
            return "work.applied" if done.clean else "work.remains"
    assert_never(work.kind)


class _Told:
    """Notes how far a work is, now and then."""

    def __init__(self, office: Office, work: Work) -> None:
        self._office, self._work, self._at = office, work, -TOLD_SECONDS

    def table(self, label: str) -> None:
        if " " not in label:  # else it is a sentence, for a terminal
            self._note(label)

    def rows(self, progress: Progress) -> None:
        self._note(f"{progress.store}.{progress.table}", progress.done, progress.total)

    def _note(self, place: str, done: int = 0, total: int = 0) -> None:
        now = time.monotonic()
        if now - self._at < TOLD_SECONDS:
            return
        self._at = now
        with self._office.ledger.writing(self._office.organisation) as writing:
            note_place(writing, self._work, place, done, total)
