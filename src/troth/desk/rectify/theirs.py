"""Which values of a table are the person's, and which of them are somebody else's too."""

from __future__ import annotations

from collections.abc import Iterator

from troth.desk.find.find import Finder
from troth.desk.find.model import Concern
from troth.plan.predicate import Predicate, both, either


def mine_in(desk: Finder, store: str, table: str, column: str) -> Predicate:
    """Rows whose value in a column is the person's, alone or with others."""
    return either(*(one.concerned for one in concerns(desk, store, table, column)))


def shared_in(desk: Finder, store: str, table: str, column: str) -> Predicate:
    """Rows whose value in a column is the person's and somebody else's as well.

    A column of one role is shared where two persons have that role in the row; a column of several
    where somebody else has any of them.
    """
    found = []
    for one in concerns(desk, store, table, column):
        found.append(desk.together(one) if column in one.mine else desk.shared(one))
    return either(*found)


def protected_in(desk: Finder, store: str, table: str, column: str) -> Predicate:
    """Rows whose value is the person's and that the map protects."""
    return either(
        *(both(one.concerned, one.protected) for one in concerns(desk, store, table, column))
    )


def concerns(desk: Finder, store: str, table: str, column: str) -> Iterator[Concern]:
    """The concerns of a table under which a column is data of the person."""
    for one in desk.concerns.all:
        if (one.store, one.table) == (store, table) and column in (*one.mine, *one.common):
            yield one
