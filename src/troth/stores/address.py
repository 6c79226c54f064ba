"""Store addresses: what a user writes, what the driver needs, and what may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from troth.errors import Refused

DialectName = Literal["sqlite", "postgresql", "mariadb"]

_SCHEMES: dict[str, tuple[DialectName, str]] = {
    "sqlite": ("sqlite", "sqlite"),
    "postgres": ("postgresql", "postgresql+psycopg"),
    "postgresql": ("postgresql", "postgresql+psycopg"),
    "mysql": ("mariadb", "mysql+pymysql"),
    # Not SQLAlchemy's own mariadb scheme: it refuses a MySQL server, which serves as well.
    "mariadb": ("mariadb", "mysql+pymysql"),
}
_FORMS = (
    "write sqlite:///file, postgresql://user@host/database or mariadb://user@host/database; "
    "a password with special characters is percent-encoded"
)


@dataclass(frozen=True)
class Address:
    """A store's address; its text and its repr never show a password or a driver option."""

    dialect: DialectName
    url: URL = field(repr=False)
    shown: str

    def __str__(self) -> str:
        return self.shown


def parse_address(text: str, *, place: str = "") -> Address:
    """The address that `text` names.

    Raises `Refused` with `store-address` (not an address), `store-scheme` (an unknown kind of
    store) or `store-missing` (a SQLite file that does not exist).
    """
    # The parser's own message is dropped with `from None`: it may repeat the password.
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise Refused(
            "store-address", "the store's address cannot be read", place=place, help=_FORMS
        ) from None
    scheme = url.drivername.partition("+")[0].lower()
    if scheme not in _SCHEMES:
        known = ", ".join(sorted(_SCHEMES))
        raise Refused(
            "store-scheme",
            f"no store is reached by '{scheme}'; known are {known}",
            place=place,
            help=_FORMS,
        )
    dialect, driver = _SCHEMES[scheme]
    url = url.set(drivername=driver)
    if dialect == "sqlite":
        return _sqlite_address(url, place)
    if not url.database:
        raise Refused(
            "store-address", "the store's address names no database", place=place, help=_FORMS
        )
    return Address(dialect, url, _shown(dialect, url))


def _sqlite_address(url: URL, place: str) -> Address:
    if not url.database or url.database == ":memory:":
        raise Refused(
            "store-address",
            "the store's address names no file",
            place=place,
            help="write sqlite:///file with three slashes, four for an absolute path",
        )
    path = Path(url.database).absolute()
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise Refused(
            "store-missing",
            f"the database file {path} {what}",
            place=place,
            help="check the path; Troth never creates the database of a store",
        )
    return Address("sqlite", url.set(database=str(path)), f"sqlite:///{path}")


def _shown(dialect: DialectName, url: URL) -> str:
    host = url.host or url.query.get("host") or url.query.get("unix_socket") or "localhost"
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"{dialect}://{user}{host}{port}/{url.database}"
