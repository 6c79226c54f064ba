"""Which rows a restriction of a person sets aside: all that are theirs, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from troth.apply.planning import Setting
from troth.desk.find.find import Finder, finder
from troth.desk.find.model import Concern
from troth.desk.find.people import keys_of
from troth.grounds.cells import key_part
from troth.grounds.facts import Act
from troth.ledger.restrictions import RestrictedRow
from troth.plan.predicate import both, negation


def rows_of_act(setting: Setting, act: Act) -> list[RestrictedRow]:
    """The rows of the act's person in every store, each once.

    A row is whole where it concerns nobody else and the act is about every category; else only
    the columns of the person, of the act's categories, are named. Protected rows are left out.
    """
    found: dict[tuple[str, str, tuple[int | str, ...]], RestrictedRow] = {}
    with finder(setting) as desk:
        desk.load_named([act.persons])
        for concern in desk.concerns.all:
            if concern.store not in desk.works:
                continue
            for row in _rows(desk, concern, setting, act):
                name = (row.store, row.table, row.key)
                found[name] = _together(found.get(name), row)
    return list(found.values())


def _rows(desk: Finder, concern: Concern, setting: Setting, act: Act) -> Iterator[RestrictedRow]:
    work = desk.works[concern.store]
    entry = desk.datamap.table(concern.store, concern.table)
    place = desk.datamap.place_of(concern.store, concern.table)
    if (
        concern.table not in work.tables
        or not entry.key
        or (act.places and place not in act.places)
    ):
        return
    meant = _meant(concern, setting, act)
    if not meant:
        return
    mine = both(concern.concerned, negation(concern.protected))
    whole = not act.categories
    for shared in (False, True):
        where = both(mine, desk.shared(concern) if shared else negation(desk.shared(concern)))
        columns = () if whole and not shared else meant
        for key in keys_of(work, replace(concern, concerned=where), entry.key):
            parts = tuple(key_part(part) for part in key)
            yield RestrictedRow(concern.store, concern.table, parts, columns)


def _meant(concern: Concern, setting: Setting, act: Act) -> tuple[str, ...]:
    """The person's own columns that hold data of the act's categories, each as a whole."""
    personal = setting.map.table(concern.store, concern.table).personal
    own = (*concern.mine, *concern.common)
    if not act.categories:
        return own
    return tuple(
        name
        for name in own
        if any(
            not set(setting.policy.lineage(category)).isdisjoint(act.categories)
            for category in (personal[name].category, *personal[name].inside.values())
            if category is not None
        )
    )


def _together(one: RestrictedRow | None, other: RestrictedRow) -> RestrictedRow:
    """A row under two roles: whole if it is under one of them, else the columns of both."""
    if one is None or not other.columns:
        return other
    if not one.columns:
        return one
    return replace(one, columns=tuple(dict.fromkeys((*one.columns, *other.columns))))
