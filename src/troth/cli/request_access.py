"""`troth request access`: the answer to a request for access (Art. 15), as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, ProjectFolder, print_json
from troth.cli.opening import Ready, ready
from troth.cli.request_persons import (
    Confirm,
    Language,
    Named,
    OfRequest,
    Persons,
    PersonsFile,
    Reason,
    Reject,
)
from troth.errors import Refused

if TYPE_CHECKING:
    from troth.desk.find.model import Found
    from troth.desk.package.access import Made
    from troth.desk.package.sheet import Disclosures
    from troth.ledger.directives import HandOver


def command(
    person: Persons = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder to make, with a zip of it beside.")
    ] = None,
    file: PersonsFile = None,
    request: OfRequest = None,
    reason: Reason = None,
    hand_over: Annotated[
        str | None,
        typer.Option(help="An order to hand over after a death: what it names, of who has died."),
    ] = None,
    accepted: Annotated[
        Path | None,
        typer.Option(help="The text that the person accepted at collection, to be attached."),
    ] = None,
    confirm: Confirm = None,
    reject: Reject = None,
    locale: Language = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Write everything held about a person, and why, as pages, PDF, JSON and CSV.

    Each value with its purpose, legal basis, origin, recipients and the day on which it goes. What
    is other people's is masked, with the reason; doubtful matches are left out and listed. Files
    are readable by you alone; nothing is there after a failure, and nothing is overwritten.

    With --file, a CSV file with a column for each namespace, all its persons are answered in one
    pass, each in a zip of its own in the folder, named by the number of the line.

    With --request the person is that of a recorded request, which is then noted as answered. What
    was disclosed to whom is in the package as `troth disclose` recorded it. With --hand-over the
    package holds what a directive or an heir's order names, for whoever it is to go to.

    Exit status: 0 done, 1 something is left for a human to decide or nobody was found, 2 it could
    not run.

    Example: troth request access --person email=anna@mail.example --out answer --locale en
    """
    from troth.cli.check import telling
    from troth.cli.looked import look_noted
    from troth.cli.request_persons import (
        answered,
        asked_persons,
        asking_of,
        journaled,
        one_target,
        recorded_persons,
    )
    from troth.desk.find.find import finder
    from troth.desk.package.access import answer_access, answer_many
    from troth.desk.package.disclose import Only

    target = one_target(out, person, file, request, hand_over)
    if accepted is not None and not accepted.is_file():
        raise Refused("file-missing", "there is no such file", place="--accepted")
    with ready(project, "read") as here, finder(here.setting, here.moved) as desk:
        named, order = list(person or []), None
        if request is not None:
            named = recorded_persons(here, request, "access")
        if hand_over is not None:
            order, named = _ordered(here, hand_over)
        asked = asked_persons(desk.facets, named, file)
        look_noted(here, "request access", reason=reason or request or hand_over)
        if file is None:
            found = [asked.find(desk, confirm, reject)]
        else:
            found = desk.find_many(asked.persons)
        with telling(quiet=json) as told:
            asking = replace(
                asking_of(here, desk, locale, told),
                disclosures=_disclosed(here, asked, found),
                accepted=accepted,
            )
            if order is not None:
                asking = replace(asking, only=Only(order.categories, order.places))
            if file is None:
                made = [answer_access(asking, found[0], target)]
            else:
                made = list(answer_many(asking, found, asked.names, target))
        kind = "access-answered" if order is None else "hand-over-made"
        about = {"request": request} if request else {"order": hand_over} if hand_over else {}
        for one in made:
            journaled(here, kind, {**_counts(one), **about}, [one.zip, one.folder])
        answered(here, request)
        if order is not None:
            _handed(here, order.id, made[0])
    left = [one.left_out for one in made]
    if json:
        print_json({"packages": [_json(one) for one in made]})
    else:
        for one in made:
            _tell(one)
    return 1 if any(left) or not all(one.persons for one in found) else 0


def _ordered(here: Ready, name: str) -> tuple[HandOver, list[str]]:
    """An order to hand over, and the names of who has died; Refused (`unknown-order`)."""
    from troth.desk.directives.orders import order_named
    from troth.ledger.acts import find_act

    with here.ledger.reading(here.organisation) as reading:
        order = order_named(reading, name)
        act = find_act(reading, order.death, here.now).act
    return order, [f"{one.namespace}={one.value}" for one in act.persons]


def _handed(here: Ready, order: str, made: Made) -> None:
    """Notes that an order was handed over, so that what waited for it goes on."""
    from troth.cli.opened import who
    from troth.desk.directives.orders import handed_elsewhere

    policy, datamap = here.setting.policy, here.setting.map
    with here.ledger.writing(here.organisation) as writing:
        run = made.digest
        handed_elsewhere(writing, policy, datamap, order, run, by=who(None), now=here.now)


def _disclosed(here: Ready, asked: Named, found: Sequence[Found]) -> Disclosures:
    from troth.desk.package.disclosed import disclosed_to

    names = [
        tuple(dict.fromkeys((*one.identifiers, *person.identifiers)))
        for one, person in zip(found, asked.persons, strict=True)
    ]
    with here.ledger.reading(here.organisation) as reading:
        return disclosed_to(reading, names, here.setting.policy, here.setting.map)


def _counts(made: Made) -> dict[str, int | str]:
    return {
        "rows": made.rows,
        "tables": made.tables,
        "masked": made.masked,
        "left_out": made.left_out,
        "digest": made.digest,
    }


def _json(made: Made) -> dict[str, int | str | None]:
    folder = str(made.folder) if made.folder is not None else None
    return {"folder": folder, "zip": str(made.zip), **_counts(made)}


def _tell(made: Made) -> None:
    place = f"{made.folder} and {made.zip}" if made.folder is not None else str(made.zip)
    typer.echo(f"{place}: {made.rows} row{'s' * (made.rows != 1)} of {made.tables} tables")
    if made.masked:
        typer.echo(f"  {made.masked} values masked; the page says why")
    if made.left_out:
        typer.echo(f"  {made.left_out} left for a human to decide or to look at; the page lists it")
