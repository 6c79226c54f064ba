"""From where a value is looked at: its category, and its roles that hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from troth.grounds.coverage import Spot
from troth.grounds.events import Look
from troth.grounds.evidence import Evidence, Value
from troth.grounds.facts import Facts
from troth.grounds.people import persons_of
from troth.grounds.truth import holds
from troth.grounds.versions import text_of


def category(value: Value, evidence: Evidence) -> str | None:
    """The category of a value; None where the map gives it none."""
    return evidence.table(value.row).values[value.name].category


@dataclass(frozen=True)
class Looking:
    """A value under a role that holds: where it is looked at, and from where its events are."""

    spot: Spot
    look: Look


def roles_of(value: Value, evidence: Evidence) -> tuple[str, ...]:
    """The roles of a value: its own, or all of its table."""
    table = evidence.table(value.row)
    return table.values[value.name].roles or tuple(table.roles)


def lookings_at(
    value: Value, category: str, evidence: Evidence, facts: Facts, now: datetime, place: str
) -> list[Looking]:
    """The value under each of its roles that holds, as if it lay in `place`.

    Each is looked at under the text that is in force for the person in that role.
    """
    table = evidence.table(value.row)
    found = []
    for name in roles_of(value, evidence):
        if holds(table.roles[name].when, value.row, evidence):
            persons = persons_of(value.row, name, evidence)
            text = text_of(persons, evidence.policy, facts, now)
            spot = Spot(text, category, table.roles[name].subject, place)
            look = Look(evidence.under(text), facts, now, value.row, name)
            found.append(Looking(spot, look))
    return found
