"""Relations: declared foreign keys, and undeclared ones guessed by name and checked on the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troth.discover.guess import Link
from troth.discover.lexicon import Lexicon
from troth.discover.names import TableName
from troth.discover.sample import Sampler, TableSample
from troth.discover.words import Phrase, kebab
from troth.plan.schema import ColumnSchema, StoreSchema, TableSchema

MOST_CHECKED = 5_000  # distinct values of a column that are looked up in the table it may reference
INCLUDED = 0.95  # share that must be found for a guess by name
INCLUDED_BY_WEAK_NAME = 0.99
FEWEST_BY_WEAK_NAME = 10  # distinct values
MOST_CANDIDATES = 4  # tables tried per column
NAMED_AFTER = 3.0  # the score of a name that says the whole table


@dataclass(frozen=True)
class Candidate:
    """A column that may reference a table's key or unique column; `score` is how its name fits."""

    column: str
    table: TableSchema
    to: str
    score: float
    why: str


def declared_links(table: TableSchema, schema: StoreSchema) -> list[Link]:
    """The foreign keys that the database declares."""
    return [
        Link(
            name=link_name(key.columns, key.references),
            columns=key.columns,
            references=key.references,
            to=() if _is_key(schema, key.references, key.to) else key.to,
            declared=key.enforced,
            confidence=1.0 if key.enforced else 0.9,
            evidence="a foreign key of the database"
            if key.enforced
            else "a foreign key that the database declares and does not enforce",
        )
        for key in table.foreign_keys
    ]


def _is_key(schema: StoreSchema, table: str, columns: tuple[str, ...]) -> bool:
    referenced = schema.table(table)
    return referenced is not None and referenced.key == columns


def link_name(columns: tuple[str, ...], references: str) -> str:
    """A relation's name: the column without its `id`, else the referenced table."""
    from_column = _name_words(columns[0])
    stem = [word for word in from_column if word not in ("id", "fk", "uuid", "idx")]
    words = stem if stem and len(columns) == 1 else _name_words(references)
    return kebab(words) or "reference"


def _name_words(text: str) -> list[str]:
    """The words of a name as a map may write them: ASCII letters and digits."""
    pieces = "".join(char if char.isascii() and char.isalnum() else " " for char in _uncamel(text))
    return pieces.lower().split()


def _uncamel(text: str) -> str:
    return "".join(
        f" {char}" if char.isupper() and i and text[i - 1].islower() else char
        for i, char in enumerate(text)
    )


def guess_links(
    table: TableSchema,
    sample: TableSample,
    schema: StoreSchema,
    names: Mapping[str, TableName],
    sampler: Sampler,
    lexicon: Lexicon,
    ignored: frozenset[str],
    taken: frozenset[str],
) -> list[Link]:
    """Undeclared relations of `table` into its own store, each checked on the sample.

    `taken` are columns whose relation is known already.
    """
    found = []
    for column in table.columns:
        if column.name in taken or (table.key == (column.name,) and not _says_id_of(column)):
            continue
        options = candidates(table, column, schema, names, lexicon, ignored)
        if table.key == (column.name,):
            # Counted keys are found in every longer table: only the table's whole name counts.
            options = [option for option in options if option.score >= NAMED_AFTER]
        best = _best(options, sample.column(column.name).distinct, sampler)
        if best is not None:
            found.append(best)
    return found


def _says_id_of(column: ColumnSchema) -> bool:
    """A key such as `user_id` may be a reference as well (one row of details per person)."""
    return column.name.lower() not in ("id", "uuid", "pk", "key", "code")


def candidates(
    table: TableSchema,
    column: ColumnSchema,
    schema: StoreSchema,
    names: Mapping[str, TableName],
    lexicon: Lexicon,
    ignored: frozenset[str] = frozenset(),
) -> list[Candidate]:
    """Tables that a column may reference, by its name, its type and their unique columns."""
    found: list[Candidate] = []
    words = lexicon.speller.words(column.name)
    for other in schema.tables:
        if other.name in ignored or other.name not in names:
            continue
        if not _worth_a_look(words, column, table, other, names[other.name]):
            continue
        for to in _unique_columns(other):
            target = other.column(to)
            same = other.name == table.name
            if target is None or (same and to == column.name) or not _comparable(column, target):
                continue
            score, why = _score(words, column, table, other, to, names, lexicon)
            if score > 0:
                found.append(Candidate(column.name, other, to, score, why))
    found.sort(key=lambda c: (-c.score, c.table.name != table.name, c.table.name))
    return found[:MOST_CANDIDATES]


def _worth_a_look(
    words: Phrase, column: ColumnSchema, table: TableSchema, other: TableSchema, name: TableName
) -> bool:
    """A quick sieve before names are weighed: in a store of 500 tables nearly none is."""
    return (
        not set(words).isdisjoint(name.words)
        or name.subject is not None
        or other.name == table.name
        or column.name in other.key
        or (column.name,) in other.unique
    )


def _unique_columns(table: TableSchema) -> Iterator[str]:
    if len(table.key) == 1:
        yield table.key[0]
    for columns in table.unique:
        if len(columns) == 1 and columns != table.key:
            yield columns[0]


_COMPARABLE = {"integer": "number", "number": "number", "enum": "text"}


def _comparable(left: ColumnSchema, right: ColumnSchema) -> bool:
    if left.kind in ("boolean", "json", "binary", "date", "timestamp", "timestamptz"):
        return False
    a, b = _COMPARABLE.get(left.kind, left.kind), _COMPARABLE.get(right.kind, right.kind)
    return a == b or "other" in (a, b)


def _score(
    words: Phrase,
    column: ColumnSchema,
    table: TableSchema,
    other: TableSchema,
    to: str,
    names: Mapping[str, TableName],
    lexicon: Lexicon,
) -> tuple[float, str]:
    """How well a column's name fits a reference to `other`.`to`: 0 (not) to 3, and why."""
    stem = tuple(word for word in words if word not in lexicon.words["identifiers"])
    target = names[other.name].words
    if (to,) != other.key:
        unique_here = table.key == (column.name,) or (column.name,) in table.unique
        same = (
            column.name == to
            and not set(words) <= lexicon.words["generic"]
            and other.name != table.name
        )
        return (2.0, "same name as a unique column") if same and not unique_here else (0, "")
    if other.name == table.name:
        parent = bool(lexicon.words["parents"] & set(stem))
        return (2.0, "a parent in the same table") if parent and len(words) > 1 else (0, "")
    if column.name == to and len(words) > 1 and table.key != (column.name,):
        if stem == target:
            return 3.0, "named as the key"
        if not set(words) <= lexicon.words["generic"]:
            return 2.0, "has the name of its key"
    role = any(_is_role(word, lexicon) for word in stem[-1:])
    by_role = role and column.kind in ("integer", "uuid")
    identified = by_role or len(stem) < len(words)
    if not stem or (not identified and (stem != target or _counts(column, words))):
        return 0, ""
    if stem == target:
        return 3.0, "named after the table"
    if stem[-len(target) :] == target or target[-len(stem) :] == stem:
        return 2.0, "named like the table"
    people = names[other.name].subject
    if people and _same_people(stem, people, lexicon):
        return 1.5, "a word of the same meaning"
    if not role or not people:
        return 0, ""
    staff = people in ("user", "employee")
    if stem[-1] in lexicon.words["person_roles"]:
        return (1.0, "a role that people have") if staff else (0, "")
    return (0.9 if staff else 1.0, "a word for somebody who does something")


_ROLE_ENDINGS = ("er", "or", "eur", "euse", "rice", "coach")


def _is_role(word: str, lexicon: Lexicon) -> bool:
    """`creator`, `payeur`, `trainer`: a word for what a person does, and not for a thing."""
    if word in lexicon.words["person_roles"]:
        return True
    return word.endswith(_ROLE_ENDINGS) and word not in lexicon.words["no_roles"]


def _counts(column: ColumnSchema, words: Phrase) -> bool:
    """`shares`, `comments`: a number named in the plural says how many there are."""
    plural = column.name.lower().endswith("s") and not words[-1].endswith("s")
    return plural and column.kind in ("integer", "number")


def _same_people(stem: Phrase, subject: str, lexicon: Lexicon) -> bool:
    return any(stem[-len(p) :] == p for p in lexicon.subjects[subject])


def _best(options: list[Candidate], values: tuple[object, ...], sampler: Sampler) -> Link | None:
    checked = [link for option in options if (link := _check(option, values, sampler))]
    return max(checked, key=lambda link: link.confidence, default=None)


def _check(option: Candidate, values: tuple[object, ...], sampler: Sampler) -> Link | None:
    """The candidate as a relation, if the data does not speak against it."""
    # Where a column may not be NULL, 0 often says that there is none.
    tried = tuple(value for value in values if value != 0 or isinstance(value, bool))[:MOST_CHECKED]
    place = (
        option.table.name
        if (option.to,) == option.table.key
        else (f"{option.table.name}.{option.to}")
    )
    present = sampler.present(option.table, option.to, tried) if tried else None
    if present is None:
        if option.score < 2:
            return None
        evidence = f"{option.why}; no data to check it"
        return _link(option, 0.6 if option.score >= 3 else 0.5, evidence)
    share = present / len(tried)
    needed = INCLUDED if option.score >= 2 else INCLUDED_BY_WEAK_NAME
    if share < needed or (option.score < 2 and len(tried) < FEWEST_BY_WEAK_NAME):
        return None
    evidence = (
        f"{share_text(present, len(tried))} of {len(tried):,} sampled values "
        f"are keys of {place}; {option.why}"
    )
    certainty = {3.0: 0.97, 2.0: 0.9, 1.5: 0.85, 1.0: 0.7}.get(option.score, 0.65)
    few = 0.1 if len(tried) < FEWEST_BY_WEAK_NAME else 0.0
    return _link(option, round(certainty * share - few, 2), evidence)


def share_text(part: int, whole: int) -> str:
    """A share in per cent with one decimal, rounded down so that 100 % means all."""
    tenths = 1000 * part // whole if whole else 0
    return "100 %" if tenths == 1000 else f"{tenths // 10}.{tenths % 10} %"


def _link(option: Candidate, confidence: float, evidence: str) -> Link:
    return Link(
        name=link_name((option.column,), option.table.name),
        columns=(option.column,),
        references=option.table.name,
        to=() if (option.to,) == option.table.key else (option.to,),
        declared=False,
        confidence=confidence,
        evidence=evidence,
    )
