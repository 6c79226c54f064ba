"""The box itself: a SQLite file, or a schema of PostgreSQL; its tables are in `tables`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from troth.errors import Refused, Transient
from troth.postbox.tables import METADATA, answers, letters, pages, windows

PATIENCE_SECONDS = 5


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


@dataclass(frozen=True)
class ShownPage:
    """A page of the window: `kind` is a media type; `body` a part of a page, or a picture."""

    name: str
    kind: str
    title: str
    body: bytes


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

    def post(self, *posted: Letter) -> None:
        """Keeps letters durably, all or none; the same letter again changes nothing."""
        insert = sqlite.insert if self._engine.name == "sqlite" else postgresql.insert
        rows = [
            {**vars(letter), "posted_at": letter.posted_at.astimezone(UTC).isoformat()}
            for letter in posted
        ]
        with self.writing() as connection:
            connection.execute(insert(letters).on_conflict_do_nothing(), rows)

    def letter(self, organisation: str, link: str) -> Letter | None:
        """The letter of a link to an organisation, while it is in the box."""
        mine = (letters.c.organisation == organisation, letters.c.link == link)
        with self.reading() as connection:
            row = connection.execute(sa.select(letters).where(*mine)).mappings().first()
        if row is None:
            return None
        return Letter(**{**row, "posted_at": datetime.fromisoformat(row["posted_at"])})

    def answer(self, organisation: str, link: str) -> bytes | None:
        """What the desk of an organisation has locked for the holder of a link."""
        mine = (answers.c.organisation == organisation, answers.c.link == link)
        locked: bytes | None = self._one(sa.select(answers.c.locked).where(*mine))
        return locked

    def shown(self, organisation: str, name: str) -> ShownPage | None:
        """A page of the window, by its name."""
        mine = (pages.c.organisation == organisation, pages.c.name == name)
        with self.reading() as connection:
            row = connection.execute(sa.select(pages).where(*mine)).first()
        return None if row is None else ShownPage(row.name, row.kind, row.title, row.body)

    # --- for the desk ---

    def show(
        self, organisation: str, host: str, content: dict[str, Any], book: Sequence[ShownPage] = ()
    ) -> None:
        """Shows an organisation at a host, with pages, instead of what it showed before.

        Refused (`host-taken`) where another organisation is shown there.
        """
        taken = sa.select(windows.c.organisation).where(
            windows.c.host == host, windows.c.organisation != organisation
        )
        with self.writing() as connection:
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
            connection.execute(sa.delete(pages).where(pages.c.organisation == organisation))
            rows = [{"organisation": organisation, **vars(page)} for page in book]
            if rows:
                connection.execute(sa.insert(pages), rows)

    def addressed(self) -> list[str]:
        """The organisations for which there are letters, by name."""
        with self.reading() as connection:
            found = connection.execute(sa.select(letters.c.organisation).distinct()).scalars()
            return sorted(found)

    def letters(self, organisation: str) -> Iterator[Letter]:
        """The letters to an organisation, the oldest first; one at a time is in memory."""
        order = (letters.c.posted_at, letters.c.link)
        mine = sa.select(letters.c.link).where(letters.c.organisation == organisation)
        with self.reading() as connection:
            links = connection.execute(mine.order_by(*order)).scalars().all()
        for link in links:
            found = self.letter(organisation, link)
            if found is not None:
                yield found

    def settle(self, letter: Letter) -> None:
        """Takes a letter out."""
        with self.writing() as connection:
            connection.execute(sa.delete(letters).where(letters.c.link == letter.link))

    def put(
        self,
        organisation: str,
        link: str,
        locked: bytes,
        *,
        entry: int = 0,
        expires_on: date | None = None,
    ) -> None:
        """Leaves an answer for the holder of a link, instead of an earlier one.

        `entry`: the ledger's entry up to which it speaks; after `expires_on` it goes.
        """
        row = {
            "organisation": organisation,
            "link": link,
            "entry": entry,
            "expires_on": expires_on.isoformat() if expires_on is not None else None,
            "locked": locked,
        }
        with self.writing() as connection:
            connection.execute(sa.delete(answers).where(answers.c.link == link))
            connection.execute(sa.insert(answers).values(row))

    def expire(self, organisation: str, today: date) -> None:
        """Takes the answers of an organisation away whose day has passed."""
        mine = answers.c.organisation == organisation
        old = answers.c.expires_on < today.isoformat()
        with self.writing() as connection:
            connection.execute(sa.delete(answers).where(mine, old))

    def answered_until(self, organisation: str) -> int:
        """The entry of the ledger up to which answers speak; 0 where there are none."""
        mine = answers.c.organisation == organisation
        return int(self._one(sa.select(sa.func.max(answers.c.entry)).where(mine)) or 0)

    def _one(self, select: sa.Select[Any]) -> Any:
        with self.reading() as connection:
            return connection.execute(select).scalar_one_or_none()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with _told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
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
            METADATA.create_all(engine)
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
