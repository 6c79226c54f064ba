"""The scope of a legal hold: which persons, tables and rows it names, and never everything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from troth.errors import Refused
from troth.grounds.facts import Identifier, Key

TableName = tuple[str, str]
RowName = tuple[str, str, Key]

_EVERYTHING = {"*", "%", "all", "any", "everything", "everyone", "everybody", "tout", "tous"}
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]*")


def refuse_boundless(
    persons: Iterable[Identifier], tables: Iterable[TableName], rows: Iterable[RowName]
) -> None:
    """Refuse (`hold-without-scope`) a hold that names nobody and no row, or everything.

    Tables alone narrow a scope, they are none: a hold is limited to what its case needs
    (Art. 5(1)(c), 17(3)(e) GDPR).
    """
    persons, rows = tuple(persons), tuple(rows)
    words = [identifier.value for identifier in persons]
    words += [word for table in tables for word in table]
    words += [str(word) for store, table, key in rows for word in (store, table, *key)]
    empty = any(not word.strip() for word in words) or any(not key for _, _, key in rows)
    if (not persons and not rows) or empty or any(w.strip().lower() in _EVERYTHING for w in words):
        raise Refused(
            "hold-without-scope",
            "a hold names the persons or the rows that its case needs, never everything",
            help="add --person namespace=value or --rows store.table:key",
        )


def parse_person(text: str) -> Identifier:
    """`namespace=value`; Refused (`not-a-person`) otherwise, without repeating the value."""
    namespace, found, value = text.partition("=")
    if not found or not namespace.strip() or not value.strip():
        raise Refused(
            "not-a-person",
            "a person is written namespace=value",
            help="for example --person email=jo@customer.example",
        )
    return Identifier(namespace.strip(), value.strip())


def parse_table(text: str) -> TableName:
    """`store.table`; Refused (`not-a-table`) otherwise."""
    store, found, table = text.partition(".")
    if not found or not store or not table:
        raise Refused("not-a-table", f"'{text}' is not a table", help="write it as store.table")
    return store, table


def parse_rows(text: str) -> tuple[RowName, ...]:
    """`store.table:key[,key…]`: one row per key.

    A key of several columns joins them by `/`; whole numbers are numbers. Keys that hold other
    signs are written as JSON: `shop.invoice:["A,1", 2]` is one row. Refused (`not-rows`) otherwise.
    """
    where, found, keys = text.partition(":")
    if not found or not keys.strip():
        raise Refused(
            "not-rows",
            "rows are written store.table:key",
            help="for example --rows shop.invoice:17,18",
        )
    store, table = parse_table(where.strip())
    if keys.lstrip().startswith("["):
        return ((store, table, _json_key(keys)),)
    return tuple(
        (store, table, tuple(_part(part.strip()) for part in key.split("/")))
        for key in keys.split(",")
    )


def _part(text: str) -> int | str:
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text


def _json_key(text: str) -> Key:
    try:
        parts = json.loads(text)
    except ValueError:
        parts = None
    if not isinstance(parts, list) or not all(type(part) in (int, str) for part in parts):
        raise Refused(
            "not-rows",
            "the key is not a JSON list of numbers and texts",
            help="for example --rows 'shop.invoice:[\"A,1\", 2]'",
        )
    return tuple(parts)
