"""Filters that an account has named to have them at hand; whom it looked for is not among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from troth.errors import Refused
from troth.ledger.desk_tables import saved_views
from troth.ledger.session import Reading, Writing

MOST_VIEWS = 30  # of one account
LONGEST_NAME = 60  # characters


@dataclass(frozen=True)
class SavedView:
    """A name and the filters that it stands for, by what they filter."""

    name: str
    filters: Mapping[str, str]


def save_view(
    writing: Writing, account: str, name: str, filters: Mapping[str, str], *, at: datetime
) -> None:
    """Save a view, instead of one of the same name; Refused (`view-without-name`, `many-views`)."""
    called = " ".join(name.split())[:LONGEST_NAME]
    if not called:
        raise Refused("view-without-name", "a saved view has a name", help="give it one")
    table = saved_views.c
    mine = (table.organisation == writing.organisation) & (table.account == account)
    others = select(func.count()).select_from(saved_views).where(mine, table.name != called)
    if int(writing.connection.execute(others).scalar_one()) >= MOST_VIEWS:
        raise Refused(
            "many-views", f"there are {MOST_VIEWS} saved views already", help="delete one first"
        )
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    values = {"filters": dict(filters), "saved_at": at}
    writing.connection.execute(
        dialect.insert(saved_views)
        .values(organisation=writing.organisation, account=account, name=called, **values)
        .on_conflict_do_update(index_elements=["organisation", "account", "name"], set_=values)
    )


def drop_view(writing: Writing, account: str, name: str) -> None:
    """Delete a view; one that is not there is gone already."""
    table = saved_views.c
    writing.connection.execute(
        delete(saved_views).where(
            table.organisation == writing.organisation,
            table.account == account,
            table.name == name,
        )
    )


def views_of(reading: Reading, account: str) -> tuple[SavedView, ...]:
    """The views of an account, by name."""
    table = saved_views.c
    rows = reading.connection.execute(
        select(table.name, table.filters)
        .where(table.organisation == reading.organisation, table.account == account)
        .order_by(table.name)
    )
    return tuple(SavedView(row.name, dict(row.filters)) for row in rows)
