"""`troth directive`: wishes for after death, in versions, and what comes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli import directive_execute
from troth.cli.groups import Commands
from troth.cli.instants import instant_option
from troth.cli.opened import AsJson, By, ProjectFolder, opened, opened_with_project, print_json, who

if TYPE_CHECKING:
    from troth.ledger.directives import Action, Directive, Instruction, Trusted

app = typer.Typer(
    help="Wishes for after death: versions, trusted persons, execution (Loi 78-17, art. 84-85).",
    cls=Commands,
    rich_markup_mode=None,
)
Scopes = list[str] | None


@app.command("add")
def add(
    person: Annotated[
        list[str], typer.Option(help="A name of the person, as namespace=value. Repeatable.")
    ],
    form: Annotated[str, typer.Option(help="Where the signed form of its own lies.")],
    trusted: Annotated[
        list[str], typer.Option(help="Who is in charge, as 'Name <contact>'. Repeatable.")
    ],
    erase: Annotated[
        Scopes, typer.Option(help="Erase this: all, or categories and place:NAME, with commas.")
    ] = None,
    hand_over: Annotated[Scopes, typer.Option(help="Hand this over to --to; a scope.")] = None,
    keep: Annotated[Scopes, typer.Option(help="Leave this as it is; a scope.")] = None,
    to: Annotated[
        str | None, typer.Option(help="Who receives what is handed over, as 'Name <contact>'.")
    ] = None,
    given: Annotated[
        str | None,
        typer.Option(help="When it was given, as 2026-01-31T09:00:00+01:00; default: now."),
    ] = None,
    registered: Annotated[
        str, typer.Option(help="A general directive: which third party keeps it, and as what.")
    ] = "",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record a version of a person's wishes; the latest that is valid at the death counts.

    It has no effect while the person lives. The trusted person hears of it after the death only.

    Example: troth directive add --person email=anna@mail.example --form "file 2026-12"
    --trusted "Ben Roux <ben@mail.example>" --erase all --keep invoices
    """
    from troth.desk.directives.wishes import add_directive, parse_trusted
    from troth.ledger.directives import Directive
    from troth.ledger.scope import parse_person

    receiver = parse_trusted(to) if to is not None else None
    with opened_with_project(project) as (here, loaded):
        new = Directive(
            id="",
            persons=tuple(parse_person(text) for text in person),
            given_at=instant_option(given, "--given") or here.now,
            form=form,
            instructions=(
                *_instructions("erase", erase, None),
                *_instructions("hand-over", hand_over, receiver),
                *_instructions("keep", keep, None),
            ),
            trusted=tuple(parse_trusted(text) for text in trusted),
            recorded_by=who(by),
            registered_with=registered,
        )
        with here.ledger.writing(here.organisation) as writing:
            made = add_directive(writing, new, loaded.policy, loaded.map, at=here.now)
    if json:
        print_json(directive_json(made))
    else:
        typer.echo(f"{made.id} recorded")


@app.command("list")
def list_(
    person: Annotated[
        str | None, typer.Option(help="Only this person's, as namespace=value.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show versions of wishes, oldest first, with what has become of them.

    Example: troth directive list
    """
    from troth.desk.directives.wishes import versions_of
    from troth.ledger.directives import read_directives
    from troth.ledger.scope import parse_person

    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.reading(here.organisation) as reading,
    ):
        found = read_directives(reading)
    if person is not None:
        found = versions_of(found, [parse_person(person)], loaded.map)
    if json:
        print_json({"directives": [directive_json(one) for one in found]})
        return
    for one in found:
        actions = ", ".join(instruction.action for instruction in one.instructions)
        state = f"  {one.end.how} {one.end.at:%Y-%m-%d}" if one.end else ""
        typer.echo(f"{one.id}  {one.given_at:%Y-%m-%d}  {actions}{state}")
    typer.echo(f"{len(found)} directive{'' if len(found) == 1 else 's'}")


@app.command("show")
def show(
    id: Annotated[str, typer.Argument(help="Which directive.")],
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show one version whole: whose, what is to be done, and who is in charge.

    Example: troth directive show directive-3f9c0a1b2c4d
    """
    from troth.ledger.directives import find_directive

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = find_directive(reading, id)
    if json:
        print_json(directive_json(found))
        return
    typer.echo(f"{found.id}, given {found.given_at:%Y-%m-%d}, form: {found.form}")
    if found.general:
        typer.echo(f"general, registered with: {found.registered_with}")
    typer.echo("person: " + ", ".join(f"{one.namespace}={one.value}" for one in found.persons))
    for one in found.instructions:
        to = f" to {_name(one.to)}" if one.to else ""
        scope = ", ".join((*one.categories, *(f"place:{name}" for name in one.places)))
        typer.echo(f"{one.action}{to}: {scope or 'all'}")
    for trusted in found.trusted:
        typer.echo(f"in charge: {_name(trusted)}")
    if found.end:
        typer.echo(f"{found.end.how} {found.end.at:%Y-%m-%d}")


@app.command("revoke")
def revoke(
    id: Annotated[str, typer.Argument(help="Which directive.")],
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """End a version because its author says so; an earlier one does not come back.

    Example: troth directive revoke directive-3f9c0a1b2c4d
    """
    from troth.desk.directives.wishes import revoke as end

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        found = end(writing, id, by=who(by), at=here.now)
    if json:
        print_json(directive_json(found))
    else:
        typer.echo(f"{id} revoked")


app.command("execute")(directive_execute.command)


def _instructions(action: Action, scopes: Scopes, to: Trusted | None) -> tuple[Instruction, ...]:
    from troth.ledger.directives import Instruction

    found = []
    for scope in scopes or ():
        parts = [part.strip() for part in scope.split(",") if part.strip()]
        parts = [] if parts == ["all"] else parts
        places = tuple(part.removeprefix("place:") for part in parts if part.startswith("place:"))
        categories = tuple(part for part in parts if not part.startswith("place:"))
        found.append(Instruction(action, categories, places, to))
    return tuple(found)


def _name(one: Trusted) -> str:
    return f"{one.name} <{one.contact}>" if one.contact else one.name


def directive_json(one: Directive) -> dict[str, Any]:
    """A version in plain values."""
    return {
        "id": one.id,
        "persons": [{"namespace": name.namespace, "value": name.value} for name in one.persons],
        "given_at": one.given_at.isoformat(),
        "form": one.form,
        "registered_with": one.registered_with or None,
        "instructions": [
            {
                "action": each.action,
                "categories": list(each.categories),
                "places": list(each.places),
                "to": {"name": each.to.name, "contact": each.to.contact} if each.to else None,
            }
            for each in one.instructions
        ],
        "trusted": [{"name": each.name, "contact": each.contact} for each in one.trusted],
        "recorded_by": one.recorded_by,
        "ended": {"how": one.end.how, "at": one.end.at.isoformat(), "by": one.end.by}
        if one.end
        else None,
    }
