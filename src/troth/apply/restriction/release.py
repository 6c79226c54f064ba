"""Giving a row its values back, and never over another's: what has changed meanwhile is told.

A row that was deleted and whose key was given to another one is not the same row: its immutable
columns tell, or, where the map names none, every column that nobody hid.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from troth.apply.restriction.codec import Exact
from troth.apply.restriction.model import Conflicts, NotPossible
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.rows import RowAt, write_exactly
from troth.apply.restriction.seal import Moved, Slip, seal, unseal
from troth.apply.restriction.triggers import standing_aside
from troth.apply.work import Work
from troth.errors import Broken, Refused
from troth.ledger.journal import Randomness
from troth.ledger.ledger import Ledger
from troth.ledger.restrictions import data_key


class Conflict(Exception):  # noqa: N818 - an answer: the row stays as it is
    """Why a row cannot be given back as things stand; without any value."""


@dataclass(frozen=True)
class Keys:
    """The data keys of restrictions, read from the ledger when they are needed."""

    ledger: Ledger
    organisation: str
    randomness: Randomness

    def of(self, restriction: str) -> bytes:
        with self.ledger.reading(self.organisation) as reading:
            return data_key(reading, restriction)


def gone_astray(slip: Slip) -> Broken:
    """Nothing tells any more what a row was."""
    return Broken(
        "quarantine-missing",
        f"what was moved out of a row of '{slip.table}' is in Troth's table no more",
        help="restore the store's table from a backup before lifting",
    )


def release(
    work: Work,
    connection: sa.Connection,
    own: OwnTables,
    row: RowAt,
    slip: Slip,
    keys: Keys,
    conflicts: Conflicts,
) -> None:
    """Restores the row's values and empties the seal, in the open transaction; once.

    `Conflict` where the row has changed meanwhile and nobody has said what then counts.
    """
    kept = _kept(connection, own, slip, lock=work.store.address.dialect != "sqlite")
    if kept is None:
        raise gone_astray(slip)
    if kept.state == "released":
        return
    moved = unseal(keys.of(slip.restriction), slip, kept.sealed)
    current = row.read()
    missing = _another(row, moved, current)
    if missing is not None or current is None:
        if conflicts != "application":
            raise Conflict(missing or "")
        _empty(connection, own, slip)
        return
    handed = _hand_over(connection, own, slip, kept.number, moved, keys)
    values = {name: value for name, value in moved.values.items() if name not in handed}
    changed = sorted(name for name in values if current[name] != moved.skeleton[name])
    if changed and conflicts == "report":
        raise Conflict(f"the application wrote to {', '.join(changed)} meanwhile")
    if conflicts == "application":
        values = {name: value for name, value in values.items() if name not in changed}
    _give_back(work, connection, row, values, current, aside=moved.aside)
    _empty(connection, own, slip)


def strike(
    work: Work,
    connection: sa.Connection,
    own: OwnTables,
    slip: Slip,
    keys: Keys,
    columns: Collection[str] | None,
) -> None:
    """Destroys sealed values of a row that its transaction erases: of these columns, None: all."""
    kept = _kept(connection, own, slip, lock=work.store.address.dialect != "sqlite")
    if kept is None or kept.state == "released":
        return
    secret = keys.of(slip.restriction)
    moved = unseal(secret, slip, kept.sealed)
    left = {n: v for n, v in moved.values.items() if columns is not None and n not in columns}
    if left:
        text = seal(secret, slip, replace(moved, values=left), keys.randomness)
        _update(connection, own, slip, sealed=text)
    else:
        _empty(connection, own, slip)


def _give_back(
    work: Work,
    connection: sa.Connection,
    row: RowAt,
    values: Mapping[str, Exact],
    current: Mapping[str, Exact],
    *,
    aside: bool,
) -> None:
    connection.exec_driver_sql("SAVEPOINT troth_release")
    try:
        with (
            work.session.told(),
            standing_aside(work, connection, row.target, needed=aside),
        ):
            after = write_exactly(row, values, current)
    except NotPossible as refusal:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT troth_release")
        raise Conflict(refusal.why) from None
    except Refused as refusal:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT troth_release")
        if refusal.code != "constraint-violation":
            raise
        why = "a constraint forbids the values now: another row may have taken one meanwhile"
        raise Conflict(why) from None
    differ = sorted(name for name, value in values.items() if after[name] != value)
    if differ:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT troth_release")
        raise Conflict(f"the database does not take {', '.join(differ)} back as it was")


def _another(row: RowAt, moved: Moved, current: Mapping[str, Exact] | None) -> str | None:
    """Why the row is not the one whose values were moved."""
    if current is None:
        return "the row was deleted meanwhile"
    immutable = [name for name in row.target.entry.immutable if name in moved.rest]
    if immutable:
        if any(current[name] != moved.rest[name] for name in immutable):
            return "the row was deleted and its key given to another one"
        return None
    changed = sorted(
        name
        for name, value in moved.rest.items()
        if name in current and current[name] != value and not row.columns[name].on_update
    )
    if changed:
        named = ", ".join(changed)
        return f"{named} changed, so it may be another row: the map names no immutable columns"
    return None


def _hand_over(
    connection: sa.Connection,
    own: OwnTables,
    slip: Slip,
    number: int,
    moved: Moved,
    keys: Keys,
) -> set[str]:
    """Values that a younger restriction of the row hides as well pass into its seal."""
    table = own.quarantine
    younger = connection.execute(
        sa.select(table.c.restriction, table.c.position, table.c.sealed)
        .where(
            table.c.organisation == slip.organisation,
            table.c.row_digest == slip.row_digest,
            table.c.state == "enclosed",
            table.c.number > number,
        )
        .order_by(table.c.number, table.c.position)
    ).all()
    handed: set[str] = set()
    for restriction, position, sealed in younger:
        theirs = Slip(slip.organisation, restriction, position, slip.table, slip.key)
        secret = keys.of(restriction)
        other = unseal(secret, theirs, sealed)
        shared = {name for name in moved.values if name in other.values} - handed
        if not shared:
            continue
        handed |= shared
        values = {name: moved.values[name] for name in shared}
        text = seal(secret, theirs, other.with_values(values), keys.randomness)
        _update(connection, own, theirs, sealed=text)
    return handed


def _kept(connection: sa.Connection, own: OwnTables, slip: Slip, *, lock: bool) -> Any | None:
    table = own.quarantine
    select = sa.select(table.c.state, table.c.sealed, table.c.number).where(_is(own, slip))
    return connection.execute(select.with_for_update() if lock else select).one_or_none()


def opened(work: Work, own: OwnTables, slip: Slip, keys: Keys) -> Moved | None:
    """What is sealed for a row, for a lawful use or a check; None where nothing is."""
    with work.session.told():
        kept = _kept(work.connection, own, slip, lock=False)
    if kept is None or kept.state != "enclosed":
        return None
    return unseal(keys.of(slip.restriction), slip, kept.sealed)


def forget(connection: sa.Connection, own: OwnTables, organisation: str, restriction: str) -> None:
    """Takes the emptied seals of a lifted restriction away."""
    table = own.quarantine
    connection.execute(
        sa.delete(table).where(
            table.c.organisation == organisation,
            table.c.restriction == restriction,
            table.c.state == "released",
        )
    )


def _empty(connection: sa.Connection, own: OwnTables, slip: Slip) -> None:
    _update(connection, own, slip, sealed="", state="released")


def _update(connection: sa.Connection, own: OwnTables, slip: Slip, **values: str) -> None:
    connection.execute(sa.update(own.quarantine).where(_is(own, slip)).values(**values))


def _is(own: OwnTables, slip: Slip) -> sa.ColumnElement[bool]:
    table = own.quarantine
    return sa.and_(
        table.c.organisation == slip.organisation,
        table.c.restriction == slip.restriction,
        table.c.position == slip.position,
    )


def shared(work: Work, own: OwnTables, slip: Slip) -> bool:
    """Whether a younger restriction hides values of the same row."""
    table = own.quarantine
    mine = sa.select(table.c.number).where(_is(own, slip)).scalar_subquery()
    younger = sa.select(sa.func.count()).where(
        table.c.row_digest == slip.row_digest,
        table.c.state == "enclosed",
        table.c.number > mine,
    )
    with work.session.told():
        return bool(work.connection.execute(younger).scalar())
