"""`troth directive execute`: what a proven death sets in motion, and what it does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, By, ProjectFolder, opened_with_project, print_json, who

if TYPE_CHECKING:
    from troth.desk.directives.execute import Executed


def command(
    death: Annotated[str, typer.Argument(help="The death, as `troth request new death` named it.")],
    asked_by: Annotated[
        str | None, typer.Option(help="The trusted person who asks, by name or contact.")
    ] = None,
    heir: Annotated[
        str | None, typer.Option(help="An heir who asks instead, as 'Name <contact>'.")
    ] = None,
    identity: Annotated[
        str, typer.Option(help="What proved who asks, and of an heir that they inherit.")
    ] = "",
    proof: Annotated[
        str | None, typer.Option(help="What proves the death, if it was not said before.")
    ] = None,
    close: Annotated[
        str | None, typer.Option(help="Heir: close the account; the policy's event that does it.")
    ] = None,
    estate: Annotated[
        bool, typer.Option("--estate", help="Heir: what settling the estate needs.")
    ] = False,
    category: Annotated[
        list[str] | None, typer.Option(help="Heir: which data the estate needs. Repeatable.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Carry out the wish in force at a proven death, or what the law grants an heir.

    The trusted person of the latest valid version gets its erasures as accepted requests (`troth
    request run` carries them out) and its orders to hand over, which come first. Anybody else is
    refused, with the article. Without a wish nothing is erased or handed over; an heir may have
    the account closed, and gets what settling the estate needs.

    Example: troth directive execute death-3f9c0a1b2c4d --asked-by "Ben Roux"
    --identity "passport seen on 14 April"
    """
    from troth.desk.directives.execute import after_death
    from troth.errors import Refused
    from troth.ledger.proofs import record_proof

    if (asked_by is None) == (heir is None):
        raise Refused(
            "asker-unclear",
            "either the trusted person asks (--asked-by) or an heir (--heir)",
        )
    with opened_with_project(project) as (here, loaded):
        with here.ledger.writing(here.organisation) as writing:
            if proof is not None:
                record_proof(writing, death, proof, by=who(by), at=here.now)
            after = after_death(writing, death, loaded.map, here.now)
        with here.ledger.writing(here.organisation) as writing:
            if asked_by is not None:
                from troth.desk.directives.execute import execute

                done = execute(
                    writing,
                    after,
                    loaded.policy,
                    loaded.map,
                    asked_by=asked_by,
                    identity=identity,
                    by=who(by),
                    at=here.now,
                )
            else:
                done = _for_heir(
                    writing,
                    after,
                    loaded,
                    heir=heir or "",
                    identity=identity,
                    close=close,
                    categories=(category or []) if estate else None,
                    by=who(by),
                    at=here.now,
                )
    if json:
        print_json(_json(done))
    else:
        _tell(done)


def _for_heir(
    writing: Any,
    after: Any,
    loaded: Any,
    *,
    heir: str,
    identity: str,
    close: str | None,
    categories: list[str] | None,
    by: str,
    at: Any,
) -> Executed:
    from troth.desk.directives.execute import close_account, refuse_heir, settle_estate
    from troth.desk.directives.wishes import parse_trusted
    from troth.desk.told.known import known_names

    if close is not None:
        return close_account(
            writing, after, loaded.policy, event=close, heirship=identity, by=by, at=at
        )
    if categories is None:
        refuse_heir()
    known_names(categories or (), loaded.policy.categories, "category")
    return settle_estate(
        writing,
        after,
        loaded.policy,
        heir=parse_trusted(heir),
        heirship=identity,
        categories=categories or (),
        by=by,
        at=at,
    )


def _json(done: Executed) -> dict[str, Any]:
    return {
        "directive": done.directive,
        "hand_overs": [
            {
                "id": one.id,
                "purpose": one.purpose,
                "to": {"name": one.to.name, "contact": one.to.contact},
                "categories": list(one.categories),
                "places": list(one.places),
            }
            for one in done.hand_overs
        ],
        "requests": list(done.numbers),
        "erasures": list(done.erasures),
        "closed": done.closed,
    }


def _tell(done: Executed) -> None:
    for one in done.hand_overs:
        scope = ", ".join((*one.categories, *one.places)) or "all"
        typer.echo(f"{one.id}: hand over {scope} to {one.to.name}, before anything is erased")
    for number in done.numbers:
        typer.echo(f"request {number}: troth request package {number}")
    if done.erases_later:
        typer.echo("what is to be erased is recorded once all of that is handed over")
    for id in done.erasures:
        typer.echo(f"{id} recorded and accepted: troth request run {id}")
    if done.closed:
        typer.echo(f"{done.closed} recorded for today")
    if done.directive and not done.hand_overs and not done.erasures:
        typer.echo("the wish is that everything stays as it is")
