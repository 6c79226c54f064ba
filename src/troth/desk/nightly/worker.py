"""Doing the jobs that are due, each under its lease; one that fails does not stop the others."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import getpid

from troth.desk.nightly.office import Office, Result
from troth.desk.nightly.times import Nightly, Schedule, next_due, night_of
from troth.errors import Transient, TrothError
from troth.law.calendar import day_of
from troth.ledger.jobs import (
    JobRecord,
    Lease,
    check_lease,
    end_job,
    fenced,
    read_job,
    read_jobs,
    renew_lease,
    take_lease,
)
from troth.ledger.ledger import Ledger
from troth.ledger.session import read_head
from troth.logs import defect

LEASE = timedelta(minutes=5)
_RENEWALS = 4  # within a lease


@dataclass(frozen=True)
class Job:
    """A piece of work: its name, what it is for, when it is due, and how it is done.

    `apart_from`: jobs that nobody does at the same time for the same organisation.
    """

    name: str
    purpose: str
    schedule: Schedule
    run: Callable[[Office], Result]
    apart_from: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Done:
    """How one job went; `error` where it failed, which the record knows by its code."""

    job: str
    result: Result | None
    error: TrothError | None = None


def holder_name() -> str:
    """This process, as a lease names it."""
    return f"{socket.gethostname()}:{getpid()}:{secrets.token_hex(3)}"


def run_due(
    office: Office,
    jobs: Sequence[Job],
    *,
    holder: str,
    only: Iterable[str] = (),
    lasts: timedelta = LEASE,
    told: Callable[[Done], None] = lambda _: None,
) -> list[Done]:
    """Does every job that is due and that nobody else does, in order; or (`only`) those named now.

    A job that fails is recorded with its code and tried again later; the others go on.
    """
    wanted = set(only)
    found = []
    for one in standings(office, jobs):
        if one.job.name not in wanted if wanted else one.due > office.clock():
            continue
        done = run_one(office, one.job, holder=holder, lasts=lasts, forced=bool(wanted))
        if done is not None:
            found.append(done)
            told(done)
    return found


def run_one(
    office: Office, job: Job, *, holder: str, lasts: timedelta = LEASE, forced: bool = False
) -> Done | None:
    """Does one job under its lease; None where another process holds it, or has just done it."""
    try:
        lease = _leased(office, job, holder, lasts, forced=forced)
    except TrothError as error:
        return Done(job.name, None, error)
    if lease is None:
        return None
    ledger = fenced(office.ledger, lease)
    mine = office.held(ledger, lambda: _still_held(office, lease))
    began = office.clock()
    try:
        with _kept(office.ledger, office.organisation, lease, office.clock):
            result = job.run(mine)
        _end(mine, job, lease, result, began)
    except TrothError as error:
        if error.code != "lease-lost":
            _failed(mine, job, lease, error.code)
        return Done(job.name, None, error)
    except Exception as error:  # a defect in one job must not keep the others from running
        code = f"unexpected-{type(error).__name__.lower()}"
        defect(error, organisation=office.organisation, job=job.name)
        _failed(mine, job, lease, code)
        return Done(job.name, None, TrothError("job-failed", f"{job.name} failed ({code})"))
    return Done(job.name, result)


@dataclass(frozen=True)
class Standing:
    """A job as it is listed: when it is due next, and how it went last."""

    job: Job
    record: JobRecord
    due: datetime
    running: bool


def standings(office: Office, jobs: Sequence[Job]) -> list[Standing]:
    """How every job stands."""
    now, zone = office.clock(), office.project.policy.zoneinfo
    with office.ledger.reading(office.organisation) as reading:
        records = read_jobs(reading)
    found = []
    for job in jobs:
        record = records.get(job.name, JobRecord(job.name))
        due = next_due(job.schedule, record, now, zone)
        running = record.leased_until is not None and record.leased_until > now
        found.append(Standing(job, record, due, running))
    return found


def _leased(
    office: Office, job: Job, holder: str, lasts: timedelta, *, forced: bool
) -> Lease | None:
    """The lease, unless the job was done between the look and the lock."""
    now, zone = office.clock(), office.project.policy.zoneinfo
    with office.ledger.writing(office.organisation) as writing:
        record = read_job(writing, job.name)
        if not forced and next_due(job.schedule, record, now, zone) > now:
            return None
        if isinstance(job.schedule, Nightly):
            last = read_head(writing.connection, office.organisation).last_at
            if last is not None and day_of(last, zone) > day_of(now, zone):
                raise Transient(
                    "clock-before-journal",
                    f"the clock says {day_of(now, zone)}, and the journal has a later day",
                    help="set the clock right; nothing is done by a clock that runs behind",
                )
        return take_lease(
            writing, job.name, holder, lasts=lasts, now=now, apart_from=job.apart_from
        )


def _end(office: Office, job: Job, lease: Lease, result: Result, began: datetime) -> None:
    """The record of the job and its journal entry, in the transaction that checks the lease."""
    night = None
    if isinstance(job.schedule, Nightly):
        night = night_of(began, job.schedule.at, office.project.policy.zoneinfo)
    at = office.clock()
    with office.ledger.writing(office.organisation) as writing:
        end_job(writing, lease, result.state, at=at, counts=result.counts, night=night)
        if night is not None or any(result.counts.values()):
            payload = {"job": job.name, "state": result.state, "counts": dict(result.counts)}
            writing.append("job-ended", at, payload)


def _failed(office: Office, job: Job, lease: Lease, code: str) -> None:
    """Records a failure, where the ledger still takes it; else the lease runs out by itself."""
    at = office.clock()
    try:
        with office.ledger.writing(office.organisation) as writing:
            first = read_job(writing, job.name).failures == 0
            end_job(writing, lease, "failed", at=at, counts={}, code=code)
            if first:  # its repetitions are counted in the job's record
                writing.append("job-ended", at, {"job": job.name, "state": "failed", "code": code})
    except TrothError:
        return


def _still_held(office: Office, lease: Lease) -> None:
    with office.ledger.reading(office.organisation) as reading:
        check_lease(reading, lease)


@contextmanager
def _kept(
    ledger: Ledger, organisation: str, lease: Lease, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Renews the lease while the block runs; a renewal that fails leaves it to run out."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease.lasts.total_seconds() / _RENEWALS):
            try:
                with ledger.writing(organisation) as writing:
                    renew_lease(writing, lease, now=clock())
            except TrothError as error:
                if error.code == "lease-lost":
                    return

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
