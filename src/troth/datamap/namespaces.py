"""The namespaces by which a map names persons: how each is compared, and what data it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from troth.datamap.model import DataMap, Normaliser


@dataclass(frozen=True)
class Namespace:
    """How identifiers of a namespace are compared, and the categories of the columns they are."""

    compare: tuple[Normaliser, ...]
    categories: tuple[str, ...]


def namespaces(datamap: DataMap) -> Mapping[str, Namespace]:
    """Every namespace of the map's identity columns, by name in order."""
    compare: dict[str, set[Normaliser]] = defaultdict(set)
    categories: dict[str, set[str]] = defaultdict(set)
    for store in datamap.stores.values():
        for table in store.tables.values():
            for column in table.personal.values():
                if column.identity is not None:
                    compare[column.identity].add(column.compare)
                    if column.category is not None:
                        categories[column.identity].add(column.category)
    return {
        name: Namespace(tuple(sorted(compare[name])), tuple(sorted(categories[name])))
        for name in sorted(compare)
    }
