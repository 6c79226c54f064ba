"""What a retention rule comes to for one row on the evaluation day."""

from __future__ import annotations

from datetime import date

from troth.grounds.events import Days, Look, Several, event_days
from troth.grounds.limits import Kind, Outcome, earliest, latest, limit
from troth.grounds.reading import NoDay
from troth.law.calendar import Period, add, day_of
from troth.policy.retention import ByChoice, Limit, PeriodSource, RetentionRule, Until, Warn


def rule_outcome(
    rule: RetentionRule, look: Look, place: str, *, floor: bool, asked: bool = False
) -> Outcome:
    """The rule's own end in `place`, as a floor or as a ceiling; `never` where nothing ends it.

    A warning delays the rule's end; where the rule has an archive, a live place is left at the
    archive's `when`, if that comes first, or at once when its person has `asked` for erasure.
    """
    own = bare = until_outcome(rule, look, floor=floor)
    if rule.warn is not None:
        own = _warned(rule.id, rule.warn, own, look)
    if rule.archive is not None and rule.archive.place != place:
        if asked and bare.kind is Kind.RUNNING:
            return Outcome(Kind.ENDED, look.today, bare.event)
        own = earliest([own, until_outcome(rule.archive.when, look, floor=False)])
    return own


def until_outcome(until: Until, look: Look, *, floor: bool) -> Outcome:
    """The limits of a rule, a cap or an archive, combined as it says."""
    outcomes = [limit_outcome(each, look, floor=floor) for each in until.limits]
    return latest(outcomes) if until.combine == "latest" else earliest(outcomes)


def limit_outcome(one: Limit, look: Look, *, floor: bool) -> Outcome:
    """One limit for the row looked at, on the day of the look."""
    period = _period(one.period, look)
    if period is None:
        return Outcome(Kind.UNKNOWN, event=one.after)
    days = event_days(one.after, look.value_row, look)
    return _distribute(days, period, one.after, look.today, floor=floor)


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


def _period(source: PeriodSource, look: Look) -> Period | None:
    if not isinstance(source, ByChoice):
        return look.evidence.policy.period(source)
    column = look.evidence.table(look.value_row).choices.get(source.chosen_by)
    if column is None:
        return None
    cell = look.evidence.cells(look.value_row)[column]
    return source.periods.get(_choice(cell), source.otherwise)


def _choice(cell: object) -> str:
    """The column's value as text; NULL is no listed value (texts of a policy hold no NUL)."""
    return "\0" if cell is None else str(cell)


def _warned(rule: str, warn: Warn, own: Outcome, look: Look) -> Outcome:
    """The rule's end once the person was invited after it and the delay has passed."""
    if own.kind not in (Kind.ENDED, Kind.RUNNING) or own.ends is None:
        return own
    evidence, row = look.evidence, look.value_row
    key, zone = evidence.key(row), evidence.policy.zoneinfo
    sent = [
        day_of(warning.sent_at, zone)
        for warning in look.facts.warnings
        if key
        and (warning.rule, warning.store, warning.table, warning.key)
        == (rule, row.store, row.table, key)
        and warning.sent_at <= look.now
    ]
    ends = min((add(day, warn.delay) for day in sent if day >= own.ends), default=None)
    if ends is None or ends > look.today:
        return Outcome(Kind.OPEN, ends, own.event, warning=True)
    return Outcome(Kind.ENDED, ends, own.event)
