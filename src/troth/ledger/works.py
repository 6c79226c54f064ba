"""Work that somebody asked for and does not wait for: a queue of each organisation, oldest first.

The same thing is in it once, whether it waits or is under way. What was under way when its process
died is begun again, a few times. Rows are no facts: who loses them asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Select, delete, func, insert, select, update

from troth.errors import Broken, Refused, TrothError
from troth.ledger.session import Reading, Writing
from troth.ledger.work_tables import works

WorkKind = Literal["check", "plan", "apply"]
WorkState = Literal["waiting", "running", "done", "failed"]

KEPT = timedelta(days=30)  # after it has ended
MOST_BEGINNINGS = 3  # of one that its process does not survive
_OPEN = ("waiting", "running")


@dataclass(frozen=True)
class Work:
    """One thing that was asked for, and how it goes.

    `subject`: the digest of the plan to carry out, else empty. `place`: the table that it has come
    to; `done` rows of `total` there (0: nobody counts them). `said`: what came of it, by key of
    words, or as an error (of a `code`) says it where it `failed`; `help`: what to do then.
    """

    number: int
    kind: WorkKind
    subject: str
    asked_by: str
    asked_at: datetime
    state: WorkState = "waiting"
    begun: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    place: str = ""
    done: int = 0
    total: int = 0
    code: str = ""
    said: str = ""
    help: str = ""

    @property
    def open(self) -> bool:
        """It waits or is under way."""
        return self.state in _OPEN


def ask_work(
    writing: Writing, kind: WorkKind, subject: str = "", *, by: str, at: datetime
) -> tuple[Work, bool]:
    """Put something in the queue, and whether it is new there: else it waits or runs already."""
    known = newest_work(writing, kind, subject)
    if known is not None and known.open:
        return known, False
    table = works.c
    own = table.organisation == writing.organisation
    writing.connection.execute(
        delete(works).where(own, table.ended_at.is_not(None), table.ended_at < at - KEPT)
    )
    last = writing.connection.execute(select(func.max(table.number)).where(own)).scalar() or 0
    work = Work(last + 1, kind, subject, by, at)
    writing.connection.execute(
        insert(works).values(organisation=writing.organisation, **vars(work))
    )
    return work, True


def begin_next(writing: Writing, at: datetime) -> Work | None:
    """The work whose turn it is, as begun; None where nothing waits.

    Call it under the lease by which one process alone does the works: what is under way then is
    what a process left that died. After `MOST_BEGINNINGS` it is failed, and the next one begins.
    """
    for work in open_works(writing):
        if work.begun >= MOST_BEGINNINGS:
            died = f"the process that did it died {work.begun} times"
            failed = Broken("work-died", died, help="see the log of the console")
            end_work(writing, work, at, failed=failed)
            continue
        begun = work.begun + 1
        _set(writing, work.number, state="running", begun=begun, started_at=at)
        return _one(writing, work.number)
    return None


def note_place(writing: Writing, work: Work, place: str, done: int = 0, total: int = 0) -> None:
    """How far a work is."""
    _set(writing, work.number, place=place, done=done, total=total)


def end_work(
    writing: Writing,
    work: Work,
    at: datetime,
    *,
    said: str = "",
    failed: TrothError | None = None,
) -> None:
    """How a work ended: what came of it, by key of words, or the error that kept it from that."""
    if failed is None:
        _set(writing, work.number, state="done", ended_at=at, said=said)
        return
    told = {"code": failed.code, "said": failed.message, "help": failed.help}
    _set(writing, work.number, state="failed", ended_at=at, **told)


def wait_again(writing: Writing, work: Work) -> None:
    """Put a work back that its process could not end; that does not count as a beginning."""
    _set(writing, work.number, state="waiting", begun=work.begun - 1)


def drop_work(writing: Writing, number: int) -> None:
    """Take a work out that waits; Refused (`work-begun`) where it does not."""
    table = works.c
    gone = writing.connection.execute(
        delete(works).where(
            table.organisation == writing.organisation,
            table.number == number,
            table.state == "waiting",
            table.begun == 0,
        )
    )
    if not gone.rowcount:
        raise Refused(
            "work-begun", "it does not wait any more", help="what has begun goes on to its end"
        )


def open_works(reading: Reading) -> tuple[Work, ...]:
    """What waits or is under way, whose turn comes first before."""
    return _read(reading, _query(reading).where(works.c.state.in_(_OPEN)).order_by(works.c.number))


def ended_works(reading: Reading, *, most: int) -> tuple[Work, ...]:
    """What has ended, the newest first."""
    query = _query(reading).where(works.c.ended_at.is_not(None))
    return _read(
        reading, query.order_by(works.c.ended_at.desc(), works.c.number.desc()).limit(most)
    )


def newest_work(reading: Reading, kind: WorkKind, subject: str = "") -> Work | None:
    """What was asked for last, of a kind and for a subject."""
    table = works.c
    query = _query(reading).where(table.kind == kind, table.subject == subject)
    return next(iter(_read(reading, query.order_by(table.number.desc()).limit(1))), None)


def _one(reading: Reading, number: int) -> Work:
    (work,) = _read(reading, _query(reading).where(works.c.number == number))
    return work


def _query(reading: Reading) -> Select[Any]:
    return select(works).where(works.c.organisation == reading.organisation)


def _read(reading: Reading, query: Select[Any]) -> tuple[Work, ...]:
    rows = reading.connection.execute(query).mappings()
    return tuple(
        Work(**{name: value for name, value in row.items() if name != "organisation"})
        for row in rows
    )


def _set(writing: Writing, number: int, **values: Any) -> None:
    writing.connection.execute(
        update(works)
        .where(works.c.organisation == writing.organisation, works.c.number == number)
        .values(**values)
    )
