"""The box itself: a SQLite file, or a schema of PostgreSQL, with three small tables.

On PostgreSQL the public role needs SELECT on `windows` and `answers`, SELECT and INSERT on
`letters`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from troth.errors import Refused, Transient

PATIENCE_SECONDS = 5
MOST_LETTER_BYTES = 200_000
_METADATA = sa.MetaData()

windows = sa.Table(
    "windows",
    _METADATA,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False, unique=True),
    sa.Column("content", sa.JSON, nullable=False),
)
letters = sa.Table(
    "letters",
    _METADATA,
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False, index=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("posted_at", sa.Text, nullable=False),
    sa.Column("due_on", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("organisation", "number"),
)
answers = sa.Table(
    "answers",
    _METADATA,
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False, index=True),
    sa.Column("locked", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Letter:
    """A sealed letter: by whose link it is found, its number, when it came, until when it is due.

    `posted_at` is aware (UTC); `due_on` is YYYY-MM-DD.
    """

    link: str
    organisation: str
    number: str
    posted_at: datetime
    due_on: str
    sealed: bytes


class Postbox:
    """An open post box; it may be shared by threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # --- for the public process ---

    def window(self, host: str) -> dict[str, Any] | None:
        """What the organisation at a host shows; None where none does."""
        content: dict[str, Any] | None = self._one(
            sa.select(windows.c.content).where(windows.c.host == host)
        )
        return content

    def post(self, letter: Letter) -> None:
        """Keeps a letter durably; the same letter again changes nothing."""
        insert = sqlite.insert if self._engine.name == "sqlite" else postgresql.insert
        row = {**vars(letter), "posted_at": letter.posted_at.astimezone(UTC).isoformat()}
        with self._writing() as connection:
            connection.execute(insert(letters).values(row).on_conflict_do_nothing())

    def letter(self, link: str) -> Letter | None:
        """The letter of a link, while it is in the box."""
        return next(iter(self._letters(letters.c.link == link)), None)

    def answer(self, link: str) -> bytes | None:
        """What the desk has locked for the holder of a link."""
        locked: bytes | None = self._one(sa.select(answers.c.locked).where(answers.c.link == link))
        return locked

    # --- for the desk ---

    def show(self, organisation: str, host: str, content: dict[str, Any]) -> None:
        """Shows an organisation at a host, instead of what it showed before.

        Refused (`host-taken`) where another organisation is shown there.
        """
        taken = sa.select(windows.c.organisation).where(
            windows.c.host == host, windows.c.organisation != organisation
        )
        with self._writing() as connection:
            if connection.execute(taken).first() is not None:
                raise Refused(
                    "host-taken",
                    f"another organisation is shown at {host}",
                    place="post box",
                    help="give each organisation a host of its own",
                )
            connection.execute(sa.delete(windows).where(windows.c.organisation == organisation))
            row = {"organisation": organisation, "host": host, "content": content}
            connection.execute(sa.insert(windows).values(row))

    def addressed(self) -> list[str]:
        """The organisations for which there are letters, by name."""
        with self._reading() as connection:
            found = connection.execute(sa.select(letters.c.organisation).distinct()).scalars()
            return sorted(found)

    def letters(self, organisation: str) -> list[Letter]:
        """All letters to an organisation, the oldest first."""
        return self._letters(letters.c.organisation == organisation)

    def settle(self, letter: Letter, locked: bytes) -> None:
        """Takes a letter out, and leaves an answer for the holder of its link."""
        with self._writing() as connection:
            connection.execute(sa.delete(letters).where(letters.c.link == letter.link))
            self._put(connection, letter.organisation, letter.link, locked)

    def put(self, organisation: str, link: str, locked: bytes) -> None:
        """Leaves an answer for the holder of a link, instead of an earlier one."""
        with self._writing() as connection:
            self._put(connection, organisation, link, locked)

    @staticmethod
    def _put(connection: sa.Connection, organisation: str, link: str, locked: bytes) -> None:
        connection.execute(sa.delete(answers).where(answers.c.link == link))
        row = {"link": link, "organisation": organisation, "locked": locked}
        connection.execute(sa.insert(answers).values(row))

    def _letters(self, where: sa.ColumnElement[bool]) -> list[Letter]:
        select = sa.select(letters).where(where).order_by(letters.c.posted_at, letters.c.link)
        with self._reading() as connection:
            return [
                Letter(**{**row, "posted_at": datetime.fromisoformat(row["posted_at"])})
                for row in connection.execute(select).mappings()
            ]

    def _one(self, select: sa.Select[Any]) -> Any:
        with self._reading() as connection:
            return connection.execute(select).scalar_one_or_none()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with _told(), self._engine.begin() as connection:
            yield connection


def open_postbox(address: str, *, make: bool = False) -> Postbox:
    """Opens the post box at a file or a PostgreSQL address; `make` creates what is missing.

    Refused (`postbox-address`) for another kind of address; Transient (`postbox-unreachable`).
    """
    url = _url(address)
    if url.drivername == "sqlite":
        if make and url.database:
            Path(url.database).touch(mode=0o600)
        engine = sa.create_engine(url, connect_args={"timeout": PATIENCE_SECONDS})
        sa.event.listen(engine, "connect", _durable)
    else:
        engine = sa.create_engine(
            url, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE_SECONDS}
        )
    box = Postbox(engine)
    if make:
        with _told():
            _METADATA.create_all(engine)
    return box


def _durable(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is not None and url.drivername.split("+")[0] in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    raise Refused(
        "postbox-address",
        "the post box is neither a file nor a PostgreSQL database",
        place="post box",
        help="write a path, or postgresql://user@host/database",
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise Transient(
            "postbox-unreachable",
            "the post box cannot be read or written",
            place="post box",
            help="see that its file or database is there, and try again",
        ) from error
