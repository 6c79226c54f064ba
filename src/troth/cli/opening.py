"""What check, plan and apply stand on: the project's stores open, its ledger, and the instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from troth.cli.opened import opened_with_project

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
    from troth.apply.opening import refuse_older_ledger, setting_of

    with opened_with_project(folder) as (here, project):
        if purpose == "write":
            refuse_older_ledger(project, here.ledger)
        setting = setting_of(project, open_stores(project, purpose))
        yield Ready(project, setting, here.ledger, here.organisation, here.now)


def open_stores(project: Project, purpose: Literal["read", "write"]) -> dict[str, Store]:
    """Every store of the map, open; `Transient` (store-unreachable) where nobody answers."""
    from troth.apply.opening import open_stores as open_them

    return open_them(project, purpose)


def mailer_of(project: Project | Settings) -> SmtpMailer | None:
    """The mail server of the project; None where troth.yaml names none."""
    from troth.apply.opening import mailer_of as mailer

    return mailer(project)
