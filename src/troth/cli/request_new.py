"""`troth request new`: an objection, an erasure, a restriction… recorded as it came."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import (
    AsJson,
    By,
    ProjectFolder,
    day_option,
    opened_with_project,
    print_json,
    who,
)
from troth.cli.request_list import act_json

if TYPE_CHECKING:
    from datetime import datetime

    from troth.desk.find.find import Moved
    from troth.desk.find.model import Found
    from troth.grounds.facts import Act, ActKind, Identifier
    from troth.ledger.session import Reading
    from troth.project.load import Project

KINDS: tuple[ActKind, ...] = (
    "objection",
    "opt-out",
    "erasure",
    "restriction",
    "death",
    "access",
    "portability",
    "rectification",
)


def command(
    right: Annotated[str, typer.Argument(help=f"{', '.join(KINDS)}.")],
    person: Annotated[
        list[str], typer.Option(help="A name of the person, as namespace=value. Repeatable.")
    ],
    activity: Annotated[
        list[str] | None, typer.Option(help="Only this activity of the policy. Repeatable.")
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option(help="Only this category of data. Repeatable.")
    ] = None,
    place: Annotated[list[str] | None, typer.Option(help="Only in this place. Repeatable.")] = None,
    received: Annotated[
        str | None,
        typer.Option(help="When it came, as 2026-01-31T09:00:00+01:00; default: now."),
    ] = None,
    review_on: Annotated[
        str | None, typer.Option(help="A restriction: the day on which it is looked at again.")
    ] = None,
    confirm: Annotated[
        str | None, typer.Option(help="Doubtful matches that are the person: their marks.")
    ] = None,
    reject: Annotated[
        str | None, typer.Option(help="Doubtful matches that are not the person.")
    ] = None,
    old_file: Annotated[
        bool, typer.Option("--old-file", help="A medical file older than five years.")
    ] = False,
    as_named: Annotated[
        bool, typer.Option("--as-named", help="Record these names alone: look into no store.")
    ] = False,
    proof: Annotated[
        str | None, typer.Option(help="What proves it, as a death's certificate and its file.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record what a person asks for; it changes at once what may be kept and used.

    Access, portability and rectification are recorded with the day of their answer alone; the
    earliest of all terms counts: the law's, those of Swiss law and of medical files, the policy's.

    An objection to direct marketing (opt-out) counts at once. Another objection, and an erasure
    where an objection would be weighed, suspend every use until they are decided, and take effect
    undecided on the day of the answer. A restriction suspends every use, deletion too. An opt-out,
    an objection to marketing and an erasure leave a keyed hash, so that nobody is imported again.

    The person is looked for in every store first, as by troth request find, and recorded by all
    names that are surely theirs. Doubtful matches are shown, and count only once confirmed.

    Example: troth request new erasure --person email=anna@mail.example
    """
    from troth.desk.rights.receive import Received, act_of
    from troth.desk.told.suppression import record_and_suppress
    from troth.ledger.acts import find_act
    from troth.ledger.moved import ask_moved
    from troth.ledger.proofs import record_proof

    kind = _kind(right)
    with opened_with_project(project) as (here, loaded):
        named = persons_of(person, loaded)
        moved = ask_moved(here.ledger, here.organisation)
        found = None if as_named else _found(loaded, named, confirm, reject, moved)
        act = act_of(
            Received(
                kind=kind,
                persons=(*named, *(found.identifiers if found is not None else ())),
                received_at=_instant(received, here.now),
                activities=tuple(activity or ()),
                categories=tuple(category or ()),
                places=tuple(place or ()),
                review_on=day_option(review_on, "--review-on"),
                old_file=old_file,
            ),
            loaded.policy,
        )
        with here.ledger.writing(here.organisation) as writing:
            (made,) = record_and_suppress(
                writing, [act], loaded.policy, loaded.map, by=who(by), at=here.now
            )
            if proof is not None:
                record_proof(writing, made.id, proof, by=who(by), at=here.now)
            record = find_act(writing, made.id, here.now)
            wish = _wish(writing, made, loaded) if made.kind == "death" else None
    if json:
        doubtful = [one.mark for one in found.doubtful] if found is not None else []
        more = {"directive": wish} if made.kind == "death" else {}
        print_json({**act_json(record), "doubtful": doubtful, **more})
        return
    typer.echo(f"{made.id} recorded")
    if wish is not None:
        typer.echo(f"{wish} is in force: tell the trusted persons of `troth directive show {wish}`")
    if found is not None:
        _tell(found)
    _tell_deadline(made, loaded)
    if made.review_on is not None:
        typer.echo(f"in force until {made.review_on}, unless it is lifted before")


def _tell_deadline(act: Act, project: Project) -> None:
    """Until when it is answered, by which term, and at which day staff should aim."""
    from troth.desk.rights.receive import deadline_of
    from troth.ledger.acts import ANSWERED

    found = deadline_of(act, project.policy)
    if act.answer_by is None or found is None:
        return
    if act.kind in ANSWERED:
        typer.echo(f"to be answered by {act.answer_by}")
    else:
        typer.echo(f"to be answered before {act.answer_by}; undecided, it takes effect then")
    if found.due == act.answer_by:
        typer.echo(f"by {found.term.source}; aim at {found.aim}")


def _kind(text: str) -> ActKind:
    from troth.documents.nearest import advice
    from troth.errors import Refused

    kind = next((known for known in KINDS if known == text), None)
    if kind is None:
        raise Refused(
            "unknown-right",
            f"'{text}' is no act that is recorded here",
            help=advice(text, KINDS) or f"it is one of {', '.join(KINDS)}",
        )
    return kind


def persons_of(texts: list[str], project: Project) -> tuple[Identifier, ...]:
    """The names, in namespaces that the map knows."""
    from troth.desk.told.known import known_persons
    from troth.ledger.scope import parse_person

    return known_persons((parse_person(text) for text in texts), project.map)


def _wish(reading: Reading, death: Act, project: Project) -> str | None:
    """The wish in force at a death: those whom it names hear of it only now."""
    from troth.desk.directives.wishes import valid_at, versions_of
    from troth.ledger.directives import read_directives

    versions = versions_of(read_directives(reading), death.persons, project.map)
    valid = valid_at(versions, death.at)
    return valid.id if valid is not None else None


def _found(
    project: Project,
    named: tuple[Identifier, ...],
    confirm: str | None,
    reject: str | None,
    moved: Moved,
) -> Found:
    """The person as every store knows them."""
    from troth.apply.planning import Setting
    from troth.cli.opening import open_stores
    from troth.cli.request_find import marks
    from troth.desk.find.find import finder
    from troth.desk.find.model import Asked

    setting = Setting(project.policy, project.map, open_stores(project, "read"), project.limits)
    with finder(setting, moved) as desk:
        return desk.find(Asked(named), confirm=marks(confirm), reject=marks(reject))


def _tell(found: Found) -> None:
    """How many rows are the person's, and what is left open."""
    tables = len(found.rows)
    typer.echo(f"found in {found.total} row{'s' * (found.total != 1)} of {tables} tables")
    if found.doubtful:
        marks = ", ".join(one.mark for one in found.doubtful)
        typer.echo(f"doubtful, and not recorded: {marks}; see them with `troth request find`")


def _instant(text: str | None, now: datetime) -> datetime:
    from troth.errors import Refused
    from troth.ledger.consents import parse_instant

    if text is None:
        return now
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Refused("not-an-instant", str(error), place="--received") from None
