"""What a wish erases after a death, as acts of whoever has died; what it keeps is left out."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import datetime

from troth.datamap.model import DataMap
from troth.desk.directives.wishes import every_place
from troth.desk.told.suppression import record_and_suppress
from troth.grounds.facts import Act, Decision
from troth.ledger.acts import Verdict, record_verdicts
from troth.ledger.directives import Directive
from troth.ledger.session import Writing
from troth.policy.model import Policy


def erases(wish: Directive) -> bool:
    """Whether a wish asks for an erasure at all."""
    return any(one.action == "erase" for one in wish.instructions)


def record_erasures(
    writing: Writing,
    death: Act,
    wish: Directive,
    policy: Policy,
    datamap: DataMap,
    reason: str,
    *,
    by: str,
    at: datetime,
) -> tuple[str, ...]:
    """Record what a wish erases as accepted acts; their ids."""
    wanted = [_but_kept(act, wish, policy, datamap) for act in _asked(death, wish, at)]
    made = record_and_suppress(writing, wanted, policy, datamap, by=by, at=at)
    verdict = Verdict(Decision("accepted", at), decided_by=by, reason=reason)
    record_verdicts(writing, [(act.id, verdict) for act in made], at=at)
    return tuple(act.id for act in made)


def _asked(death: Act, valid: Directive, at: datetime) -> list[Act]:
    """The erasures that a wish asks for: acts of whoever has died."""
    return [
        Act("", "erasure", death.persons, at, categories=one.categories, places=one.places)
        for one in valid.instructions
        if one.action == "erase"
    ]


def _but_kept(act: Act, valid: Directive, policy: Policy, datamap: DataMap) -> Act:
    """The same without what the wish keeps."""
    kept = [one for one in valid.instructions if one.action == "keep"]
    categories = {name for one in kept for name in one.categories}
    places = {name for one in kept for name in one.places}
    if categories:
        act = replace(act, categories=_without(act.categories, categories, policy))
    if places:
        left = act.places or tuple(every_place(policy, datamap))
        act = replace(act, places=tuple(place for place in left if place not in places))
    return act


def _without(meant: Sequence[str], kept: Container[str], policy: Policy) -> tuple[str, ...]:
    """The categories under `meant` (empty: all) that neither contain nor are in a kept one."""
    holding = {
        above for name in policy.categories if name in kept for above in policy.lineage(name)
    }
    return tuple(
        name
        for name in policy.categories
        if (not meant or any(above in meant for above in policy.lineage(name)))
        and name not in holding
        and not any(above in kept for above in policy.lineage(name))
    )
