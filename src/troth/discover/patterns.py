"""Shapes that hide relations and meanings: polymorphic references, key/value tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from troth.discover.guess import Link
from troth.discover.lexicon import Lexicon
from troth.discover.links import share_text
from troth.discover.names import TableName
from troth.discover.sample import Sampler, TableSample
from troth.discover.words import singular
from troth.plan.schema import StoreSchema, TableSchema

FOUND_REFERENCES = 0.9  # share of a type's ids that must be keys of its table
_KEY_NAMES = frozenset({"key", "attribute", "field", "meta", "property", "champ", "cle", "option"})
_KEY_AND_NAME = _KEY_NAMES | {"name", "nom", "setting"}
_VALUE_NAMES = frozenset({"value", "valeur", "val", "content"})
_MOST_OTHER_COLUMNS = 5
_REPEATED_KEYS = 3  # rows per distinct key, at least
_MOST_CHECKED = 2_000


def polymorphic_pairs(table: TableSchema) -> Iterator[tuple[str, str]]:
    """Pairs of columns such as `owner_type` and `owner_id`."""
    names = {column.name.lower(): column.name for column in table.columns}
    for lower, name in names.items():
        for ending in ("_type", "type", "_table", "_class", "_model"):
            if lower.endswith(ending) and len(lower) > len(ending):
                stem = lower[: -len(ending)]
                other = names.get(f"{stem}_id") or names.get(f"{stem}id")
                if other:
                    yield name, other
                break


def polymorphic_links(
    table: TableSchema,
    sample: TableSample,
    schema: StoreSchema,
    names: Mapping[str, TableName],
    sampler: Sampler,
) -> list[Link]:
    """References whose target a second column names.

    The texts that name a target are made from the table names of the schema and only compared with
    the data, so what is written comes from the schema.
    """
    declared = {column for key in table.foreign_keys for column in key.columns}
    found: list[Link] = []
    for kind_column, id_column in polymorphic_pairs(table):
        if id_column in declared or kind_column in declared:
            continue
        kinds = sample.column(kind_column).cells
        ids = sample.column(id_column).cells
        for other in schema.tables:
            if len(other.key) != 1 or other.name not in names or other.name == table.name:
                continue
            for spelling in spellings(other.name, names[other.name]):
                rows = [i for k, i in zip(kinds, ids, strict=False) if k == spelling]
                link = _checked(kind_column, id_column, spelling, other, rows, sampler)
                if link is not None:
                    found.append(link)
    return found


def typed_links(
    table: TableSchema,
    sample: TableSample,
    schema: StoreSchema,
    names: Mapping[str, TableName],
    sampler: Sampler,
) -> list[Link]:
    """References whose target is a row of a table of types, as Django's `content_type_id` has it.

    The type's number goes into the map: it is the application's, and tells of nobody.
    """
    found: list[Link] = []
    for kind_column, id_column, types in _typed_pairs(table, schema):
        models = sampler.sample(types)
        kinds = sample.column(kind_column).cells
        cells = sample.column(id_column).cells
        numbers = models.column(types.key[0]).cells
        for number, model in zip(numbers, models.column("model").cells, strict=False):
            target = _model_table(str(model), schema, names)
            if target is None or not isinstance(number, int) or target.name == table.name:
                continue
            ids = [i for k, i in zip(kinds, cells, strict=False) if k == number]
            link = _checked(kind_column, id_column, number, target, ids, sampler)
            if link is not None:
                found.append(link)
    return found


def _typed_pairs(table: TableSchema, schema: StoreSchema) -> Iterator[tuple[str, str, TableSchema]]:
    """Pairs such as `content_type_id` and `object_id`, with the table of types."""
    names = {column.name for column in table.columns}
    for column in table.columns:
        stem, found, _ = column.name.partition("content_type_id")
        if not found or f"{stem}object_id" not in names:
            continue
        for types in schema.tables:
            if types.name.endswith("content_type") and types.column("model") and types.key:
                yield column.name, f"{stem}object_id", types


def _model_table(
    model: str, schema: StoreSchema, names: Mapping[str, TableName]
) -> TableSchema | None:
    """The table of a model: `patient` is `clinic_patient`; none where two tables end so."""
    found = [
        table
        for table in schema.tables
        if len(table.key) == 1
        and table.name in names
        and (table.name == model or table.name.endswith(f"_{model}"))
    ]
    return found[0] if len(found) == 1 else None


def spellings(table: str, name: TableName) -> tuple[str, ...]:
    """How programs write the name of a table's class: customer, Customer, App\\Models\\Customer."""
    bare = table.rpartition(".")[2]
    words = [singular(word) for word in name.words]
    camel = "".join(word.capitalize() for word in words)
    forms = (
        bare,
        "_".join(words),
        camel,
        camel.lower(),
        camel.upper(),
        bare.upper(),
        f"App\\Models\\{camel}",
        f"App\\Entity\\{camel}",
        f"App\\{camel}",
    )
    return tuple(dict.fromkeys(forms))


def _checked(
    kind_column: str,
    id_column: str,
    spelling: str | int,
    other: TableSchema,
    ids: Sequence[object],
    sampler: Sampler,
) -> Link | None:
    key = other.column(other.key[0])
    numbered = key is not None and key.kind == "integer"
    asked = [_number(i) if numbered else i for i in ids if i is not None]
    distinct = tuple(dict.fromkeys(i for i in asked if i is not None))[:_MOST_CHECKED]
    present = sampler.present(other, other.key[0], distinct) if distinct else None
    if present is None or present < FOUND_REFERENCES * len(distinct):
        return None
    return Link(
        name="-".join([*_stem(id_column), *_stem(other.name.rpartition(".")[2])]),
        columns=(id_column,),
        references=other.name,
        to=(),
        declared=False,
        confidence=round(0.9 * present / len(distinct), 2),
        evidence=f"{kind_column} names the table; {share_text(present, len(distinct))} of "
        f"{len(distinct):,} sampled values of that kind are keys of {other.name}",
        where=(kind_column, spelling),
    )


def _number(value: object) -> object:
    """A key that is kept as text beside its type, as the number it is."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _stem(name: str) -> list[str]:
    text = "".join(char if char.isascii() and char.isalnum() else " " for char in name.lower())
    return [word for word in text.split() if word != "id"]


def key_value_columns(
    table: TableSchema, sample: TableSample, lexicon: Lexicon
) -> tuple[str, str] | None:
    """The key and the value column of a table of attributes (entity, key, value), if it is one."""
    if len(table.columns) > _MOST_OTHER_COLUMNS + 2:
        return None
    value = _named(table, _VALUE_NAMES, lexicon, ("text", "json", "other"))
    key = _named(table, _KEY_AND_NAME, lexicon, ("text", "enum"), but=value)
    if value is None or key is None:
        return None
    keys = sample.column(key)
    if keys.values and len(keys.values) < _REPEATED_KEYS * len(keys.distinct):
        return None
    return key, value


def _named(
    table: TableSchema,
    wanted: frozenset[str],
    lexicon: Lexicon,
    kinds: tuple[str, ...],
    but: str | None = None,
) -> str | None:
    for column in table.columns:
        words = lexicon.speller.words(column.name)
        if column.name != but and column.kind in kinds and words and words[-1] in wanted:
            return column.name
    return None


def kinds_of_keys(keys: Sequence[object], lexicon: Lexicon) -> tuple[str, ...]:
    """Which kinds of personal data the keys speak of, in our own words."""
    found: dict[str, None] = {}
    for key in keys[:500]:
        words = lexicon.speller.words(str(key)) if isinstance(key, str) else ()
        for kind in lexicon.kinds.values():
            if any(_holds(words, phrase) for phrase in kind.strong) and not kind.unless & set(
                words
            ):
                found.setdefault(kind.label)
    return tuple(found)


def _holds(words: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return any(tuple(words[i : i + size]) == tuple(phrase) for i in range(len(words) - size + 1))
