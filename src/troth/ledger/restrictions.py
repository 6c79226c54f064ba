"""Restrictions of processing (Art. 18) on rows: recorded with a ground, lifted with a reason.

A restriction is a fact; how each of its rows is enforced in its store is its state, which moves. A
row under a restriction stays (Art. 18(2)): until it is lifted its rows are held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from troth.errors import Broken, Refused
from troth.grounds.facts import Hold, Key
from troth.ledger.binding import bound, fact_text
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import (
    restriction_keys,
    restriction_lifts,
    restriction_scopes,
    restriction_states,
    restrictions,
)

RestrictionGround = Literal["accuracy", "unlawful", "needed-for-claim", "objection", "erasure"]
"""Art. 18(1)(a) to (d); `erasure`: what is about to go, and is hidden until it has gone."""

ERASURE: Literal["erasure"] = "erasure"
"""A restriction on this ground keeps no row, and suspends nothing."""

Mechanism = Literal["row-security", "quarantine", "none"]
RowState = Literal["recorded", "enforced", "unknown", "conflict", "released"]

KEY_BYTES = 32


@dataclass(frozen=True)
class RestrictedRow:
    """One row under a restriction; without `columns` as a whole, else these columns alone."""

    store: str
    table: str
    key: Key
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Restriction:
    """A restriction as it was recorded; `number` is that of its entry in the journal."""

    id: str
    number: int
    act: str | None
    ground: RestrictionGround
    mark: str
    started_at: datetime
    started_by: str
    review_on: date | None
    rows: tuple[RestrictedRow, ...]
    lifted_at: datetime | None = None

    @property
    def in_force(self) -> bool:
        return self.lifted_at is None


@dataclass(frozen=True)
class Enforcement:
    """How far one row of a restriction is enforced, by what, and why so."""

    mechanism: Mechanism
    state: RowState
    why: str


def record_restriction(
    writing: Writing,
    rows: Iterable[RestrictedRow],
    *,
    ground: RestrictionGround,
    mark: str,
    by: str,
    at: datetime,
    act: str | None = None,
    review_on: date | None = None,
) -> Restriction:
    """Record a restriction at `at`, with a data key of its own; from now on its rows stay.

    Refused (`restriction-without-rows`) where it names no row.
    """
    named = tuple(dict.fromkeys(rows))
    if not named:
        raise Refused(
            "restriction-without-rows",
            "a restriction names the rows that it restricts",
            help="add --rows store.table:key",
        )
    id = writing.new_id("restriction")
    row = {
        "id": id,
        "act": act,
        "ground": ground,
        "mark": mark,
        "started_at": at,
        "started_by": by,
        "review_on": review_on,
    }
    scopes = [
        {
            "restriction": id,
            "position": position,
            "store": each.store,
            "table_name": each.table,
            "row_key": each.key,
            "columns": list(each.columns),
        }
        for position, each in enumerate(named)
    ]
    payload = {
        "restriction": id,
        "ground": ground,
        "rows": len(named),
        "tables": sorted({f"{each.store}.{each.table}" for each in named}),
        "review_on": review_on.isoformat() if review_on else None,
    }
    fact = fact_text([(restrictions, row), *((restriction_scopes, scope) for scope in scopes)])
    entry = writing.append_fact("restriction-recorded", at, bound(payload, fact))
    own = {"organisation": writing.organisation, "entry": entry}
    writing.connection.execute(insert(restrictions).values(**own, **row))
    writing.connection.execute(insert(restriction_scopes), [own | scope for scope in scopes])
    writing.connection.execute(
        insert(restriction_keys).values(
            organisation=writing.organisation,
            restriction=id,
            secret=writing.randomness(KEY_BYTES),
        )
    )
    return Restriction(id, entry, act, ground, mark, at, by, review_on, named)


def record_lift(
    writing: Writing,
    restriction: str,
    *,
    reason: str,
    by: str,
    at: datetime,
    told_on: date | None,
    own_wish: bool = False,
) -> None:
    """Record that a restriction has ended, and destroy its data key: nothing is sealed any more.

    `own_wish`: the person asked for it, and was not warned before.
    """
    row = {
        "restriction": restriction,
        "lifted_at": at,
        "lifted_by": by,
        "reason": reason,
        "told_on": told_on,
    }
    payload = {
        "restriction": restriction,
        "told_on": told_on.isoformat() if told_on else None,
        "own_wish": own_wish,
    }
    fact = fact_text([(restriction_lifts, row)])
    entry = writing.append_fact("restriction-lifted", at, bound(payload, fact))
    writing.connection.execute(
        insert(restriction_lifts).values(organisation=writing.organisation, entry=entry, **row)
    )
    table = restriction_keys.c
    writing.connection.execute(
        delete(restriction_keys).where(
            table.organisation == writing.organisation, table.restriction == restriction
        )
    )


def data_key(reading: Reading, restriction: str) -> bytes:
    """The key that seals what a restriction moved; `Broken` (`restriction-key-missing`)."""
    table = restriction_keys.c
    found = reading.connection.execute(
        select(table.secret).where(
            table.organisation == reading.organisation, table.restriction == restriction
        )
    ).scalar()
    if found is None:
        raise Broken(
            "restriction-key-missing",
            f"the ledger has no data key for '{restriction}': what it sealed cannot be read",
            help="restore the ledger from its backup before anything else",
        )
    return bytes(found)


def save_states(
    writing: Writing,
    restriction: str,
    states: Sequence[tuple[int, Enforcement]],
    *,
    at: datetime,
) -> None:
    """Remember how rows of a restriction, by position, are enforced now."""
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    for position, found in states:
        values = {
            "mechanism": found.mechanism,
            "state": found.state,
            "why": found.why,
            "updated_at": at,
        }
        key = {"restriction": restriction, "position": position}
        writing.connection.execute(
            dialect.insert(restriction_states)
            .values(organisation=writing.organisation, **key, **values)
            .on_conflict_do_update(
                index_elements=["organisation", "restriction", "position"], set_=values
            )
        )


def read_states(reading: Reading, restriction: str) -> dict[int, Enforcement]:
    """How the rows of a restriction are enforced, by position."""
    table = restriction_states.c
    rows = reading.connection.execute(
        select(table.position, table.mechanism, table.state, table.why).where(
            table.organisation == reading.organisation, table.restriction == restriction
        )
    )
    return {row.position: Enforcement(row.mechanism, row.state, row.why) for row in rows}


def list_restrictions(reading: Reading) -> tuple[Restriction, ...]:
    """Every restriction ever recorded, oldest first."""
    joined = restrictions.outerjoin(
        restriction_lifts,
        (restriction_lifts.c.organisation == restrictions.c.organisation)
        & (restriction_lifts.c.restriction == restrictions.c.id),
    )
    scopes = _scopes(reading)
    rows = reading.connection.execute(
        select(restrictions, restriction_lifts.c.lifted_at)
        .select_from(joined)
        .where(restrictions.c.organisation == reading.organisation)
        .order_by(restrictions.c.entry)
    )
    return tuple(
        Restriction(
            id=row.id,
            number=row.entry,
            act=row.act,
            ground=row.ground,
            mark=row.mark,
            started_at=row.started_at,
            started_by=row.started_by,
            review_on=row.review_on,
            rows=tuple(scopes[row.id]),
            lifted_at=row.lifted_at,
        )
        for row in rows
    )


@dataclass(frozen=True)
class InForce:
    """A restriction in force without its rows: how many there are, and how many not enforced."""

    id: str
    act: str | None
    ground: RestrictionGround
    started_at: datetime
    started_by: str
    review_on: date | None
    rows: int
    open: int


def restrictions_in_force(reading: Reading, *, most: int) -> tuple[InForce, ...]:
    """The restrictions in force, the oldest first, at most so many."""
    scopes, states = restriction_scopes.c, restriction_states.c
    mine = scopes.organisation == reading.organisation
    enforced = (
        (states.organisation == scopes.organisation)
        & (states.restriction == scopes.restriction)
        & (states.position == scopes.position)
        & (states.state == "enforced")
    )
    newest = reading.connection.execute(_standing(reading).limit(most)).all()
    counted = {
        row.restriction: (row.rows, row.rows - row.enforced)
        for row in reading.connection.execute(
            select(
                scopes.restriction,
                func.count().label("rows"),
                func.count(states.state).label("enforced"),
            )
            .select_from(restriction_scopes.outerjoin(restriction_states, enforced))
            .where(mine, scopes.restriction.in_([row.id for row in newest]))
            .group_by(scopes.restriction)
        )
    }
    return tuple(
        InForce(
            row.id,
            row.act,
            row.ground,
            row.started_at,
            row.started_by,
            row.review_on,
            *counted.get(row.id, (0, 0)),
        )
        for row in newest
    )


def reviews_due(reading: Reading, day: date) -> int:
    """How many restrictions in force were to be looked at again by a day."""
    due = _standing(reading).where(restrictions.c.review_on <= day).subquery()
    return int(reading.connection.execute(select(func.count()).select_from(due)).scalar_one())


def _standing(reading: Reading) -> Select[Any]:
    lifts = restriction_lifts.c
    lifted = select(lifts.restriction).where(
        lifts.organisation == restrictions.c.organisation, lifts.restriction == restrictions.c.id
    )
    return (
        select(restrictions)
        .where(restrictions.c.organisation == reading.organisation, ~lifted.exists())
        .order_by(restrictions.c.entry)
    )


def restriction_named(reading: Reading, id: str) -> Restriction:
    """One restriction; Refused (`unknown-restriction`) where there is none of that name."""
    found = next((each for each in list_restrictions(reading) if each.id == id), None)
    if found is None:
        raise Refused(
            "unknown-restriction",
            f"there is no restriction '{id}'",
            help="`troth restrict list` shows them",
        )
    return found


def restricted_rows(reading: Reading, at: datetime) -> tuple[Hold, ...]:
    """The restrictions in force at `at` as what keeps their rows: erasure is a use as well."""
    return tuple(
        Hold(
            id=each.id,
            case=each.id,
            reason="restriction of processing (Art. 18)",
            opened_at=each.started_at,
            lifted_at=each.lifted_at,
            rows=tuple((row.store, row.table, row.key) for row in each.rows),
            article="GDPR 18(1)",
        )
        for each in list_restrictions(reading)
        if each.ground != ERASURE
        and each.started_at <= at
        and (each.lifted_at is None or each.lifted_at > at)
    )


def acts_set_aside(reading: Reading, at: datetime) -> frozenset[str]:
    """The acts whose rows are restricted at `at`: a quarantine hides the names of their persons."""
    return frozenset(
        each.act
        for each in list_restrictions(reading)
        if each.act is not None
        and each.ground != ERASURE
        and each.started_at <= at
        and (each.lifted_at is None or each.lifted_at > at)
    )


def _scopes(reading: Reading) -> dict[str, list[RestrictedRow]]:
    found: dict[str, list[RestrictedRow]] = defaultdict(list)
    row: Any
    for row in reading.connection.execute(
        select(restriction_scopes)
        .where(restriction_scopes.c.organisation == reading.organisation)
        .order_by(restriction_scopes.c.restriction, restriction_scopes.c.position)
    ):
        found[row.restriction].append(
            RestrictedRow(row.store, row.table_name, row.row_key, tuple(row.columns))
        )
    return found
