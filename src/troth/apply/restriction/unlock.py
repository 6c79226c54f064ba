"""Using restricted data where Art. 18(2) allows it: one row, one reason, two persons, for a while.

Under row-level security one database role sees the row until the unlock ends; the database's clock
ends it. Out of a quarantine the values go to whoever asked, and never back into the table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from troth.apply.restriction import release
from troth.apply.restriction.choose import target_of
from troth.apply.restriction.codec import shown
from troth.apply.restriction.model import Office
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.places import at_work, in_store, slip_of, tables_there
from troth.apply.restriction.release import Keys
from troth.apply.restriction.seal import Slip
from troth.apply.work import Work
from troth.errors import Refused
from troth.ledger.restrictions import RestrictedRow, Restriction, restriction_named
from troth.ledger.unlocks import Unlock, record_unlocks


@dataclass(frozen=True)
class Unlocked:
    """One unlocked row: its values out of the quarantine (text, NULL as None), or the role."""

    unlock: Unlock
    row: RestrictedRow
    values: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    role: str | None = None


def unlock(
    office: Office,
    id: str,
    rows: Collection[RestrictedRow],
    *,
    code: str,
    by: str,
    approved_by: str,
    until: datetime,
    role: str | None = None,
) -> tuple[Unlocked, ...]:
    """Unlocks rows of a restriction until `until`; recorded before anything is shown.

    `role`: the database role that may see rows hidden by row-level security. Refused:
    `unlock-code`, `unlock-two-persons`, `unlock-too-long`, `unlock-not-restricted`, `unlock-role`.
    """
    with office.ledger.reading(office.organisation) as reading:
        restriction = restriction_named(reading, id)
    positions = _positions(restriction, rows)
    with at_work(office) as works:
        places = [
            _Place(
                works[restriction.rows[at].store],
                restriction.rows[at],
                _slip(office, id, at, restriction),
            )
            for at in positions
        ]
        for place in places:
            place.refuse(role)
        with office.ledger.writing(office.organisation) as writing:
            made = record_unlocks(
                writing,
                id,
                positions,
                code=code,
                asked_by=by,
                approved_by=approved_by,
                at=office.now,
                until=until,
                allowed=_allowed(office),
            )
        return tuple(
            place.open(office, each, role) for place, each in zip(places, made, strict=True)
        )


def _slip(office: Office, id: str, at: int, restriction: Restriction) -> Slip:
    return slip_of(office, id, at, restriction.rows[at])


def _allowed(office: Office) -> tuple[str, ...]:
    """The policy's closed list of uses of restricted data; empty where it names none."""
    rights = office.setting.policy.rights.values()
    return tuple(
        code for right in rights if right.right == "restriction" for code in right.refused_on
    )


def _positions(restriction: Restriction, rows: Collection[RestrictedRow]) -> list[int]:
    names = {(row.store, row.table, row.key) for row in rows}
    found = [
        position
        for position, row in enumerate(restriction.rows)
        if (row.store, row.table, row.key) in names
    ]
    if not restriction.in_force or not found or len(found) < len(names):
        raise Refused(
            "unlock-not-restricted",
            f"'{restriction.id}' restricts no such row (any more)",
            help="`troth restrict list` shows its rows",
        )
    return found


@dataclass(frozen=True)
class _Place:
    """One row to unlock, in its store."""

    work: Work
    row: RestrictedRow
    slip: Slip

    def refuse(self, role: str | None) -> None:
        """Refuses before anything is recorded."""
        found = in_store(self.work, tables_there(self.work), self.slip)
        if found is None or found.released:
            raise Refused(
                "unlock-not-restricted",
                f"a row of '{self.slip.table}' is not restricted in its store",
                help="see `troth restrict check`",
            )
        if found.mechanism == "row-security":
            known = sa.text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
            with self.work.session.told():
                there = role and self.work.connection.execute(known, {"role": role}).scalar()
            if not there:
                raise Refused(
                    "unlock-role",
                    "row-level security hides the row: name the database role that may see it",
                    help="add --role, a role that only those use who need the row",
                )

    def open(self, office: Office, unlock: Unlock, role: str | None) -> Unlocked:
        tables = tables_there(self.work)
        assert tables is not None
        keys = Keys(office.ledger, office.organisation, office.ledger.randomness)
        moved = release.opened(self.work, tables, self.slip, keys)
        if moved is not None:
            schema = target_of(office.setting.map, self.work, self.row.table).schema
            dialect = self.work.store.address.dialect
            values = {
                column.name: shown(dialect, column, moved.values[column.name])
                for column in schema.columns
                if column.name in moved.values
            }
            return Unlocked(unlock, self.row, values)
        self._except(tables, unlock, str(role))
        return Unlocked(unlock, self.row, role=role)

    def _except(self, tables: OwnTables, unlock: Unlock, role: str) -> None:
        with self.work.session.writing() as connection:
            connection.execute(
                sa.insert(tables.exceptions).values(
                    id=unlock.id,
                    organisation=self.slip.organisation,
                    restriction=self.slip.restriction,
                    position=self.slip.position,
                    role_name=role,
                    until=unlock.until,
                )
            )
