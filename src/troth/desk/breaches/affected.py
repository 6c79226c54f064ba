"""Which data of whom lies in the tables that a breach concerns, by the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from troth.datamap.model import DataMap
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.policy.model import Policy


@dataclass(frozen=True)
class Affected:
    """Names of data subject and personal data categories, in the policy's order."""

    subjects: tuple[str, ...]
    categories: tuple[str, ...]


def affected(policy: Policy, datamap: DataMap, tables: Iterable[tuple[str, str]]) -> Affected:
    """What lies in tables (store and table), inside JSON columns as well.

    Refused (`unknown-store`, `unknown-table`).
    """
    subjects, categories = set[str](), set[str]()
    for store, table in tables:
        entry = datamap.stores.get(store)
        if entry is None:
            raise Refused(
                "unknown-store",
                f"the map has no store '{store}'",
                help=advice(store, datamap.stores),
            )
        if table not in entry.tables:
            raise Refused(
                "unknown-table",
                f"the map has no table '{store}.{table}'",
                help=advice(table, entry.tables),
            )
        found = entry.tables[table]
        subjects |= {role.subject for role in found.roles.values()}
        for column in found.personal.values():
            categories |= {column.category} if column.category else set()
            categories |= set(column.inside.values())
    return Affected(
        tuple(name for name in policy.subjects if name in subjects),
        tuple(name for name in policy.categories if name in categories),
    )


def labels(policy: Policy, categories: Iterable[str], special: str) -> list[str]:
    """Categories as people read them; `special` is said of those of Art. 9."""
    found = []
    for name in categories:
        entry = policy.categories.get(name)
        kinds = [policy.categories[one].special for one in policy.lineage(name)] if entry else []
        label = entry.label if entry else name
        found.append(f"{label} ({special})" if any(kinds) else label)
    return found
