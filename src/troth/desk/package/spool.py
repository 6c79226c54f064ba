"""Rows of persons on their way into packages: on disk, so that memory stays flat.

One file for each table holds the rows of all persons, one after the other; what is remembered of
each person is where theirs begin and what they come to.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from troth.desk.package.look import LookTable
from troth.desk.package.model import Masked, Record, Stands
from troth.desk.package.plain import plain
from troth.grounds.standing import Ground, State, Waiting

Line = dict[str, Any]
"""One row: `key`, `values`, `masked`, and `standing` of each group of columns."""

MARKS = {Waiting.HOLD: "held", Waiting.RESTRICTION: "restricted"}
"""Grounds without an activity, by the mark that a row bears for them."""


@dataclass
class Span:
    """How long the values that one activity supports stay; `waits` without a day, by what for."""

    columns: dict[str, None] = field(default_factory=dict)
    rows: int = 0
    first: date | None = None
    last: date | None = None
    waits: Counter[str] = field(default_factory=Counter)
    articles: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)

    def add(self, stands: Stands, ground: Ground) -> None:
        self.rows += 1
        self.columns.update(dict.fromkeys(stands.columns))
        self.articles[ground.article] = None
        if ground.rule is not None:
            self.rules[ground.rule] = None
        if ground.ends is None:
            about = f":{ground.event}" if ground.event else ""
            self.waits[
                f"{ground.waiting.name.lower() if ground.waiting else 'unknown'}{about}"
            ] += 1
        else:
            self.first = min(self.first or ground.ends, ground.ends)
            self.last = max(self.last or ground.ends, ground.ends)


@dataclass
class Share:
    """What one table holds of one person; `start` and `end` are places in the table's file.

    `spans` are those of activities, `aside` those of holds and restrictions, by their marks.
    """

    start: int
    end: int
    rows: int = 0
    spans: dict[str, Span] = field(default_factory=dict)
    aside: dict[str, Span] = field(default_factory=dict)
    masked: Counter[tuple[str, Masked]] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    columns: dict[str, None] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        self.rows += 1
        named = (name for name, why in record.masked.items() if why == "credential")
        self.columns.update(dict.fromkeys((*record.values, *named)))
        self.masked.update(record.masked.items())
        self.marks.update({mark for stands in record.stands for mark in stands.marks})
        for stands in record.stands:
            for activity, ground in _one_each(stands):
                self.spans.setdefault(activity, Span()).add(stands, ground)
            for ground in stands.grounds:
                if ground.activity is None and ground.waiting in MARKS:
                    self.aside.setdefault(MARKS[ground.waiting], Span()).add(stands, ground)


@dataclass
class Spool:
    """The rows of one table."""

    table: LookTable
    path: Path
    shares: dict[int, Share] = field(default_factory=dict)

    def fill(self, records: Iterable[Record]) -> None:
        """Writes the rows, which come person by person."""
        said: dict[Stands, Line] = {}
        personal = self.table.frame.entry.personal
        with self.path.open("wb") as file:
            for record in records:
                place = file.tell()
                share = self.shares.setdefault(record.person, Share(place, place))
                share.add(record)
                line = {
                    "key": {name: plain(cell) for name, cell in record.key.items()},
                    "values": {n: plain(c, personal[n]) for n, c in record.values.items()},
                    "masked": dict(record.masked),
                    "standing": [_standing(stands, said) for stands in record.stands],
                }
                file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                share.end = file.tell()

    def lines(self, person: int) -> Iterator[Line]:
        """The rows of a person, one at a time."""
        share = self.shares.get(person)
        if share is None:
            return
        with self.path.open("rb") as file:
            file.seek(share.start)
            for _ in range(share.rows):
                yield json.loads(file.readline())


MOST_SAID = 20_000  # different standings that are kept in words


def _standing(stands: Stands, said: dict[Stands, Line]) -> Line:
    if stands not in said:
        if len(said) > MOST_SAID:
            said.clear()
        said[stands] = {
            "columns": list(stands.columns),
            "state": stands.state.value,
            "until": stands.ends.isoformat() if stands.ends else None,
            "marks": list(stands.marks),
            "grounds": [_ground(ground) for ground in stands.grounds],
        }
    return said[stands]


def _ground(ground: Ground) -> Line:
    return {
        "activity": ground.activity,
        "rule": ground.rule,
        "role": ground.role,
        "article": ground.article,
        "clauses": list(ground.clauses),
        "state": ground.state.value,
        "until": ground.ends.isoformat() if ground.ends else None,
        "waits_for": ground.waiting.name.lower() if ground.waiting else None,
        "event": ground.event,
    }


def _one_each(stands: Stands) -> Iterator[tuple[str, Ground]]:
    """Of each activity the ground that lasts longest, of those that support the values or may."""
    found: dict[str, Ground] = {}
    for ground in stands.grounds:
        if ground.activity is None or ground.state is State.DUE:
            continue
        other = found.get(ground.activity)
        if other is None or _lasts(other) < _lasts(ground):
            found[ground.activity] = ground
    yield from found.items()


def _lasts(ground: Ground) -> tuple[bool, date]:
    return ground.state is State.SUPPORTED, ground.ends or date.max
