"""`troth request decide` and `lift`: an act accepted or refused, a restriction ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, By, ProjectFolder, opened_with_project, print_json, who
from troth.cli.request_list import act_json

if TYPE_CHECKING:
    from datetime import datetime

    from troth.cli.opened import Opened
    from troth.ledger.acts import Verdict

Told = Annotated[
    str | None,
    typer.Option(help="When the person was told, as 2026-01-31T09:00:00+01:00."),
]


def command(
    id: Annotated[str, typer.Argument(help="Which request.")],
    accept: Annotated[bool, typer.Option("--accept", help="Grant it.")] = False,
    refuse: Annotated[
        str | None, typer.Option(metavar="GROUND", help="Refuse it, on this ground of the law.")
    ] = None,
    activity: Annotated[
        list[str] | None, typer.Option(help="For this activity alone. Repeatable.")
    ] = None,
    reason: Annotated[str, typer.Option(help="The facts, and how they were weighed.")] = "",
    case: Annotated[str | None, typer.Option(help="The file that legal claims need.")] = None,
    approved_by: Annotated[
        str | None, typer.Option(help="The second person, who approves a refusal.")
    ] = None,
    told: Told = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Grant an objection or an erasure, or refuse it with what the law asks of a refusal.

    A refusal names a ground of the closed list, its reason and a second person, and counts once
    the person was told. Direct marketing cannot be refused. Undecided, an act takes effect.

    Example: troth request decide objection-3f9c0a1b2c4d --accept
    """
    from troth.desk.rights.verdicts import accepted, refused
    from troth.errors import Refused
    from troth.ledger.acts import find_act

    if accept == (refuse is not None):
        raise Refused("decision-unclear", "a decision is either --accept or --refuse GROUND")
    about = tuple(activity or ())
    with opened_with_project(project) as (here, loaded):
        with here.ledger.reading(here.organisation) as reading:
            act = find_act(reading, id, here.now).act
        if refuse is None:
            verdict = accepted(act, loaded.policy, by=who(by), now=here.now, activities=about)
        else:
            verdict = refused(
                act,
                loaded.policy,
                ground=refuse,
                reason=reason,
                by=who(by),
                approved_by=approved_by,
                told_at=_instant(told),
                now=here.now,
                case=case,
                activities=about,
            )
        _record(here, id, verdict, json=json)


def lift(
    id: Annotated[str, typer.Argument(help="Which restriction.")],
    told: Told = None,
    reason: Annotated[str, typer.Option(help="Why it ends.")] = "",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """End a restriction, some days after the person has heard of it (Art. 18(3)).

    Example: troth request lift restriction-3f9c0a1b2c4d --told 2026-03-02T09:00:00+01:00
    """
    from troth.desk.rights.verdicts import lifted
    from troth.errors import Refused
    from troth.ledger.acts import find_act

    with opened_with_project(project) as (here, loaded):
        with here.ledger.reading(here.organisation) as reading:
            act = find_act(reading, id, here.now).act
        told_at = _instant(told)
        if told_at is None or told_at > here.now:
            raise Refused(
                "restriction-untold",
                "the person hears of it before a restriction is lifted",
                help="send the letter first, then add --told with the instant",
            )
        verdict = lifted(
            act, loaded.policy, told_at=told_at, by=who(by), now=here.now, reason=reason
        )
        _record(here, id, verdict, json=json)


def _record(here: Opened, id: str, verdict: Verdict, *, json: bool) -> None:
    from troth.ledger.acts import find_act, record_verdicts

    with here.ledger.writing(here.organisation) as writing:
        record_verdicts(writing, [(id, verdict)], at=here.now)
        record = find_act(writing, id, here.now)
    if json:
        print_json(act_json(record))
    else:
        done = "lifted" if record.act.kind == "restriction" else verdict.decision.outcome
        typer.echo(f"{id} {done}")


def _instant(text: str | None) -> datetime | None:
    from troth.errors import Refused
    from troth.ledger.consents import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Refused("not-an-instant", str(error), place="--told") from None
