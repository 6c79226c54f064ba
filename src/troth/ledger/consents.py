"""Consents given and withdrawn, each at its instant (Art. 7 GDPR); nothing replaces anything."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Table, insert, select

from troth.errors import Problems, Refused
from troth.grounds.facts import ConsentFact, Identifier
from troth.ledger.binding import bound, fact_text
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import consents, parental_consents

State = Literal["given", "withdrawn"]
STATES: tuple[State, ...] = ("given", "withdrawn")
IMPORTED_AT_ONCE = 10_000  # consents per statement and journal chunk
REPORTED_LINES = 50  # faulty lines of an import that are shown

COLUMNS = ("namespace", "value", "consent", "state", "at")


def record_consents(
    writing: Writing, facts: Sequence[ConsentFact], *, by: str, at: datetime
) -> int:
    """Add consents, one journal entry each; how many.

    `at` is the instant of recording; each fact has its own, which may lie before. Refused
    (`consent-in-the-future`) for a fact after `at`.
    """
    if any(fact.at > at for fact in facts):
        raise Refused(
            "consent-in-the-future",
            "a consent cannot be given or withdrawn later than now",
            help="write the instant at which the person acted",
        )
    for by_parent in (False, True):
        mine = [fact for fact in facts if (fact.by == "parent") is by_parent]
        for start in range(0, len(mine), IMPORTED_AT_ONCE):
            _record(writing, mine[start : start + IMPORTED_AT_ONCE], by, at, parental=by_parent)
    return len(facts)


def _record(
    writing: Writing, facts: Sequence[ConsentFact], by: str, at: datetime, *, parental: bool
) -> None:
    table, kind = (
        (parental_consents, "parental-consent-recorded")
        if parental
        else (consents, "consent-recorded")
    )
    rows = [
        {
            "namespace": fact.person.namespace,
            "value": fact.person.value,
            "consent": fact.consent,
            "state": fact.state,
            "at": fact.at,
            "recorded_at": at,
            "recorded_by": by,
        }
        for fact in facts
    ]
    payloads = [
        bound({"consent": fact.consent, "state": fact.state}, fact_text([(table, row)]))
        for fact, row in zip(facts, rows, strict=True)
    ]
    entries = writing.append_facts(kind, at, payloads)
    writing.connection.execute(
        insert(table),
        [
            {"organisation": writing.organisation, "entry": entry, **row}
            for entry, row in zip(entries, rows, strict=True)
        ],
    )


def read_consents(
    reading: Reading, at: datetime, person: Identifier | None = None, *, after: int = 0
) -> tuple[ConsentFact, ...]:
    """The consents of one person or of all, up to the instant `at`, in order of recording.

    `after`: only those that an entry after this number recorded.
    """
    found = [
        each
        for source in (consents, parental_consents)
        for each in _read(reading, at, person, source, after)
    ]
    return tuple(fact for _, fact in sorted(found, key=lambda each: each[0]))


def _read(
    reading: Reading, at: datetime, person: Identifier | None, source: Table, after: int
) -> Iterator[tuple[int, ConsentFact]]:
    """Facts of one table, each with the number of its entry."""
    by: Literal["person", "parent"] = "parent" if source is parental_consents else "person"
    table = source.c
    query = (
        select(table.entry, table.namespace, table.value, table.consent, table.state, table.at)
        .where(table.organisation == reading.organisation, table.entry > after)
        .where(table.at <= at, table.recorded_at <= at)
    )
    if person is not None:
        query = query.where(table.namespace == person.namespace, table.value == person.value)
    for row in reading.connection.execute(query):
        named = Identifier(row.namespace, row.value)
        yield row.entry, ConsentFact(named, row.consent, row.state, row.at, by)


def parse_consents(
    lines: Iterable[str], file: str, known: Collection[str]
) -> tuple[ConsentFact, ...]:
    """The consents of a CSV text with the columns namespace, value, consent, state, at.

    `at` is an ISO instant with its offset, `known` the names that a consent may have. Problems
    name `file` and line of everything that is wrong (at most `REPORTED_LINES`), and never repeat a
    value.
    """
    reader = csv.reader(lines)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Refused(
            "consent-file-header",
            f"the first line lacks {', '.join(missing)}",
            place=f"{file}:1",
            help=f"begin the file with {','.join(COLUMNS)}",
        )
    facts: list[ConsentFact] = []
    problems: list[Refused] = []
    while len(problems) < REPORTED_LINES:
        try:
            row = next(reader)
            if any(cell.strip() for cell in row):
                facts.append(_fact(header, row, known))
        except StopIteration:
            break
        except (ValueError, csv.Error) as error:
            place = f"{file}:{reader.line_num}"
            problems.append(Refused("consent-file-line", str(error), place=place))
    if problems:
        raise Problems(problems)
    return tuple(facts)


def parse_state(text: str) -> State:
    """`given` or `withdrawn`; ValueError otherwise."""
    for state in STATES:
        if text == state:
            return state
    raise ValueError("the state is neither given nor withdrawn")


def parse_instant(text: str) -> datetime:
    """An ISO instant with its offset; ValueError otherwise."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("the instant is not written like 2026-01-31T09:00:00+01:00") from None
    if instant.tzinfo is None:
        raise ValueError("the instant has no offset; write it like 2026-01-31T09:00:00+01:00")
    return instant


def _fact(header: list[str], row: list[str], known: Collection[str]) -> ConsentFact:
    if len(row) != len(header):
        raise ValueError(f"the line has {len(row)} fields, the first line has {len(header)}")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    for name in ("namespace", "value", "consent"):
        if not cells[name]:
            raise ValueError(f"{name} is empty")
    if cells["consent"] not in known:
        raise ValueError(f"the policy has no such consent; it has {', '.join(known) or 'none'}")
    return ConsentFact(
        Identifier(cells["namespace"], cells["value"]),
        cells["consent"],
        parse_state(cells["state"]),
        parse_instant(cells["at"]),
    )
