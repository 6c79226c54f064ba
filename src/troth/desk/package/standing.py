"""The standing of each row's values: decided by the database, with the ends that the rows show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from troth.desk.package.days import DayFinder, fact_key
from troth.desk.package.model import Mark, Stands
from troth.desk.package.walk import Key
from troth.grounds.bases import ARTICLES
from troth.grounds.events import Days
from troth.grounds.retention import choice_text, warning_days
from troth.grounds.shown import Counting, with_end
from troth.grounds.standing import Ground, State, Waiting
from troth.plan.conditions import basis_condition
from troth.plan.frame import Frame
from troth.plan.predicate import Predicate
from troth.plan.rows import Group
from troth.plan.standing import GroundPart, role_holds
from troth.policy.model import Policy
from troth.policy.retention import ByChoice, Until

MOST_REMEMBERED = 20_000  # different standings of one group
Holds = Callable[[Predicate], bool]
"""Whether a predicate holds for the row at hand, as the database has answered."""


@dataclass(frozen=True)
class RowShows:
    """What one row shows under a role; `now` is the instant of the look."""

    policy: Policy
    today: date
    found: Mapping[str, Days]
    choices: Mapping[str, str]
    sent: Mapping[str, Sequence[date]]

    def days(self, event: str) -> Days:
        return self.found[event]

    def choice(self, name: str) -> str | None:
        return self.choices.get(name)

    def warned(self, rule: str) -> Sequence[date]:
        return self.sent.get(rule, ())


@dataclass(frozen=True)
class GroupReader:
    """One group of columns of a table: what to ask of a row, and how its answers are read."""

    frame: Frame
    group: Group
    now: datetime
    _made: dict[Any, Stands] = field(default_factory=dict, repr=False)

    @cached_property
    def asks(self) -> tuple[Predicate, ...]:
        """Every predicate whose answer is needed."""
        standing = self.group.standing
        found: list[Predicate] = [standing.due, standing.unknown]
        found += [standing.excepted.protected, standing.excepted.held, standing.excepted.restricted]
        for part in standing.grounds:
            found += [part.holds, part.counts, part.ended, part.unknown, part.asked]
            found += [one for _, one in self._bases(part) if one is not None]
            roles = self.frame.entry.roles
            found += [role_holds(self.frame, roles[role]) for role, _ in part.capped_by]
        return tuple(dict.fromkeys(found))

    def events(self) -> dict[str, tuple[str, ...]]:
        """The events whose days are needed, by role."""
        found: dict[str, dict[str, None]] = {}
        for part in self.group.standing.grounds:
            names = found.setdefault(part.covering.role_name, {})
            for rule in part.covering.rules:
                names.update(dict.fromkeys(_events(rule)))
                if rule.archive is not None:
                    names.update(dict.fromkeys(_events(rule.archive.when)))
            for role, cap in part.capped_by:
                found.setdefault(role, {}).update(dict.fromkeys(_events(cap)))
        return {role: tuple(names) for role, names in found.items()}

    @cached_property
    def choices(self) -> dict[str, str]:
        """The columns that choose a period, by the name of the choice."""
        wanted: dict[str, str] = {}
        for part in self.group.standing.grounds:
            untils: list[Until] = [*part.covering.rules, *(cap for _, cap in part.capped_by)]
            untils += [r.archive.when for r in part.covering.rules if r.archive is not None]
            for until in untils:
                for limit in until.limits:
                    if isinstance(limit.period, ByChoice):
                        column = self.frame.entry.choices.get(limit.period.chosen_by)
                        if column is not None:
                            wanted[limit.period.chosen_by] = column
        return wanted

    def stands(
        self,
        key: Key,
        holds: Holds,
        days: Mapping[str, Mapping[str, Days]],
        cells: Mapping[str, Any],
    ) -> Stands:
        """The standing of the group in the row with that key; `days` are by role and event."""
        answers = tuple(holds(part) for part in self.asks)
        choices = {name: choice_text(cells[column]) for name, column in self.choices.items()}
        sent = self._sent(key)
        shown = tuple((role, tuple(one.items())) for role, one in days.items())
        label = (answers, tuple(choices.items()), shown, tuple(sent.items()))
        known = self._made.get(label)
        if known is None:
            if len(self._made) > MOST_REMEMBERED:
                self._made.clear()
            known = self._made[label] = self._stands(holds, days, choices, sent)
        return known

    def _stands(
        self,
        holds: Holds,
        days: Mapping[str, Mapping[str, Days]],
        choices: Mapping[str, str],
        sent: Mapping[str, Sequence[date]],
    ) -> Stands:
        standing = self.group.standing
        due, unknown = holds(standing.due), holds(standing.unknown)
        state = State.DUE if due else State.UNKNOWN if unknown else State.SUPPORTED
        grounds: list[Ground] = []
        marks: list[Mark] = []
        if holds(standing.excepted.protected):
            return Stands(self.group.columns, State.SUPPORTED, None, ())
        if holds(standing.excepted.held):
            marks.append("held")
            grounds.append(_other("GDPR 17(3)(e)", Waiting.HOLD))
        if holds(standing.excepted.restricted):
            marks.append("restricted")
            grounds.append(_other("GDPR 18(1)", Waiting.RESTRICTION))
        shows = {
            role: RowShows(self.frame.context.policy, self.frame.context.day, found, choices, sent)
            for role, found in days.items()
        }
        grounds += [
            self._ground(part, holds, shows) for part in standing.grounds if holds(part.holds)
        ]
        if state is not State.SUPPORTED:
            marks.append("due" if due else "undecided")
        ends = _end(grounds) if state is State.SUPPORTED else None
        return Stands(self.group.columns, state, ends, tuple(grounds), tuple(marks))

    def _ground(self, part: GroundPart, holds: Holds, shows: Mapping[str, RowShows]) -> Ground:
        covering = part.covering
        rules = covering.rules
        bare = Ground(
            covering.activity_name,
            rules[0].id if len(rules) == 1 else None,
            covering.role_name,
            rules[0].clauses if len(rules) == 1 else covering.activity.clauses,
            self._article(part, holds),
            State.DUE,
            None,
        )
        if not holds(part.counts) or holds(part.ended):
            return bare
        if holds(part.unknown):
            return _with(bare, State.UNKNOWN, Waiting.UNKNOWN)
        caps = [
            (cap, shows[role])
            for role, cap in part.capped_by
            if holds(role_holds(self.frame, self.frame.entry.roles[role]))
        ]
        counting = Counting(self.frame.place, covering.ceilings, covering.floors, holds(part.asked))
        return with_end(bare, counting, shows[covering.role_name], caps)

    def _article(self, part: GroundPart, holds: Holds) -> str:
        """That of the first legal basis that may count; any other asks for the same consent."""
        for article, where in self._bases(part):
            if where is None or holds(where):
                return article
        return "GDPR 6(1)"

    def _bases(self, part: GroundPart) -> tuple[tuple[str, Predicate | None], ...]:
        """The article of each basis of the activity, and where its condition holds."""
        return tuple(
            (ARTICLES[basis.kind], basis_condition(part.covering.text.frame, basis))
            for basis in part.covering.activity.legal_bases
        )

    def _sent(self, key: Key) -> dict[str, Sequence[date]]:
        facts, policy = self.frame.context.facts, self.frame.context.policy
        if not facts.warnings:
            return {}
        place = (self.frame.store, self.frame.table, fact_key(key))
        return {
            rule.id: tuple(warning_days(facts, rule.id, place, self.now, policy.zoneinfo))
            for part in self.group.standing.grounds
            for rule in part.covering.rules
            if rule.warn is not None
        }


def days_of_rows(
    finder: DayFinder, frame: Frame, readers: Iterable[GroupReader], keys: Sequence[Key]
) -> dict[Key, dict[str, dict[str, Days]]]:
    """The days that rows show, by key, role and event."""
    wanted: dict[str, dict[str, None]] = {}
    for reader in readers:
        for role, named in reader.events().items():
            wanted.setdefault(role, {}).update(dict.fromkeys(named))
    found: dict[Key, dict[str, dict[str, Days]]] = {
        key: {role: {} for role in wanted} for key in keys
    }
    for role, events in wanted.items():
        for event in events:
            for key, days in finder.days(frame, event, role, keys).items():
                found[key][role][event] = days
    return found


def _events(until: Until) -> list[str]:
    return [limit.after for limit in until.limits]


def _with(ground: Ground, state: State, waiting: Waiting) -> Ground:
    return Ground(
        ground.activity,
        ground.rule,
        ground.role,
        ground.clauses,
        ground.article,
        state,
        None,
        waiting,
    )


def _other(article: str, waiting: Waiting) -> Ground:
    return Ground(None, None, None, (), article, State.SUPPORTED, None, waiting)


def _end(grounds: Sequence[Ground]) -> date | None:
    """The latest end of the supporting grounds; None if one of them is open."""
    ends = [ground.ends for ground in grounds if ground.state is State.SUPPORTED]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
