"""Jobs of an organisation: what each did last, and the lease by which one process alone does it.

A lease has a token that only grows. Whoever holds an older one may not write any more: `fenced`
gives a ledger whose every write compares the token in its own transaction, behind the same lock by
which a lease is taken. So a process that was paused and wakes after another took over writes
nothing, whatever the clocks say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from troth.errors import Transient
from troth.ledger.job_tables import jobs
from troth.ledger.ledger import Ledger
from troth.ledger.session import Reading, Writing

_DAY = timedelta(days=1)
JobState = Literal["new", "running", "done", "waiting", "failed"]


@dataclass(frozen=True)
class JobRecord:
    """How a job stands: its last run, and who holds its lease until when.

    `waiting`: it did what it may, and a person has to do the rest. `night` is the last night that
    it was done for, `failures` how often it failed since it last went well, `code` the error.
    """

    name: str
    token: int = 0
    holder: str | None = None
    leased_until: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    state: JobState = "new"
    code: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    failures: int = 0
    night: date | None = None


@dataclass(frozen=True)
class Lease:
    """The right to do a job until it is taken over; it is renewed while the job runs."""

    job: str
    token: int
    holder: str
    lasts: timedelta


def take_lease(
    writing: Writing,
    job: str,
    holder: str,
    *,
    lasts: timedelta,
    now: datetime,
    apart_from: Collection[str] = (),
) -> Lease | None:
    """The lease of a job; None while another holds it, or one of the jobs that it is apart from.

    One that ends later than `lasts` from now was taken by a clock that ran ahead, and is taken
    over: the token keeps its holder from writing.
    """
    now = _time(writing, now)
    known = read_jobs(writing)
    found = known.get(job, JobRecord(job))
    for name in {job, *apart_from} & known.keys():
        until = known[name].leased_until
        if until is not None and now < until <= now + lasts:
            return None
    values = {
        "token": found.token + 1,
        "holder": holder,
        "leased_until": now + lasts,
        "started_at": now,
        "state": "running",
    }
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    writing.connection.execute(
        dialect.insert(jobs)
        .values(organisation=writing.organisation, name=job, counts={}, failures=0, **values)
        .on_conflict_do_update(index_elements=["organisation", "name"], set_=values)
    )
    return Lease(job, found.token + 1, holder, lasts)


def check_lease(reading: Reading, lease: Lease) -> None:
    """Transient (`lease-lost`) where another process has taken the job over."""
    token = reading.connection.execute(
        select(jobs.c.token).where(
            jobs.c.organisation == reading.organisation, jobs.c.name == lease.job
        )
    ).scalar()
    if token != lease.token:
        raise Transient(
            "lease-lost",
            f"another process has taken over the job '{lease.job}'",
            help="nothing was written by this one; the other goes on",
        )


def renew_lease(writing: Writing, lease: Lease, *, now: datetime) -> None:
    """Hold a lease longer; Transient (`lease-lost`)."""
    check_lease(writing, lease)
    writing.connection.execute(
        update(jobs)
        .where(jobs.c.organisation == writing.organisation, jobs.c.name == lease.job)
        .values(leased_until=_time(writing, now) + lease.lasts)
    )


def release_leases(writing: Writing, holder: str) -> bool:
    """Let go of what a process holds that ends; whether it held anything. It writes nothing more.

    Its token is not the newest from now on, as if another process had taken over.
    """
    gone = writing.connection.execute(
        update(jobs)
        .where(jobs.c.organisation == writing.organisation, jobs.c.holder == holder)
        .values(holder=None, leased_until=None, token=jobs.c.token + 1)
    )
    return bool(gone.rowcount)


def end_job(
    writing: Writing,
    lease: Lease,
    state: JobState,
    *,
    at: datetime,
    counts: Mapping[str, int],
    night: date | None = None,
    code: str | None = None,
) -> None:
    """Record how a job went, and let its lease go; Transient (`lease-lost`).

    `night`: the night that it was done for; a failure leaves the last one.
    """
    check_lease(writing, lease)
    before = read_job(writing, lease.job)
    failed = state == "failed"
    writing.connection.execute(
        update(jobs)
        .where(jobs.c.organisation == writing.organisation, jobs.c.name == lease.job)
        .values(
            holder=None,
            leased_until=None,
            ended_at=at,
            state=state,
            code=code,
            counts=dict(counts),
            failures=before.failures + 1 if failed else 0,
            night=before.night if failed or night is None else night,
        )
    )


def read_job(reading: Reading, name: str) -> JobRecord:
    """How one job stands; a job that was never done is new."""
    return next(iter(_read(reading, name)), JobRecord(name))


def read_jobs(reading: Reading) -> dict[str, JobRecord]:
    """How every job that was ever begun stands, by name."""
    return {record.name: record for record in _read(reading)}


class _Fenced(Ledger):
    """The same ledger, which its holder can write only while the lease is theirs."""

    def __init__(self, ledger: Ledger, lease: Lease) -> None:
        super().__init__(ledger.engine, ledger.place, ledger.randomness)
        self._lease = lease

    @contextmanager
    def writing(self, organisation: str) -> Iterator[Writing]:
        with super().writing(organisation) as writing:
            if writing.connection.dialect.name == "postgresql":
                # A holder that is paused in here lets go of the lock, so that another takes over.
                milliseconds = int(min(self._lease.lasts, _DAY) / timedelta(milliseconds=1))
                writing.connection.execute(
                    text(f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}")
                )
            check_lease(writing, self._lease)
            yield writing


def fenced(ledger: Ledger, lease: Lease) -> Ledger:
    """The ledger for the holder of a lease: every write first checks that it is still theirs.

    Raises Transient (`lease-lost`) and writes nothing where it is not. Close the ledger itself.
    """
    return _Fenced(ledger, lease)


def _read(reading: Reading, name: str | None = None) -> list[JobRecord]:
    query = select(jobs).where(jobs.c.organisation == reading.organisation).order_by(jobs.c.name)
    if name is not None:
        query = query.where(jobs.c.name == name)
    return [_record(row) for row in reading.connection.execute(query)]


def _record(row: Any) -> JobRecord:
    return JobRecord(
        name=row.name,
        token=row.token,
        holder=row.holder,
        leased_until=row.leased_until,
        started_at=row.started_at,
        ended_at=row.ended_at,
        state=row.state,
        code=row.code,
        counts=dict(row.counts),
        failures=row.failures,
        night=row.night,
    )


def _time(writing: Writing, now: datetime) -> datetime:
    """The time by which leases are compared: the database's, where several machines share it."""
    if writing.connection.dialect.name != "postgresql":
        return now
    found: datetime = writing.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found
