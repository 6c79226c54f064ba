"""Who can read tables of MariaDB or MySQL: the accounts and roles of its grant tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from troth.stores.readers import Readers

_ACCOUNTS = sa.text("SELECT User, Host, Super_priv = 'Y' FROM mysql.user WHERE Select_priv = 'Y'")
_DATABASES = sa.text(
    "SELECT User, Host FROM mysql.db WHERE Select_priv = 'Y' AND DATABASE() LIKE Db"
)
_TABLES = sa.text("""
SELECT User, Host, Table_name, NULL FROM mysql.tables_priv
WHERE Db = DATABASE() AND FIND_IN_SET('Select', Table_priv) AND Table_name IN :tables
UNION
SELECT User, Host, Table_name, Column_name FROM mysql.columns_priv
WHERE Db = DATABASE() AND FIND_IN_SET('Select', Column_priv) AND Table_name IN :tables
""").bindparams(sa.bindparam("tables", expanding=True))
_OF_THE_SERVER = ("mysql.", "mariadb.sys")
_UNTOLD = "Troth's account may not read the server's grant tables (SELECT on mysql.*)"


@dataclass(frozen=True)
class _Grant:
    user: str
    host: str
    on: str
    what: str = "SELECT"
    rules: bool = False  # may grant itself whatever it lacks

    @property
    def account(self) -> str:
        return f"'{self.user}'@'{self.host}'" if self.host else f"`{self.user}`"

    def among(self, names: Sequence[str]) -> bool:
        return self.user in names or f"{self.user}@{self.host}" in names


def who_reads(connection: sa.Connection, tables: Sequence[str], allowed: Sequence[str]) -> Readers:
    """The accounts and roles with SELECT on one of the tables, the database, or the server."""
    try:
        grants = list(_grants(connection, tables))
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        return Readers(untold=_UNTOLD)
    own = str(connection.exec_driver_sql("SELECT CURRENT_USER()").scalar_one())
    others = [
        grant
        for grant in grants
        if f"{grant.user}@{grant.host}" != own and not grant.user.startswith(_OF_THE_SERVER)
    ]
    strange = [one for one in others if not (one.rules or one.among(allowed))]
    able = {grant.user for grant in grants} | {f"{grant.user}@{grant.host}" for grant in grants}
    lacking = [name for name in allowed if name not in able]
    statements = [f"REVOKE {one.what} ON {one.on} FROM {one.account}" for one in strange]
    quote = connection.dialect.identifier_preparer.quote_identifier
    database = quote(str(connection.exec_driver_sql("SELECT DATABASE()").scalar_one()))
    statements += [
        f"GRANT SELECT ON {database}.{quote(table)} TO {_account(name)}"
        for name in lacking
        for table in tables
    ]
    return Readers(
        strangers=tuple(dict.fromkeys(one.account for one in strange)),
        everybody=any(one.user in ("", "PUBLIC") for one in strange),
        always=tuple(dict.fromkeys(one.account for one in others if one.rules)),
        lacking=tuple(lacking),
        statements=tuple(dict.fromkeys(statements)),
    )


def _grants(connection: sa.Connection, tables: Sequence[str]) -> list[_Grant]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    database = quote(str(connection.exec_driver_sql("SELECT DATABASE()").scalar_one()))
    found = [
        _Grant(_text(user), _text(host), "*.*", rules=bool(rules))
        for user, host, rules in connection.execute(_ACCOUNTS)
    ]
    found += [
        _Grant(_text(user), _text(host), f"{database}.*")
        for user, host in connection.execute(_DATABASES)
    ]
    found += [
        _Grant(
            _text(user),
            _text(host),
            f"{database}.{quote(_text(table))}",
            "SELECT" if column is None else f"SELECT ({quote(_text(column))})",
        )
        for user, host, table, column in connection.execute(_TABLES, {"tables": list(tables)})
    ]
    return found


def _account(name: str) -> str:
    user, at, host = name.rpartition("@")
    return f"'{user}'@'{host}'" if at else f"`{name}`"


def _text(cell: object) -> str:
    return cell.decode() if isinstance(cell, bytes) else str(cell)
