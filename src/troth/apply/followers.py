"""Tables whose rows stand and fall with the row that they reference, counted together with it.

An order of which only the customer decides need not be asked by itself: orders are grouped by
customer, once for all that is asked of them, and counted as the customer's row is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from troth.apply.joined import Joined, Side, joins
from troth.apply.numbers import Cells, Condition, GroupWanted, Numbers, ScopeWanted
from troth.apply.oldest import cells_behind, joined_cells
from troth.apply.onepass import bits_of_rows, wanted_of
from troth.apply.states import TableStates, predicates_of
from troth.plan.predicate import FALSE, TRUE, And, Exists, Hop, Not, Or, Predicate, exists

MOST_NUMBERS = 60  # of all tables that are counted together


@dataclass(frozen=True)
class Follower:
    """A table of which every question is one about the row at the end of `hop`."""

    states: TableStates
    hop: Hop


def follower_of(states: TableStates) -> Follower | None:
    """The table as a follower, if nothing else decides about its rows."""
    parts = [part for part in predicates_of(states) if part not in (TRUE, FALSE)]
    hops: set[Hop | None] = set()
    for hop in (each for part in parts for each in _first_hops(part)):
        hops.add(hop)
        if hop is None or len(hops) > 1:
            return None
    hop = hops.pop() if hops else None
    if hop is None or hop.table == states.table.frame.table:
        return None
    if hop.source_when is not None or hop.target_when is not None:
        return None
    leader = states.work.tables.get(hop.table)
    unique = leader is not None and leader.key and set(hop.target) >= set(leader.key)
    may = unique and states.work.store.address.dialect == "postgresql"  # MariaDB has no full join
    return Follower(states, hop) if may and joins(states, parts) else None


def _first_hops(part: Predicate) -> Iterator[Hop | None]:
    """The hops with which a predicate leaves the row; None where it asks of the row itself."""
    match part:
        case And() | Or():
            for inner in part.parts:
                yield from _first_hops(inner)
        case Not():
            yield from _first_hops(part.part)
        case Exists():
            yield part.hops[0]
        case _:
            yield None


def count_together(leader: TableStates, followers: Sequence[Follower]) -> bool:
    """Counts a table and those that follow it in one statement; False if that is too much.

    A full join keeps rows of a follower that reference no row.
    """
    joined = Joined(leader.work, leader.row)
    here = leader.row.source.c[leader.row.table.key[0]].is_not(None)
    numbers = Numbers({**bits_of_rows(leader, joined), "here": here})
    wanted: list[tuple[TableStates, list[GroupWanted]]] = []
    groups = range(len(leader.groups))
    wanted.append((leader, [wanted_of(leader, at, ("here",)) for at in groups]))
    cells = joined_cells(leader, joined)
    for one in wanted[0][1]:
        numbers.ask_group(one, cells)
    for number, follower in enumerate(followers):
        behind = _Behind(follower, joined, f"f{number}.", here)
        numbers.bits |= behind.bits
        numbers.weights |= behind.weights
        found = [behind.wanted(at) for at in range(len(follower.states.groups))]
        for one in found:
            numbers.ask_group(one, behind.cells)
        wanted.append((follower.states, found))
    if len(numbers.counted) + len(numbers.smallest) > MOST_NUMBERS:
        return False
    numbers.read_staged(leader, joined.source)
    for states, found in wanted:
        for group, one in zip(states.groups, found, strict=True):
            numbers.fill(group, one)
    return True


class _Behind:
    """A follower as the leader's row sees it: how many rows reference it, and what holds of all."""

    def __init__(self, follower: Follower, joined: Joined, mark: str, here: Condition) -> None:
        self.states, self.mark = follower.states, mark
        self._joined, self._here = joined, here
        hop = follower.hop
        table = self.states.table.frame.table
        back = Hop(table=table, columns=hop.target, target=hop.columns)
        side = joined.side(back)
        side.complete = True
        self.cells: Cells = cells_behind(self.states, joined, hop)
        self.weights = self._weights(side)
        self.bits = self._bits()

    def _weights(self, side: Side) -> dict[str, sa.ColumnElement[int]]:
        """How many rows there are, and how many of them hold a value of a group, or none."""
        rows = side.counted("rows", sa.literal_column("1", sa.Integer()))
        found = {f"{self.mark}rows": rows}
        for at in range(len(self.states.groups)):
            present = sa.case((self.states.present(at, side.inner.row), 1))
            there = side.counted(f"there{at}", present)
            found |= {f"{self.mark}there{at}": there, f"{self.mark}absent{at}": rows - there}
        return found

    def _bits(self) -> dict[str, Condition | bool]:
        found = {f"{self.mark}{name}": self._known(part) for part, name in self.states.bits.items()}
        for at, group in enumerate(self.states.groups):
            found |= {
                f"{self.mark}due{at}": self._known(group.due),
                f"{self.mark}unknown{at}": self._known(group.unknown),
                f"{self.mark}some{at}": self.weights[f"{self.mark}there{at}"] > 0,
            }
        return found

    def _known(self, part: Predicate) -> Condition | bool:
        return part == TRUE if part in (TRUE, FALSE) else self._condition(part)

    def _condition(self, part: Predicate) -> Condition:
        """A predicate of the follower's rows, all of which reference the leader's row or none."""
        match part:
            case And():
                return sa.and_(*map(self._condition, part.parts))
            case Or():
                return sa.or_(*map(self._condition, part.parts))
            case Not():
                return sa.not_(self._condition(part.part))
            case Exists():
                beyond = exists(part.hops[1:], part.where)
                if beyond == TRUE:
                    return self._here
                return sa.and_(self._here, self._joined.condition(beyond))
            case _:
                raise AssertionError("a follower asks nothing of its own rows")

    def wanted(self, at: int) -> GroupWanted:
        """The numbers of one group, in rows of the follower."""
        mark = self.mark
        due, unknown = f"{mark}due{at}", f"{mark}unknown{at}"
        rows, there, absent = f"{mark}rows", f"{mark}there{at}", f"{mark}absent{at}"
        scopes = []
        for scope in self.states.groups[at].scopes:
            applies = tuple(f"{mark}{name}" for name in self.states.named(scope.applies))
            ended = tuple(f"{mark}{name}" for name in self.states.named(scope.ended))
            scopes.append(
                ScopeWanted(
                    rows=(applies, rows),
                    there=((due, *ended), there),
                    absent=((due, f"-{unknown}", *ended), absent),
                    undecided=((unknown, *applies), there),
                    least=(due, *ended, f"{mark}some{at}"),
                )
            )
        return GroupWanted(
            rows=((), rows),
            there=((due,), there),
            absent=((due, f"-{unknown}"), absent),
            undecided=((unknown,), there),
            kept=(((f"-{due}", f"-{unknown}"), rows), ((f"-{due}", unknown), absent)),
            scopes=tuple(scopes),
        )
