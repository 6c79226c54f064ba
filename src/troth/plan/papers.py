"""Issued papers: values that the law wants kept as they are, and that nobody rewrites (Art. 16).

A value is one where a floor of a legal obligation supports it, or may.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troth.datamap.model import Column
from troth.plan.acts import may_count
from troth.plan.covering import Covering, coverings
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, Predicate, both, either, negation
from troth.plan.rules import own_limit
from troth.plan.standing import covering_holds, roles_of
from troth.policy.retention import RetentionRule


@dataclass(frozen=True)
class Paper:
    """The ground on which values of a column stay as they were issued, and for which rows."""

    activity: str
    rule: str
    promise: str
    clauses: tuple[str, ...]
    statute: str | None
    rows: Predicate


def papers(frame: Frame, column: Column) -> tuple[Paper, ...]:
    """Every such ground of a value in the place where it lies; `column` describes the value."""
    if column.category is None:
        return ()
    found: dict[str, Paper] = {}
    for covering in coverings(frame, column.category, roles_of(frame, column), frame.place):
        for rule, rows in _floors(covering):
            known = found.get(rule.id)
            found[rule.id] = Paper(
                activity=covering.activity_name,
                rule=rule.id,
                promise=rule.promise,
                clauses=rule.clauses,
                statute=rule.statute,
                rows=either(known.rows, rows) if known is not None else rows,
            )
    return tuple(found.values())


def _floors(covering: Covering) -> Iterator[tuple[RetentionRule, Predicate]]:
    """The floors of an activity that may rest on a legal obligation, and where they hold."""
    frame, bases = covering.text.frame, covering.activity.legal_bases
    obliged = either(
        *(
            may
            for basis, may in zip(bases, may_count(frame, bases), strict=True)
            if basis.kind == "legal-obligation"
        )
    )
    if obliged == FALSE:
        return
    for rule in covering.floors:
        limit = own_limit(frame, covering.role_name, covering.role, rule, floor=True)
        runs = negation(either(limit.ended, limit.never))
        yield rule, both(covering_holds(covering), obliged, runs)
