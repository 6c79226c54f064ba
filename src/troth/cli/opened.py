"""The ledger of a project as a command uses it: opened, for its organisation, at this instant."""

from __future__ import annotations

import json as _json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from troth.ledger.ledger import Ledger
    from troth.policy.model import Policy
    from troth.project.load import Project, Settings

ProjectFolder = Annotated[Path, typer.Option("--project", help="The project folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str | None, typer.Option(help="Who does this; default: the name of your account.")]


@dataclass(frozen=True)
class Opened:
    """A ledger, the organisation whose part of it is meant, now (UTC), and its time zone."""

    ledger: Ledger
    organisation: str
    now: datetime
    zone: str = "UTC"

    def today(self) -> date:
        """The day of `now` in the organisation's zone."""
        from zoneinfo import ZoneInfo

        from troth.law.calendar import day_of

        return day_of(self.now, ZoneInfo(self.zone))


@contextmanager
def opened(folder: Path) -> Iterator[Opened]:
    """The ledger of the project in `folder`; its map is not read, so it may be unfinished."""
    with opened_with_policy(folder) as (found, _, _):
        yield found


@contextmanager
def opened_with_policy(folder: Path) -> Iterator[tuple[Opened, Settings, Policy]]:
    """The same with the settings, and the policy in the project's zone."""
    import os

    from troth.project.load import load_policy, load_settings

    settings = load_settings(folder, os.environ)
    policy = load_policy(settings.policy_file)
    if settings.zone is not None:
        policy = policy.model_copy(update={"zone": settings.zone})
    with _open(settings.ledger.reveal(), policy.organisation, policy.zone) as found:
        yield found, settings, policy


@contextmanager
def opened_with_project(folder: Path) -> Iterator[tuple[Opened, Project]]:
    """The same with the whole project, where names are checked against policy and map."""
    import os

    from troth.project.load import load_project

    project = load_project(folder, os.environ)
    with _open(project.ledger.reveal(), project.organisation, project.policy.zone) as found:
        yield found, project


@contextmanager
def _open(address: str, organisation: str, zone: str) -> Iterator[Opened]:
    from troth.ledger.ledger import open_ledger

    now = clock()
    with open_ledger(address, at=now) as ledger:
        yield Opened(ledger, organisation, now, zone)


def clock() -> datetime:
    """Now, in UTC: the one place where commands read the clock."""
    return datetime.now(UTC)


def who(by: str | None) -> str:
    """The person who acts, as told or as the account is named."""
    import getpass

    try:
        return by or getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


_FIRST_YEAR, _LAST_YEAR = 1000, 9999
"""Years of days that an option may name: zones and periods around them stay in the calendar."""


def day_option(text: str | None, option: str) -> date | None:
    """The day given to an option; Refused (`not-a-day`) for anything but YYYY-MM-DD."""
    from troth.errors import Refused

    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError("periods before or after it would leave the calendar")
        return day
    except ValueError:
        raise Refused(
            "not-a-day", f"'{text}' is not a day", place=option, help="write it as YYYY-MM-DD"
        ) from None


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    from troth.cli.encoding import only_ascii

    typer.echo(_json.dumps(value, indent=2, ensure_ascii=only_ascii()))
