"""`troth suppression`: whom not to contact again, and the gate that a re-import has to pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.groups import Commands
from troth.cli.opened import AsJson, ProjectFolder, opened, opened_with_project, print_json

if TYPE_CHECKING:
    from troth.desk.told.suppression import ContactFile, Gate
    from troth.grounds.facts import Identifier
    from troth.project.load import Project

app = typer.Typer(
    help="Suppression: whom not to contact again, by keyed hashes alone (Art. 21(3) GDPR).",
    cls=Commands,
    rich_markup_mode=None,
)


@app.command("check")
def check(
    person: Annotated[
        list[str] | None,
        typer.Option(help="A name of the person, as namespace=value. Repeatable."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A CSV file of contacts, whose first line names columns.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="The column of a namespace, as email=Mail. Repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the file without those who are suppressed.")
    ] = None,
    only_look: Annotated[
        bool, typer.Option("--only-look", help="It is no attempt: renew nothing.")
    ] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Ask whether a person, or anybody in a file, may not be contacted or imported again.

    An opt-out, an objection to direct marketing and an erasure leave a keyed hash behind. What is
    blocked here counts as an attempt and renews it; --only-look does not. Exit status: 0 nobody is
    suppressed, 1 somebody is.

    Example: troth suppression check --file contacts.csv --out allowed.csv
    """
    from troth.errors import Refused

    if (person is None) == (file is None):
        raise Refused(
            "suppression-unclear",
            "a check is either about --person or about --file",
            help="for example --person email=anna@mail.example",
        )
    with opened_with_project(project) as (here, loaded):
        read = _read_file(file, column or [], loaded) if file is not None else None
        contacts = read.contacts if read is not None else (_person(person or [], loaded),)
        gate = _asked(here, loaded, contacts, only_look=only_look)
    if read is not None and out is not None:
        _write(out, read, gate)
    if json:
        print_json({"asked": gate.asked, "suppressed": _shown(gate, read)})
    else:
        _tell(gate, read)
    return 1 if gate.blocked else 0


@app.command("list")
def list_(project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Show the hashes with the days of their birth and of the latest attempt that they blocked.

    Nobody can be read from a hash; the key that makes it stays in the ledger.

    Example: troth suppression list
    """
    from troth.ledger.suppression import list_suppressions

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = list_suppressions(reading)
    if json:
        print_json(
            {
                "suppressions": [
                    {
                        "hash": one.digest,
                        "born_on": one.born_on.isoformat(),
                        "blocked_on": one.blocked_on.isoformat() if one.blocked_on else None,
                    }
                    for one in found
                ]
            }
        )
        return
    for one in found:
        typer.echo(f"{one.digest}  {one.born_on}  {one.blocked_on or ''}".rstrip())
    typer.echo(f"{len(found)} hash{'' if len(found) == 1 else 'es'}")


@app.command("purge")
def purge(project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Forget what the ledger itself holds on persons past its end: hashes, requests, wishes.

    The periods are the policy's rules that count from suppression-renewed, request-closed,
    directive-ended, breach-closed, package-stored, mail-set-aside and address-failed; without one,
    three years, five years, at once, five years, 90 days, six months and a year. The journal counts
    what went. How long a package lies ready on its page counts from package-ready: 14 days.

    Example: troth suppression purge
    """
    from troth.desk.told.forget import forget_ended

    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.writing(here.organisation) as writing,
    ):
        gone = forget_ended(writing, loaded.policy, loaded.map, at=here.now)
    if json:
        print_json(vars(gone))
    else:
        counts = [f"{number} {what}" for what, number in vars(gone).items()]
        typer.echo(f"forgotten: {', '.join(counts)}")


def _asked(here: Any, loaded: Project, contacts: Any, *, only_look: bool) -> Gate:
    from troth.desk.told.suppression import ask, block

    if only_look:
        with here.ledger.reading(here.organisation) as reading:
            return ask(reading, contacts, loaded.map)[0]
    return block(here.ledger, here.organisation, contacts, loaded.policy, loaded.map, at=here.now)


def _person(texts: list[str], loaded: Project) -> tuple[Identifier, ...]:
    from troth.desk.told.known import known_persons
    from troth.ledger.scope import parse_person

    return known_persons((parse_person(text) for text in texts), loaded.map)


def _read_file(file: Path, columns: list[str], loaded: Project) -> ContactFile:
    from troth.cli.csv_text import csv_lines
    from troth.desk.told.suppression import parse_contacts
    from troth.ledger.scope import parse_person

    named = {one.value: one.namespace for one in map(parse_person, columns)}
    return parse_contacts(csv_lines(file), file.name, loaded.map, named)


def _write(out: Path, read: ContactFile, gate: Gate) -> None:
    import csv

    from troth.errors import Refused

    blocked = set(gate.blocked)
    try:
        with out.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(read.header)
            writer.writerows(
                line for position, line in enumerate(read.lines) if position not in blocked
            )
    except OSError as error:
        why = (error.strerror or "it cannot be written").lower()
        raise Refused("file-unwritable", why, place=out.name) from None


def _shown(gate: Gate, read: ContactFile | None) -> Any:
    """Whether the person is; of a file, the numbers of the contacts, the first being 1."""
    if read is None:
        return bool(gate.blocked)
    return [position + 1 for position in gate.blocked]


def _tell(gate: Gate, read: ContactFile | None) -> None:
    if read is None:
        typer.echo("suppressed" if gate.blocked else "not suppressed")
        return
    for position in gate.blocked:
        typer.echo(f"contact {position + 1} is suppressed")
    typer.echo(f"{len(gate.blocked)} of {gate.asked} contacts are suppressed")
