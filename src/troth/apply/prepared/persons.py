"""The rows of persons whom acts name, locked or not, and the sets of facts in which each is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from troth.apply.names import Named, NameIndex
from troth.apply.narrow import narrowed
from troth.apply.prepared.lately import Inside, Lately
from troth.apply.prepared.pipeline import Answer, Pipeline, Statement
from troth.apply.prepared.unfit import UnfitError
from troth.apply.resolve import (
    HeldRow,
    Resolution,
    flag_acts_of_nobody,
    flag_unresolved,
    rows_of,
)
from troth.apply.work import Work
from troth.datamap.model import DataMap, Normaliser
from troth.grounds.facts import Act, ConsentFact, Facts, Identifier
from troth.grounds.identity import identifier_text, normalise
from troth.plan.schema import ColumnSchema
from troth.plan.sets import (
    ActPersons,
    ConsentPersons,
    HeldPersons,
    HeldRows,
    KeptDays,
    LedgerDays,
    ScopePersons,
    SetDefinition,
    Warned,
)
from troth.stores.template import quote, table_name

Key = Any
_FROM_FACTS = HeldPersons | HeldRows | ConsentPersons | ActPersons | KeptDays | LedgerDays | Warned
"""Sets that facts fill; the others are filled by what stands in other rows."""
PersonSet = HeldPersons | ConsentPersons | ActPersons | ScopePersons
_PLAIN = ("text", "character varying")


@dataclass(frozen=True)
class Naming:
    """A table of persons, keyed on one column, and the columns that name them."""

    table: str
    key: str
    identity: tuple[str, ...]

    @classmethod
    def of(cls, definition: PersonSet) -> Naming:
        if len(definition.columns) != 1:
            raise UnfitError(f"persons of '{definition.table}' have a key of several columns")
        return cls(definition.table, definition.columns[0], definition.identity)

    @property
    def named(self) -> Named:
        return Named((self.key,), self.identity)


@dataclass(frozen=True)
class Persons:
    """The rows of one table of persons that the acts name, with the cells of their names.

    `inside`: for each row the sets in which it is.
    """

    store: str
    naming: Naming
    cells: Mapping[Key, tuple[Any, ...]] = field(repr=False)
    inside: Mapping[Key, frozenset[str]] = field(default_factory=dict, repr=False)

    @property
    def keys(self) -> list[Key]:
        return list(self.cells)

    def classes(self) -> dict[frozenset[str], list[Key]]:
        """Keys of persons of whom the facts say the same."""
        found: dict[frozenset[str], list[Key]] = {}
        for key in self.cells:
            found.setdefault(self.inside.get(key, frozenset()), []).append(key)
        return found


def find(
    work: Work,
    pipeline: Pipeline,
    resolution: Resolution,
    wanted: Mapping[Naming, Sequence[Identifier]],
    before: Sequence[Statement],
    texts: dict[object, Any],
    *,
    lock: bool,
) -> tuple[list[Answer], dict[Naming, Persons]]:
    """The rows that the identifiers name; locked until the transaction ends.

    `before`: statements that go first, with their answers. `texts`: those that were made before.
    """
    indices = {
        naming: NameIndex.of(resolution.map, work.name, naming.table, naming.named, named)
        for naming, named in wanted.items()
    }
    statements: dict[Naming, Statement] = {}
    for naming, index in indices.items():
        names = tuple(name for name in naming.identity if index.wanted[name])
        asked = ("find", naming, names, lock)
        if asked not in texts:
            texts[asked] = _text(work, naming, index, lock=lock)
        if texts[asked] is not None:
            values = [list(index.wanted[name]) for name in names]
            statements[naming] = Statement(texts[asked], values, rows=True)
    answers = pipeline.run([*before, *statements.values()])
    rows = dict(zip(statements, answers[len(before) :], strict=True))
    found = {}
    for naming, index in indices.items():
        cells = rows[naming].rows if naming in rows else _looked_up(work, naming, index, lock=lock)
        known = {row[0]: tuple(row[1:]) for row in cells if index.lookup(row[1:])}
        found[naming] = Persons(work.name, naming, known)
    return answers[: len(before)], found


def _text(work: Work, naming: Naming, index: NameIndex, *, lock: bool) -> str | None:
    """One that an index serves, for texts compared as they are; None for other names."""
    dialect = work.store.address.dialect
    if dialect != "postgresql":
        return None
    row = work.row(naming.table)
    wanted = [name for name in naming.identity if index.wanted[name]]
    if not all(index.compare[name] == "exact" and _plain(row.column(name)) for name in wanted):
        return None
    assert isinstance(row.source, sa.TableClause)
    names = ", ".join(quote(dialect, name) for name in (naming.key, *naming.identity))
    tests = [f"{quote(dialect, name)} = ANY(${at}::text[])" for at, name in enumerate(wanted, 1)]
    return (
        f"SELECT {names} FROM {table_name(dialect, row.source)} "
        f"WHERE {' OR '.join(tests) or 'false'}" + (" FOR UPDATE" if lock else "")
    )


def _looked_up(
    work: Work, naming: Naming, index: NameIndex, *, lock: bool
) -> list[tuple[Any, ...]]:
    row = work.row(naming.table)
    wanted = [name for name in naming.identity if index.wanted[name]]
    select = sa.select(*(row.source.c[name] for name in (naming.key, *naming.identity))).where(
        sa.or_(*(narrowed(work, row, n, index.compare[n], index.wanted[n]) for n in wanted))
    )
    if lock:
        select = select.with_for_update()
    with work.session.told():
        return [tuple(found) for found in work.connection.execute(select)]


def _plain(column: ColumnSchema) -> bool:
    return column.type_text.startswith(_PLAIN)


@dataclass
class _Reader:
    """Names of the rows that were found, from memory; of others, over the same connection."""

    known: Mapping[tuple[str, str, Named], Persons]
    asked: bool = False  # for any name at all, since it was last set

    def __call__(
        self, work: Work, index: NameIndex, *, nameless: bool = False
    ) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...] | None]]:
        self.asked = self.asked or any(index.wanted.values())
        persons = self.known.get((work.name, index.table, index.named))
        if persons is not None and not nameless:
            for key, cells in persons.cells.items():
                yield (key,), index.lookup(cells)
            return
        if nameless:
            raise UnfitError(f"rows without names of '{index.table}' are asked for")
        yield from _read(work, index)


def _read(work: Work, index: NameIndex) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...] | None]]:
    keys, names = index.named.columns, index.named.identity
    if not any(index.wanted.values()):
        return
    row = work.row(index.table)
    select = sa.select(*(row.source.c[name] for name in (*keys, *names))).where(
        sa.or_(*(narrowed(work, row, n, index.compare[n], index.wanted[n]) for n in names))
    )
    with work.session.told():
        found = work.connection.execute(select).all()
    for cells in found:
        yield tuple(cells[: len(keys)]), index.lookup(cells[len(keys) :])


def with_facts(
    resolution: Resolution,
    named: NamedFacts,
    work: Work,
    found: Mapping[Naming, Persons],
    names: Iterable[str],
    elsewhere: Collection[str],
    there: set[HeldRow],
    lately: Lately | None = None,
) -> tuple[dict[Naming, Persons], Lately | None]:
    """The persons with the sets of `names` in which each is; flags of the store are set.

    `lately`: what came of it before; what is returned beside is for the next time. Unfit where a
    set that counts holds, or may hold, other rows than those of the persons found: `elsewhere` are
    those that are asked of other rows too. `there`: the rows that holds name and that exist; none
    that goes is among them.
    """
    known = {(work.name, naming.table, naming.named): persons for naming, persons in found.items()}
    reader = _Reader(known)
    here = replace(resolution, names=reader)
    if lately is None or not lately.still_holds(resolution, found):
        lately, inside = _inside(here, reader, named, work, found, names, elsewhere)
    else:
        inside = lately.inside
    work.flags.clear()
    _flags(here, named, there)
    return {
        naming: replace(persons, inside=inside[naming]) for naming, persons in found.items()
    }, lately


def _inside(
    here: Resolution,
    reader: _Reader,
    named: NamedFacts,
    work: Work,
    found: Mapping[Naming, Persons],
    names: Iterable[str],
    elsewhere: Collection[str],
) -> tuple[Lately | None, Inside]:
    """The sets in which each person is, with what says so as long as nothing else decides it."""
    theirs = replace(here, facts=named.about(here.map, found.values()))
    inside: dict[Naming, dict[Key, set[str]]] = {naming: {} for naming in found}
    held = bool(here.open_holds)
    by_theirs = not held
    for name in names:
        definition = here.plan.sets[name]
        if not held and isinstance(definition, HeldPersons | HeldRows):
            continue
        if isinstance(definition, HeldRows) and name not in elsewhere:
            continue  # none of their rows is held
        naming = _naming_of(definition)
        if not isinstance(definition, _FROM_FACTS):
            raise UnfitError(f"the set '{name}' is made from other rows")
        reader.asked = False
        alone = naming in found and name not in elsewhere
        by_theirs = by_theirs and alone
        rows = list(rows_of(theirs if alone else here, definition, work) or ())
        if reader.asked and name in elsewhere:
            raise UnfitError(f"the set '{name}' is asked of other rows")
        if naming is None or naming not in found:
            if rows:
                raise UnfitError(f"the set '{name}' has rows")
            continue
        for (key,) in rows:
            inside[naming].setdefault(key, set()).add(name)
    made = {
        naming: {key: frozenset(sets) for key, sets in by_key.items()}
        for naming, by_key in inside.items()
    }
    return Lately.of(here, found, theirs.facts, made) if by_theirs else None, made


class NamedFacts:
    """Facts found by whom they name; each way of writing a name is read once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.acts = {act.id: act for act in facts.acts}
        self._by_name: dict[tuple[str, Normaliser], dict[str, list[Act | ConsentFact]]] = {}

    @cached_property
    def undecided(self) -> tuple[Act, ...]:
        """Those that may suspend the use of anybody's data."""
        return tuple(act for act in self.facts.acts if _may_suspend(act))

    def about(self, datamap: DataMap, found: Iterable[Persons]) -> Facts:
        """The facts that name one of the persons; of holds all, for each is looked for anyway."""
        ids: set[int] = set()
        for persons in found:
            columns = datamap.table(persons.store, persons.naming.table).columns
            for at, name in enumerate(persons.naming.identity):
                column = columns.get(name)
                if column is None or column.identity is None:
                    continue
                by_name = self._index(column.identity, column.compare)
                for cells in persons.cells.values():
                    text = identifier_text(cells[at])
                    if text is not None:
                        named = by_name.get(normalise(text, column.compare), ())
                        ids.update(map(id, named))
        facts = self.facts
        return replace(
            facts,
            acts=tuple(act for act in facts.acts if id(act) in ids),
            consents=tuple(fact for fact in facts.consents if id(fact) in ids),
        )

    def _index(self, namespace: str, how: Normaliser) -> dict[str, list[Act | ConsentFact]]:
        if (namespace, how) not in self._by_name:
            found: dict[str, list[Act | ConsentFact]] = {}
            named = [(person, act) for act in self.facts.acts for person in act.persons]
            named += [(fact.person, fact) for fact in self.facts.consents]  # type: ignore[misc]  # either kind
            for person, fact in named:
                if person.namespace == namespace:
                    found.setdefault(normalise(person.value, how), []).append(fact)
            self._by_name[namespace, how] = found
        return self._by_name[namespace, how]


@dataclass
class FactsIndex:
    """The newest facts by whom they name, made once for all who ask."""

    named: NamedFacts | None = field(default=None, repr=False)

    def of(self, facts: Facts) -> NamedFacts:
        if self.named is None or self.named.facts is not facts:
            self.named = NamedFacts(facts)
        return self.named


def _may_suspend(act: Act) -> bool:
    """It is a restriction, or nobody has decided on the whole of it."""
    return act.kind == "restriction" or all(one.activities for one in act.decisions)


def _naming_of(definition: SetDefinition) -> Naming | None:
    if isinstance(definition, PersonSet) and len(definition.columns) == 1:
        return Naming.of(definition)
    return None


def _flags(resolution: Resolution, named: NamedFacts, there: set[HeldRow]) -> None:
    flag_unresolved(resolution, there)
    undecided = replace(named.facts, acts=named.undecided)
    flag_acts_of_nobody(replace(resolution, facts=undecided))
