"""Limitation files: what is known of a case's limitation period, from which its end follows.

A file is added again whole at each change; the newest counts and the older ones stay. The end day
is never stored: it is computed when it is read, so that a mended rule mends every file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from troth.errors import Refused
from troth.grounds.facts import DayFact, Identifier
from troth.law.calendar import Period
from troth.law.limitation import LIMITATION_TYPES, Suspension, limitation_end
from troth.ledger.binding import bound, fact_text
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import limitation_files

EVENT = "limitation-end"
NAMESPACE = "case"


@dataclass(frozen=True)
class LimitationFile:
    """One case: since when its claim runs, for how long, and what interrupted or suspended it.

    The period is that of `limitation_type` unless `period` is given. `settled_on` is the day on
    which the dispute ended; the count runs again from it, as from an interruption.
    """

    case: str
    matter: str
    starts_on: date
    limitation_type: str | None = None
    period: Period | None = None
    interruptions: tuple[date, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    settled_on: date | None = None

    @property
    def length(self) -> Period | None:
        """The period that counts; None while neither type nor period is known."""
        if self.period is not None or self.limitation_type is None:
            return self.period
        return LIMITATION_TYPES[self.limitation_type].period

    @property
    def end(self) -> date | None:
        """The first day after limitation; None while it cannot be said or a suspension lasts."""
        if self.length is None:
            return None
        restarts = self.interruptions
        if self.settled_on is not None:
            restarts = (*restarts, self.settled_on)
        return limitation_end(self.starts_on, self.length, restarts, self.suspensions)


def record_limitation(
    writing: Writing, file: LimitationFile, *, by: str, at: datetime
) -> LimitationFile:
    """Open or change the limitation file of a case.

    Refused: `limitation-without-type` (a file cannot be closed before its type or period is
    known), `unknown-limitation-type`, `limitation-days` (an act before the start).
    """
    _check(file)
    row = {
        "case_number": file.case,
        "matter": file.matter,
        "limitation_type": file.limitation_type,
        "period": str(file.period) if file.period is not None else None,
        "starts_on": file.starts_on,
        "settled_on": file.settled_on,
        "interruptions": [day.isoformat() for day in file.interruptions],
        "suspensions": [
            [
                pause.starts_on.isoformat(),
                pause.runs_again_on.isoformat() if pause.runs_again_on else None,
            ]
            for pause in file.suspensions
        ],
        "recorded_at": at,
        "recorded_by": by,
    }
    payload = {
        "type": file.limitation_type,
        "interruptions": len(file.interruptions),
        "suspensions": len(file.suspensions),
        "closed": file.settled_on is not None,
    }
    fact = fact_text([(limitation_files, row)])
    entry = writing.append_fact("limitation-recorded", at, bound(payload, fact))
    writing.connection.execute(
        insert(limitation_files).values(organisation=writing.organisation, entry=entry, **row)
    )
    return file


def close_limitation(
    writing: Writing, case: str, *, settled_on: date, by: str, at: datetime
) -> LimitationFile:
    """Close the file of a case on the day of its settlement; Refused as `record_limitation`."""
    file = find_limitation(writing, case, at)
    return record_limitation(writing, replace(file, settled_on=settled_on), by=by, at=at)


def find_limitation(reading: Reading, case: str, at: datetime) -> LimitationFile:
    """The newest file of a case; Refused (`unknown-case`) where there is none."""
    for file, _ in _files(reading, at, case):
        return file
    raise Refused("unknown-case", "there is no limitation file of this case")


def list_limitations(reading: Reading, at: datetime) -> tuple[LimitationFile, ...]:
    """The newest file of each case."""
    return tuple(file for file, _ in _files(reading, at))


def read_limitation_days(reading: Reading, at: datetime) -> tuple[DayFact, ...]:
    """The end of limitation of each case, computed now; `day: None` while it is open."""
    return tuple(
        DayFact(EVENT, Identifier(NAMESPACE, file.case), file.end, recorded_at)
        for file, recorded_at in _files(reading, at)
    )


def _files(
    reading: Reading, at: datetime, case: str | None = None
) -> list[tuple[LimitationFile, datetime]]:
    table = limitation_files.c
    query = (
        select(limitation_files)
        .where(table.organisation == reading.organisation, table.recorded_at <= at)
        .order_by(table.recorded_at, table.entry)
    )
    if case is not None:
        query = query.where(table.case_number == case)
    newest: dict[str, tuple[LimitationFile, datetime]] = {}
    for row in reading.connection.execute(query):
        newest[row.case_number] = (_file(row), row.recorded_at)
    return list(newest.values())


def _file(row: Any) -> LimitationFile:
    return LimitationFile(
        case=row.case_number,
        matter=row.matter,
        starts_on=row.starts_on,
        limitation_type=row.limitation_type,
        period=Period.parse(row.period) if row.period is not None else None,
        interruptions=tuple(date.fromisoformat(day) for day in row.interruptions),
        suspensions=tuple(
            Suspension(date.fromisoformat(starts), date.fromisoformat(again) if again else None)
            for starts, again in row.suspensions
        ),
        settled_on=row.settled_on,
    )


def _check(file: LimitationFile) -> None:
    if not file.case.strip() or not file.matter.strip():
        raise Refused("limitation-without-case", "a limitation file names its case and its matter")
    if file.limitation_type is not None and file.limitation_type not in LIMITATION_TYPES:
        raise Refused(
            "unknown-limitation-type",
            f"'{file.limitation_type}' is not a limitation type",
            help=f"one of {', '.join(LIMITATION_TYPES)}; or state a period",
        )
    if file.settled_on is not None and file.length is None:
        raise Refused(
            "limitation-without-type",
            "a file without a limitation type cannot be closed",
            help="record its type, for example general, or its period, for example P5Y",
        )
    acts = [*file.interruptions, *([file.settled_on] if file.settled_on else [])]
    if any(day < file.starts_on for day in acts):
        raise Refused(
            "limitation-days",
            "an interruption or settlement lies before the day on which the count starts",
        )
