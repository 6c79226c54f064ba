"""Limits as predicates: for one day, which rows' limit has ended, is open, unknown or never.

The five states of a limit (ended, running, open, never, unknown) are disjoint and cover every row;
`running` is what is left over. `hands_on` is the state *next* of a binding inside `first`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from troth.plan.predicate import FALSE, TRUE, Predicate, both, either, negation


@dataclass(frozen=True)
class Limit:
    """The predicates of the states; `running` is the rest."""

    ended: Predicate = FALSE
    open: Predicate = FALSE
    never: Predicate = FALSE
    unknown: Predicate = FALSE
    hands_on: Predicate = FALSE

    @property
    def running(self) -> Predicate:
        return negation(either(self.ended, self.open, self.never, self.unknown, self.hands_on))

    def when(self, condition: Predicate) -> Limit:
        """This limit for rows where `condition` holds; elsewhere no state holds at all."""
        return self.map(lambda part: both(condition, part))

    def map(self, change: Callable[[Predicate], Predicate]) -> Limit:
        """`change` applied to the predicate of every state."""
        return Limit(
            ended=change(self.ended),
            open=change(self.open),
            never=change(self.never),
            unknown=change(self.unknown),
            hands_on=change(self.hands_on),
        )

    def settled(self) -> Limit:
        """Outside `first`, handing on is unknown."""
        return Limit(
            ended=self.ended,
            open=self.open,
            never=self.never,
            unknown=either(self.unknown, self.hands_on),
        )

    def decided(self) -> Limit:
        """A rule that nothing can end is unknown."""
        return Limit(ended=self.ended, open=self.open, unknown=either(self.unknown, self.never))


UNKNOWN = Limit(unknown=TRUE)


def union(limits: Sequence[Limit]) -> Limit:
    """The states of limits whose rows are disjoint."""
    return Limit(
        ended=either(*(limit.ended for limit in limits)),
        open=either(*(limit.open for limit in limits)),
        never=either(*(limit.never for limit in limits)),
        unknown=either(*(limit.unknown for limit in limits)),
        hands_on=either(*(limit.hands_on for limit in limits)),
    )


def latest(limits: Sequence[Limit]) -> Limit:
    """Open if any is; else unknown if any is; else running if any is; else ended; never ignored."""
    if len(limits) == 1:
        return limits[0]
    never = both(*(limit.never for limit in limits))
    any_open = either(*(limit.open for limit in limits))
    any_unknown = either(*(limit.unknown for limit in limits))
    gone = [either(limit.ended, limit.never) for limit in limits]
    return Limit(
        ended=both(*gone, negation(never)),
        open=any_open,
        never=never,
        unknown=both(any_unknown, negation(any_open)),
    )


def earliest(limits: Sequence[Limit]) -> Limit:
    """Ended if any is; else unknown if any is; else running if any is; else open; never ignored."""
    if len(limits) == 1:
        return limits[0]
    ended = either(*(limit.ended for limit in limits))
    unknown = both(either(*(limit.unknown for limit in limits)), negation(ended))
    silent = both(*(either(limit.open, limit.never) for limit in limits))
    never = both(*(limit.never for limit in limits))
    return Limit(ended=ended, open=both(silent, negation(never)), never=never, unknown=unknown)


def first(limits: Sequence[Limit]) -> Limit:
    """The first limit that does not hand on; unknown when the last does."""

    def step(rest: Limit, limit: Limit) -> Limit:
        def filled(mine: Predicate, theirs: Predicate) -> Predicate:
            return either(mine, both(limit.hands_on, theirs))

        return Limit(
            ended=filled(limit.ended, rest.ended),
            open=filled(limit.open, rest.open),
            never=filled(limit.never, rest.never),
            unknown=filled(limit.unknown, rest.unknown),
        )

    return reduce(step, reversed(limits), UNKNOWN)
