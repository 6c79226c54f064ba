"""Whom a letter to everybody of some data subject categories goes to, and by which columns."""

from __future__ import annotations

from collections.abc import Collection

from troth.datamap.model import Role
from troth.plan.frame import Frame
from troth.plan.model import SendInvitations
from troth.plan.predicate import FALSE, both, negation
from troth.plan.standing import role_holds


def announcement_steps(frame: Frame, subjects: Collection[str]) -> tuple[SendInvitations, ...]:
    """A step for each role of a table whose rows are persons of the categories.

    Rows that only lead to a person are told of in the person's own row. A step without `addresses`
    reaches nobody.
    """
    lineage = frame.context.policy.subject_lineage
    return tuple(
        _step(frame, name, role)
        for name, role in frame.entry.roles.items()
        if not role.person and set(lineage(role.subject)) & set(subjects)
    )


def _step(frame: Frame, name: str, role: Role) -> SendInvitations:
    protected = frame.filter(frame.entry.protect) if frame.entry.protect is not None else FALSE
    return SendInvitations(
        id=f"announce:{frame.label}:{name}",
        store=frame.store,
        table=frame.table,
        key=frame.require_key(),
        rule="",
        role=name,
        message="",
        delay="P0D",
        hops=(),
        addresses={
            column: entry.erased
            for column, entry in frame.entry.personal.items()
            if entry.identity
            and entry.compare == "email"
            and (not entry.roles or name in entry.roles)
        },
        due=both(role_holds(frame, role), negation(protected)),
    )
