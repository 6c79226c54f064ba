"""One store, from its schema and samples to guesses: the order in which the evidence is weighed.

Tables are sampled one after the other and only counts are kept, so memory does not grow with rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from troth.datamap.inside import one_in_another
from troth.discover.columns import guess_column
from troth.discover.detectors import Detector, detectors
from troth.discover.events import day_column, event_guesses
from troth.discover.guess import (
    CERTAIN,
    ColumnGuess,
    DayColumn,
    Link,
    RoleGuess,
    StoreGuess,
    TableGuess,
)
from troth.discover.json_links import json_links
from troth.discover.legacy import lexicon_for
from troth.discover.lexicon import Lexicon
from troth.discover.links import declared_links, guess_links
from troth.discover.measure import ColumnFacts, measure
from troth.discover.names import Nearness, TableName
from troth.discover.patterns import key_value_columns, kinds_of_keys, polymorphic_links, typed_links
from troth.discover.people import SURE_ENOUGH, Subject, find_roles, with_category, worth_a_role
from troth.discover.sample import Sampler
from troth.discover.shared_keys import TextKeys, code_links, composite_links, text_keys
from troth.discover.tables import framework_reason, is_session_table, read_names
from troth.discover.vocabulary import Vocabulary
from troth.plan.schema import StoreSchema, TableSchema
from troth.policy.model import Policy

REGIONS = ("FR", "GB", "US")  # where telephone numbers without a country prefix may belong
FACT_CONFIDENCE = 0.8  # that a further column of a person's record is personal data
Progress = Callable[[str, int, int], None]


def _silent(table: str, done: int, total: int) -> None:
    del table, done, total


@dataclass(frozen=True)
class Settings:
    """What a scan needs beside the store: words, the policy, the day, and randomness."""

    lexicon: Lexicon
    today: date
    rng: Random
    policy: Policy | None = None
    regions: Sequence[str] = REGIONS
    progress: Progress = _silent


@dataclass(frozen=True)
class Measured:
    """What was counted in one table; its sample is gone."""

    table: TableSchema
    name: TableName
    facts: Mapping[str, ColumnFacts]
    links: tuple[Link, ...]
    key_value: tuple[str, str] | None
    keys_speak_of: tuple[str, ...]
    how: str
    rows: int
    problem: str | None


def survey(schema: StoreSchema, sampler: Sampler, settings: Settings) -> StoreGuess:
    """Everything that the schema and bounded samples of a store tell about personal data."""
    settings = replace(settings, lexicon=lexicon_for(schema, settings.lexicon))
    lexicon = settings.lexicon
    ignored = {
        table.name: why for table in schema.tables if (why := framework_reason(table, lexicon))
    }
    tables = [table for table in schema.tables if table.name not in ignored]
    names = read_names(tables, lexicon)
    tests = detectors(lexicon.first_names, lexicon.cities, settings.regions)
    keys = text_keys(schema, sampler, frozenset(ignored))
    measured: dict[str, Measured] = {}
    for done, table in enumerate(tables):
        settings.progress(table.name, done, len(tables))
        measured[table.name] = _measure(
            table, schema, names, sampler, tests, frozenset(ignored), keys, settings
        )
    settings.progress("", len(tables), len(tables))
    return _conclude(schema.store, measured, ignored, tests, settings)


def _measure(
    table: TableSchema,
    schema: StoreSchema,
    names: Mapping[str, TableName],
    sampler: Sampler,
    tests: Sequence[Detector],
    ignored: frozenset[str],
    keys: TextKeys,
    settings: Settings,
) -> Measured:
    sample = sampler.sample(table)
    lexicon = settings.lexicon
    facts = {
        column.name: measure(
            column,
            sample.column(column.name),
            tests,
            lexicon.speller,
            settings.today,
            settings.rng,
        )
        for column in table.columns
    }
    links = declared_links(table, schema)
    links += polymorphic_links(table, sample, schema, names, sampler)
    links += typed_links(table, sample, schema, names, sampler)
    links += guess_links(table, sample, schema, names, sampler, lexicon, ignored, _taken(links))
    links += composite_links(table, sample, schema, sampler, ignored)
    links += code_links(table, sample, keys, schema, sampler, _taken(links))
    links += json_links(table, sample, facts, schema, names, sampler, lexicon)
    pair = key_value_columns(table, sample, lexicon)
    speak = kinds_of_keys(sample.column(pair[0]).distinct, lexicon) if pair else ()
    return Measured(
        table=table,
        name=names[table.name],
        facts=facts,
        links=_distinctly_named(links),
        key_value=pair,
        keys_speak_of=speak,
        how=sample.how,
        rows=sample.rows,
        problem=sample.problem,
    )


def _taken(links: Sequence[Link]) -> frozenset[str]:
    return frozenset(column for link in links for column in link.columns)


def _distinctly_named(links: Sequence[Link]) -> tuple[Link, ...]:
    """The links, each under a name of its own."""
    seen: dict[str, int] = {}
    named = []
    for link in links:
        count = seen[link.name] = seen.get(link.name, 0) + 1
        named.append(link if count == 1 else replace(link, name=f"{link.name}-{count}"))
    return tuple(named)


def _conclude(
    store: str,
    measured: Mapping[str, Measured],
    ignored: dict[str, str],
    tests: Sequence[Detector],
    settings: Settings,
) -> StoreGuess:
    by_name = {test.name: test for test in tests}
    first = {
        name: Subject(
            m.table, m.name, _guess_all(m, m.name.nearness, by_name, settings.lexicon), m.links
        )
        for name, m in measured.items()
    }
    roles = find_roles(first, settings.lexicon.words["handled"])
    vocabulary = Vocabulary(settings.lexicon, settings.policy)
    tables: list[TableGuess] = []
    for name, m in measured.items():
        role = roles.get(name)
        near = _nearness(m, role)
        guesses = _guess_all(m, near, by_name, settings.lexicon)
        guesses = _key_value(m, guesses, role)
        if is_session_table(m.table, settings.lexicon) and role is None:
            ignored[name] = "sessions or tokens of a framework, without a column that names people"
            continue
        tables.append(_table(m, guesses, role, vocabulary, settings))
    return StoreGuess(store, tuple(tables), ignored)


def _nearness(m: Measured, role: RoleGuess | None) -> Nearness:
    if role is None:
        return "thing" if m.name.subject is None else m.name.nearness
    if role.path:
        return "thing" if m.name.thing and role.confidence < FACT_CONFIDENCE else "linked"
    return "thing" if m.name.thing else "person"


def _guess_all(
    m: Measured, near: Nearness, tests: Mapping[str, Detector], lexicon: Lexicon
) -> tuple[ColumnGuess, ...]:
    references = {column for link in m.links for column in link.columns if not link.to}
    return tuple(
        guess_column(
            column,
            m.facts[column.name],
            near,
            lexicon,
            tests,
            reference=column.name in references,
            key=column.name in m.table.key,
        )
        for column in m.table.columns
    )


def _key_value(
    m: Measured, guesses: tuple[ColumnGuess, ...], role: RoleGuess | None
) -> tuple[ColumnGuess, ...]:
    """The value column of a table of attributes holds what its keys speak of."""
    if m.key_value is None or (role is None and not m.keys_speak_of):
        return guesses
    value = m.key_value[1]
    spoken = ", ".join(m.keys_speak_of) or "nothing that we recognise"
    reason = f"a key/value table: what it holds depends on the key; the keys speak of: {spoken}"
    confidence = 0.7 if m.keys_speak_of else 0.55
    return tuple(
        with_category(guess, "free-json", confidence, reason)
        if guess.column.name == value
        else guess
        for guess in guesses
    )


def _table(
    m: Measured,
    guesses: tuple[ColumnGuess, ...],
    role: RoleGuess | None,
    vocabulary: Vocabulary,
    settings: Settings,
) -> TableGuess:
    if not worth_a_role(role, guesses):
        role = None
    if role is None:
        guesses = tuple(_not_personal(guess) for guess in guesses)
    links = m.links
    because = None if role else _because(m)
    if role is not None:
        guesses = _with_facts(m, guesses, role, settings.lexicon.words["not_facts"])
        if not any(guess.kind for guess in guesses) and role.path and role.when is None:
            first = next(link for link in links if link.name == role.path[0])
            links = tuple(replace(x, part_of=True) if x is first else x for x in links)
            because = f"nothing personal of its own; its rows go with {first.references}"
            role = None
    days = _days(m, guesses, settings.lexicon)
    return TableGuess(
        schema=m.table,
        rows_seen=m.rows,
        how=m.how,
        columns=tuple(_named(guess, m, vocabulary) for guess in guesses),
        links=links,
        role=replace(role, subject=vocabulary.subject(role.subject).name) if role else None,
        events=event_guesses(days, m.name, settings.lexicon, settings.policy) if role else (),
        because=because,
        notes=_notes(m, role, vocabulary),
        days=tuple(days),
        name=m.name,
    )


def _days(m: Measured, guesses: Sequence[ColumnGuess], lexicon: Lexicon) -> list[DayColumn]:
    found = [
        day_column(guess, m.facts[guess.column.name], lexicon, m.name.words) for guess in guesses
    ]
    return [day for day in found if day is not None]


def _because(m: Measured) -> str:
    if m.name.thing:
        return "a table of things or settings; no column names a person, and none leads to one"
    return "no column names a person, and no relation leads to one"


def _not_personal(guess: ColumnGuess) -> ColumnGuess:
    """In a table of nobody a likely guess is only a suspicion, for the reviewer to read."""
    if guess.kind is None:
        return guess
    return replace(
        guess,
        kind=None,
        suspected=guess.kind,
        reason=f"{guess.reason}; but the table is of nobody",
        confidence=min(guess.confidence, 0.45),
    )


_FACT_KINDS = frozenset({"text", "number", "integer", "json"})


def _with_facts(
    m: Measured, guesses: tuple[ColumnGuess, ...], role: RoleGuess, idle: frozenset[str]
) -> tuple[ColumnGuess, ...]:
    """Amounts and texts in a person's record say something about that person (Art. 4(1))."""
    if m.name.record is None or len(role.path) > 1 or role.confidence < SURE_ENOUGH:
        return guesses
    references = {column for link in m.links for column in link.columns}
    confidence = round(role.confidence * FACT_CONFIDENCE, 2)
    return tuple(
        with_category(
            guess, m.name.record, confidence, f"says something about the {role.subject} of the row"
        )
        if guess.kind is None
        and guess.suspected is None
        and guess.column.kind in _FACT_KINDS
        and guess.column.name not in references
        and guess.column.name not in m.table.key
        and not idle & set(guess.column.name.lower().split("_"))
        and m.facts[guess.column.name].dates.form is None
        else guess
        for guess in guesses
    )


def _named(guess: ColumnGuess, m: Measured, vocabulary: Vocabulary) -> ColumnGuess:
    """The guess with its category, the identifier it holds, and what JSON has inside."""
    if guess.kind is None:
        return guess
    naming = vocabulary.category(guess.kind, m.name.words)
    if naming.found == "missing":
        reason = f"{guess.reason}; the policy has no category for it (ours: {naming.name})"
        return replace(guess, reason=reason, category=None, identity=_identity(guess, m))
    confidence = guess.confidence
    reason = guess.reason
    if naming.never_stored:
        reason += "; the policy says that this is never stored"
        confidence = min(confidence, CERTAIN - 0.01)
    elif not naming.sure:
        reason += "; the category is the nearest of the policy"
        confidence = min(confidence, CERTAIN - 0.01)
    return replace(
        guess,
        confidence=confidence,
        reason=reason,
        category=naming.name,
        identity=_identity(guess, m),
        inside=_inside(guess, m, vocabulary),
    )


_IDENTITY = {
    "email-address": "email",
    "phone-number": "phone",
    "national-id": "national-id",
    "login-name": "login",
    "person-number": "person-number",
}


def _identity(guess: ColumnGuess, m: Measured) -> str | None:
    """The namespace of an identifier by which a person of this table is found."""
    if guess.kind not in _IDENTITY or m.name.subject is None:
        return None
    unique = (guess.column.name,) in (m.table.key, *m.table.unique)
    return _IDENTITY[guess.kind] if unique or guess.kind in ("email-address",) else None


def _inside(guess: ColumnGuess, m: Measured, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for key in m.facts[guess.column.name].json_keys:
        kind = vocabulary.kind_of_words(key.words)
        if kind is not None and (naming := vocabulary.category(kind)).found != "missing":
            found.append((key.path, naming.name))
    within = {path for path, _ in one_in_another(path for path, _ in found)}
    return tuple(one for one in found if one[0] not in within)


def _notes(m: Measured, role: RoleGuess | None, vocabulary: Vocabulary) -> tuple[str, ...]:
    notes = []
    if m.problem:
        notes.append(f"could not be sampled ({m.problem}): guesses rest on names and types alone")
    elif m.rows == 0:
        notes.append("the table is empty: guesses rest on names and types alone")
    if m.key_value:
        key, value = m.key_value
        notes.append(f"a key/value table: {key} says what {value} holds; split it by role filters")
    if role is not None and vocabulary.subject(role.subject).found == "missing":
        notes.append(f"the policy has no data subject category that says '{role.subject}'")
    if role is not None and role.when is not None:
        notes.append("it holds rows of several kinds; say which columns are personal, and of whom")
    if not m.table.key:
        notes.append("it has no primary key: Troth needs one to change its rows")
    return tuple(notes)
