"""Forgetting the record of a request, and a person's wishes, once their own period has ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, select

from troth.ledger.forgetting import forgotten
from troth.ledger.invitations import CASE
from troth.ledger.notices import withdraw_letters
from troth.ledger.request_tables import (
    request_codes,
    request_documents,
    request_events,
    request_keys,
    request_links,
    requests,
)
from troth.ledger.session import Writing
from troth.ledger.standings import forget_standings
from troth.ledger.tables import act_decisions, act_extensions, act_persons, acts, outbox
from troth.ledger.told_tables import (
    act_proofs,
    directive_ends,
    directive_persons,
    directive_registers,
    directives,
    disclosures,
    hand_overs,
    notice_events,
    recipient_notices,
)

FORGOTTEN_AT_ONCE = 5_000  # names per statement; SQLite takes 32,766 variables

Entries = dict[str, set[int]]
"""By kind of entry: the numbers of those whose facts went."""


def forget_requests(
    writing: Writing,
    answered: Collection[str],
    disclosed: Collection[int],
    *,
    reason: str,
    at: datetime,
) -> int:
    """Forget acts with their persons, decisions, extensions, proofs and notices; how many acts.

    `disclosed`: the entries of disclosures that go with them. What stands of the journal counts
    and names rules alone.
    """
    if not answered and not disclosed:
        return 0
    notices = set(_named(writing, recipient_notices, "act", answered, "id"))
    gone: Entries = {}
    for kind, table, column, names in (
        ("act-recorded", act_persons, "act", answered),
        ("act-recorded", acts, "id", answered),
        ("act-decided", act_decisions, "act", answered),
        ("act-extended", act_extensions, "act", answered),
        ("act-proven", act_proofs, "act", answered),
        ("hand-over-ordered", hand_overs, "death", answered),
        ("notice-moved", notice_events, "notice", notices),
        ("notice-opened", recipient_notices, "act", answered),
        ("disclosure-recorded", disclosures, "entry", disclosed),
    ):
        gone.setdefault(kind, set()).update(_take(writing, table, column, names))
    withdraw_letters(writing, notices)
    forgotten(writing, "requests", len(answered), gone, reason=reason, at=at)
    return len(answered)


def forget_received(
    writing: Writing, numbers: Collection[str], *, reason: str, at: datetime
) -> int:
    """Forget requests as they came in, with their steps, codes, keys, documents and letters."""
    gone: Entries = {
        "request-received": set(_take(writing, requests, "number", numbers)),
        "request-moved": set(_take(writing, request_events, "number", numbers)),
    }
    for table in (request_codes, request_keys, request_links, request_documents):
        for mine in _mine(writing, table, "number", numbers):
            writing.connection.execute(delete(table).where(mine))
    for mine in _mine(writing, outbox, "store", numbers):
        writing.connection.execute(delete(outbox).where(mine & (outbox.c.rule == CASE)))
    forget_standings(writing, numbers)
    forgotten(writing, "requests as they came", len(numbers), gone, reason=reason, at=at)
    return len(numbers)


def forget_directives(
    writing: Writing, ended: Collection[str], *, reason: str, at: datetime
) -> int:
    """Forget versions of wishes with their persons and ends; how many."""
    gone: Entries = {
        "directive-recorded": {
            *_take(writing, directive_persons, "directive", ended),
            *_take(writing, directive_registers, "directive", ended),
            *_take(writing, directives, "id", ended),
        },
        "directive-ended": set(_take(writing, directive_ends, "directive", ended)),
    }
    forgotten(writing, "directives", len(ended), gone, reason=reason, at=at)
    return len(ended)


def _take(
    writing: Writing, table: Table, column: str, names: Iterable[str] | Iterable[int]
) -> list[int]:
    """Delete the rows of those names; the entries that had recorded them."""
    entries: list[int] = []
    for mine in _mine(writing, table, column, names):
        entries += writing.connection.execute(select(table.c.entry).where(mine)).scalars()
        writing.connection.execute(delete(table).where(mine))
    return entries


def _named(
    writing: Writing, table: Table, column: str, names: Iterable[str], wanted: str
) -> Iterator[str]:
    for mine in _mine(writing, table, column, names):
        yield from writing.connection.execute(select(table.c[wanted]).where(mine)).scalars()


def _mine(
    writing: Writing, table: Table, column: str, names: Iterable[str] | Iterable[int]
) -> Iterator[ColumnElement[bool]]:
    own = table.c.organisation == writing.organisation
    for chunk in _chunks(names):
        yield own & table.c[column].in_(chunk)


def _chunks(names: Iterable[str] | Iterable[int]) -> Iterator[list[str | int]]:
    every: list[str | int] = list(names)
    for start in range(0, len(every), FORGOTTEN_AT_ONCE):
        yield every[start : start + FORGOTTEN_AT_ONCE]
