"""Every row of a table counted by its states, in the way that costs least."""

from __future__ import annotations

from collections.abc import Iterable

from troth.apply.apart import count_apart
from troth.apply.counting import looks_elsewhere
from troth.apply.followers import count_together, follower_of
from troth.apply.joined import Joined, joins
from troth.apply.oldest import joined_cells, plain_cells, reference_of, single_cells
from troth.apply.onepass import count_once, count_staged
from troth.apply.staged import shares
from troth.apply.states import TableStates, assert_all_counted, predicates_of


def count_company(states: TableStates, others: Iterable[TableStates]) -> tuple[TableStates, ...]:
    """Counts a table, and with it others that it leads or that follow the same row as it does.

    Those that were counted are returned; the table itself always is.
    """
    everyone = (states, *others)
    following = [found for one in everyone if (found := follower_of(one)) is not None]
    own = next((one for one in following if one.states is states), None)
    name = states.table.frame.table if own is None else own.hop.table
    leader = next((one for one in everyone if one.table.frame.table == name), None)
    company = [one for one in following if one.hop.table == name and one.states is not leader]
    if leader is None or not company or not joins(leader, predicates_of(leader)):
        count_states(states)
        return (states,)
    if not count_together(leader, company):
        count_states(states)
        return (states,)
    counted = (leader, *(one.states for one in company))
    for one in counted:
        _assert_all(one)
    return counted


def count_states(states: TableStates) -> None:
    """Counts every group, and asserts that due, unknown and kept are all rows.

    One pass counts everything; what is asked of other tables is joined. Where that cannot be, or
    would read far more than the table itself, rows of each state are looked for apart.
    """
    if not states.groups:
        return
    asked = predicates_of(states)
    if not any(looks_elsewhere(part) for part in asked):
        count_once(states, states, plain_cells(states))
    elif joins(states, asked):
        joined = Joined(states.work, states.row)
        count_once(states, joined, joined_cells(states, joined))
    elif states.work.store.address.dialect == "sqlite" and shares(asked):
        # It looks up every row by itself anyway: at least each look-up is made once.
        count_staged(states, states, plain_cells(states))
    else:
        count_apart(states, lambda row: single_cells(states, row), reference_of(states))
    _assert_all(states)


def _assert_all(states: TableStates) -> None:
    for group in states.groups:
        assert_all_counted(states, group)
