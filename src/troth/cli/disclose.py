"""`troth disclose`: what left for recipients, one by one or from another system's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.groups import Commands
from troth.cli.instants import instant_option
from troth.cli.opened import AsJson, By, ProjectFolder, opened_with_project, print_json, who

if TYPE_CHECKING:
    from troth.ledger.disclosures import Disclosure

app = typer.Typer(
    help="Disclosures: what left for recipients, whose, when and why (Art. 15 and 19 GDPR).",
    cls=Commands,
    rich_markup_mode=None,
)


@app.command("add")
def add(
    person: Annotated[str, typer.Option(help="Whose data, as namespace=value.")],
    recipient: Annotated[str, typer.Option(help="The recipient's name in the policy.")],
    category: Annotated[list[str], typer.Option(help="Which data that left. Repeatable.")],
    basis: Annotated[str, typer.Option(help="Why: the contract, the consent, the order.")],
    at: Annotated[
        str | None,
        typer.Option(help="When it left, as 2026-01-31T09:00:00+01:00; default: now."),
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Where to, as FR; default: the recipient's in the policy.")
    ] = None,
    known_as: Annotated[
        str | None,
        typer.Option(help="How the recipient names the person, as namespace=value, if otherwise."),
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record that data of a person left for a recipient.

    Whoever has a record is told of an erasure, a correction or a restriction, under the identifier
    that they know.

    Example: troth disclose add --person email=anna@mail.example --recipient carrier
    --category contact --basis "delivery of order 17"
    """
    from troth.ledger.disclosures import Disclosure
    from troth.ledger.scope import parse_person

    whose = parse_person(person)

    def made(now: Any) -> tuple[Disclosure, ...]:
        one = Disclosure(
            person=whose,
            recipient=recipient,
            categories=tuple(category),
            at=instant_option(at, "--at") or now,
            basis=basis,
            country=country,
            known_as=parse_person(known_as) if known_as else whose,
        )
        return (one,)

    _record(made, by, project, json=json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file.")],
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record a whole file of disclosures (all of it or nothing).

    Its columns: namespace, value, recipient, categories (parted by spaces), at, basis; and where
    there is something to say country, known_namespace, known_value.

    Example: troth disclose import left.csv
    """
    from troth.cli.csv_text import csv_lines
    from troth.ledger.disclosures import parse_disclosures

    found = parse_disclosures(csv_lines(file), file.name)
    _record(lambda _now: found, by, project, json=json)


@app.command("list")
def list_(
    person: Annotated[
        str | None, typer.Option(help="Only this person's, as namespace=value.")
    ] = None,
    recipient: Annotated[str | None, typer.Option(help="Only to this recipient.")] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show what left, in the order in which it was recorded.

    Example: troth disclose list --person email=anna@mail.example
    """
    from troth.desk.told.disclosures import disclosures_of
    from troth.ledger.disclosures import read_disclosures
    from troth.ledger.scope import parse_person

    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.reading(here.organisation) as reading,
    ):
        found = (
            read_disclosures(reading)
            if person is None
            else disclosures_of(reading, [parse_person(person)], loaded.map)
        )
    found = tuple(one for one in found if recipient in (None, one.recipient))
    if json:
        print_json({"disclosures": [_json(one) for one in found]})
        return
    for one in found:
        typer.echo(
            f"{one.at:%Y-%m-%d}  {one.recipient}  {', '.join(one.categories)}  "
            f"{one.person.namespace}={one.person.value}  {one.basis}"
        )
    typer.echo(f"{len(found)} disclosure{'' if len(found) == 1 else 's'}")


def _record(made: Any, by: str | None, project: Path, *, json: bool) -> None:
    from troth.desk.told.disclosures import disclose

    with opened_with_project(project) as (here, loaded):
        found = made(here.now)
        with here.ledger.writing(here.organisation) as writing:
            count = disclose(writing, found, loaded.policy, loaded.map, by=who(by), at=here.now)
    if json:
        print_json({"recorded": count})
    else:
        typer.echo(f"{count} disclosure{'' if count == 1 else 's'} recorded")


def _json(one: Disclosure) -> dict[str, Any]:
    return {
        "namespace": one.person.namespace,
        "value": one.person.value,
        "recipient": one.recipient,
        "categories": list(one.categories),
        "at": one.at.isoformat(),
        "basis": one.basis,
        "country": one.country,
        "known_as": {"namespace": one.known_as.namespace, "value": one.known_as.value},
    }
