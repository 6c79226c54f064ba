"""Wishes for after death (Loi 78-17, art. 85): versions by their author, revocable at any time.

Nothing is changed: a version is recorded once, and its end stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing
from troth.ledger.told_tables import (
    directive_ends,
    directive_persons,
    directive_registers,
    directives,
    hand_overs,
)

Action = Literal["erase", "hand-over", "keep"]
ACTIONS: tuple[Action, ...] = ("erase", "hand-over", "keep")


@dataclass(frozen=True)
class Trusted:
    """Someone whom a person trusts: the name, and how they are reached."""

    name: str
    contact: str | None = None


@dataclass(frozen=True)
class Instruction:
    """What is to be done with which data; empty `categories` and `places`: all of it.

    `to`: whom the data is handed over to.
    """

    action: Action
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    to: Trusted | None = None


@dataclass(frozen=True)
class DirectiveEnd:
    """How a version ended: revoked by its author, or carried out."""

    how: Literal["revoked", "executed"]
    at: datetime
    by: str
    asked_by: str | None = None
    proof: str | None = None


@dataclass(frozen=True)
class Directive:
    """One version of a person's wishes, as given on a form of its own.

    `registered_with`: of a general directive, the certified third party that keeps it and its
    reference there; empty: it is particular, about what this organisation holds, and kept here.
    """

    id: str
    persons: tuple[Identifier, ...]
    given_at: datetime
    form: str
    instructions: tuple[Instruction, ...]
    trusted: tuple[Trusted, ...]
    recorded_by: str = ""
    end: DirectiveEnd | None = None
    entry: int = 0
    registered_with: str = ""

    @property
    def general(self) -> bool:
        """It is about all of the person's data, whoever holds it (Loi 78-17, art. 85(I))."""
        return bool(self.registered_with)


@dataclass(frozen=True)
class HandOver:
    """An order to hand data of somebody who has died to a named person, and why."""

    id: str
    death: str
    directive: str | None
    purpose: Literal["directive", "estate"]
    to: Trusted
    categories: tuple[str, ...]
    places: tuple[str, ...]
    ordered_at: datetime
    ordered_by: str


def record_directive(writing: Writing, new: Directive, *, at: datetime) -> Directive:
    """Record a version; with the id that it gets. What it may say is checked by the caller."""
    name = writing.new_id("directive")
    row = {
        "id": name,
        "given_at": new.given_at,
        "form": new.form,
        "instructions": [_written(one) for one in new.instructions],
        "trusted": [[one.name, one.contact] for one in new.trusted],
        "recorded_at": at,
        "recorded_by": new.recorded_by,
    }
    persons = [
        {"directive": name, "position": position, "namespace": one.namespace, "value": one.value}
        for position, one in enumerate(dict.fromkeys(new.persons))
    ]
    rows = [(directives, row), *((directive_persons, person) for person in persons)]
    if new.registered_with:
        kept: dict[str, object] = {"directive": name, "registered_with": new.registered_with}
        rows.append((directive_registers, kept))
    payload = {"directive": name, "instructions": [one.action for one in new.instructions]}
    record_facts(writing, "directive-recorded", at, [NewFact(payload, rows)])
    return find_directive(writing, name)


def end_directive(writing: Writing, directive: str, end: DirectiveEnd, *, at: datetime) -> None:
    """Record the end of a version; Refused (`directive-ended`) where it has ended already."""
    found = find_directive(writing, directive)
    if found.end is not None:
        raise Refused(
            "directive-ended",
            f"'{directive}' was {found.end.how} on {found.end.at:%Y-%m-%d}",
            help="a new wish is a new version: `troth directive add`",
        )
    row = {
        "directive": directive,
        "how": end.how,
        "at": end.at,
        "done_by": end.by,
        "asked_by": end.asked_by,
        "proof": end.proof,
    }
    fact = NewFact({"directive": directive, "how": end.how}, [(directive_ends, row)])
    record_facts(writing, "directive-ended", at, [fact])


def order_hand_over(writing: Writing, new: HandOver, *, at: datetime) -> str:
    """Record an order to hand data over; its id."""
    name = writing.new_id("hand-over")
    row = {
        "id": name,
        "death": new.death,
        "directive": new.directive,
        "purpose": new.purpose,
        "name": new.to.name,
        "contact": new.to.contact,
        "categories": list(new.categories),
        "places": list(new.places),
        "ordered_at": new.ordered_at,
        "ordered_by": new.ordered_by,
    }
    payload = {"hand_over": name, "death": new.death, "purpose": new.purpose}
    record_facts(writing, "hand-over-ordered", at, [NewFact(payload, [(hand_overs, row)])])
    return name


def read_directives(reading: Reading) -> tuple[Directive, ...]:
    """Every version with its end, in order of recording."""
    own = reading.organisation
    persons: dict[str, list[Identifier]] = defaultdict(list)
    ends: dict[str, DirectiveEnd] = {}
    named = directive_persons
    for row in reading.connection.execute(
        select(named).where(named.c.organisation == own).order_by(named.c.position)
    ):
        persons[row.directive].append(Identifier(row.namespace, row.value))
    for row in reading.connection.execute(
        select(directive_ends).where(directive_ends.c.organisation == own)
    ):
        ends[row.directive] = DirectiveEnd(row.how, row.at, row.done_by, row.asked_by, row.proof)
    table = directive_registers.c
    registers: dict[str, str] = {
        row.directive: row.registered_with
        for row in reading.connection.execute(
            select(table.directive, table.registered_with).where(table.organisation == own)
        )
    }
    query = select(directives).where(directives.c.organisation == own).order_by(directives.c.entry)
    return tuple(
        _directive(row, tuple(persons[row.id]), ends.get(row.id), registers.get(row.id, ""))
        for row in reading.connection.execute(query)
    )


def find_directive(reading: Reading, directive: str) -> Directive:
    """One version; Refused (`unknown-directive`) where there is none of that name."""
    for found in read_directives(reading):
        if found.id == directive:
            return found
    raise Refused(
        "unknown-directive",
        f"there is no directive '{directive}'",
        help="`troth directive list` shows them",
    )


def read_hand_overs(reading: Reading, death: str | None = None) -> tuple[HandOver, ...]:
    """Orders to hand data over, in order: of all, or after one death."""
    table = hand_overs.c
    query = select(hand_overs).where(table.organisation == reading.organisation)
    if death is not None:
        query = query.where(table.death == death)
    return tuple(
        HandOver(
            id=row.id,
            death=row.death,
            directive=row.directive,
            purpose=row.purpose,
            to=Trusted(row.name, row.contact),
            categories=tuple(row.categories),
            places=tuple(row.places),
            ordered_at=row.ordered_at,
            ordered_by=row.ordered_by,
        )
        for row in reading.connection.execute(query.order_by(table.entry))
    )


def _written(one: Instruction) -> dict[str, Any]:
    return {
        "action": one.action,
        "categories": list(one.categories),
        "places": list(one.places),
        "to": [one.to.name, one.to.contact] if one.to else None,
    }


def _directive(
    row: Any, persons: tuple[Identifier, ...], end: DirectiveEnd | None, registered_with: str
) -> Directive:
    return Directive(
        id=row.id,
        persons=persons,
        given_at=row.given_at,
        form=row.form,
        instructions=tuple(
            Instruction(
                action=one["action"],
                categories=tuple(one["categories"]),
                places=tuple(one["places"]),
                to=Trusted(*one["to"]) if one["to"] else None,
            )
            for one in row.instructions
        ),
        trusted=tuple(Trusted(*one) for one in row.trusted),
        recorded_by=row.recorded_by,
        end=end,
        entry=row.entry,
        registered_with=registered_with,
    )
