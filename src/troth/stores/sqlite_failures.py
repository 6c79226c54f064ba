"""SQLite's errors: told apart by their extended code, named after what they forbid."""

from __future__ import annotations

import re

from troth.stores import failures
from troth.stores.failures import Failure

_BY_NAME = {
    "SQLITE_BUSY_SNAPSHOT": failures.CONFLICT,
    "SQLITE_BUSY": failures.LOCK_TIMEOUT,
    "SQLITE_LOCKED": failures.LOCK_TIMEOUT,
    "SQLITE_FULL": failures.DISK_FULL,
    "SQLITE_READONLY": failures.READ_ONLY,
    "SQLITE_AUTH": failures.READ_ONLY,
    "SQLITE_PERM": failures.DENIED,
    "SQLITE_CANTOPEN": failures.UNREACHABLE,
    "SQLITE_NOTADB": failures.NOT_A_DATABASE,
    "SQLITE_CORRUPT": failures.CORRUPT,
    "SQLITE_CONSTRAINT": failures.CONSTRAINT,
    "SQLITE_MISMATCH": failures.BAD_VALUE,
    "SQLITE_TOOBIG": failures.BAD_VALUE,
    "SQLITE_INTERRUPT": failures.STATEMENT_TIMEOUT,
}
_MISSING = re.compile(r"no such (?:table|column): (\S+)")
# "UNIQUE constraint failed: person.email": names only, SQLite never adds the value.
_CONSTRAINT = re.compile(r"((?:UNIQUE|NOT NULL|FOREIGN KEY|CHECK) constraint)(?: failed: (.+))?")


def classify_sqlite(error: BaseException) -> tuple[Failure, str]:
    """What a `sqlite3` exception means, and the names that it is about.

    A trigger's RAISE carries a text of its own, which may hold anything and is left out.
    """
    name = getattr(error, "sqlite_errorname", None)
    if not isinstance(name, str):
        return failures.unknown(type(error).__name__), ""
    if name == "SQLITE_ERROR":
        missing = _MISSING.search(str(error))
        if missing:
            return failures.MISSING_OBJECT, missing.group(1)
        return failures.unknown(name), ""
    failure = _BY_NAME.get(name) or _BY_NAME.get("_".join(name.split("_")[:2]))
    if failure is None:
        return failures.unknown(name), ""
    return failure, _names(name, error) if failure is failures.CONSTRAINT else ""


def _names(name: str, error: BaseException) -> str:
    if name == "SQLITE_CONSTRAINT_TRIGGER":
        return "a trigger"
    found = _CONSTRAINT.match(str(error))
    if not found:
        return ""
    kind, about = found.groups()
    # A CHECK without a name is told by its expression, whose constants are the schema's.
    return f"{kind} {about}" if about else str(kind)
