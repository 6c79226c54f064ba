"""Undeclared relations that no name of a column tells: keys of several columns, text codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from troth.discover.guess import Link
from troth.discover.links import INCLUDED, MOST_CHECKED, link_name, share_text
from troth.discover.sample import Sampler, TableSample
from troth.plan.schema import ColumnSchema, StoreSchema, TableSchema

_TOGETHER = 0.95  # certainty of a relation by all the columns of a key
_CODES = 0.8  # of one by values alone
_ALL_CODES = 0.99  # share of the values that must be keys
_FEWEST_CODES = 8  # distinct values: fewer are found in a list of choices by chance
_SHORTEST_CODE = 4  # characters on average: `1` and `FR` are keys of many tables
_LONGEST_CODE = 64
_FEW_ROWS = 10

TextKeys = Mapping[str, frozenset[str]]
"""By table whose key is one text column: the keys that a sample of it holds."""


def composite_links(
    table: TableSchema,
    sample: TableSample,
    schema: StoreSchema,
    sampler: Sampler,
    ignored: frozenset[str],
) -> list[Link]:
    """Relations to tables whose key of several columns stands here under the same names."""
    known = {key.columns for key in table.foreign_keys}
    found: list[Link] = []
    for other in schema.tables:
        columns = other.key
        if other.name in ignored or other.name == table.name or len(columns) < 2:
            continue
        if columns in known or set(columns) >= set(table.key) > set() or not _holds(table, other):
            continue
        link = _checked_together(columns, other, sample, sampler)
        if link is not None:
            found.append(link)
    return _widest(found)


def _holds(table: TableSchema, other: TableSchema) -> bool:
    return all(
        (here := table.column(name)) is not None and here.kind == _kind(other, name)
        for name in other.key
    )


def _kind(table: TableSchema, column: str) -> str | None:
    found = table.column(column)
    return found.kind if found else None


def _checked_together(
    columns: tuple[str, ...], other: TableSchema, sample: TableSample, sampler: Sampler
) -> Link | None:
    rows = dict.fromkeys(zip(*(sample.column(name).cells for name in columns), strict=True))
    tried = [row for row in rows if None not in row][:MOST_CHECKED]
    present = sampler.present_rows(other, columns, tried) if tried else None
    if present is None or present < INCLUDED * len(tried):
        return None
    few = 0.2 if len(tried) < _FEW_ROWS else 0.0
    return Link(
        name=link_name(columns, other.name),
        columns=columns,
        references=other.name,
        to=(),
        declared=False,
        confidence=round(_TOGETHER * present / len(tried) - few, 2),
        evidence=f"{share_text(present, len(tried))} of {len(tried):,} sampled values are keys of "
        f"{other.name}; the columns are named as its key",
    )


def _widest(links: Sequence[Link]) -> list[Link]:
    """Without those whose columns are part of another's: a line's key holds its order's."""
    return [
        link for link in links if not any(set(link.columns) < set(wider.columns) for wider in links)
    ]


def code_links(
    table: TableSchema,
    sample: TableSample,
    text_keys: TextKeys,
    schema: StoreSchema,
    sampler: Sampler,
    taken: frozenset[str],
) -> list[Link]:
    """Relations of text columns whose values are the codes of one other table, and of no second."""
    found: list[Link] = []
    for column in table.columns:
        if column.kind != "text" or column.name in taken or table.key == (column.name,):
            continue
        link = _by_codes(table, column, sample, text_keys, schema, sampler)
        if link is not None:
            found.append(link)
    return found


def _by_codes(
    table: TableSchema,
    column: ColumnSchema,
    sample: TableSample,
    text_keys: TextKeys,
    schema: StoreSchema,
    sampler: Sampler,
) -> Link | None:
    values = [v for v in sample.column(column.name).distinct if isinstance(v, str) and v.strip()]
    tried = values[:MOST_CHECKED]
    if len(tried) < _FEWEST_CODES or sum(map(len, tried)) < _SHORTEST_CODE * len(tried):
        return None
    found = list(_included(table, tried, text_keys, schema, sampler))
    if len(found) != 1:
        return None
    other, present = found[0]
    return Link(
        name=link_name((column.name,), other.name),
        columns=(column.name,),
        references=other.name,
        to=(),
        declared=False,
        confidence=round(_CODES * present / len(tried), 2),
        evidence=f"{share_text(present, len(tried))} of {len(tried):,} sampled values are keys of "
        f"{other.name}; the names do not say so",
    )


def _included(
    table: TableSchema,
    tried: Sequence[str],
    text_keys: TextKeys,
    schema: StoreSchema,
    sampler: Sampler,
) -> Iterator[tuple[TableSchema, int]]:
    for name, keys in text_keys.items():
        other = schema.table(name)
        if other is None or name == table.name or keys.isdisjoint(tried):
            continue
        present = sampler.present(other, other.key[0], tried)
        if present is not None and present >= _ALL_CODES * len(tried):
            yield other, present


def text_keys(schema: StoreSchema, sampler: Sampler, ignored: frozenset[str]) -> TextKeys:
    """Some keys of every table whose key is one text column; a first sieve, kept in memory only."""
    found: dict[str, frozenset[str]] = {}
    for table in schema.tables:
        if table.name in ignored or len(table.key) != 1 or _kind(table, table.key[0]) != "text":
            continue
        keys = sampler.values(table, table.key[0])
        found[table.name] = frozenset(
            key for key in keys if isinstance(key, str) and len(key) <= _LONGEST_CODE
        )
    return found
