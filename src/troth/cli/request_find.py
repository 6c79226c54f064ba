"""`troth request find`: which rows, in every store, are one human's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troth.cli.opened import AsJson, ProjectFolder, print_json

Reason = Annotated[
    str | None,
    typer.Option(help="Why archives are looked into, where there are any: it is journaled."),
]


def command(
    person: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PERSON]...",
            help="E-mail, telephone or customer number, name, postal address: told by its shape.",
        ),
    ] = None,
    email: Annotated[list[str] | None, typer.Option(help="An e-mail address. Repeatable.")] = None,
    phone: Annotated[list[str] | None, typer.Option(help="A telephone number. Repeatable.")] = None,
    id_: Annotated[
        list[str] | None, typer.Option("--id", help="An identifier, NAMESPACE=VALUE. Repeatable.")
    ] = None,
    name: Annotated[list[str] | None, typer.Option(help="The person's name. Repeatable.")] = None,
    confirm: Annotated[
        str | None, typer.Option(help="Doubtful matches that are the person: 1,3 or their marks.")
    ] = None,
    reject: Annotated[
        str | None, typer.Option(help="Doubtful matches that are not the person.")
    ] = None,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Show the matched values unmasked.")
    ] = False,
    reason: Reason = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Find a person in every store: what is surely theirs, what may be, and how many rows.

    Identifiers on the rows found lead further, as long as they name one person alone. What is only
    alike, or shared by several people, is doubtful: it is numbered, and counts only once confirmed.
    Values are masked. Nothing is written, but a look into an intermediate archive to the journal.

    Exit status: 0 found, 1 something is doubtful or nobody was found, 2 it could not run.

    Example: troth request find anna@mail.example --name "Anna Berg"
    """
    from troth.cli.looked import look_noted
    from troth.cli.opening import ready
    from troth.cli.show_found import found_json, show_found
    from troth.desk.find.asked import asked_of
    from troth.desk.find.find import finder

    with ready(project, "read") as here, finder(here.setting, here.moved) as desk:
        asked = asked_of(
            desk.facets,
            person or (),
            emails=email or (),
            phones=phone or (),
            ids=id_ or (),
            names=name or (),
        )
        found = desk.find(asked, confirm=marks(confirm), reject=marks(reject))
        kinds = desk.facets.kinds_of_columns(desk.datamap)
        look_noted(here, "request find", found.rows, reason)
    if json:
        print_json(found_json(found, kinds, values=show_values))
    else:
        show_found(found, kinds, values=show_values)
    if found.doubtful or not (found.persons or found.rows):
        raise typer.Exit(1)


def marks(text: str | None) -> list[str]:
    """The numbers or marks of matches, as a person lists them."""
    return [word for word in (text or "").replace(",", " ").split() if word]
