"""What stays of a person after an act, with its grounds."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from troth.apply.planning import Setting
from troth.datamap.model import DataMap
from troth.desk.find.find import finder
from troth.desk.package.access import collect
from troth.desk.package.files import private_folder
from troth.desk.package.look import LookTable, look_at_persons
from troth.desk.package.sheet import Purpose
from troth.desk.package.spool import MARKS, Share
from troth.desk.package.tell import Answer, labels, sheet_of
from troth.desk.package.words import Words
from troth.grounds.facts import Act
from troth.language import Language
from troth.law.calendar import day_of
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.plan.model import ArchiveRows, Plan
from troth.policy.model import Policy


@dataclass(frozen=True)
class Kept:
    """Data that one activity keeps: why (legal basis with its article), by which clauses, until
    when. `waits`: what its end waits for, in words. `promises`: how long, in the policy's words,
    where a day is not known. `rows`: how many, in which `tables`.
    """

    activity: str
    purpose: str
    categories: tuple[str, ...]
    bases: tuple[str, ...]
    clauses: tuple[str, ...]
    first: date | None
    last: date | None
    waits: tuple[str, ...]
    rows: int
    tables: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()


_KEPT: TypeAdapter[tuple[Kept, ...]] = TypeAdapter(tuple[Kept, ...])


def as_text(kept: Sequence[Kept]) -> bytes:
    """What stays, as JSON."""
    return json.dumps([asdict(one) for one in kept], default=str, ensure_ascii=False).encode()


def from_text(text: bytes) -> tuple[Kept, ...]:
    """What `as_text` has written."""
    return _KEPT.validate_json(text)


def kept_of(
    setting: Setting, ledger: Ledger, act: Act, language: Language, now: datetime
) -> tuple[Kept, ...]:
    """What stays of an act's person, activity by activity: what a ground supports now.

    Asked before the act is carried out, while every system still leads to the person, and again
    afterwards, when archives have what left everyday use.
    """
    policy = setting.policy
    facts = read_facts(ledger, policy.organisation, now)
    with (
        finder(setting) as desk,
        tempfile.TemporaryDirectory() as own,
        private_folder(Path(own)) as work,
    ):
        desk.load_named([act.persons])
        look = look_at_persons(setting, desk, [act.persons], facts, now)
        spools = collect(look, work, lambda _: None)
        today = day_of(now, policy.zoneinfo)
        sheet = sheet_of(Answer(policy, 0, spools, (), look.left_out, (), now, today))
        shares = [(spool.table, spool.shares[0]) for spool in spools if 0 in spool.shares]
    words = Words(language)
    by_activity = (_kept(purpose, policy, words) for purpose in sheet.purposes)
    return (*by_activity, *_aside(shares, policy, words))


def together(before: Iterable[Kept], after: Iterable[Kept]) -> tuple[Kept, ...]:
    """What stays by both looks, each activity once, from its first to its last day."""
    found = {one.activity: one for one in before}
    for one in after:
        other = found.get(one.activity, one)
        days = [day for day in (one.first, other.first) if day is not None]
        ends = [day for day in (one.last, other.last) if day is not None]
        found[one.activity] = replace(
            one,
            categories=tuple(dict.fromkeys((*other.categories, *one.categories))),
            first=min(days, default=None),
            last=max(ends, default=None),
            rows=max(one.rows, other.rows),
            tables=tuple(dict.fromkeys((*other.tables, *one.tables))),
        )
    seen = {table for one in after for table in one.tables}
    return tuple(one for one in found.values() if not one.promises or seen.isdisjoint(one.tables))


def archived(plan: Plan, policy: Policy, datamap: DataMap) -> tuple[Kept, ...]:
    """What a plan moves into archives, where nothing may lead to the person any more."""
    return tuple(
        Kept(
            activity=f"{step.to_store}.{step.to_table}",
            purpose=_place(datamap.place_of(step.to_store, step.to_table), policy),
            categories=labels(policy, tuple(dict.fromkeys(_moved(step, datamap)))),
            bases=(),
            clauses=tuple(dict.fromkeys(c for one in step.because for c in one.clauses)),
            first=None,
            last=None,
            waits=(),
            rows=step.counts.rows,
            tables=(f"{step.to_store}.{step.to_table}",),
            promises=tuple(dict.fromkeys(one.promise for one in step.because)),
        )
        for step in plan.steps
        if isinstance(step, ArchiveRows) and step.counts is not None and step.counts.rows
    )


def _moved(step: ArchiveRows, datamap: DataMap) -> Iterator[str]:
    values = datamap.table(step.store, step.table).values
    for name in step.moves:
        category = values[name].category if name in values else None
        if category is not None:
            yield category


def _aside(
    shares: Sequence[tuple[LookTable, Share]], policy: Policy, words: Words
) -> Iterator[Kept]:
    """What holds and restrictions keep from being deleted, which no activity says."""
    for mark in MARKS.values():
        found = [(table, share.aside[mark]) for table, share in shares if mark in share.aside]
        if not found:
            continue
        values = [table.frame.entry.values[n] for table, span in found for n in span.columns]
        named = dict.fromkeys(one.category for one in values if one.category is not None)
        articles = dict.fromkeys(a for _, span in found for a in span.articles)
        waits = dict.fromkeys(what for _, span in found for what in span.waits)
        yield Kept(
            activity=mark,
            purpose=words(f"mark.{mark}"),
            categories=labels(policy, tuple(named)),
            bases=tuple(words.article(one) for one in articles),
            clauses=(),
            first=None,
            last=None,
            waits=tuple(words.waits(what, {}) for what in waits),
            rows=max(span.rows for _, span in found),
            tables=tuple(table.label for table, _ in found),
        )


def _place(name: str, policy: Policy) -> str:
    place = policy.places.get(name)
    return name if place is None else place.label


def _kept(purpose: Purpose, policy: Policy, words: Words) -> Kept:
    firsts = [one.until_first for one in purpose.kept if one.until_first is not None]
    lasts = [one.until_last for one in purpose.kept if one.until_last is not None]
    events = {name: event.label for name, event in policy.events.items()}
    waits = dict.fromkeys(what for one in purpose.kept for what in one.waits)
    return Kept(
        activity=purpose.activity,
        purpose=purpose.purpose,
        categories=tuple(dict.fromkeys(name for one in purpose.kept for name in one.categories))
        or purpose.categories,
        bases=tuple(_bases(purpose, words)),
        clauses=tuple(_clauses(purpose, policy)),
        first=min(firsts, default=None),
        last=max(lasts, default=None),
        waits=tuple(words.waits(what, events) for what in waits),
        rows=sum(one.rows for one in purpose.kept),
        tables=tuple(one.table for one in purpose.kept),
    )


def _bases(purpose: Purpose, words: Words) -> Iterator[str]:
    for one in purpose.bases:
        if one.counts:
            more = f": {'; '.join(one.details)}" if one.details else ""
            yield f"{words('basis.' + one.kind)} ({words.article(one.article)}){more}"


def _clauses(purpose: Purpose, policy: Policy) -> Iterator[str]:
    """The clauses of the rules that keep it; of the activity where it has no rule."""
    activity = policy.activities[purpose.activity]
    found = dict.fromkeys(clause for rule in activity.retention for clause in rule.clauses)
    yield from found or dict.fromkeys(activity.clauses)
