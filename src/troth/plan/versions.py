"""The texts that are in force for the persons of a table's rows, and for which rows each is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from troth.datamap.model import Role
from troth.plan.days import identity_columns
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, TRUE, KeyIn, Predicate, both, either, negation
from troth.plan.sets import ConsentPersons
from troth.policy.model import Policy
from troth.policy.versions import (
    Threshold,
    acceptance,
    in_force,
    latest,
    text_before,
    thresholds,
)


@dataclass(frozen=True)
class Text:
    """A text: the frame in which it is compiled, the rows for whose persons it is in force.

    `version` is that of an earlier text; empty for the latest.
    """

    frame: Frame
    when: Predicate
    version: str = ""


def texts(frame: Frame, role_name: str, role: Role) -> tuple[Text, ...]:
    """Every text under which a row may be for its person in a role; each row is under one."""
    context = frame.context
    if not context.policy.earlier:
        due = thresholds(context.policy, context.versions_day)
        if due:
            text_before(context.policy, due[0])  # refused: it is not at hand
        return (Text(frame, TRUE),)
    due = thresholds(context.policy, context.versions_day)
    return context.once(
        ("texts", frame.store, frame.table, role_name), lambda: _texts(frame, role_name, role, due)
    )


def _texts(
    frame: Frame, role_name: str, role: Role, due: tuple[Threshold, ...]
) -> tuple[Text, ...]:
    found: list[Text] = []
    reached: Predicate = TRUE
    for threshold in due:
        accepted = _accepted(frame, role_name, role, threshold)
        found.append(
            Text(_before(frame, threshold), both(reached, negation(accepted)), threshold.before)
        )
        reached = both(reached, accepted)
    policy = frame.context.policy
    text = latest(policy, frame.context.versions_day)
    if text is policy:
        return (*found, Text(frame, reached))
    version = in_force(policy, frame.context.versions_day)[-1].id
    return (*found, Text(_under(frame, version, text), reached, version))


def _before(frame: Frame, threshold: Threshold) -> Frame:
    return _under(frame, threshold.before, text_before(frame.context.policy, threshold))


def _under(frame: Frame, version: str, text: Policy) -> Frame:
    """The same place, where an earlier text is what counts; its sets are those of the plan."""
    context = frame.context.once(
        ("text", version), lambda: replace(frame.context, policy=text, made={})
    )
    return replace(frame, context=context)


def _accepted(frame: Frame, role_name: str, role: Role, threshold: Threshold) -> Predicate:
    """Rows whose persons, and there is one, have all accepted the version or a later one."""
    person = frame.end(role.person)
    names = identity_columns(frame, role_name, role)
    if not names:
        return FALSE
    given = either(*(_given(person, names, id) for id in threshold.accepting))
    if not role.person:
        return given
    return both(
        frame.along(role.person, given), negation(frame.along(role.person, negation(given)))
    )


def _given(person: Frame, names: tuple[str, ...], version: str) -> Predicate:
    key = person.require_key()
    name = person.context.ask(
        ConsentPersons(
            name=f"accepted-{person.label}-{version}-{'+'.join(names)}",
            store=person.store,
            table=person.table,
            columns=key,
            identity=names,
            consent=acceptance(version),
            state="given",
        )
    )
    return KeyIn(set=name, columns=key)
