"""`troth key`: the private key of the desk, and a new one in its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from troth.cli.groups import Commands
from troth.cli.opened import AsJson, By, ProjectFolder, opened, print_json, who

if TYPE_CHECKING:
    from troth.desk.intake.rotation import Rotated

app = typer.Typer(
    help="The key of the desk: by which documents, letters and links are sealed.",
    cls=Commands,
    rich_markup_mode=None,
)
FILE = "postbox.key"


@app.command("show")
def show(project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Show the names of the desk's keys, the newest first; never the keys.

    Example: troth key show
    """
    from troth.desk.intake.key import key_in, name_of
    from troth.ledger.desk_key import keys_of

    names = [name_of(one) for one in keys_of(key_in(project.resolve() / FILE))]
    if json:
        print_json({"keys": names})
        return
    for place, name in enumerate(names):
        typer.echo(f"{name}  {'older' if place else 'newest'}")


@app.command("rotate")
def rotate(by: By = None, project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Make a new key for the desk, and seal by it what lies in the ledger; everybody signs in anew.

    Older keys stay in the file and still open letters on their way, links of mails and recovery
    codes. Copy the file to your backups; a running server notices it by itself. The journal names
    the keys, never what they are.

    Example: troth key rotate --by anne.martin
    """
    from troth.desk.intake.rotation import rotate as run

    with opened(project) as here:
        file = project.resolve() / FILE
        found = run(here.ledger, here.organisation, file, by=who(by), at=here.now)
    _print(found, "older keys still open what they sealed: troth key retire ends that", json=json)


@app.command("retire")
def retire(by: By = None, project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Forget the older keys: at once after a theft, otherwise when nothing needs them any more.

    Letters that are still in the post box, links of mails already sent, recovery codes, links with
    an identity provider's accounts and addresses of calendars that were made under an older key
    end with it. Documents and authenticators do not: they are sealed by the newest one first.

    Example: troth key retire --by anne.martin
    """
    from troth.desk.intake.rotation import retire as run

    with opened(project) as here:
        file = project.resolve() / FILE
        found = run(here.ledger, here.organisation, file, by=who(by), at=here.now)
    _print(found, f"{len(found.older)} older forgotten", json=json)


def _print(found: Rotated, said: str, *, json: bool) -> None:
    if json:
        print_json(vars(found) | {"older": list(found.older)})
        return
    typer.echo(
        f"{found.key}: {found.documents} documents and {found.authenticators} authenticators "
        f"sealed anew, {found.sessions} sessions ended"
    )
    typer.echo(said, err=True)


@app.callback()
def group() -> None:
    """The key of the desk: by which documents, letters and links are sealed."""
