"""The journal's entries: how they are chained, and how they are appended in bulk.

    commitment = SHA-256(salt, payload)
    digest     = SHA-256(previous digest, commitment, organisation, seq, kind, at)

The payload (canonical JSON) and its random salt lie beside the chain. Erasing them leaves the
commitment, so the chain still verifies and tells nothing of what was erased. The previous digest
is the one of the entry before; it is not stored twice. Payloads hold counts, names of rules and
tables and digests, never personal data and never keys of rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from troth.ledger.quick import Quick
from troth.ledger.types import write_instant

Randomness = Callable[[int], bytes]
Payload = Mapping[str, Any]
Made = Callable[[int, str], Payload]
"""A payload that depends on the entry's number and salt, to commit to what lies beside it."""
Record = tuple[int, str, str, bytes, str, str]
"""seq, kind, at, digest, salt, payload: one row of the journal."""

SALT_BYTES = 16
CHUNK_ENTRIES = 5_000  # entries sent to the database in one statement

_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*")
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True)
class Entry:
    """What an appended entry is to its writer: its number and its digest."""

    seq: int
    digest: str


def genesis(organisation: str) -> bytes:
    """The digest before the first entry of an organisation's journal."""
    return sha256(f"troth-journal/1\n{organisation}".encode()).digest()


def commit_to(salt: str, payload: str) -> bytes:
    """The commitment to a payload under its salt. Neither contains a line feed."""
    return sha256(f"{salt}\n{payload}".encode()).digest()


def entry_digest(
    previous: bytes, commitment: bytes, organisation: str, seq: int, kind: str, at: str
) -> bytes:
    """The digest of an entry; no field contains a line feed, so fields cannot be shifted."""
    return sha256(previous + commitment + f"{organisation}\n{seq}\n{kind}\n{at}".encode()).digest()


def chain(
    organisation: str,
    seq: int,
    previous: bytes,
    kind: str,
    at: datetime,
    payloads: Sequence[Payload | Made],
    randomness: Randomness,
) -> list[Record]:
    """The rows of entries of one kind that follow entry `seq`, whose digest is `previous`.

    ValueError for a kind that is no lower-case word with hyphens.
    """
    if _KIND.fullmatch(kind) is None:
        raise ValueError(f"'{kind}' is not a kind of entry")
    when = write_instant(at)
    salts = randomness(SALT_BYTES * len(payloads)).hex()
    width = 2 * SALT_BYTES
    head, tail = f"{organisation}\n", f"\n{kind}\n{when}"
    records: list[Record] = []
    for position, payload in enumerate(payloads):
        seq += 1
        salt = salts[position * width : (position + 1) * width]
        text = canonical(payload(seq, salt) if callable(payload) else payload)
        commitment = sha256(f"{salt}\n{text}".encode()).digest()
        previous = sha256(previous + commitment + f"{head}{seq}{tail}".encode()).digest()
        records.append((seq, kind, when, previous, salt, text))
    return records


def insert(connection: Connection, organisation: str, records: Sequence[Record]) -> None:
    """Write rows of the journal in the caller's transaction.

    It goes past SQLAlchemy's per-row work to the driver: one prepared statement on SQLite, one
    statement with arrays per chunk on PostgreSQL (COPY is refused under row security).
    """
    if len(records) == 1:
        row = zip(_NAMES, (organisation, *records[0]), strict=True)
        _INSERT_ONE.write(connection, dict(row))
        return
    for start in range(0, len(records), CHUNK_ENTRIES):
        chunk = records[start : start + CHUNK_ENTRIES]
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                _INSERT_SQLITE, [(organisation, *record) for record in chunk]
            )
        else:
            columns = [list(column) for column in zip(*chunk, strict=True)]
            connection.exec_driver_sql(_INSERT_POSTGRESQL, (organisation, *columns))


_NAMES = ("organisation", "seq", "kind", "at", "digest", "salt", "payload")
_INSERT_ONE = Quick(sa.insert(sa.table("journal", *map(sa.column, _NAMES))), _NAMES)
_COLUMNS = ", ".join(_NAMES)
_INSERT_SQLITE = f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
# %b: arrays go in binary, which costs the client a tenth of their text form
_INSERT_POSTGRESQL = (
    f"INSERT INTO journal ({_COLUMNS}) SELECT %s, * FROM unnest("
    "%b::bigint[], %b::text[], %b::text[], %b::bytea[], %b::text[], %b::text[])"
)
