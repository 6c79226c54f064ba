"""`troth breach list`, `show` and `export`: the register of breaches (Art. 33(5))."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.breach_shown import BreachName, as_json, clock_line, standing
from troth.cli.breach_shown import show as show_it
from troth.cli.opened import AsJson, ProjectFolder, opened, print_json

if TYPE_CHECKING:
    from troth.cli.opened import Opened
    from troth.desk.breaches.standing import Standing


def list_(
    every: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Show the breaches that are open, with what is left of the 72 hours.

    Exit status: 1 where a notification is overdue.

    Example: troth breach list --all
    """
    here, found = _register(project)
    shown = [one for one in found if every or one.open]
    if json:
        print_json({"breaches": [as_json(one, here.now) for one in shown]})
    else:
        from zoneinfo import ZoneInfo

        for one in shown:
            line = clock_line(one, here.now, ZoneInfo(here.zone))
            typer.echo(f"{one.breach.id}  {one.known.risk or '?':<4}  {line}")
        typer.echo(f"{len(shown)} breach{'' if len(shown) == 1 else 'es'}")
    return 1 if any(one.overdue for one in shown) else 0


def show(breach: BreachName, project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Show one breach, and what is still to be done.

    Example: troth breach show breach-3f9c0a1b2c4d
    """
    here, found = _register(project, breach)
    if json:
        print_json(as_json(found[0], here.now))
    else:
        show_it(found[0], here)


def export(
    out: Annotated[
        Path | None, typer.Option(help="A CSV file; default: CSV on the terminal.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Write the whole register, as the authority may ask to see it (Art. 33(5)).

    Example: troth breach export --out breaches.csv
    """
    here, found = _register(project)
    if json:
        print_json({"breaches": [as_json(one, here.now) for one in found]})
        return
    text = _csv([as_json(one, here.now) for one in found])
    if out is None:
        typer.echo(text, nl=False)
    else:
        from troth.cli.breach_files import write_bytes

        write_bytes(out, text.encode("utf-8-sig"))
        typer.echo(f"{out}: {len(found)} breach{'' if len(found) == 1 else 'es'}")


COLUMNS = (
    "breach", "noticed_at", "aware_at", "due_at", "processor", "risk", "facts", "subjects",
    "people", "categories", "records", "consequences", "measures", "cause", "late", "letters",
    "exemption", "open",
)  # fmt: skip


def _csv(rows: list[dict[str, Any]]) -> str:
    import csv
    import io

    from troth.desk.package.plain import csv_text

    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([*COLUMNS, "notified_at"])
    for row in rows:
        notified = [event["at"] for event in row["events"] if event["kind"] == "notified"]
        cells = [row[name] for name in COLUMNS] + ["; ".join(notified)]
        writer.writerow([csv_text(_text(cell)) for cell in cells])
    return made.getvalue()


def _text(cell: Any) -> str:
    if isinstance(cell, list):
        return ", ".join(str(one) for one in cell)
    return "" if cell is None else str(cell)


def _register(project: Path, only: str | None = None) -> tuple[Opened, list[Standing]]:
    import os

    from troth.ledger.breaches import find_breach, read_breaches
    from troth.project.load import load_policy, load_settings

    policy = load_policy(load_settings(project, os.environ).policy_file)
    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        read = read_breaches(reading) if only is None else (find_breach(reading, only),)
    return here, [standing(one, policy, here.now) for one in read]
