"""PostgreSQL's errors: told apart by SQLSTATE, named by the fields that hold no values."""

from __future__ import annotations

import re

import psycopg

from troth.stores import failures
from troth.stores.failures import Failure

_BY_STATE = {
    "40P01": failures.DEADLOCK,
    "40001": failures.CONFLICT,
    "55P03": failures.LOCK_TIMEOUT,
    "57014": failures.STATEMENT_TIMEOUT,
    "53100": failures.DISK_FULL,
    "53200": failures.TOO_MANY,
    "53300": failures.TOO_MANY,
    "57P01": failures.LOST,
    "57P02": failures.LOST,
    "57P03": failures.UNREACHABLE,
    "57P05": failures.LOST,
    "25P03": failures.LOST,
    "25006": failures.READ_ONLY,
    "42501": failures.DENIED,
    "28P01": failures.LOGIN,
    "28000": failures.LOGIN,
    "3D000": failures.NO_DATABASE,
    "42P01": failures.MISSING_OBJECT,
    "42703": failures.MISSING_OBJECT,
    "3F000": failures.MISSING_OBJECT,
    "42883": failures.MISMATCH,
    "42846": failures.MISMATCH,
    "XX001": failures.CORRUPT,
    "XX002": failures.CORRUPT,
}
_BY_CLASS = {
    "08": failures.LOST,
    "23": failures.CONSTRAINT,
    "22": failures.BAD_VALUE,
}
_WHILE_CONNECTING = (
    (re.compile("password authentication failed|no password supplied"), failures.LOGIN),
    (re.compile(r'role "[^"]*" does not exist|pg_hba\.conf'), failures.LOGIN),
    (re.compile(r'database "[^"]*" does not exist'), failures.NO_DATABASE),
    (re.compile("too many clients|remaining connection slots"), failures.TOO_MANY),
    (re.compile("starting up|shutting down|in recovery mode"), failures.UNREACHABLE),
    (re.compile("not currently accepting connections"), failures.UNREACHABLE),
    (re.compile("terminating connection"), failures.LOST),
    (re.compile("FATAL"), failures.REFUSED_CONNECTION),
)

_BAD_OPTIONS = (
    "invalid connection option",
    "invalid value for parameter",
    "invalid port number",
    'for connection option "port"',
)


def classify_postgresql(error: BaseException) -> tuple[Failure, str]:
    """What a psycopg exception means, and the names that it is about.

    The message of an error is used in one case, a missing permission, where it names an object;
    all others may repeat values.
    """
    if not isinstance(error, psycopg.Error):
        return failures.unknown(type(error).__name__), ""
    state = error.sqlstate
    if state is None:
        return _without_state(error), ""
    if state == "08P01" and "statement pooling" in (error.diag.message_primary or ""):
        return failures.POOLED, ""
    failure = _BY_STATE.get(state) or _BY_CLASS.get(state[:2]) or failures.unknown(state)
    if failure is failures.DENIED:
        return failure, error.diag.message_primary or ""
    return failure, _names(error.diag)


def _without_state(error: psycopg.Error) -> Failure:
    """A failure that the server gave no SQLSTATE for: it happened while connecting, or later."""
    text = str(error)
    if any(part in text for part in _BAD_OPTIONS):
        return failures.BAD_OPTION
    if "failed to resolve host" in text or "could not translate host name" in text:
        return failures.UNREACHABLE
    if "connection failed" in text or "connection is bad" in text or "timeout expired" in text:
        for pattern, failure in _WHILE_CONNECTING:
            if pattern.search(text):
                return failure
        return failures.UNREACHABLE
    if isinstance(error, psycopg.OperationalError):
        return failures.LOST
    return failures.unknown(type(error).__name__)


def _names(diag: psycopg.errors.Diagnostic) -> str:
    table = ".".join(name for name in (diag.schema_name, diag.table_name) if name)
    parts = (
        f"constraint {diag.constraint_name}" if diag.constraint_name else "",
        f"column {diag.column_name}" if diag.column_name else "",
        f"table {table}" if table else "",
    )
    return ", ".join(part for part in parts if part)
