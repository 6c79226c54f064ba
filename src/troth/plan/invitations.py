"""Warn first, planned: whose invitation is due, and the way to the address, across stores."""

from __future__ import annotations

from troth.datamap.model import Erased
from troth.law.calendar import day_of
from troth.plan.covering import Covering, coverings
from troth.plan.frame import Frame
from troth.plan.model import Because, Bridge, SendInvitations
from troth.plan.predicate import FALSE, Hop, KeyIn, Predicate, both, either, negation
from troth.plan.rules import until_limit
from troth.plan.sets import Warned
from troth.plan.standing import covering_holds, held
from troth.policy.retention import RetentionRule, Warn


def invitation_steps(frame: Frame) -> tuple[SendInvitations, ...]:
    """Rows whose warn-first rule is complete, and to which no valid invitation has been sent.

    One step for each rule and role. A step without `addresses` cannot reach anybody: it is there to
    be counted and reported.
    """
    found: dict[tuple[str, str, str], SendInvitations] = {}
    for column in frame.entry.values.values():
        for covering in coverings(
            frame, column.category or "", dict(frame.entry.roles), frame.place
        ):
            for rule in covering.rules:
                name = covering.text.version, rule.id, covering.role_name
                if rule.warn is not None and name not in found:
                    found[name] = _invitation(covering, rule, rule.warn)
    return tuple(found.values())


def _invitation(covering: Covering, rule: RetentionRule, warn: Warn) -> SendInvitations:
    frame, version = covering.text.frame, covering.text.version
    role, day = covering.role, frame.context.day
    protected = frame.filter(frame.entry.protect) if frame.entry.protect is not None else FALSE
    hops, bridges = _route(frame, role.person)
    return SendInvitations(
        id=":".join(
            ("invite", frame.label, rule.id, covering.role_name, *([version] if version else ()))
        ),
        store=frame.store,
        table=frame.table,
        key=frame.require_key(),
        rule=rule.id,
        role=covering.role_name,
        message=warn.message,
        delay=str(warn.delay),
        hops=hops,
        bridges=bridges,
        addresses=_addresses(frame, covering),
        due=both(
            covering_holds(covering),
            negation(protected),
            negation(held(frame)),
            until_limit(frame, covering.role_name, role, rule, day, floor=False).ended,
            negation(_invited(frame, covering, rule)),
        ),
        because=(
            Because(
                activity=covering.activity_name,
                rule=rule.id,
                promise=rule.promise,
                clauses=tuple(dict.fromkeys((*rule.clauses, *warn.clauses))),
                statute=rule.statute,
            ),
        ),
    )


def _addresses(frame: Frame, covering: Covering) -> dict[str, Erased]:
    """The columns of the person's row that may hold an address, with their erased forms."""
    role = covering.role
    return {
        name: column.erased
        for name, column in frame.end(role.person).entry.personal.items()
        if column.identity
        and column.compare == "email"
        and (role.person or not column.roles or covering.role_name in column.roles)
    }


def _route(frame: Frame, path: tuple[str, ...]) -> tuple[tuple[Hop, ...], tuple[Bridge, ...]]:
    """A path as hops inside the store, and the bridges into others with their hops inside those."""
    inside: list[Hop] = []
    bridges: list[Bridge] = []
    for hop in frame.hops(path):
        if not hop.crosses:
            if bridges:
                further = (*bridges[-1].hops, frame.sql_hop(hop))
                bridges[-1] = bridges[-1].model_copy(update={"hops": further})
            else:
                inside.append(frame.sql_hop(hop))
            continue
        owner = frame.at(*hop.owner)
        condition = owner.filter(hop.where) if hop.where is not None else None
        bridges.append(
            Bridge(
                links=tuple(left for left, _ in hop.pairs),
                store=hop.target_store,
                table=hop.target_table,
                other_links=tuple(right for _, right in hop.pairs),
                compare=hop.compare,
                json_path=hop.json_path,
                json_side="source" if hop.forward else "target",
                source_when=condition if hop.forward else None,
                target_when=None if hop.forward else condition,
            )
        )
    return tuple(inside), tuple(bridges)


def _invited(frame: Frame, covering: Covering, rule: RetentionRule) -> Predicate:
    """Some invitation was sent once the period was complete, its delay passed or not."""
    context = frame.context
    days = {
        day_of(warning.sent_at, context.policy.zoneinfo)
        for warning in context.facts.warnings
        if (warning.rule, warning.store, warning.table) == (rule.id, frame.store, frame.table)
    }
    found: Predicate = FALSE
    for sent in sorted(days):
        name = context.ask(
            Warned(
                name=f"invited-{frame.label}-{rule.id}-{sent.isoformat()}",
                store=frame.store,
                table=frame.table,
                columns=frame.require_key(),
                rule=rule.id,
                sent=sent,
                ready_by=None,
            )
        )
        complete = until_limit(
            frame, covering.role_name, covering.role, rule, sent, floor=False
        ).ended
        found = either(found, both(KeyIn(set=name, columns=frame.require_key()), complete))
    return found
