"""Whom a plan is about: everybody, or the persons of some acts."""

from __future__ import annotations

from troth.datamap.model import Role
from troth.plan.days import identity_columns
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, TRUE, KeyIn, Predicate, both, either
from troth.plan.sets import ScopePersons


def concerned(frame: Frame, roles: dict[str, Role]) -> Predicate:
    """Rows that are, under one of the roles, data of a person whom the plan is about."""
    if not frame.context.scope:
        return TRUE
    return either(*(_under(frame, name, role) for name, role in roles.items()))


def _under(frame: Frame, name: str, role: Role) -> Predicate:
    person = frame.end(role.person)
    names = identity_columns(frame, name, role)
    if not names:
        return FALSE
    key = person.require_key()
    asked = frame.context.ask(
        ScopePersons(
            name=f"scope-{person.label}-{'+'.join(names)}",
            store=person.store,
            table=person.table,
            columns=key,
            identity=names,
            acts=frame.context.scope,
        )
    )
    found = frame.along(role.person, KeyIn(set=asked, columns=key))
    return both(frame.filter(role.when), found) if role.when is not None else found
