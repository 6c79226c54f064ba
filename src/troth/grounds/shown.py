"""Until when a ground supports a value, where it is already decided that it does.

A database decides for many rows at once whether a ground supports them; what it does not tell is
the day on which that ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troth.grounds.activities import Considered, capped
from troth.grounds.limits import Kind, latest
from troth.grounds.retention import Shows, rule_shown, until_shown
from troth.grounds.standing import Ground, State, Waiting
from troth.policy.retention import Cap, RetentionRule


@dataclass(frozen=True)
class Counting:
    """The rules that count for a ground in a place; `asked`: its person has asked for erasure."""

    place: str
    ceilings: tuple[RetentionRule, ...]
    floors: tuple[RetentionRule, ...]
    asked: bool = False


def with_end(
    ground: Ground, counting: Counting, shows: Shows, caps: Sequence[tuple[Cap, Shows]]
) -> Ground:
    """A supporting ground with its rule, and the day it ends or what it waits for.

    `caps` are those that limit the value, each with what the row shows under their role. Where the
    rows say otherwise by now than when the ground was decided, its end is unknown.
    """
    outcomes = [
        (rule, floor, rule_shown(rule, shows, counting.place, floor=floor, asked=counting.asked))
        for floor, rules in ((False, counting.ceilings), (True, counting.floors))
        for rule in rules
    ]
    outcome = latest([each for _, _, each in outcomes])
    rule = next(rule for rule, _, each in outcomes if each is outcome)
    floors = [each for _, floor, each in outcomes if floor]
    waiting, ends = None, outcome.ends
    if outcome.kind is Kind.OPEN:
        waiting = Waiting.WARNING if outcome.warning else Waiting.EVENT
    elif outcome.kind is not Kind.RUNNING:
        waiting, ends = Waiting.UNKNOWN, None
    found = Ground(
        ground.activity,
        rule.id,
        ground.role,
        rule.clauses,
        ground.article,
        State.SUPPORTED,
        ends,
        waiting,
        outcome.event or None,
    )
    limits = [until_shown(cap, its, floor=False) for cap, its in caps]
    cut = capped(Considered(found, (), latest(floors).kind if floors else None), limits)
    return cut.ground if cut.ground.state is State.SUPPORTED else found
