"""Values inside JSON columns: whether they can be read, and whether they are there."""

from __future__ import annotations

from typing import Any

from troth.datamap.inside import column_of, is_spelled_one_way, keys_at, objects_on, path_of
from troth.datamap.model import Column, Erased
from troth.grounds.cells import Twice, equals, json_at, json_of
from troth.grounds.evidence import Evidence, Value


def readable(value: Value, evidence: Evidence) -> bool:
    """Whether a value can be told from the rest of its JSON column; any other value can.

    Not where the column holds no JSON, or something else than an object on the way to the value.
    JSON null on the way is nothing, as a key that is missing. Nor where databases compare keys as
    they are written, and an escape in the text may hide one.
    """
    path = path_of(value.name)
    cell = evidence.cells(value.row)[column_of(value.name)]
    paths = tuple(_column(value, evidence).inside) if path is None else (path,)
    if isinstance(cell, str) and "\\" in cell and not is_spelled_one_way(paths):
        return False
    return _are_objects(cell, objects_on(paths))


def present(value: Value, evidence: Evidence, key: str) -> bool:
    """Whether a value is still there: neither NULL nor its erased form; `key` is that of the row.

    Of a JSON column with places inside, the value is what lies beside them. What cannot be read is
    taken to be there.
    """
    column, path = _column(value, evidence), path_of(value.name)
    cell = evidence.cells(value.row)[column_of(value.name)]
    if (path is not None or column.inside) and not readable(value, evidence):
        return True
    if path is not None:
        found = json_at(cell, path)
        return found is not None and not _is_tombstone(found, column.erased)
    if column.inside:
        return any(
            set(found) - set(keys_at(outer, tuple(column.inside)))
            for outer in objects_on(column.inside)
            if isinstance(found := _at(cell, outer), dict)
        )
    return holds_value(cell, column.erased, key)


def _column(value: Value, evidence: Evidence) -> Column:
    return evidence.table(value.row).values[value.name]


def _are_objects(cell: Any, paths: tuple[str, ...]) -> bool:
    found = (_at(cell, path) for path in paths)
    return all(
        one is None or (isinstance(one, dict) and not isinstance(one, Twice)) for one in found
    )


def _at(cell: Any, path: str) -> Any:
    return json_at(cell, path) if path else json_of(cell)


def _is_tombstone(found: Any, erased: Erased) -> bool:
    match erased.form:
        case "empty":
            return bool(found == "")
        case "value":
            return equals(found, erased.value)
        case _:
            return False


def holds_value(cell: Any, erased: Erased, key: str) -> bool:
    """Whether a whole column still holds a value: neither NULL nor its erased form."""
    if cell is None:
        return False
    match erased.form:
        case "null":
            return True
        case "empty":
            return bool(cell != "")
        case "value":
            return bool(cell != erased.value)
        case "pattern":
            return bool(cell != str(erased.value).replace("{key}", key))
