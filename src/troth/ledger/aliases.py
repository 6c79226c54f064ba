"""Aliases: a further name of a person whom earlier facts name otherwise (Art. 16 GDPR).

Once an identifier is rectified, consents, objections and holds recorded under the old one go on
applying. The alias does not say the old name: it says which entry's fact named the same person. So
nothing of the old name is written anew, and it goes when that fact goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, literal, select

from troth.grounds.facts import Facts, Identifier
from troth.ledger.binding import bound, digest_of, fact_text, read_groups
from troth.ledger.older import span_of
from troth.ledger.quick import Quick
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import (
    act_persons,
    aliases,
    consents,
    day_facts,
    hold_scopes,
    holds,
    parental_consents,
)

KIND = "alias-recorded"
_NAMING: Mapping[str, Table] = {
    "act-recorded": act_persons,
    "consent-recorded": consents,
    "day-recorded": day_facts,
    "parental-consent-recorded": parental_consents,
}
Same = Callable[[Identifier], bool]


@dataclass(frozen=True)
class Naming:
    """A fact that names a person: the kind and number of its entry, and the name."""

    kind: str
    entry: int
    name: Identifier


def add_aliases(
    writing: Writing, namespace: str, is_old: Same, new: Identifier, *, at: datetime
) -> int:
    """`new` becomes a name of whoever facts name by an old one of the namespace; how many aliases.

    An alias that is itself the old name is forgotten, so that a second rectification keeps nothing
    of the first.
    """
    found: dict[Identifier, Naming] = {}
    for naming in _namings(writing, namespace):
        if is_old(naming.name):
            found.setdefault(naming.name, naming)
    sources = {(naming.kind, naming.entry) for naming in found.values()}
    outdated = [row for row in _rows(writing) if is_old(Identifier(row.namespace, row.value))]
    sources |= {(row.of_kind, row.of_entry) for row in outdated}
    rows = [
        {
            "of_kind": kind,
            "of_entry": entry,
            "namespace": new.namespace,
            "value": new.value,
            "recorded_at": at,
        }
        for kind, entry in sorted(sources)
    ]
    payloads = [
        bound({"of": row["of_entry"], "namespace": namespace}, fact_text([(aliases, row)]))
        for row in rows
    ]
    entries = writing.append_facts(KIND, at, payloads)
    if rows:
        writing.connection.execute(
            insert(aliases),
            [
                {"organisation": writing.organisation, "entry": entry, **row}
                for entry, row in zip(entries, rows, strict=True)
            ],
        )
    _forget(writing, [row.entry for row in outdated], at)
    return len(rows)


def with_aliases(reading: Reading, facts: Facts) -> Facts:
    """The facts, each also under the further names of its person."""
    further = read_aliases(reading)
    if not further:
        return facts

    def named(persons: Sequence[Identifier]) -> tuple[Identifier, ...]:
        more = (other for person in persons for other in further.get(person, ()))
        return tuple(dict.fromkeys((*persons, *more)))

    return replace(
        facts,
        holds=tuple(replace(hold, persons=named(hold.persons)) for hold in facts.holds),
        acts=tuple(replace(act, persons=named(act.persons)) for act in facts.acts),
        consents=tuple(
            replace(fact, person=name) for fact in facts.consents for name in named([fact.person])
        ),
        days=tuple(
            replace(fact, subject=name) for fact in facts.days for name in named([fact.subject])
        ),
    )


def read_aliases(reading: Reading, *, after: int = 0) -> dict[Identifier, tuple[Identifier, ...]]:
    """By the name under which facts were recorded, the further names of the same person.

    `after`: only those that an entry after this number recorded.
    """
    wanted: dict[tuple[str, int], list[Identifier]] = defaultdict(list)
    for row in _rows(reading, after):
        wanted[row.of_kind, row.of_entry].append(Identifier(row.namespace, row.value))
    found: dict[Identifier, dict[Identifier, None]] = defaultdict(dict)
    if wanted:
        for namespace in {one.namespace for some in wanted.values() for one in some}:
            for naming in _namings(reading, namespace):
                for one in wanted.get((naming.kind, naming.entry), ()):
                    if one.namespace == namespace and one != naming.name:
                        found[naming.name][one] = None
    return {name: tuple(more) for name, more in found.items()}


_ANY = Quick(
    select(aliases.c.entry).where(aliases.c.organisation == bindparam("own")).limit(literal(1))
)


def any_alias(reading: Reading) -> bool:
    """Whether anybody has a further name."""
    return bool(_ANY.rows(reading.connection, {"own": reading.organisation}))


def _rows(reading: Reading, after: int = 0) -> list[Any]:
    table = aliases.c
    query = select(aliases).where(table.organisation == reading.organisation, table.entry > after)
    return list(reading.connection.execute(query.order_by(table.entry)))


def _namings(reading: Reading, namespace: str) -> Iterable[Naming]:
    """Every fact that names somebody in a namespace, oldest first within its kind."""
    for kind, table in _NAMING.items():
        query = (
            select(table.c.entry, table.c.value)
            .where(table.c.organisation == reading.organisation, table.c.namespace == namespace)
            .order_by(table.c.entry)
        )
        for row in reading.connection.execute(query):
            yield Naming(kind, row.entry, Identifier(namespace, row.value))
    query = (
        select(holds.c.entry, hold_scopes.c.value)
        .select_from(
            hold_scopes.join(
                holds,
                (holds.c.organisation == hold_scopes.c.organisation)
                & (holds.c.id == hold_scopes.c.hold),
            )
        )
        .where(hold_scopes.c.organisation == reading.organisation)
        .where(hold_scopes.c.kind == "person", hold_scopes.c.namespace == namespace)
        .order_by(holds.c.entry)
    )
    for row in reading.connection.execute(query):
        yield Naming("hold-added", row.entry, Identifier(namespace, row.value))


def _forget(writing: Writing, entries: Sequence[int], at: datetime) -> None:
    """Aliases that are no name of anybody any more; what stands of their entries is stated."""
    if not entries:
        return
    mine = (aliases.c.organisation == writing.organisation) & aliases.c.entry.in_(entries)
    writing.connection.execute(delete(aliases).where(mine))
    spans = sorted({span_of(writing, KIND, entry) for entry in entries})
    remaining = [
        (span, list(read_groups(writing.connection, writing.organisation, *span))) for span in spans
    ]
    writing.append_fact(
        "aliases-forgotten",
        at,
        lambda _seq, salt: {
            "aliases": len(entries),
            "bound": [[*span, digest_of(salt, groups)] for span, groups in remaining],
        },
    )
