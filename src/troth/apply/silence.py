"""A rule that matched for months and suddenly matches nothing: seen from earlier checks' counts.

Nothing is due, so the promise looks kept; more often a word in the database has changed, and the
map's filter no longer finds the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from troth.apply.promises import CheckReport, Silence

MONTHS_BEFORE = 60  # days over which it must have governed rows without a break
FEWEST_CHECKS = 3  # that saw rows in that time
REPORTED = 90  # days after the last rows; an empty table is then taken for what it is

Place = tuple[str, str]


def governed(report: CheckReport) -> dict[Place, int]:
    """By promise and table, the rows that the promise governs; what was not counted is left out."""
    rows: dict[Place, int] = {}
    for state in report.promises:
        if state.promise.kind == "never-stored":
            continue
        for finding in state.findings:
            if finding.rows == 0 and finding.status == "unknown":
                continue
            place = state.promise.id, f"{finding.store}.{finding.table}"
            rows[place] = max(rows.get(place, 0), finding.rows)
    return rows


def silences(
    rows: Mapping[Place, int],
    history: Mapping[Place, Sequence[tuple[date, int]]],
    day: date,
) -> tuple[Silence, ...]:
    """The promises that govern nothing on `day`, in tables where they did for months before."""
    return tuple(_silences(rows, history, day))


def _silences(
    rows: Mapping[Place, int],
    history: Mapping[Place, Sequence[tuple[date, int]]],
    day: date,
) -> Iterator[Silence]:
    for place, number in rows.items():
        seen = list(history.get(place, ()))
        while seen and seen[-1][1] == 0:
            seen.pop()
        if number or not seen or (day - seen[-1][0]).days > REPORTED:
            continue
        unbroken = _unbroken(seen)
        last, then = seen[-1]
        if len(unbroken) >= FEWEST_CHECKS and (last - unbroken[0]).days >= MONTHS_BEFORE:
            promise, table = place
            yield Silence(promise, table, last=last, rows=then, matched_since=unbroken[0])


def _unbroken(seen: Sequence[tuple[date, int]]) -> list[date]:
    """The days of the last checks in a row that all saw rows."""
    days: list[date] = []
    for day, rows in reversed(seen):
        if not rows:
            break
        days.append(day)
    return days[::-1]
