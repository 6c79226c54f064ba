"""`troth request decide`, `extend` and `lift`: decisions, more time, a restriction ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from troth.cli.opened import (
    AsJson,
    By,
    ProjectFolder,
    day_option,
    opened,
    opened_with_project,
    print_json,
    who,
)
from troth.cli.request_list import act_json

if TYPE_CHECKING:
    from datetime import datetime

    from troth.cli.opened import Opened
    from troth.desk.workflow.model import Item
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
    before: Annotated[
        list[str] | None,
        typer.Option(help="An earlier request that shows it is excessive. Repeatable."),
    ] = None,
    proof: Annotated[
        str, typer.Option(help="What shows that it is unfounded, and where that lies.")
    ] = "",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Grant an objection or an erasure, or refuse it with what the law asks of a refusal.

    A refusal names a ground of the closed list, its reason and a second person, and counts once
    the person was told. Direct marketing cannot be refused. Undecided, an act takes effect.

    With the number of a request that came in, it is decided on its way: --accept and --refuse
    together refuse for the activities named and grant the rest; somebody else approves a refusal,
    and it counts once its letter has left.

    Example: troth request decide objection-3f9c0a1b2c4d --accept
    """
    from troth.cli.desk import is_number
    from troth.desk.rights.verdicts import accepted, refused
    from troth.errors import Refused
    from troth.ledger.acts import find_act

    about = tuple(activity or ())
    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        on_its_way = is_number(reading, id)
    if on_its_way:
        parts = _parts(accept, refuse, about, reason, case, tuple(before or ()), proof)
        _on_its_way(id, parts, by, project, json=json)
        return
    if accept == (refuse is not None):
        raise Refused("decision-unclear", "a decision is either --accept or --refuse GROUND")
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
                proof=proof,
            )
        _record(here, id, verdict, json=json)


def _parts(
    accept: bool,
    refuse: str | None,
    activities: tuple[str, ...],
    reason: str,
    case: str | None,
    before: tuple[str, ...],
    proof: str,
) -> list[Item]:
    from troth.desk.workflow.model import Item

    parts = []
    if refuse is not None:
        parts.append(Item("refused", activities, refuse, reason, case, before, proof))
    if accept:
        parts.append(Item("accepted", () if refuse is not None else activities))
    return parts


def _on_its_way(
    number: str, parts: list[Item], by: str | None, project: Path, *, json: bool
) -> None:
    """A decision on a request that came in, as a step of its way."""
    from troth.cli.desk import at_desk
    from troth.cli.desk import told as tell
    from troth.desk.workflow.decision import decide

    with at_desk(project) as (here, office):
        decide(office, number, parts, by=who(by), now=here.now)
        tell(office, number, here, json=json)


def extend(
    id: Annotated[str, typer.Argument(help="Which request.")],
    reason: Annotated[str, typer.Option(help="Why more time is needed; the person reads it.")] = "",
    told: Told = None,
    until: Annotated[
        str | None, typer.Option(help="The new last day; default: the latest that is allowed.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Put the answer to a request off, by two months at most (Art. 12(3)).

    The person hears of it, with the reasons, before the first term has ended; later it is refused.
    It counts from receipt, once. The term of a medical file, and a shorter promise of the policy
    that says nothing of an extension, are not made longer. With the number of a request that came
    in, the letter is written and mailed first, unless --told says when the person heard of it.

    Example: troth request extend erasure-3f9c0a1b2c4d --reason "nine systems, two of them abroad"
    --told 2026-03-02T09:00:00+01:00
    """
    from troth.cli.desk import is_number
    from troth.desk.rights.extend import extension
    from troth.errors import Refused
    from troth.ledger.acts import find_act
    from troth.ledger.extensions import record_extension

    told_at = _instant(told)
    last = day_option(until, "--until")
    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        on_its_way = is_number(reading, id)
    if on_its_way:
        from troth.cli.desk import at_desk
        from troth.cli.desk import told as tell
        from troth.cli.opened import clock
        from troth.desk.workflow.time import extend as put_off
        from troth.desk.workflow.time import extend_by_mail

        with at_desk(project) as (here, office):
            if told_at is None:
                extend_by_mail(office, id, reason, by=who(by), clock=clock, until=last)
            else:
                put_off(office, id, reason, told_at=told_at, by=who(by), now=here.now, until=last)
            tell(office, id, here, json=json)
        return
    if told_at is None:
        raise Refused(
            "extension-untold",
            "an extension counts once the person has heard of it, with the reasons",
            help="send the letter first, then add --told with the instant",
        )
    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.writing(here.organisation) as writing,
    ):
        found = extension(
            find_act(writing, id, here.now),
            loaded.policy,
            told_at=told_at,
            reason=reason,
            by=who(by),
            now=here.now,
            until=last,
        )
        record_extension(writing, found, at=here.now)
        record = find_act(writing, id, here.now)
    if json:
        print_json(act_json(record))
    else:
        typer.echo(f"{id} to be answered by {found.until}")


def lift(
    id: Annotated[
        str, typer.Argument(help="The request's number, or which restriction was recorded.")
    ],
    told: Told = None,
    own_wish: Annotated[
        str | None,
        typer.Option(help="The person asks for it: where that is, as a letter and its file."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it ends; the person reads it.")] = "",
    conflicts: Annotated[
        Literal["report", "application", "restricted"],
        typer.Option(help="Of a request: rows that changed meanwhile; tell, or whose count."),
    ] = "report",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """End a restriction, some days after the person has heard of it (Art. 18(3)).

    At the person's own wish it ends at once, and the wish is recorded. With the number of a request
    it goes step by step: the first call decides and writes the letter (somebody else approves it
    where two people are wanted), a later one gives back what was set aside. Exit status 1: rows
    changed meanwhile and stay sealed.

    Example: troth request lift 7KQ4M-2XC9D --reason "the address was corrected"
    """
    from troth.cli.desk import is_number
    from troth.cli.request_lift import lift_request
    from troth.desk.rights.verdicts import lifted
    from troth.ledger.acts import find_act

    with opened_with_project(project) as (here, loaded):
        with here.ledger.reading(here.organisation) as reading:
            of_request = is_number(reading, id)
        if not of_request:
            _refuse_alone(two_people=loaded.desk.two_people)
    if of_request:
        clean = lift_request(
            id,
            project,
            who(by),
            reason=reason,
            wish=own_wish or "",
            conflicts=conflicts,
            json=json,
        )
        if not clean:
            raise typer.Exit(1)
        return
    with opened_with_project(project) as (here, loaded):
        with here.ledger.reading(here.organisation) as reading:
            act = find_act(reading, id, here.now).act
        verdict = lifted(
            act,
            loaded.policy,
            told_at=_instant(told),
            by=who(by),
            now=here.now,
            reason=reason,
            wish=own_wish,
        )
        _record(here, id, verdict, json=json)


def _refuse_alone(*, two_people: bool) -> None:
    """Where two people are wanted, nobody ends a restriction by a command of its own."""
    from troth.errors import Refused

    if two_people:
        raise Refused(
            "lifting-by-two",
            "the organisation wants two people for the end of a restriction",
            help="`troth request lift NUMBER` decides, `troth request approve NUMBER lifting` "
            "approves",
        )


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
