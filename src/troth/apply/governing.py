"""Which promise governs which columns, and for which rows: compiled, nothing counted yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troth.apply.promises import Promise
from troth.datamap.model import Column, Role
from troth.plan.covering import capping, never_stored
from troth.plan.frame import Frame
from troth.plan.invitations import invitation_steps
from troth.plan.model import SendInvitations
from troth.plan.predicate import FALSE, TRUE, Predicate, both, either
from troth.plan.rows import Group, groups
from troth.plan.rules import cap_limit
from troth.plan.standing import held, role_holds


@dataclass(frozen=True)
class Governed:
    """A promise over a group of columns: the rows it governs, and those of them that it ended.

    Among due rows it is broken by those where `ended` holds.
    """

    promise: Promise
    applies: Predicate
    ended: Predicate


@dataclass(frozen=True)
class Asked:
    """One group of columns and the promises over it."""

    group: Group
    sample: Column
    governed: tuple[Governed, ...]


@dataclass(frozen=True)
class AskedTable:
    """What is asked of one table."""

    frame: Frame
    groups: tuple[Asked, ...]
    invitations: tuple[SendInvitations, ...]


PromiseIndex = Mapping[tuple[str, str], Promise]


def index_of(promises: tuple[Promise, ...]) -> dict[tuple[str, str], Promise]:
    """Promises by kind and id."""
    return {(promise.kind, promise.id): promise for promise in promises}


def asked_of(frame: Frame, promises: PromiseIndex) -> AskedTable:
    """Compiles what a table is asked; its sets are registered in the frame's context.

    `Refused` where the map cannot be compiled for this table.
    """
    held(frame)  # a hold on this table's rows may keep others, whatever this table holds
    found = []
    for group in groups(frame):
        sample = frame.entry.values[group.columns[0]]
        governed = tuple(_governed(frame, group, sample, promises))
        found.append(Asked(group, sample, governed))
    return AskedTable(frame, tuple(found), invitation_steps(frame))


def predicates_of(one: AskedTable) -> tuple[Predicate, ...]:
    """Everything that is asked about the standing of a table's values."""
    standings = [asked.group.standing for asked in one.groups]
    return tuple(part for standing in standings for part in (standing.due, standing.unknown))


def roles_of(frame: Frame, column: Column) -> dict[str, Role]:
    """The roles under which a column's values are looked at."""
    return {
        name: role
        for name, role in frame.entry.roles.items()
        if not column.roles or name in column.roles
    }


def _governed(
    frame: Frame, group: Group, sample: Column, promises: PromiseIndex
) -> Iterator[Governed]:
    rules: dict[str, list[Predicate]] = {}
    for part in group.standing.rules:
        rules.setdefault(part.rule, []).append(part.applies)
    for rule, where in rules.items():
        applies = either(*where)
        yield Governed(promises["retention", rule], applies, applies)
    yield from _caps(frame, sample, promises)
    policy = frame.context.policy
    if sample.category is not None and never_stored(policy, sample.category):
        lineage = policy.lineage(sample.category)
        named = next(name for name in lineage if policy.categories[name].never_stored)
        yield Governed(promises["never-stored", named], TRUE, TRUE)


def _caps(frame: Frame, sample: Column, promises: PromiseIndex) -> Iterator[Governed]:
    found: dict[str, tuple[Predicate, Predicate]] = {}
    if sample.category is None:
        return
    for name, role in roles_of(frame, sample).items():
        for cap in capping(frame, sample.category, role.subject, frame.place):
            holds = role_holds(frame, role)
            ended = both(holds, cap_limit(frame, name, role, cap).ended)
            applies, before = found.get(cap.id, (FALSE, FALSE))
            found[cap.id] = (either(applies, holds), either(before, ended))
    for cap_id, (applies, ended) in found.items():
        yield Governed(promises["cap", cap_id], applies, ended)
