"""The tables of a check on their way to being counted, some of them together."""

from __future__ import annotations

from troth.apply.census import count_company
from troth.apply.governing import AskedTable, predicates_of
from troth.apply.looking import Open
from troth.apply.states import TableStates, states_of
from troth.errors import Refused


class Company:
    """The tables of a check, some of which are counted together."""

    def __init__(self, opened: Open, asked: tuple[AskedTable, ...]) -> None:
        self._opened = opened
        self._waiting = {one.frame.label: one for one in asked if one.groups}
        self._counted: dict[str, TableStates] = {}
        self._made: dict[str, TableStates] = {}

    def counted(self, one: AskedTable) -> TableStates:
        """A table with its rows counted, and every row seen at one moment."""
        label, work = one.frame.label, self._opened.works[one.frame.store]
        self._waiting.pop(label, None)
        if label not in self._counted:
            states = self._states(one)
            others = [
                found for other in self._others(one) if (found := self._states_or_none(other))
            ]
            with work.session.reading():
                for each in _counted_with(states, others):
                    self._counted[each.table.frame.label] = each
        return self._counted.pop(label)

    def _others(self, one: AskedTable) -> list[AskedTable]:
        """Tables of the same store whose turn is still to come, and that can be counted."""
        opened = self._opened
        return [
            other
            for label, other in self._waiting.items()
            if label not in self._counted
            and other.frame.store == one.frame.store
            and opened.lacks(other.frame.store, other.frame.table) is None
            and not opened.undecidable(predicates_of(other))
        ]

    def _states(self, one: AskedTable) -> TableStates:
        label = one.frame.label
        if label not in self._made:
            self._made[label] = states_of(self._opened.works[one.frame.store], one)
        return self._made[label]

    def _states_or_none(self, one: AskedTable) -> TableStates | None:
        """None where it cannot be asked; why is told at its turn."""
        try:
            return self._states(one)
        except Refused:
            return None


def _counted_with(states: TableStates, others: list[TableStates]) -> tuple[TableStates, ...]:
    """A table counted with others, or without them where one of them cannot be asked."""
    try:
        return count_company(states, others)
    except Refused:
        if not others:
            raise
        return count_company(states, ())
