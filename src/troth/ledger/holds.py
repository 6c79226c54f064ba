"""Legal holds: added with a case and a scope, lifted with a reason, never edited.

Art. 17(3)(e) and 18(2) GDPR: what a case needs stays while the case lasts, for that case alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select

from troth.errors import Refused
from troth.grounds.facts import Hold, Identifier
from troth.ledger.binding import bound, fact_text
from troth.ledger.scope import RowName, TableName, refuse_boundless
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import hold_lifts, hold_scopes, holds

_LIFT_REASON = hold_lifts.c.reason.label("lifted_because")


@dataclass(frozen=True)
class HoldRecord:
    """A hold with who opened it, and who lifted it and why (None while it is open)."""

    hold: Hold
    opened_by: str
    lifted_by: str | None
    lifted_because: str | None


def add_hold(
    writing: Writing,
    *,
    case: str,
    reason: str,
    by: str,
    at: datetime,
    persons: Iterable[Identifier] = (),
    tables: Iterable[TableName] = (),
    rows: Iterable[RowName] = (),
    review_on: date | None = None,
) -> Hold:
    """Open a hold at the instant `at`; it protects what has not been purged before.

    Refused: `hold-without-scope`, `hold-without-case`, `hold-without-reason`.
    """
    hold = Hold(
        id=writing.new_id("hold"),
        case=case.strip(),
        reason=reason.strip(),
        opened_at=at,
        review_on=review_on,
        persons=tuple(dict.fromkeys(persons)),
        tables=tuple(dict.fromkeys(tables)),
        rows=tuple(dict.fromkeys(rows)),
    )
    for word, name in ((hold.case, "case"), (hold.reason, "reason")):
        if not word:
            raise Refused(f"hold-without-{name}", f"a hold names its {name}", help=f"add --{name}")
    refuse_boundless(hold.persons, hold.tables, hold.rows)
    row = {
        "id": hold.id,
        "case_number": hold.case,
        "reason": hold.reason,
        "opened_at": at,
        "opened_by": by,
        "review_on": review_on,
    }
    scopes = _scope_rows(writing.organisation, hold)
    payload = {
        "hold": hold.id,
        "persons": len(hold.persons),
        "rows": len(hold.rows),
        "tables": sorted(
            {f"{store}.{table}" for store, table in hold.tables}
            | {f"{store}.{table}" for store, table, _ in hold.rows}
        ),
        "review_on": review_on.isoformat() if review_on else None,
    }
    fact = fact_text([(holds, row), *((hold_scopes, scope) for scope in scopes)])
    entry = writing.append_fact("hold-added", at, bound(payload, fact))
    writing.connection.execute(
        insert(holds).values(organisation=writing.organisation, entry=entry, **row)
    )
    writing.connection.execute(insert(hold_scopes), scopes)
    return hold


def lift_hold(writing: Writing, hold: str, *, reason: str, by: str, at: datetime) -> None:
    """Lift a hold: ordinary rules count again at once, without a fresh period.

    Refused: `unknown-hold`, `hold-already-lifted`, `hold-without-reason`.
    """
    if not reason.strip():
        raise Refused("hold-without-reason", "lifting a hold has a reason", help="add --reason")
    found = writing.connection.execute(
        select(holds.c.id, hold_lifts.c.lifted_at)
        .select_from(_with_lift())
        .where(holds.c.organisation == writing.organisation, holds.c.id == hold)
    ).one_or_none()
    if found is None:
        raise Refused(
            "unknown-hold", f"there is no hold '{hold}'", help="`troth hold list` shows them"
        )
    if found.lifted_at is not None:
        raise Refused("hold-already-lifted", f"the hold '{hold}' was lifted before")
    row = {"hold": hold, "lifted_at": at, "lifted_by": by, "reason": reason.strip()}
    fact = fact_text([(hold_lifts, row)])
    entry = writing.append_fact("hold-lifted", at, bound({"hold": hold}, fact))
    writing.connection.execute(
        insert(hold_lifts).values(organisation=writing.organisation, entry=entry, **row)
    )


def list_holds(reading: Reading) -> tuple[HoldRecord, ...]:
    """Every hold ever opened, oldest first."""
    return _read(reading, None)


def open_holds(reading: Reading, at: datetime) -> tuple[Hold, ...]:
    """The holds that are open at the instant `at`, oldest first."""
    return tuple(record.hold for record in _read(reading, at))


def _read(reading: Reading, at: datetime | None) -> tuple[HoldRecord, ...]:
    query = (
        select(holds, hold_lifts.c.lifted_at, hold_lifts.c.lifted_by, _LIFT_REASON)
        .select_from(_with_lift())
        .where(holds.c.organisation == reading.organisation)
        .order_by(holds.c.entry)
    )
    if at is not None:
        query = query.where(
            holds.c.opened_at <= at,
            or_(hold_lifts.c.lifted_at.is_(None), hold_lifts.c.lifted_at > at),
        )
    scopes = _scopes(reading)
    return tuple(_record(row, scopes[row.id]) for row in reading.connection.execute(query))


def _scopes(reading: Reading) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in reading.connection.execute(
        select(hold_scopes)
        .where(hold_scopes.c.organisation == reading.organisation)
        .order_by(hold_scopes.c.hold, hold_scopes.c.position)
    ):
        found[row.hold].append(row)
    return found


def _record(row: Any, scope: list[Any]) -> HoldRecord:
    hold = Hold(
        id=row.id,
        case=row.case_number,
        reason=row.reason,
        opened_at=row.opened_at,
        lifted_at=row.lifted_at,
        review_on=row.review_on,
        persons=tuple(Identifier(s.namespace, s.value) for s in scope if s.kind == "person"),
        tables=tuple((s.store, s.table_name) for s in scope if s.kind == "table"),
        rows=tuple((s.store, s.table_name, s.row_key) for s in scope if s.kind == "row"),
    )
    return HoldRecord(hold, row.opened_by, row.lifted_by, row.lifted_because)


def _scope_rows(organisation: str, hold: Hold) -> list[dict[str, Any]]:
    empty = {"namespace": None, "value": None, "store": None, "table_name": None, "row_key": None}
    parts: list[dict[str, Any]] = [
        empty | {"kind": "person", "namespace": person.namespace, "value": person.value}
        for person in hold.persons
    ]
    parts += [
        empty | {"kind": "table", "store": store, "table_name": table}
        for store, table in hold.tables
    ]
    parts += [
        empty | {"kind": "row", "store": store, "table_name": table, "row_key": key}
        for store, table, key in hold.rows
    ]
    return [
        part | {"organisation": organisation, "hold": hold.id, "position": position}
        for position, part in enumerate(parts)
    ]


def _with_lift() -> Any:
    return holds.outerjoin(
        hold_lifts,
        (hold_lifts.c.organisation == holds.c.organisation) & (hold_lifts.c.hold == holds.c.id),
    )
