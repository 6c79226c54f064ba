"""What a retention rule comes to for one row on the evaluation day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from troth.grounds.events import Days, Look, Several, event_days
from troth.grounds.facts import Facts, Key
from troth.grounds.limits import Kind, Outcome, earliest, latest, limit
from troth.grounds.reading import NoDay
from troth.law.calendar import Period, add, day_of
from troth.policy.model import Policy
from troth.policy.retention import ByChoice, Limit, PeriodSource, RetentionRule, Until, Warn


class Shows(Protocol):
    """What a row shows under a role, as far as limits ask for it, on the day `today`."""

    @property
    def policy(self) -> Policy: ...

    @property
    def today(self) -> date: ...

    def days(self, event: str) -> Days:
        """The days of an event of the policy."""
        ...

    def choice(self, name: str) -> str | None:
        """What the column that chooses a period says; None where the table binds none."""
        ...

    def warned(self, rule: str) -> Sequence[date]:
        """The days on which its person was invited under a rule."""
        ...


@dataclass(frozen=True)
class _Seen:
    """What the row of a look shows."""

    look: Look

    @property
    def policy(self) -> Policy:
        return self.look.evidence.policy

    @property
    def today(self) -> date:
        return self.look.today

    def days(self, event: str) -> Days:
        return event_days(event, self.look.value_row, self.look)

    def choice(self, name: str) -> str | None:
        evidence, row = self.look.evidence, self.look.value_row
        column = evidence.table(row).choices.get(name)
        return None if column is None else choice_text(evidence.cells(row)[column])

    def warned(self, rule: str) -> Sequence[date]:
        row, key = self.look.value_row, self.look.evidence.key(self.look.value_row)
        place = (row.store, row.table, key)
        return warning_days(self.look.facts, rule, place, self.look.now, self.policy.zoneinfo)


def rule_outcome(
    rule: RetentionRule, look: Look, place: str, *, floor: bool, asked: bool = False
) -> Outcome:
    """The rule's own end in `place`, as a floor or as a ceiling; `never` where nothing ends it.

    A warning delays the rule's end; where the rule has an archive, a live place is left at the
    archive's `when`, if that comes first, or at once when its person has `asked` for erasure.
    """
    return rule_shown(rule, _Seen(look), place, floor=floor, asked=asked)


def rule_shown(
    rule: RetentionRule, shows: Shows, place: str, *, floor: bool, asked: bool = False
) -> Outcome:
    """The same of whatever shows a row."""
    own = bare = until_shown(rule, shows, floor=floor)
    if rule.warn is not None:
        own = _warned(rule.id, rule.warn, own, shows)
    if rule.archive is not None and rule.archive.place != place:
        if asked and bare.kind is Kind.RUNNING:
            return Outcome(Kind.ENDED, shows.today, bare.event)
        own = earliest([own, until_shown(rule.archive.when, shows, floor=False)])
    return own


def until_outcome(until: Until, look: Look, *, floor: bool) -> Outcome:
    """The limits of a rule, a cap or an archive, combined as it says."""
    return until_shown(until, _Seen(look), floor=floor)


def until_shown(until: Until, shows: Shows, *, floor: bool) -> Outcome:
    """The same of whatever shows a row."""
    outcomes = [_limit(each, shows, floor=floor) for each in until.limits]
    return latest(outcomes) if until.combine == "latest" else earliest(outcomes)


def limit_outcome(one: Limit, look: Look, *, floor: bool) -> Outcome:
    """One limit for the row looked at, on the day of the look."""
    return _limit(one, _Seen(look), floor=floor)


def _limit(one: Limit, shows: Shows, *, floor: bool) -> Outcome:
    period = _period(one.period, shows)
    if period is None:
        return Outcome(Kind.UNKNOWN, event=one.after)
    return _distribute(shows.days(one.after), period, one.after, shows.today, floor=floor)


def _distribute(days: Days, period: Period, event: str, today: date, *, floor: bool) -> Outcome:
    match days:
        case Several():
            parts = [_distribute(part, period, event, today, floor=floor) for part in days.parts]
            return latest(parts) if days.take == "latest" else earliest(parts)
        case NoDay.NOT_YET:
            return Outcome(Kind.OPEN, event=event)
        case NoDay.NEVER:
            return Outcome(Kind.NEVER, event=event)
        case NoDay():
            return Outcome(Kind.UNKNOWN, event=event)
        case _:
            return limit(days, period, floor=floor, today=today, event=event)


def _period(source: PeriodSource, shows: Shows) -> Period | None:
    if not isinstance(source, ByChoice):
        return shows.policy.period(source)
    chosen = shows.choice(source.chosen_by)
    return None if chosen is None else source.periods.get(chosen, source.otherwise)


def choice_text(cell: object) -> str:
    """A choosing column's value as text; NULL is no text that a policy lists."""
    return "\0" if cell is None else str(cell)


def warning_days(
    facts: Facts, rule: str, row: tuple[str, str, Key], now: datetime, zone: ZoneInfo
) -> Sequence[date]:
    """The days on which a row's person was invited under a rule, up to `now`; a row has a key."""
    store, table, key = row
    return [
        day_of(warning.sent_at, zone)
        for warning in facts.warnings
        if key
        and (warning.rule, warning.store, warning.table, warning.key) == (rule, store, table, key)
        and warning.sent_at <= now
    ]


def _warned(rule: str, warn: Warn, own: Outcome, shows: Shows) -> Outcome:
    """The rule's end once the person was invited after it and the delay has passed."""
    if own.kind not in (Kind.ENDED, Kind.RUNNING) or own.ends is None:
        return own
    sent = shows.warned(rule)
    ends = min((add(day, warn.delay) for day in sent if day >= own.ends), default=None)
    if ends is None or ends > shows.today:
        return Outcome(Kind.OPEN, ends, own.event, warning=True)
    return Outcome(Kind.ENDED, ends, own.event)
