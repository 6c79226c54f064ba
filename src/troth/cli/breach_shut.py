"""`troth breach shut-out`: the sessions of everybody in a breach's tables end at once."""

from __future__ import annotations

from pathlib import Path

import typer

from troth.cli.breach_shown import BreachName
from troth.cli.opened import AsJson, By, ProjectFolder, clock, print_json, who


def command(
    breach: BreachName,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """End the sessions of everybody who has a row in the breach's tables, at once.

    The policy's rule on sessions ends with the event ways-in-shut, and the map binds that event to
    the ledger: its day is recorded for each person, and what these rules take is taken, in the
    tables of the map and nothing else. The measure stands in the register. Sessions of the desk
    itself end with troth breach new --credentials.

    Exit status 1: persons of the tables have no address, so their sessions stay.

    Example: troth breach shut-out breach-3f9c0a1b2c4d
    """
    from troth.cli.opening import ready
    from troth.desk.breaches.customers import shut_customers_out

    with ready(project, "write") as here:
        found = shut_customers_out(here.setting, here.ledger, breach, by=who(by), clock=clock)
    if json:
        print_json({"persons": found.persons, "rows": found.rows, "without": found.without})
    else:
        typer.echo(f"{found.persons} people are shut out, {found.rows} rows went")
        if found.without:
            typer.echo(f"{found.without} rows are of persons without an address", err=True)
    return int(bool(found.without))
