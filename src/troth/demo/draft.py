"""The history while it is written: rows with their numbers, and what is knowingly wrong in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Literal

from troth.grounds.facts import ConsentFact, Identifier
from troth.law.calendar import Period, add

Place = tuple[str, str]
Wrong = Literal["overdue", "to-archive", "unknown"]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and the clause of the policy that it breaks."""

    wrong: Wrong
    clause: str


@dataclass(frozen=True)
class Truth:
    """Every broken promise that was planted: by table, by row number. Used by tests alone."""

    rows: Mapping[Place, Mapping[int, Fault]]

    def keys(self, wrong: Wrong) -> set[tuple[str, str, int]]:
        """The rows (store, table, number) that are wrong in that way."""
        return {
            (*place, key)
            for place, faults in self.rows.items()
            for key, fault in faults.items()
            if fault.wrong == wrong
        }

    def counts(self, wrong: Wrong) -> Mapping[tuple[str, str, str], int]:
        """How many rows, by store, table and clause."""
        return Counter(
            (*place, fault.clause)
            for place, faults in self.rows.items()
            for fault in faults.values()
            if fault.wrong == wrong
        )


@dataclass(frozen=True)
class PlannedHold:
    """A legal hold that the demo opens in the ledger: a case and the rows that it needs."""

    case: str
    reason: str
    rows: tuple[tuple[str, str, int], ...]


@dataclass
class Draft:
    """The growing history. `today` is its last day; `random` is seeded by the caller."""

    today: date
    random: Random
    rows: dict[Place, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[Place, dict[int, Fault]] = field(default_factory=lambda: defaultdict(dict))
    consents: list[ConsentFact] = field(default_factory=list)
    holds: list[PlannedHold] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)

    def add(self, store: str, table: str, fault: Fault | None = None, **cells: Any) -> int:
        """A new row; its number, which live and archived rows of one table never share."""
        self.numbers[table] += 1
        key = self.numbers[table]
        self.rows[store, table].append({"id": key, **cells})
        if fault is not None:
            self.faults[store, table][key] = fault
        return key

    def next(self, what: str) -> int:
        """The next number of a series that is no table (persons, orders, papers)."""
        self.numbers[what] += 1
        return self.numbers[what]

    def ago(self, most: int, least: int) -> date:
        """Some day between `most` and `least` days before today."""
        return self.today - timedelta(days=self.random.randint(least, most))

    def between(self, first: date, last: date) -> date:
        """Some day from `first` to `last`."""
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def ended(self, day: date, period: str) -> bool:
        """Whether a ceiling of `period` from `day` has ended today."""
        return add(day, Period.parse(period)) <= self.today

    def let_go(self, day: date, period: str) -> bool:
        """Whether a floor of `period` from `day` has let go today."""
        return add(day, Period.parse(period)) < self.today

    def consent(self, namespace: str, value: str, name: str, day: date) -> None:
        """A consent given on that day, on file in the ledger."""
        at = noon(day).replace(tzinfo=UTC)
        self.consents.append(ConsentFact(Identifier(namespace, value), name, "given", at))


def noon(day: date) -> datetime:
    """Noon (UTC) of a day, without zone as the stores keep it: the same day in Paris."""
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 -- columns hold UTC, naive


def year_end(day: date) -> date:
    """The end of the financial year that contains `day`: 31 December."""
    return date(day.year, 12, 31)
