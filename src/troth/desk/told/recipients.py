"""Who had the data: recipients with a disclosure of the person, and those that the policy names.

A person may ask for this list (Art. 19, last sentence; Art. 15(1)(c)).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from troth.apply.outcome import Outcome
from troth.datamap.model import DataMap
from troth.datamap.namespaces import namespaces
from troth.grounds.acts import within_scope
from troth.grounds.facts import Act, Identifier
from troth.ledger.disclosures import Disclosure
from troth.ledger.notices import Known
from troth.plan.model import DeleteRows, EraseValues, Plan
from troth.policy.model import Policy

Cell = tuple[str, str, str]
"""A category, a place in which values of it were written, or may be, and whose data it is there."""

NEVER_DECLARED = ("internal", "authority")
"""No recipients by declaration: one's own staff, and an authority in an inquiry (Art. 4(9))."""


@dataclass(frozen=True)
class Holder:
    """A recipient that had the data: of which categories, how that is known, and whom they know.

    `person` is the identifier by which this recipient knows the person; None: nobody knows it.
    """

    recipient: str
    known: Known
    categories: tuple[str, ...]
    person: Identifier | None


def written_cells(plan: Plan, outcome: Outcome, datamap: DataMap) -> frozenset[Cell]:
    """The categories and places of the values that a run has written, or may have."""
    found: set[Cell] = set()
    for step in plan.steps:
        if isinstance(step, DeleteRows | EraseValues) and _wrote(step.id, outcome):
            whole = datamap.table(step.store, step.table).values
            names = step.columns if isinstance(step, EraseValues) else whole
            found |= cells_of(datamap, step.store, step.table, names)
    return frozenset(found)


def _wrote(step: str, outcome: Outcome) -> bool:
    return outcome.written.get(step, 0) > 0 or outcome.between.get(step, (0, 0))[1] > 0


def cells_of_act(act: Act, policy: Policy, datamap: DataMap) -> frozenset[Cell]:
    """The categories and places of the map that an act may touch."""
    activities = activities_of(act, policy)
    return frozenset(
        cell
        for store, entry in datamap.stores.items()
        for table, one in entry.tables.items()
        for cell in cells_of(datamap, store, table, one.values)
        if within_scope(act, cell[0], cell[1], policy)
        and (not activities or any(_covers(policy, name, cell) for name in activities))
    )


def activities_of(act: Act, policy: Policy) -> tuple[str, ...]:
    """The activities that an act is about: those it names; of an opt-out, all direct marketing."""
    if act.kind == "opt-out" and not act.activities:
        return tuple(name for name, one in policy.activities.items() if one.direct_marketing)
    return act.activities


def holders(
    act: Act,
    cells: Collection[Cell],
    disclosed: Sequence[Disclosure],
    policy: Policy,
    datamap: DataMap,
) -> tuple[Holder, ...]:
    """The recipients that had values of these cells of the act's person, in the policy's order.

    `disclosed`: what left of that person. A record says more than a declaration, so the identifier
    is the one that it names; what the policy declares besides may have left unrecorded.
    """
    found: dict[str, Holder] = {}
    for one in disclosed:
        had = tuple(name for name in one.categories if _touched(policy, name, cells))
        if had:
            before = found[one.recipient].categories if one.recipient in found else ()
            both = tuple(dict.fromkeys((*before, *had)))
            found[one.recipient] = Holder(one.recipient, "recorded", both, one.known_as)
    for name in policy.recipients:
        categories = declared(name, cells, activities_of(act, policy), policy)
        if categories and name in found:
            both = tuple(dict.fromkeys((*found[name].categories, *categories)))
            found[name] = replace(found[name], categories=both)
        elif categories:
            person = _known_to(name, act.persons, policy, datamap)
            found[name] = Holder(name, "declared", categories, person)
    order = {name: number for number, name in enumerate(policy.recipients)}
    return tuple(sorted(found.values(), key=lambda one: order.get(one.recipient, len(order))))


def declared(
    name: str, cells: Collection[Cell], activities: Sequence[str], policy: Policy
) -> tuple[str, ...]:
    """The written categories that the policy lets a recipient have; none if it is told nothing.

    `activities`: those that are meant; empty: all, and then who runs a place as well.
    """
    recipient = policy.recipients[name]
    if recipient.role in NEVER_DECLARED or recipient.allowed in ("no", "legal-order"):
        return ()
    naming = [one for one in _naming(name, policy) if not activities or one in activities]
    own_places = {place for place, one in policy.places.items() if one.operator == name}
    found = set()
    for cell in cells:
        category, place, _ = cell
        fits = not recipient.data_categories or any(
            _related(policy, category, given) for given in recipient.data_categories
        )
        if any(_covers(policy, one, cell) for one in naming):
            told = fits
        elif activities:
            told = False
        elif own_places:
            told = place in own_places  # who runs a place has what lies there, and that alone
        else:  # named with its data, and for no activity: it may have any of it
            told = not naming and bool(recipient.data_categories) and fits
        if told:
            found.add(category)
    return tuple(sorted(found))


def _naming(name: str, policy: Policy) -> tuple[str, ...]:
    """The activities for which a recipient receives data."""
    own = policy.recipients[name].activities
    return tuple(
        activity
        for activity, one in policy.activities.items()
        if activity in own or name in one.recipients
    )


def _known_to(
    name: str, persons: Iterable[Identifier], policy: Policy, datamap: DataMap
) -> Identifier | None:
    """The first of the person's identifiers that the recipient has by what it receives or runs."""
    recipient = policy.recipients[name]
    received = recipient.data_categories or tuple(
        category for one in _naming(name, policy) for category in policy.activities[one].categories
    )
    run = {place for place, one in policy.places.items() if one.operator == name}
    at_places = _namespaces_at(datamap, run)
    known = namespaces(datamap)
    for person in persons:
        mine = known[person.namespace].categories if person.namespace in known else ()
        if person.namespace in at_places or any(
            given in policy.lineage(category) for category in mine for given in received
        ):
            return person
    return None


def _namespaces_at(datamap: DataMap, places: Collection[str]) -> set[str]:
    return {
        column.identity
        for store, entry in datamap.stores.items()
        for table, one in entry.tables.items()
        if datamap.place_of(store, table) in places
        for column in one.personal.values()
        if column.identity is not None
    }


def cells_of(datamap: DataMap, store: str, table: str, names: Iterable[str]) -> set[Cell]:
    """The cells of some values of one table, by name, under each role whose data they are."""
    entry = datamap.table(store, table)
    place = datamap.place_of(store, table)
    return {
        (column.category, place, role.subject)
        for name in names
        if (column := entry.values.get(name)) is not None and column.category is not None
        for role_name, role in entry.roles.items()
        if not column.roles or role_name in column.roles
    }


def _covers(policy: Policy, activity: str, cell: Cell) -> bool:
    """Whether an activity is about such data, of such people, in such a place."""
    category, place, subject = cell
    one = policy.activities[activity]
    return (
        (not one.places or place in one.places)
        and any(name in one.subjects for name in policy.subject_lineage(subject))
        and any(_related(policy, category, name) for name in one.categories)
    )


def _touched(policy: Policy, category: str, cells: Collection[Cell]) -> bool:
    return any(_related(policy, category, written) for written, _, _ in cells)


def _related(policy: Policy, one: str, other: str) -> bool:
    """Whether one category contains the other: who had the wider had the narrower too."""
    return one in policy.lineage(other) or other in policy.lineage(one)
