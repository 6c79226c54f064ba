"""Moving the personal values of a row out of it, sealed, into Troth's table beside it.

All of it is one transaction, and lifting is rehearsed in it first: the skeleton is written, the row
is restored and compared to the byte, and only then is the skeleton written to stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from troth.apply.restriction.codec import Exact, plain
from troth.apply.restriction.model import NotPossible, Target
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.rows import RowAt, write_exactly
from troth.apply.restriction.seal import Moved, Slip, seal
from troth.apply.restriction.skeleton import mark_column, skeleton
from troth.apply.restriction.triggers import may_stand_aside, standing_aside
from troth.apply.work import Work
from troth.errors import Refused
from troth.ledger.journal import Randomness

_IN_THE_WAY = ("constraint-violation", "value-rejected")


@dataclass(frozen=True)
class Sealing:
    """What sealing one row needs: its name, its key, and the restriction's number."""

    slip: Slip
    secret: bytes
    number: int
    mark: str
    randomness: Randomness


@dataclass(frozen=True)
class Form:
    """One way to empty a row: what is written, and whether triggers stand aside meanwhile."""

    values: Mapping[str, Exact]
    aside: bool


def enclose(
    work: Work,
    connection: sa.Connection,
    own: OwnTables,
    row: RowAt,
    hidden: tuple[str, ...],
    sealing: Sealing,
) -> Mapping[str, Exact]:
    """Moves the row's hidden values; once, however often called. `NotPossible` moves nothing.

    Returns what the hidden columns held; nothing where they were moved before.
    """
    if _there(connection, own, sealing.slip):
        return {}
    before = row.read()
    if before is None:
        raise NotPossible("the row is not there (any more)")
    form = _rehearsed(work, connection, row, hidden, before, sealing)
    with standing_aside(work, connection, row.target, needed=form.aside):
        after = write_exactly(row, form.values, before)
    rest = {
        name: value
        for name, value in before.items()
        if name not in hidden and not row.columns[name].generated
    }
    moved = Moved(
        values={name: before[name] for name in hidden},
        skeleton={name: after[name] for name in hidden},
        rest=rest,
        aside=form.aside,
    )
    slip = sealing.slip
    connection.execute(
        sa.insert(own.quarantine).values(
            organisation=slip.organisation,
            restriction=slip.restriction,
            position=slip.position,
            number=_after(connection, own, slip, sealing.number),
            row_digest=slip.row_digest,
            state="enclosed",
            sealed=seal(sealing.secret, slip, moved, sealing.randomness),
        )
    )
    return moved.values


def _after(connection: sa.Connection, own: OwnTables, slip: Slip, number: int) -> int:
    """A number that orders the seals of a row as they were made, whichever was asked for first.

    The oldest has what the row was; each younger one has what the one before left. The row is
    locked.
    """
    table = own.quarantine
    last = connection.execute(
        sa.select(sa.func.max(table.c.number)).where(
            table.c.organisation == slip.organisation,
            table.c.row_digest == slip.row_digest,
            table.c.state == "enclosed",
        )
    ).scalar()
    return number if last is None else max(number, int(last) + 1)


def _there(connection: sa.Connection, own: OwnTables, slip: Slip) -> bool:
    table = own.quarantine
    select = sa.select(table.c.state).where(
        table.c.organisation == slip.organisation,
        table.c.restriction == slip.restriction,
        table.c.position == slip.position,
    )
    return connection.execute(select).scalar() is not None


def _rehearsed(
    work: Work,
    connection: sa.Connection,
    row: RowAt,
    hidden: tuple[str, ...],
    before: Mapping[str, Exact],
    sealing: Sealing,
) -> Form:
    """The first form that can be written and taken back without a trace; `NotPossible` if none."""
    why: NotPossible | None = None
    for form in _forms(work, row, hidden, before, sealing):
        connection.exec_driver_sql("SAVEPOINT troth_rehearsal")
        refused = _rehearse(work, connection, row, hidden, before, form)
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT troth_rehearsal")
        if refused is None:
            return form
        why = why or refused
    assert why is not None
    raise why


def _rehearse(
    work: Work,
    connection: sa.Connection,
    row: RowAt,
    hidden: tuple[str, ...],
    before: Mapping[str, Exact],
    form: Form,
) -> NotPossible | None:
    """Empties the row and gives everything back; why that is not possible, or None."""
    values = {name: before[name] for name in hidden}
    try:
        with (
            work.session.told(),
            standing_aside(work, connection, row.target, needed=form.aside),
        ):
            _same(before, write_exactly(row, values, write_exactly(row, form.values, before)))
    except NotPossible as refusal:
        return refusal
    except Refused as refusal:
        if refusal.code not in _IN_THE_WAY:
            raise
        return _constraint(row.target, refusal)
    return None


def _forms(
    work: Work,
    row: RowAt,
    hidden: tuple[str, ...],
    before: Mapping[str, Exact],
    sealing: Sealing,
) -> list[Form]:
    """With the mark where there is room for it, else without; triggers stand aside only at last."""
    dialect = work.store.address.dialect
    bare = skeleton(dialect, row.target, hidden, row.key, before)
    choices = [bare]
    name = mark_column(row.target, hidden, sealing.mark)
    if name is not None:
        marked = plain(dialect, row.columns[name], sealing.mark)
        choices.insert(0, {**bare, name: marked})
    ways = [False]
    if row.target.schema.triggers and may_stand_aside(work, row.target):
        ways.append(True)
    return [Form(values, aside) for aside in ways for values in choices]


def _same(before: Mapping[str, Exact], again: Mapping[str, Exact]) -> None:
    differ = sorted(name for name, value in before.items() if again[name] != value)
    if differ:
        raise NotPossible(
            f"the database does not take {', '.join(differ)} back as it was",
            "look for triggers and for a lossy type or a character set",
        )


def _constraint(target: Target, refusal: Refused) -> NotPossible:
    return NotPossible(
        f"a constraint of {target.label} refuses the erased form ({refusal.message})",
        "declare in the map an `erased` form that the constraint allows",
    )
