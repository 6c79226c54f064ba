"""What binds facts to the journal: each fact's entry holds a salted commitment to its rows.

    text   = the rows of the fact, one canonical JSON list a line, sorted
    digest = SHA-256(salt of the entry, number, text)

The payload holds the digest under `fact`. Where rows of a fact are lawfully forgotten, or were
recorded before facts were bound, a later entry says what stands now: under `bound`, a list of
[kind, first entry, last entry, digest], by its own salt. Erasing an entry's payload erases the
digest and its salt with it, so that nothing of a forgotten fact can be guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from heapq import merge
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, TextClause, text

from troth.ledger import (
    account_tables,
    api_tables,
    breach_tables,
    request_tables,
    tables,
    told_tables,
)
from troth.ledger.journal import Made, Payload, canonical
from troth.ledger.types import raw_value

Group = tuple[int, str]
"""An entry's number and the text of its fact."""

FACTS: Mapping[str, tuple[Table, ...]] = {
    "hold-added": (tables.holds, tables.hold_scopes),
    "hold-lifted": (tables.hold_lifts,),
    "consent-recorded": (tables.consents,),
    "day-recorded": (tables.day_facts,),
    "limitation-recorded": (tables.limitation_files,),
    "invitation-sent": (tables.warnings,),
    "invitation-bounced": (tables.warning_bounces,),
    "days-kept": (tables.kept_days,),
    "plan-approved": (tables.approvals,),
    "act-recorded": (tables.acts, tables.act_persons),
    "act-decided": (tables.act_decisions,),
    "act-extended": (tables.act_extensions,),
    "parental-consent-recorded": (tables.parental_consents,),
    "alias-recorded": (tables.aliases,),
    "rectification-recorded": (tables.rectifications,),
    "correction-recorded": (tables.corrections,),
    "restriction-recorded": (tables.restrictions, tables.restriction_scopes),
    "restriction-lifted": (tables.restriction_lifts,),
    "restriction-unlocked": (tables.restriction_unlocks,),
    "disclosure-recorded": (told_tables.disclosures,),
    "notice-opened": (told_tables.recipient_notices,),
    "notice-moved": (told_tables.notice_events,),
    "suppression-recorded": (told_tables.suppressions,),
    "act-proven": (told_tables.act_proofs,),
    "directive-recorded": (
        told_tables.directives,
        told_tables.directive_persons,
        told_tables.directive_registers,
    ),
    "directive-ended": (told_tables.directive_ends,),
    "hand-over-ordered": (told_tables.hand_overs,),
    "consent-proven": (api_tables.consent_proofs,),
    "request-received": (request_tables.requests,),
    "request-moved": (request_tables.request_events,),
    "account-changed": (account_tables.account_events,),
    "data-looked-at": (account_tables.account_looks,),
    "breach-opened": (breach_tables.breaches,),
    "breach-moved": (breach_tables.breach_events,),
}
"""By the kind of entry that records it, the tables in which a fact lies."""

STATING = ("facts-bound", "kept-days-forgotten", "facts-forgotten", "aliases-forgotten")
"""Kinds of entries that say what stands of earlier facts."""

READ_ROWS = 2_000


def fact_text(rows: Iterable[tuple[Table, Mapping[str, Any]]]) -> str:
    """The text of a fact whose rows are about to be written."""
    return _joined(
        [table.name, *(raw_value(column.type, row[column.name]) for column in _columns(table))]
        for table, row in rows
    )


def bound(payload: Payload, fact: str) -> Made:
    """A payload that commits to its fact as well."""
    return lambda seq, salt: {**payload, "fact": digest_of(salt, [(seq, fact)])}


def digest_of(salt: str, groups: Iterable[Group]) -> str:
    """The salted digest of facts by entry, in order; an entry without rows does not count."""
    found = sha256(salt.encode())
    for seq, fact in groups:
        if fact:
            found.update(f"\n{seq}\n{fact}".encode())
    return found.hexdigest()


def read_groups(
    connection: Connection, organisation: str, kind: str, first: int = 0, last: int | None = None
) -> Iterable[Group]:
    """The facts of a kind as they stand, by their entries in order, in constant memory."""
    streams = [_rows(connection, organisation, table, first, last) for table in FACTS[kind]]
    lines = streams[0] if len(streams) == 1 else _merged(streams)
    for seq, group in groupby(lines, key=lambda line: line[0]):
        yield seq, _joined(row for _, row in group)


Line = tuple[int, list[Any]]


def _rows(
    connection: Connection, organisation: str, table: Table, first: int, last: int | None
) -> Iterable[Line]:
    found = connection.execute(
        _select(table),
        {"organisation": organisation, "first": first, "last": 2**62 if last is None else last},
        execution_options={"yield_per": READ_ROWS},
    )
    row: Row[Any]
    for row in found:
        yield row[0], [table.name, *row[1:]]


def _select(table: Table) -> TextClause:
    """Raw values, as the hash has them; the scope of a hold belongs to the hold's entry."""
    names = ", ".join(f"f.{column.name}" for column in _columns(table))
    source, entry = f"{table.name} f", "f.entry"
    if table is tables.hold_scopes:
        entry = "COALESCE(h.entry, 0)"
        source += " LEFT JOIN holds h ON h.organisation = f.organisation AND h.id = f.hold"
    return text(
        f"SELECT {entry}, {names} FROM {source} WHERE f.organisation = :organisation "
        f"AND {entry} BETWEEN :first AND :last ORDER BY 1"
    )


def _columns(table: Table) -> Sequence[Column[Any]]:
    return [column for column in table.columns if column.name not in ("organisation", "entry")]


def _merged(streams: Sequence[Iterable[Line]]) -> Iterable[Line]:
    return merge(*streams, key=lambda line: line[0])


def _joined(rows: Iterable[list[Any]]) -> str:
    return "\n".join(sorted(canonical(row) for row in rows))
