"""What follows for rows: which are deleted, which keep some values, which move to an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from troth.grounds.cells import same_reference
from troth.grounds.evidence import Evidence, Row, Value
from troth.grounds.facts import Facts
from troth.grounds.inside import present
from troth.grounds.interpreter import consider_all, is_protected, never_stored, standing
from troth.grounds.looking import category
from troth.grounds.people import holding
from troth.grounds.restriction import concerned
from troth.grounds.standing import Standing, State
from troth.grounds.truth import follow

Stand = Callable[[Value, Evidence, Facts, datetime], Standing]
"""How the standing of a value is found."""


@dataclass(frozen=True)
class RowAction:
    """What a row needs: `act`, the due values to erase in place, those to move to an archive.

    `delete` and `skeleton` say so of the whole row: a skeleton is due as a whole, but another row
    that stays depends on it.
    """

    act: Literal["delete", "erase", "skeleton", "nothing"]
    erase: tuple[str, ...] = ()
    move: tuple[str, ...] = ()


def row_actions(
    evidence: Evidence,
    facts: Facts,
    now: datetime,
    scope: tuple[str, ...] = (),
    *,
    stand: Stand = standing,
) -> Mapping[Row, RowAction]:
    """The action of every row of every mapped table at the aware instant `now`.

    `scope`: acts whose persons alone are meant; empty: everybody. `stand`: for who knows standings
    already.
    """
    meant = tuple(act for act in facts.acts if act.id in scope)
    due = {
        row: tuple(
            name
            for name in _due(row, evidence, facts, now, stand)
            if not scope or concerned(Value(row, name), evidence, meant)
        )
        for row in _all_rows(evidence)
    }
    own = _own(due, evidence)
    gone = deletable_rows(evidence, facts, now, due=due)
    return {row: _action(row, due[row], own, gone, evidence, facts, now) for row in due}


def deletable_rows(
    evidence: Evidence,
    facts: Facts,
    now: datetime,
    *,
    due: Mapping[Row, tuple[str, ...]] | None = None,
) -> frozenset[Row]:
    """The rows to delete: the largest set in which every row may go and nothing kept depends."""
    due = due or {row: _due(row, evidence, facts, now) for row in _all_rows(evidence)}
    dependents = _dependents(evidence)
    parents = {row: _parts_of(row, evidence) for row in due}
    own = _own(due, evidence)
    going = own | {
        row for row in due if parents[row] and _free(row, due[row], evidence, facts, now)
    }
    while True:
        stays = {
            row
            for row in going
            if not going.issuperset(dependents.get(row, ()))
            or (row not in own and not going.issuperset(parents[row]))
        }
        if not stays:
            return frozenset(going)
        going -= stays


def _action(
    row: Row,
    due: tuple[str, ...],
    own: set[Row],
    gone: frozenset[Row],
    evidence: Evidence,
    facts: Facts,
    now: datetime,
) -> RowAction:
    key = "-".join(str(part) for part in evidence.key(row))
    here = tuple(name for name in due if present(Value(row, name), evidence, key))
    move = tuple(name for name in here if _moves(Value(row, name), evidence, facts, now))
    if row in gone:
        return RowAction("delete", move=move)
    if row in own:
        return RowAction("skeleton", here, move)
    return RowAction("erase" if here else "nothing", here, move)


def _all_rows(evidence: Evidence) -> Iterator[Row]:
    for store, entry in evidence.map.stores.items():
        for table in entry.tables:
            yield from evidence.all_of(store, table)


def _due(
    row: Row, evidence: Evidence, facts: Facts, now: datetime, stand: Stand = standing
) -> tuple[str, ...]:
    """The values that are to leave, whether or not they are present.

    A value that its rule moves to an archive stays where the map names no table for it there.
    """
    return tuple(
        name
        for name in evidence.table(row).values
        if stand(Value(row, name), evidence, facts, now).state is State.DUE
        and (_has_archive(row, evidence) or not _moves(Value(row, name), evidence, facts, now))
    )


def _has_archive(row: Row, evidence: Evidence) -> bool:
    return f"{row.store}.{row.table}" in evidence.map.archives


def _own(due: Mapping[Row, tuple[str, ...]], evidence: Evidence) -> set[Row]:
    """The rows that may go by themselves: nothing in them stays, or what stays singles out."""
    alone = {row for row in due if _deletable_alone(row, due[row], evidence)}
    return alone | {row for row in due if _singled_out(row, due, evidence)}


def _singled_out(row: Row, due: Mapping[Row, tuple[str, ...]], evidence: Evidence) -> bool:
    """Whether a row that stays without its personal values would be like too few others.

    Only rows that hold no personal value then count (recital 26 GDPR).
    """
    table, terms = evidence.table(row), evidence.policy.anonymisation
    if terms is None or terms.smallest_group is None or table.row != "keep" or not table.alike:
        return False
    if not table.personal or len(due[row]) != len(table.values):
        return False
    cells = evidence.cells(row)
    alike = [
        other
        for other in evidence.all_of(row.store, row.table)
        if _bare(other, due[other], evidence)
        and all(evidence.cells(other)[name] == cells[name] for name in table.alike)
    ]
    return len(alike) < terms.smallest_group


def _bare(row: Row, due: tuple[str, ...], evidence: Evidence) -> bool:
    """Whether a row holds no personal value once the due ones are gone.

    An erased form that bears the row's key is taken for a value: it tells rows apart.
    """
    return all(
        name in due or not present(Value(row, name), evidence, "{key}")
        for name in evidence.table(row).values
    )


def _deletable_alone(row: Row, due: tuple[str, ...], evidence: Evidence) -> bool:
    table = evidence.table(row)
    return table.row == "delete" and bool(table.personal) and len(due) == len(table.values)


def _free(row: Row, due: tuple[str, ...], evidence: Evidence, facts: Facts, now: datetime) -> bool:
    """Whether a row that is part of another may go with it: nothing in it has a ground."""
    table = evidence.table(row)
    return (
        table.row == "delete"
        and len(due) == len(table.values)
        and not is_protected(row, evidence)
        and not holding(row, evidence, facts, now)
    )


def _parts_of(row: Row, evidence: Evidence) -> tuple[Row, ...]:
    """The rows that this row is part of."""
    relations = evidence.table(row).relations.items()
    return tuple(
        parent
        for name, relation in relations
        if relation.part_of
        for parent in follow((name,), row, evidence)
        if parent.store == row.store
    )


def _dependents(evidence: Evidence) -> dict[Row, set[Row]]:
    """For each row the rows of its store that reference it, by the map or by the database."""
    found: dict[Row, set[Row]] = {}
    for row in _all_rows(evidence):
        for name in evidence.table(row).relations:
            for parent in follow((name,), row, evidence):
                if parent.store == row.store:
                    found.setdefault(parent, set()).add(row)
    for parent, child in _declared(evidence):
        found.setdefault(parent, set()).add(child)
    return found


def _declared(evidence: Evidence) -> Iterator[tuple[Row, Row]]:
    """Parent and child by the database's foreign keys; the child's table may be unmapped."""
    for key in evidence.references:
        pairs = tuple(zip(key.columns, key.to, strict=True))
        for child in evidence.all_of(key.store, key.table):
            for parent in evidence.all_of(key.store, key.references):
                if all(
                    same_reference(
                        evidence.cells(child)[mine], evidence.cells(parent)[theirs], "exact"
                    )
                    for mine, theirs in pairs
                ):
                    yield parent, child


def _moves(value: Value, evidence: Evidence, facts: Facts, now: datetime) -> bool:
    """Whether a due value goes to an archive where its rule still supports it, or may."""
    place = evidence.map.place_of(value.row.store, value.row.table)
    data = category(value, evidence)
    if data is None or never_stored(data, evidence.policy):
        return False
    for live in consider_all(value, data, evidence, facts, now, place):
        for rule in () if live.set_aside else live.rules:
            if rule.archive is None or rule.archive.place == place:
                continue
            there = consider_all(value, data, evidence, facts, now, rule.archive.place)
            if any(
                other.ground.activity == live.ground.activity
                and other.ground.role == live.ground.role
                and rule in other.rules
                and other.ground.state is not State.DUE
                for other in there
            ):
                return True
    return False
