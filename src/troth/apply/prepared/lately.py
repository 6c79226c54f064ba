"""In which sets of facts persons were found lately, for as long as it would be found again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from troth.apply.resolve import Resolution
from troth.grounds.facts import Facts
from troth.law.calendar import day_of

if TYPE_CHECKING:
    from troth.apply.prepared.persons import Key, Naming, Persons

Inside = Mapping["Naming", Mapping["Key", frozenset[str]]]


@dataclass(frozen=True)
class Lately:
    """What the facts said of some persons; `passed`: which instants of their facts were over."""

    facts: Facts = field(repr=False)
    found: Mapping[Naming, Persons] = field(repr=False)
    day: date
    passed: tuple[tuple[datetime, bool], ...]
    inside: Inside = field(repr=False)

    @classmethod
    def of(
        cls, resolution: Resolution, found: Mapping[Naming, Persons], theirs: Facts, inside: Inside
    ) -> Lately:
        """For persons of whom only acts and consents decide; `theirs`: those that name them."""
        now = resolution.now
        passed = tuple((at, at <= now) for at in _instants(theirs))
        return cls(resolution.facts, found, day_of(now, resolution.zone), passed, inside)

    def still_holds(self, resolution: Resolution, found: Mapping[Naming, Persons]) -> bool:
        """The same facts, rows with the same names, the same day, and no instant has passed."""
        now = resolution.now
        return (
            resolution.facts is self.facts
            and found == self.found
            and day_of(now, resolution.zone) == self.day
            and all((at <= now) is was for at, was in self.passed)
        )


def _instants(facts: Facts) -> Iterator[datetime]:
    for act in facts.acts:
        yield act.at
        yield from (decision.at for decision in act.decisions)
    yield from (fact.at for fact in facts.consents)
