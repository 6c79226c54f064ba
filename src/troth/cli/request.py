"""`troth request`: what a person asks for under their rights (Art. 12 to 22 GDPR)."""

from __future__ import annotations

import typer

from troth.cli import request_find
from troth.cli.groups import Commands

app = typer.Typer(
    help="Requests of persons under their rights (Art. 12 to 22 GDPR).",
    cls=Commands,
    rich_markup_mode=None,
)

# One line for each command, which is a module of its own.
app.command("find")(request_find.command)


@app.callback()
def group() -> None:
    """Requests of persons under their rights (Art. 12 to 22 GDPR)."""
