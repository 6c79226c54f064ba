"""`troth api`: the description of the API by which an organisation's own systems call."""

from __future__ import annotations

import typer

from troth.cli.groups import Commands

app = typer.Typer(
    help="The API of an organisation's own systems.", cls=Commands, rich_markup_mode=None
)


@app.command("describe")
def describe() -> None:
    """Print the API's description (OpenAPI 3.1), for client generators and reviewers.

    Tokens are made with troth account token; the console of troth serve answers the calls.

    Example: troth api describe > openapi.json
    """
    from troth.cli.opened import print_json
    from troth.web.api.app import describe as document

    print_json(document())


@app.callback()
def group() -> None:
    """The API of an organisation's own systems."""
