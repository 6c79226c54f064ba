"""References that stand inside JSON: `{"patient": {"id": 12}}`, `{"customer_id": 12}`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from troth.discover.detectors import is_json
from troth.discover.guess import Link
from troth.discover.lexicon import Lexicon
from troth.discover.links import share_text
from troth.discover.measure import ColumnFacts
from troth.discover.names import TableName
from troth.discover.sample import Sampler, TableSample
from troth.plan.schema import StoreSchema, TableSchema

FOUND = 0.95
_CERTAINTY = 0.85
_FEWEST = 5  # distinct values
_MOST_CHECKED = 2_000


def json_links(
    table: TableSchema,
    sample: TableSample,
    facts: Mapping[str, ColumnFacts],
    schema: StoreSchema,
    names: Mapping[str, TableName],
    sampler: Sampler,
    lexicon: Lexicon,
) -> list[Link]:
    """Relations whose value stands at a place inside a JSON column, checked on the sample."""
    found: list[Link] = []
    for column, fact in facts.items():
        for key in fact.json_keys:
            stem = tuple(w for w in key.words if w not in lexicon.words["identifiers"])
            if not stem or len(stem) == len(key.words):
                continue
            link = _named(column, key.path, stem, table, sample, schema, names, sampler)
            if link is not None:
                found.append(link)
    return found


def _named(
    column: str,
    path: str,
    stem: tuple[str, ...],
    table: TableSchema,
    sample: TableSample,
    schema: StoreSchema,
    names: Mapping[str, TableName],
    sampler: Sampler,
) -> Link | None:
    values: tuple[object, ...] | None = None
    for other in schema.tables:
        if other.name == table.name or other.name not in names or len(other.key) != 1:
            continue
        if not _fits(stem, names[other.name].words):
            continue
        if values is None:
            values = _at(sample.column(column).values, path)[:_MOST_CHECKED]
        present = sampler.present(other, other.key[0], values) if len(values) >= _FEWEST else None
        if present is not None and present >= FOUND * len(values):
            return Link(
                name="-".join(stem),
                columns=(column,),
                references=other.name,
                to=(),
                declared=False,
                confidence=round(_CERTAINTY * present / len(values), 2),
                evidence=f"{share_text(present, len(values))} of {len(values):,} sampled values at "
                f"{path} are keys of {other.name}",
                json_path=path,
            )
    return None


def _fits(stem: tuple[str, ...], target: tuple[str, ...]) -> bool:
    return bool(target) and (stem[-len(target) :] == target or target[-len(stem) :] == stem)


def _at(values: Sequence[object], path: str) -> tuple[object, ...]:
    """The distinct numbers and texts at a place of the JSON objects."""
    found: dict[object, None] = {}
    for value in values:
        here: object = json.loads(value) if isinstance(value, str) and is_json(value) else value
        for step in path.strip("/").split("/"):
            here = here.get(step) if isinstance(here, Mapping) else None
        if isinstance(here, int | str) and not isinstance(here, bool):
            found[here] = None
    return tuple(found)
