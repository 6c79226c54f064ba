"""Persons: how a row's roles name them, what they consented to, and which holds name them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from troth.datamap.model import Normaliser, Role
from troth.grounds.evidence import Evidence, Row
from troth.grounds.facts import ConsentFact, DayFact, Facts, Hold, Identifier
from troth.grounds.identity import identifier_text, normalise
from troth.grounds.truth import follow

Name = tuple[str, Normaliser, str]
"""An identifier as a column holds it: namespace, how it is compared, the text."""


class Valid(Enum):
    """Whether a consent is valid."""

    YES = "given"
    ENDED = "withdrawn"
    UNKNOWN = "unknown"


def names(name: Name, identifier: Identifier) -> bool:
    """Whether a column's identifier and a fact's are the same."""
    namespace, how, text = name
    return namespace == identifier.namespace and normalise(text, how) == normalise(
        identifier.value, how
    )


def identifiers(row: Row, evidence: Evidence, *, role: str | None = None) -> tuple[Name, ...]:
    """The identifiers in the row's identity columns: those of `role` where it is given."""
    found: list[Name] = []
    for name, column in evidence.table(row).personal.items():
        if column.identity is None or (role and column.roles and role not in column.roles):
            continue
        text = identifier_text(evidence.cells(row)[name])
        if text is not None and normalise(text, column.compare):
            found.append((column.identity, column.compare, text))
        elif evidence.moved:
            found += _moved(row, name, column.compare, evidence)
    return tuple(found)


def _moved(row: Row, column: str, how: Normaliser, evidence: Evidence) -> list[Name]:
    """What an empty column held before its name was moved to a quarantine or an archive."""
    here = (row.store, row.table, evidence.key(row), column)
    return [
        (one.name.namespace, how, one.name.value)
        for one in evidence.moved
        if (one.store, one.table, one.key, one.column) == here
    ]


def person_of(row: Row, name: str, role: Role, evidence: Evidence) -> tuple[Name, ...]:
    """The identifiers of the person whose data `row` is under a role; empty if nobody is named."""
    if not role.person:
        return identifiers(row, evidence, role=name)
    ends = follow(role.person, row, evidence)
    return tuple(name for end in ends for name in identifiers(end, evidence))


def person_rows(row: Row, name: str, evidence: Evidence) -> tuple[Row, ...]:
    """The rows that are the person of `row` under a role: itself, or those at the path's end."""
    role = evidence.table(row).roles.get(name)
    return follow(role.person, row, evidence) if role is not None else ()


def persons_of(row: Row, name: str, evidence: Evidence) -> tuple[tuple[Name, ...], ...]:
    """The identifiers of each row that is the person of `row` under a role; none for no role."""
    role = evidence.table(row).roles.get(name)
    own = name if role is not None and not role.person else None
    return tuple(identifiers(end, evidence, role=own) for end in person_rows(row, name, evidence))


class Age(Enum):
    """What a person is where a consent has a minimum age (Art. 8)."""

    ADULT = "old enough"
    CHILD = "a child"
    UNKNOWN = "unknown"


def consent_of(
    persons: Iterable[tuple[tuple[Name, ...], Age]], consent: str, facts: Facts, now: datetime
) -> Valid:
    """What the persons say; unknown where they contradict each other, or nobody says anything."""
    said = {_consent_of(person, age, consent, facts, now) for person, age in persons}
    said.discard(Valid.UNKNOWN)
    return said.pop() if len(said) == 1 else Valid.UNKNOWN


def _consent_of(
    person: tuple[Name, ...], age: Age, consent: str, facts: Facts, now: datetime
) -> Valid:
    """The person's own word; for a child, that of the parent as well."""
    own = _said(person, "person", consent, facts, now)
    if age is Age.ADULT:
        return own
    said = {own, _said(person, "parent", consent, facts, now)}
    both = Valid.ENDED if Valid.ENDED in said else said.pop() if len(said) == 1 else Valid.UNKNOWN
    if age is Age.UNKNOWN and both is not own:
        return Valid.UNKNOWN
    return both


def _said(person: Iterable[Name], by: str, consent: str, facts: Facts, now: datetime) -> Valid:
    """The newest fact decides; at the same instant a withdrawal wins."""
    mine: list[ConsentFact] = [
        fact
        for fact in facts.consents
        if fact.consent == consent
        and fact.by == by
        and fact.at <= now
        and any(names(name, fact.person) for name in person)
    ]
    if not mine:
        return Valid.UNKNOWN
    newest = max(fact.at for fact in mine)
    states = {fact.state for fact in mine if fact.at == newest}
    return Valid.ENDED if "withdrawn" in states else Valid.YES


def has_given(person: Iterable[Name], consent: str, facts: Facts, now: datetime) -> bool:
    """Whether the person's own newest word on a consent, or on a version, is that it is given."""
    return _said(tuple(person), "person", consent, facts, now) is Valid.YES


def newest_day(subject: Iterable[Name], event: str, facts: Facts, now: datetime) -> DayFact | None:
    """The newest fact of an event for any of the identifiers; the later entry wins a tie."""
    mine = [
        fact
        for fact in facts.days
        if fact.event == event
        and fact.recorded_at <= now
        and any(names(name, fact.subject) for name in subject)
    ]
    newest: DayFact | None = None
    for fact in mine:
        if newest is None or fact.recorded_at >= newest.recorded_at:
            newest = fact
    return newest


def holding(row: Row, evidence: Evidence, facts: Facts, now: datetime) -> tuple[Hold, ...]:
    """The open holds whose scope contains the row."""
    return tuple(
        hold for hold in facts.holds if hold.open_at(now) and _in_scope(row, hold, evidence)
    )


def unresolved(row: Row, evidence: Evidence, facts: Facts, now: datetime) -> tuple[Hold, ...]:
    """The open holds that resolve to no row, and which could touch the row's table."""
    return tuple(
        hold
        for hold in facts.holds
        if hold.open_at(now) and _could_touch(hold, row, evidence) and not _resolves(hold, evidence)
    )


def _could_touch(hold: Hold, row: Row, evidence: Evidence) -> bool:
    place, roles = (row.store, row.table), bool(evidence.table(row).roles)
    if roles and any(place == (store, table) for store, table, _ in hold.rows):
        return True
    return bool(hold.persons) and (place in hold.tables if hold.tables else roles)


def _resolves(hold: Hold, evidence: Evidence) -> bool:
    """Some row has one of its keys, or names one of its persons."""
    return any(
        (store, table, evidence.key(other)) in hold.rows
        or _named(hold, identifiers(other, evidence))
        for store, entry in evidence.map.stores.items()
        for table in entry.tables
        for other in evidence.all_of(store, table)
    )


def _in_scope(row: Row, hold: Hold, evidence: Evidence) -> bool:
    key = evidence.key(row)
    if key and (row.store, row.table, key) in hold.rows:
        return True
    if hold.tables and (row.store, row.table) not in hold.tables:
        return False
    roles = evidence.table(row).roles.items()
    return any(_named(hold, person_of(row, name, role, evidence)) for name, role in roles)


def _named(hold: Hold, person: Iterable[Name]) -> bool:
    return any(names(name, identifier) for name in person for identifier in hold.persons)
