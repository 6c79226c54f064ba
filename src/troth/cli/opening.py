"""What check, plan and apply stand on: the project's stores open, its ledger, and the instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from troth.cli.opened import Opened, opened_with_project

if TYPE_CHECKING:
    from troth.apply.invite import SmtpMailer
    from troth.apply.planning import Setting
    from troth.grounds.facts import Facts, Identifier, MovedName
    from troth.ledger.ledger import Ledger
    from troth.project.load import Project, Settings
    from troth.stores.store import Store

At = Annotated[str | None, typer.Option("--at", help="Another day, YYYY-MM-DD; default: today.")]


@dataclass(frozen=True)
class Ready:
    """A project ready for work: every store of its map open, at one instant (UTC)."""

    project: Project
    setting: Setting
    ledger: Ledger
    organisation: str
    now: datetime

    def facts(self, at: datetime) -> Facts:
        """What the ledger knows at an instant."""
        from troth.ledger.facts import read_facts

        return read_facts(self.ledger, self.organisation, at)

    def moved(self, named: Sequence[Identifier]) -> Sequence[MovedName]:
        """The rows out of which one of these names was moved, as the ledger knows them."""
        from troth.ledger.moved import ask_moved

        return ask_moved(self.ledger, self.organisation)(named)

    def today(self) -> date:
        """The day of `now` in the policy's zone."""
        from troth.law.calendar import day_of

        return day_of(self.now, self.project.policy.zoneinfo)

    def instant(self, day: date | None) -> datetime:
        """Now, or the middle of another day in the policy's zone."""
        from troth.law.calendar import day_begins

        if day is None or day == self.today():
            return self.now
        return day_begins(day, self.project.policy.zoneinfo) + timedelta(hours=12)


@contextmanager
def ready(folder: Path, purpose: Literal["read", "write"]) -> Iterator[Ready]:
    """The project in `folder` with its stores open; errors name the file or the store.

    For writing, the ledger may not be older than the project's anchor.
    """
    from troth.apply.planning import Setting

    with opened_with_project(folder) as (here, project):
        if purpose == "write":
            _compare_anchor(here, project)
        stores = open_stores(project, purpose)
        setting = Setting(
            project.policy,
            project.map,
            stores,
            project.limits,
            readers=project.readers,
            roles=project.application_roles,
        )
        yield Ready(project, setting, here.ledger, here.organisation, here.now)


def _compare_anchor(here: Opened, project: Project) -> None:
    """Refuses a ledger that lacks what the anchor knows: requests and holds would be missing."""
    from troth.ledger.anchor import Anchor, refuse_older
    from troth.project.load import read_file

    if project.anchor is not None:
        text = read_file(project.anchor, project.anchor.name).decode("utf-8", errors="replace")
        with here.ledger.reading(here.organisation) as reading:
            refuse_older(reading, Anchor.parse(text))


def open_stores(project: Project, purpose: Literal["read", "write"]) -> dict[str, Store]:
    """Every store of the map, open; `Transient` (store-unreachable) where nobody answers."""
    from troth.stores.opening import open_store

    return {
        name: open_store(name, project.stores[name].reveal(), purpose=purpose)
        for name in project.map.stores
    }


def mailer_of(project: Project | Settings) -> SmtpMailer | None:
    """The mail server of the project; None where troth.yaml names none."""
    from troth.apply.invite import SmtpMailer

    mail = project.mail
    if mail is None:
        return None
    return SmtpMailer(
        host=mail.host,
        port=mail.port,
        sender=mail.sender,
        user=mail.user,
        password=mail.password.reveal() if mail.password is not None else None,
        security=mail.security,
    )
