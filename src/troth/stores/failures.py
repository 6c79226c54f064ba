"""Failures of databases in Troth's words: a code, whether to try again, and never a value.

Drivers repeat the values of rows in their messages ("Duplicate entry 'ada@…' for key"), so a
driver's text is never passed on as it is; only names of tables, columns and constraints are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, PendingRollbackError, ResourceClosedError

from troth.errors import Broken, Refused, Transient, TrothError

Kind = type[Refused] | type[Transient] | type[Broken]


@dataclass(frozen=True)
class Failure:
    """A kind of failure: what it means for the caller, its code, its line and its help."""

    kind: Kind
    code: str
    message: str
    help: str = ""

    def error(self, place: str, about: str = "") -> TrothError:
        message = f"{self.message}: {about}" if about else self.message
        return self.kind(self.code, message, place=place, help=self.help)


_AGAIN = "nothing of this batch was written; run the command again"

UNREACHABLE = Failure(
    Transient, "store-unreachable", "the store does not answer", "is it up, and the address right?"
)
LOST = Failure(Transient, "connection-lost", "the connection to the store was lost", _AGAIN)
POOLED = Failure(
    Refused,
    "pooled-connection",
    "a pooler shares the connection between transactions",
    "give the address of the database itself, or a pool in session mode",
)
COMMIT_UNKNOWN = Failure(
    Transient,
    "commit-unknown",
    "the connection was lost while the store committed",
    "the receipt in the store tells whether the batch was written; run the command again",
)
TOO_MANY = Failure(
    Transient, "too-many-connections", "the store takes no more connections", "try again later"
)
DEADLOCK = Failure(Transient, "deadlock", "the store ended a deadlock with our batch", _AGAIN)
LOCK_TIMEOUT = Failure(
    Transient, "lock-timeout", "a lock was not had in time", "the application holds it; try later"
)
CONFLICT = Failure(
    Transient, "serialization-conflict", "a row changed while it was worked on", _AGAIN
)
STATEMENT_TIMEOUT = Failure(
    Transient,
    "statement-timeout",
    "a statement ran out of time",
    "is an index missing, or the store overloaded?",
)
DISK_FULL = Failure(
    Transient, "disk-full", "the store's disk is full", "make room for it, then run again"
)
LOGIN = Failure(
    Refused, "login-failed", "the store refuses user or password", "check the store's address"
)
NO_DATABASE = Failure(
    Refused, "no-such-database", "the database does not exist", "check the store's address"
)
REFUSED_CONNECTION = Failure(
    Refused, "connection-refused", "the store refuses the connection", "ask who runs the store"
)
BAD_OPTION = Failure(
    Refused,
    "store-address",
    "the store's address holds an option that the driver does not know",
    "see what stands behind the question mark of the address",
)
DENIED = Failure(
    Refused, "permission-denied", "permission is missing", "grant it to the store's user"
)
READ_ONLY = Failure(
    Refused, "store-read-only", "the store is read-only", "is it a replica, or write-protected?"
)
CONSTRAINT = Failure(Refused, "constraint-violation", "a constraint forbids the change")
MISSING_OBJECT = Failure(
    Refused,
    "schema-mismatch",
    "a table or column is not there",
    "has the schema changed since the map or the plan was made?",
)
BAD_VALUE = Failure(
    Refused,
    "value-rejected",
    "a value does not fit its column",
    "see what the map says under `erased`",
)
MISMATCH = Failure(
    Refused,
    "types-do-not-fit",
    "a column's type cannot be compared with what the map says of it",
    "look at `erased`, relations and filters of the map's columns",
)
NOT_A_DATABASE = Failure(
    Refused, "not-a-database", "the file is no SQLite database", "check the store's address"
)
CORRUPT = Failure(
    Broken, "store-corrupt", "the database is damaged", "restore it before anything else"
)


def unknown(detail: str) -> Failure:
    """A failure that nobody foresaw; `detail` is a code of the driver's, never its text."""
    return Failure(Broken, "store-error", f"the store failed with {detail}")


Classify = Callable[[BaseException], tuple[Failure, str]]
"""A driver's exception to the failure it is and what it is about (names only)."""


def translate(error: BaseException, classify: Classify, place: str) -> TrothError:
    """The error to raise in the place of a driver's: refused, transient or broken.

    A `TrothError` is returned as it is. Raise the result `from None`: the driver's exception holds
    values of rows, and a traceback would print them.
    """
    if isinstance(error, TrothError):
        return error
    if isinstance(error, ResourceClosedError | PendingRollbackError):
        return LOST.error(place)
    if isinstance(error, DBAPIError) and error.orig is not None:
        if error.connection_invalidated:
            return LOST.error(place)
        error = error.orig
    failure, about = classify(error)
    return failure.error(place, about)
