"""Where the places that findings name stand: file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troth.datamap.model import DataMap
    from troth.documents.document import Document, Path
    from troth.policy.model import Policy

_LAST_STEP = re.compile(r"(?:\.[^.\[]*|\[[^\[]*)$")


def lines_of(
    places: Iterable[str],
    policy: Policy,
    policy_document: Document,
    datamap: DataMap | None,
    map_document: Document | None,
) -> dict[str, str]:
    """`file:line` of each place; of what is missing, the line of what should hold it."""
    found: dict[str, str] = {}
    for place in places:
        path = _map_path(place, datamap) if datamap is not None else None
        if path is not None and map_document is not None:
            found[place] = map_document.place(path)
        else:
            found[place] = policy_document.place(_policy_path(place, policy), at_key=True)
    return found


def _policy_path(place: str, policy: Policy) -> Path:
    from troth.policy.walk import find

    text = place.partition(":")[0]
    while text:
        path = find(policy, text)
        if path is not None:
            return path
        text = _LAST_STEP.sub("", text) if _LAST_STEP.search(text) else ""
    return ()


def _map_path(place: str, datamap: DataMap) -> Path | None:
    """The path of `store.table` or `store.table.column`."""
    store, _, rest = place.partition(".")
    if store not in datamap.stores:
        return None
    tables = datamap.stores[store].tables
    table = next((name for name in tables if rest == name or rest.startswith(f"{name}.")), None)
    if table is None:
        return None
    column = rest[len(table) + 1 :].partition("/")[0]
    inside = ("columns", column) if column in tables[table].columns else ()
    return ("stores", store, "tables", table, *inside)
