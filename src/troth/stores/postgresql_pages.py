"""Where a PostgreSQL table's rows lie, and a condition on it that is read page after page."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

from troth.stores.pages import Pages

_READS_PAGES = (14,)  # version of the server from which a range of `ctid` reads its pages alone
_HEADER, _SMALLEST_ROW = 24, 28  # bytes: of a page; of a row, with the pointer to it
_LIES = sa.text("""
SELECT pg_relation_size(c.oid) / current_setting('block_size')::bigint,
       c.reltuples,
       current_setting('block_size')::int
FROM pg_class c JOIN pg_am a ON a.oid = c.relam
WHERE c.oid = CAST(:name AS regclass)
  AND c.relkind = 'r' AND NOT c.relhassubclass AND a.amname = 'heap'
""")


class _Tid(UserDefinedType[str]):
    """The place of a row: its page, and its number there."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        return "tid"


def pages_of(connection: sa.Connection, table: str) -> Pages | None:
    """How a table lies (its name quoted); None for what is no plain table, or never analysed."""
    version = connection.dialect.server_version_info or (0,)
    if version < _READS_PAGES:
        return None
    found = connection.execute(_LIES, {"name": table}).one_or_none()
    if found is None or found[1] < 0:
        return None
    pages, rows, block = found
    return Pages(int(pages), int(rows), (block - _HEADER) // _SMALLEST_ROW)


def on_pages(first: int, last: int) -> sa.ColumnElement[bool]:
    """A row of the statement's table lies on the pages from `first` to `last`."""
    place = sa.literal_column("ctid", _Tid())
    begin, end = (sa.literal(f"({page},0)", _Tid()) for page in (first, last + 1))
    return sa.and_(place >= begin, place < end)
