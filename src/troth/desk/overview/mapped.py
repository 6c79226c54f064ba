"""The map as people look at it, with what the newest check found undeclared."""

from __future__ import annotations

from dataclasses import dataclass

from troth.apply.promises import Undeclared
from troth.datamap.model import DataMap
from troth.desk.overview.checked import newest
from troth.ledger.session import Reading
from troth.policy.model import Policy


@dataclass(frozen=True)
class MappedColumn:
    """A column with personal data: the labels of its categories, whose it is, and what it names."""

    name: str
    category: str
    special: bool
    roles: tuple[str, ...]
    identity: str


@dataclass(frozen=True)
class MappedTable:
    """A table; `because` says why it holds no personal data, where it holds none."""

    store: str
    name: str
    place: str
    subjects: tuple[str, ...]
    columns: tuple[MappedColumn, ...]
    because: str


@dataclass(frozen=True)
class Mapped:
    """The map, and what the newest check found beside it; `checked`: whether one was kept."""

    tables: tuple[MappedTable, ...]
    ignored: tuple[tuple[str, str], ...]
    undeclared: tuple[Undeclared, ...]
    checked: bool


def mapped(reading: Reading, datamap: DataMap, policy: Policy) -> Mapped:
    """The whole map; counts and names alone, and no value of a row."""
    found = newest(reading)
    report = found.report if found is not None else None
    return Mapped(
        tables=tuple(
            _table(datamap, policy, store, name)
            for store, entry in datamap.stores.items()
            for name in entry.tables
        ),
        ignored=tuple(
            (f"{store}.{name}", why)
            for store, entry in datamap.stores.items()
            for name, why in entry.ignored.items()
        ),
        undeclared=report.undeclared if report is not None else (),
        checked=report is not None,
    )


def _table(datamap: DataMap, policy: Policy, store: str, name: str) -> MappedTable:
    entry = datamap.table(store, name)
    subjects = dict.fromkeys(policy.subjects[role.subject].label for role in entry.roles.values())
    columns = tuple(
        MappedColumn(
            name=column,
            category=policy.categories[one.category].label if one.category else "",
            special=one.category is not None
            and any(policy.categories[a].special is not None for a in policy.lineage(one.category)),
            roles=one.roles,
            identity=one.identity or "",
        )
        for column, one in entry.personal.items()
    )
    place = datamap.place_of(store, name)
    return MappedTable(store, name, place, tuple(subjects), columns, entry.because or "")
