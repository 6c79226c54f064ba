"""How long data stays, in two versions: by the rules that count for each kind of data and people.

Rules are compared where they count, whatever they are called and however they are put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troth.diff.measures import Delta, Rule, periods, said
from troth.diff.periods import compare_periods
from troth.diff.rules import RULES
from troth.grounds.coverage import Spot, counting, covers
from troth.law.calendar import Period
from troth.policy.model import Activity, Policy
from troth.policy.retention import (
    ByChoice,
    ByParameter,
    Cap,
    Limit,
    RetentionRule,
    Until,
)

Found = tuple[Rule, Delta]
_Source = tuple[tuple[str, Period | None], ...]
_Limit = tuple[str, _Source]
_ELSEWHERE = "\x00elsewhere"  # a place that no rule names


def kept_findings(old: Policy, new: Policy, name: str) -> Iterator[tuple[str, Found]]:
    """Each pair of rules that count for the same data, once, by the name of the rule."""
    here, there = old.activities[name], new.activities[name]
    seen: set[tuple[str, Found]] = set()
    for category, subject, place in _cells(old, new, here, there):
        before = Spot(old, category, subject, place)
        after = Spot(new, category, subject, place)
        both_here = covers(here, before) and covers(there, after)
        for floors in (False, True):
            was = counting(here, before, floors=floors)
            now = counting(there, after, floors=floors)
            if not both_here and not (was and now):
                continue  # an archive that only one of them has is told with its rule
            for found in _compared(old, new, was, now, floors=floors):
                if found not in seen:
                    seen.add(found)
                    yield found


def _cells(
    old: Policy, new: Policy, here: Activity, there: Activity
) -> Iterator[tuple[str, str, str]]:
    """Every kind of data, people and place that the rules of both versions may tell apart."""
    rules = (*here.retention, *there.retention)
    archives = (rule.archive.place for rule in rules if rule.archive is not None)
    named = (place for rule in rules for place in rule.places)
    places = dict.fromkeys((*here.places, *there.places, *named, *archives))
    if not (here.places and there.places):
        places[_ELSEWHERE] = None
    for category in old.categories:
        if category in new.categories:
            for subject in old.subjects:
                if subject in new.subjects:
                    for place in places:
                        yield category, subject, place


def _compared(
    old: Policy,
    new: Policy,
    was: tuple[RetentionRule, ...],
    now: tuple[RetentionRule, ...],
    *,
    floors: bool,
) -> Iterator[tuple[str, Found]]:
    if not was and not now:
        return
    path = f"retention.{(now or was)[0].id}"
    if bool(was) is not bool(now):
        rule = RULES["duty" if floors else "limit"]
        text = "; ".join(each.promise for each in (*was, *now))
        ending = "added" if now else "removed"
        yield path, (rule, Delta(ending, bool(now), "" if now else text, text if now else ""))
        return
    for finding in _ends(_end(old, was), _end(new, now)):
        yield path, (RULES["kept"], finding)
    if len(was) == len(now) == 1:
        for found in _manners(old, new, was[0], now[0]):
            yield path, found


def _manners(old: Policy, new: Policy, was: RetentionRule, now: RetentionRule) -> Iterator[Found]:
    """What else two rules that count for the same data say."""
    flags = (
        ("anonymised", was.at_end == "anonymise", now.at_end == "anonymise"),
        ("exclusive", was.exclusive, now.exclusive),
        ("withstands", was.withstands is not None, now.withstands is not None),
        ("warned", was.warn is not None, now.warn is not None),
        ("archived", was.archive is not None, now.archive is not None),
    )
    for code, before, after in flags:
        if before is not after:
            ending = "set" if after else "unset"
            yield RULES[code], Delta(ending, after, said(before), said(after))
    if was.warn is not None and now.warn is not None and was.warn.delay != now.warn.delay:
        for finding in periods(was.warn.delay, now.warn.delay, "none"):
            yield RULES["warning-delay"], finding
    if was.archive is not None and now.archive is not None:
        for finding in _ends(_end(old, (was.archive.when,)), _end(new, (now.archive.when,))):
            yield RULES["archived-after"], finding


@dataclass(frozen=True)
class _End:
    """When several equal rules end: the last or first of limits, in words and to compare."""

    combine: str
    limits: tuple[_Limit, ...]
    text: str


def _end(policy: Policy, untils: Iterable[Until]) -> _End:
    each = tuple(untils)
    found = {_limit(policy, limit) for until in each for limit in until.limits}
    limits = tuple(sorted(found, key=_order))
    combines: set[str] = {until.combine for until in each if len(until.limits) > 1}
    if len(each) > 1 and combines <= {"latest"}:
        combines = {"latest"}  # equals combine as the latest
    elif len(each) > 1:  # each keeps its own shape
        combines = {
            f"{until.combine} {sorted(limit.after for limit in until.limits)}" for until in each
        }
    combine = "/".join(sorted(combines)) if len(limits) > 1 else ""
    return _End(combine, limits, _text(policy, each))


def _order(limit: _Limit) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """By event, then by length."""
    event, source = limit
    return event, tuple(
        (name, -1, 0) if period is None else (name, period.years * 12 + period.months, period.days)
        for name, period in source
    )


def _limit(policy: Policy, limit: Limit) -> _Limit:
    return limit.after, _source(policy, limit.period)


def _source(policy: Policy, source: Period | ByParameter | ByChoice) -> _Source:
    """A period by the value that chooses it; one that is fixed has no name."""
    if isinstance(source, ByChoice):
        listed = sorted((f"={value}", period) for value, period in source.periods.items())
        return (*listed, ("", source.otherwise))
    return (("", policy.period(source)),)


def _text(policy: Policy, untils: Iterable[Until]) -> str:
    parts = []
    for until in untils:
        limits = []
        for limit in until.limits:
            chosen = _source(policy, limit.period)
            said_ = ", ".join(f"{name} {period}".strip() for name, period in chosen if period)
            limits.append(f"{said_} after {policy.events[limit.after].label}")
        word = f"{until.combine} of " if len(limits) > 1 else ""
        parts.append(word + "; ".join(limits))
    return " / ".join(parts)


def _ends(was: _End, now: _End) -> Iterator[Delta]:
    if (was.combine, was.limits) == (now.combine, now.limits):
        return
    longer = _longer(was, now)
    if longer is None:
        yield Delta("otherwise", None, was.text, now.text, unclear=True)
    elif longer != 0:
        ending = "longer" if longer > 0 else "shorter"
        yield Delta(ending, longer > 0, was.text, now.text)


def _longer(was: _End, now: _End) -> int | None:
    """Whether the new end is surely later (1) or sooner (-1), never both; None: not to be said."""
    before, after = [event for event, _ in was.limits], [event for event, _ in now.limits]
    if before == after and was.combine == now.combine:
        signs = {
            _sign(here, there) for (_, here), (_, there) in zip(was.limits, now.limits, strict=True)
        }
        return _one(signs)
    combines = {each for each in (was.combine, now.combine) if each}
    if len(combines) != 1:
        return None
    (combine,) = combines
    mine, theirs = set(was.limits), set(now.limits)
    later = {"latest": 1, "earliest": -1}.get(combine)
    if later is None or not (mine < theirs or mine > theirs):
        return None
    return later if mine < theirs else -later


def _sign(here: _Source, there: _Source) -> int | None:
    """Of two sources of one limit, value by value; a missing period has no end."""
    before, after = dict(here), dict(there)
    signs: set[int | None] = set()
    for name in dict.fromkeys([*before, *after]):
        one = before.get(name, before.get(""))
        other = after.get(name, after.get(""))
        if one == other:
            signs.add(0)
        elif one is None or other is None:
            signs.add(1 if other is None else -1)
        else:
            order = compare_periods(one, other)
            signs.add(None if order is None else -order)
    return _one(signs)


def _one(signs: set[int | None]) -> int | None:
    """What several comparisons come to: a sign that none contradicts."""
    moved = signs - {0}
    if None in moved or len(moved) > 1:
        return None
    return moved.pop() if moved else 0


def cap_findings(old: Policy, new: Policy, here: Cap, there: Cap) -> Iterator[Found]:
    """A cap that ends later keeps data longer."""
    for finding in _ends(_end(old, (here,)), _end(new, (there,))):
        yield RULES["kept"], finding


def source_findings(
    old: Policy,
    new: Policy,
    before: Period | ByParameter | ByChoice | None,
    after: Period | ByParameter | ByChoice | None,
) -> Iterator[Delta]:
    """A period on its own; none at all is endless."""
    here = _source(old, before) if before is not None else (("", None),)
    there = _source(new, after) if after is not None else (("", None),)
    if here == there:
        return
    sign = _sign(here, there)
    texts = (_periods(here), _periods(there))
    if sign is None:
        yield Delta("otherwise", None, *texts, unclear=True)
    elif sign:
        yield Delta("longer" if sign > 0 else "shorter", sign > 0, *texts)


def _periods(source: _Source) -> str:
    return ", ".join(f"{name} {period}".strip() for name, period in source if period)
