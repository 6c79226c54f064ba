"""A table counted in one pass: every row is read once, and its states are told apart there.

Where few numbers are asked they are counted side by side; where they are many, rows that agree in
everything are counted together.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from troth.apply.numbers import Amount, Cells, Condition, GroupWanted, Names, Numbers, ScopeWanted
from troth.apply.staged import Conditions, Staged
from troth.apply.states import TableStates
from troth.plan.predicate import FALSE, TRUE, Predicate, both

MOST_STAGED = 60  # counted side by side, where what they stand on has been worked out before
MOST_NUMBERS = 16  # counted side by side; each costs every row something
LARGEST = 60  # parts of all their conditions together, which are evaluated for each


def count_once(states: TableStates, asked: Conditions, cells: Cells) -> None:
    """Counts every group in one statement; `cells` show the events of a row, the least the oldest.

    What is kept is counted too, so that a row without a state, or with two, shows in the sum. Where
    that would cost as much again, rows with two states are counted, unless there can be none.
    """
    numbers, _ = _asked(states, asked, cells, {})
    sqlite = states.work.store.address.dialect == "sqlite"
    if sqlite or not _few(states, asked, numbers):
        count_staged(states, asked, cells)
    else:
        count_plain(states, asked, cells)


def count_staged(states: TableStates, asked: Conditions, cells: Cells) -> None:
    """Each test of a row is asked once, before any number is counted."""
    staged = Staged(asked)
    cells = {name: staged.take(cell) for name, cell in cells.items()}
    numbers, wanted = _asked(states, staged, cells, {})
    if len(numbers.counted) + len(numbers.smallest) <= MOST_STAGED:
        numbers.read_staged(states, staged.source)
    else:
        numbers.read_grouped(states, staged.source, cells)
    _fill(states, numbers, wanted)


def count_plain(states: TableStates, asked: Conditions, cells: Cells) -> None:
    """Each test stands where it is asked: for few numbers of conditions that are short."""
    numbers, wanted = _asked(states, asked, cells, {})
    if asked is not states and states.work.store.address.dialect == "postgresql":
        numbers.read_staged(states, asked.source)
    else:
        numbers, wanted = _asked(states, asked, cells, numbers.bits)
        numbers.read(states, asked.source)
    _fill(states, numbers, wanted)


def _fill(states: TableStates, numbers: Numbers, wanted: list[GroupWanted]) -> None:
    for group, one in zip(states.groups, wanted, strict=True):
        numbers.fill(group, one)


def _asked(
    states: TableStates, asked: Conditions, cells: Cells, bits: dict[str, Condition | bool]
) -> tuple[Numbers, list[GroupWanted]]:
    """What is to be counted; with `bits` at hand, without what is kept."""
    numbers = Numbers(bits or bits_of_rows(states, asked))
    groups = range(len(states.groups))
    wanted = [_left_over(states, at) if bits else wanted_of(states, at) for at in groups]
    for one in wanted:
        numbers.ask_group(one, cells)
    return numbers, wanted


def _left_over(states: TableStates, at: int) -> GroupWanted:
    """The numbers of one group where what is left over is kept."""
    group = states.groups[at]
    twice = states.settle(both(group.due, group.unknown)) != FALSE
    wanted = wanted_of(states, at)
    if twice:
        return replace(wanted, kept=(), twice=((f"due{at}", f"unknown{at}"), ""))
    doubt = f"-unknown{at}"

    def without(amount: Amount) -> Amount:
        return tuple(name for name in amount[0] if name != doubt), amount[1]

    scopes = tuple(replace(one, absent=without(one.absent)) for one in wanted.scopes)
    return replace(wanted, kept=(), absent=without(wanted.absent), scopes=scopes)


def bits_of_rows(states: TableStates, asked: Conditions) -> dict[str, Condition | bool]:
    """All conditions of a row by name; those that are known beforehand as what they are worth."""

    def known(part: Predicate) -> Condition | bool:
        return part == TRUE if part in (TRUE, FALSE) else asked.condition(part)

    found: dict[str, Condition | bool] = {name: known(part) for part, name in states.bits.items()}
    for at, group in enumerate(states.groups):
        there, unknown = asked.take(states.present(at)), known(group.unknown)
        found |= {f"there{at}": there, f"due{at}": known(group.due), f"unknown{at}": unknown}
        if isinstance(unknown, bool):
            found[f"open{at}"] = there if unknown else False
        else:
            found[f"open{at}"] = sa.and_(unknown, there)
    return found


def wanted_of(states: TableStates, at: int, always: Names = ()) -> GroupWanted:
    """The numbers of one group, counted in rows; of rows for which `always` holds."""
    due, there, unknown, open_ = f"due{at}", f"there{at}", f"unknown{at}", f"open{at}"
    absent = (*always, due, f"-{there}", f"-{unknown}")
    scopes = []
    for scope in states.groups[at].scopes:
        applies, ended = states.named(scope.applies), states.named(scope.ended)
        broken = (*always, due, there, *ended)
        scopes.append(
            ScopeWanted(
                rows=((*always, *applies), ""),
                there=(broken, ""),
                absent=((*absent, *ended), ""),
                undecided=((*always, open_, *applies), ""),
                least=broken,
            )
        )
    return GroupWanted(
        rows=(always, ""),
        there=((*always, due, there), ""),
        absent=(absent, ""),
        undecided=((*always, open_), ""),
        kept=(((*always, f"-{due}", f"-{open_}"), ""),),
        scopes=tuple(scopes),
    )


def _few(states: TableStates, asked: Conditions, numbers: Numbers) -> bool:
    """Whether the numbers are worth counting side by side."""
    sizes = {name: asked.size(part) for part, name in states.bits.items()}
    for at, group in enumerate(states.groups):
        sizes |= {f"due{at}": asked.size(group.due), f"unknown{at}": asked.size(group.unknown)}
        sizes |= {f"open{at}": asked.size(group.unknown) + 1}
    count = len(numbers.counted) + len(numbers.smallest)
    return count <= MOST_NUMBERS and numbers.size(sizes) <= LARGEST
