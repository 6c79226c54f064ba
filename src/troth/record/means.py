"""In which systems an activity takes place: the stores and tables of the map that it covers."""

from __future__ import annotations

from troth.datamap.model import Column, DataMap, Table
from troth.policy.model import Activity, Policy
from troth.record.model import Means


def means_of(policy: Policy, datamap: DataMap, name: str, activity: Activity) -> tuple[Means, ...]:
    """The stores with tables whose data, people and place the activity covers."""
    found = []
    for store, entry in datamap.stores.items():
        tables = tuple(
            table
            for table, described in entry.tables.items()
            if _covered(policy, name, activity, described, datamap.place_of(store, table))
        )
        if tables:
            found.append(Means(store, tables))
    return tuple(found)


def _covered(policy: Policy, name: str, activity: Activity, table: Table, place: str) -> bool:
    if table.activities and name not in table.activities:
        return False
    if activity.places and place not in activity.places:
        return False
    people = any(
        set(policy.subject_lineage(role.subject)) & set(activity.subjects)
        for role in table.roles.values()
    )
    return people and any(_holds(policy, activity, column) for column in table.personal.values())


def _holds(policy: Policy, activity: Activity, column: Column) -> bool:
    categories = [column.category, *column.inside.values()]
    return any(set(policy.lineage(each)) & set(activity.categories) for each in categories if each)
