"""`troth fleet`: many organisations on one server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troth.cli.groups import Commands
from troth.cli.opened import AsJson, clock, print_json

app = typer.Typer(
    help="Many organisations on one server: how each stands, and their ledger.",
    cls=Commands,
    rich_markup_mode=None,
)
ServerOption = Annotated[Path, typer.Option("--server", help="The file of the server.")]
SERVER = Path("server.yaml")


@app.command("show")
def show(server: ServerOption = SERVER, json: AsJson = False) -> int:
    """Show what is late or broken in which organisation: numbers alone.

    Exit status: 1 where an organisation is not well.

    Example: troth fleet show --server server.yaml
    """
    import os
    from dataclasses import asdict

    from troth.desk.fleet.organisations import Organisations
    from troth.desk.fleet.view import rows_of
    from troth.project.server import load_server

    with Organisations(load_server(server, os.environ), os.environ, clock) as organisations:
        rows = list(rows_of(organisations, clock()))
    if json:
        shown = [
            asdict(row) | {"checked_on": row.checked_on.isoformat() if row.checked_on else None}
            for row in rows
        ]
        print_json({"organisations": shown})
    else:
        for row in rows:
            code = f" [{row.code}]" if row.code else ""
            parts = [
                f"{number} {what}"
                for number, what in (
                    (row.late, "late"),
                    (row.overdue, "breaches overdue"),
                    (row.promises_broken, "promises broken"),
                    (row.promises_unknown, "unknown"),
                    (len(row.jobs_failed), "jobs failed"),
                    (len(row.jobs_waiting), "jobs wait"),
                    (row.requests, "requests open"),
                )
                if number
            ]
            typer.echo(f"{row.organisation:<24}  {row.state}{code}  {', '.join(parts)}".rstrip())
    return 0 if all(row.state == "well" for row in rows) else 1


@app.command("prepare")
def prepare(server: ServerOption = SERVER, json: AsJson = False) -> None:
    """Make or upgrade the PostgreSQL ledger as its owner, and bind each organisation's role.

    Row-level security then shows a role the rows of its organisation alone, whatever it asks.
    Ledgers that are SQLite files need none of it.

    Example: troth fleet prepare --server server.yaml
    """
    import os

    from sqlalchemy.engine import make_url

    from troth.errors import Refused
    from troth.ledger.ledger import open_ledger
    from troth.ledger.tenants import bind_roles
    from troth.project.load import load_settings
    from troth.project.server import load_server

    found = load_server(server, os.environ)
    if found.owner is None:
        raise Refused(
            "no-owner",
            "the file names no owner of the ledger",
            place=found.file.name,
            help="add owner: ${LEDGER_OWNER}; ledgers in SQLite files need no preparation",
        )
    roles: dict[str, str] = {}
    for entry in found.organisations:
        own = entry.ledger(os.environ, found.folder)
        address = (own or load_settings(entry.folder, os.environ).ledger).reveal()
        url = make_url(address)
        if url.drivername.startswith("postgres") and url.username:
            if url.username in roles:
                raise Refused(
                    "role-bound-elsewhere",
                    f"the role '{url.username}' is also that of '{roles[url.username]}'",
                    place=entry.name,
                    help="give each organisation a role of its own",
                )
            roles[url.username] = entry.name
    with open_ledger(found.owner.reveal(), at=clock()) as ledger:
        bind_roles(ledger, roles)
    if json:
        print_json({"roles": roles})
    else:
        typer.echo(f"{len(roles)} role{'' if len(roles) == 1 else 's'} bound")


@app.callback()
def group() -> None:
    """Many organisations on one server: how each stands, and their ledger."""
