"""MariaDB's errors: told apart by number, named by the quoted identifiers of their messages."""

from __future__ import annotations

import re

import pymysql

from troth.stores import failures
from troth.stores.failures import Failure

_BY_NUMBER = {
    1213: failures.DEADLOCK,
    1205: failures.LOCK_TIMEOUT,
    1020: failures.CONFLICT,
    1969: failures.STATEMENT_TIMEOUT,
    3024: failures.STATEMENT_TIMEOUT,
    1021: failures.DISK_FULL,
    1114: failures.DISK_FULL,
    1040: failures.TOO_MANY,
    1203: failures.TOO_MANY,
    1226: failures.TOO_MANY,
    2002: failures.UNREACHABLE,
    2003: failures.UNREACHABLE,
    2005: failures.UNREACHABLE,
    0: failures.LOST,
    1053: failures.LOST,
    1317: failures.LOST,
    1927: failures.LOST,
    2006: failures.LOST,
    2013: failures.LOST,
    4031: failures.LOST,
    1045: failures.LOGIN,
    1698: failures.LOGIN,
    1049: failures.NO_DATABASE,
    1130: failures.REFUSED_CONNECTION,
    1044: failures.DENIED,
    1142: failures.DENIED,
    1143: failures.DENIED,
    1227: failures.DENIED,
    1370: failures.DENIED,
    1290: failures.READ_ONLY,
    1792: failures.READ_ONLY,
    1836: failures.READ_ONLY,
    1146: failures.MISSING_OBJECT,
    1054: failures.MISSING_OBJECT,
    1048: failures.CONSTRAINT,
    1062: failures.CONSTRAINT,
    1216: failures.CONSTRAINT,
    1217: failures.CONSTRAINT,
    1451: failures.CONSTRAINT,
    1452: failures.CONSTRAINT,
    1586: failures.CONSTRAINT,
    3819: failures.CONSTRAINT,
    4025: failures.CONSTRAINT,
    1264: failures.BAD_VALUE,
    1265: failures.BAD_VALUE,
    1292: failures.BAD_VALUE,
    1366: failures.BAD_VALUE,
    1406: failures.BAD_VALUE,
    4078: failures.MISMATCH,
    126: failures.CORRUPT,
    1034: failures.CORRUPT,
    1194: failures.CORRUPT,
}
# The part of a message that holds names and nothing of a row, by number.
_NAMES = {
    1044: r"to (database '[^']*')$",
    1048: r"^(Column '[^']*')",
    1054: r"^Unknown (column '[^']*')",
    1062: r"for (key '[^']*')$",
    1142: r"^(.{1,120}) command denied .* for (table .*)$",
    1143: r"^(.{1,40}) command denied .* for (column '[^']*' in table '[^']*')$",
    1146: r"^(Table '[^']*')",
    1264: r"for (column .*) at row \d+$",
    1265: r"for (column .*) at row \d+$",
    1292: r"for (column .*) at row \d+$",
    1366: r"for (column .*) at row \d+$",
    1406: r"for (column .*) at row \d+$",
    1451: r"\((`.*`), (CONSTRAINT `[^`]*`)",
    1452: r"\((`.*`), (CONSTRAINT `[^`]*`)",
    1586: r"for (key '[^']*')$",
    3819: r"^(Check constraint '[^']*')",
    4025: r"^(CONSTRAINT `[^`]*`)",
}


def classify_mariadb(error: BaseException) -> tuple[Failure, str]:
    """What a PyMySQL exception means, and the names that it is about."""
    number = error.args[0] if error.args else None
    if not isinstance(error, pymysql.MySQLError) or not isinstance(number, int):
        lost = isinstance(error, pymysql.err.InterfaceError)
        return (failures.LOST if lost else failures.unknown(type(error).__name__)), ""
    failure = _BY_NUMBER.get(number) or failures.unknown(f"error {number}")
    message = str(error.args[1]) if len(error.args) > 1 else ""
    found = re.search(_NAMES[number], message) if number in _NAMES else None
    return failure, " ".join(found.groups()) if found else ""
