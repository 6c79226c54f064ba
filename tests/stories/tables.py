"""Tables of a story's databases from one line each: real types, keys, foreign keys, NOT NULL.

    order: number text! unique, party ref! party, ordered_on day, total number

Every table begins with the primary key `id`. A column is a name, a type (`text`, `number`, `day`,
`instant` for a timestamp in UTC without a zone, `flag`, or `ref TABLE`), `!` after the type for NOT
NULL, and `unique`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "text": sa.String(200),
    "number": sa.Integer(),
    "day": sa.Date(),
    "instant": sa.DateTime(),
    "flag": sa.Boolean(),
    "ref": sa.Integer(),
}


def metadata_of(lines: Mapping[str, str]) -> sa.MetaData:
    """The tables that `lines` describe, by name."""
    metadata = sa.MetaData()
    for name, line in lines.items():
        key = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)
        columns = [_column(part.split()) for part in line.split(",")]
        sa.Table(name, metadata, key, *columns)
    return metadata


def _column(words: list[str]) -> sa.Column[Any]:
    name, kind, *rest = words
    needed = kind.endswith("!")
    kind = kind.removesuffix("!")
    keys = [sa.ForeignKey(f"{rest.pop(0)}.id")] if kind == "ref" else []
    return sa.Column(
        name,
        _TYPES[kind],
        *keys,
        nullable=not needed,
        unique=("unique" in rest) or None,
        index=bool(keys) or None,
    )
