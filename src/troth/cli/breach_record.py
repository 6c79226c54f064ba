"""`troth breach new`, `note` and `close`: what becomes known of a breach, until nothing is open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from troth.cli.breach_shown import BreachName, as_json, clock_line, show, standing
from troth.cli.instants import instant_option
from troth.cli.opened import AsJson, By, ProjectFolder, opened_with_project, print_json, who

if TYPE_CHECKING:
    from troth.project.load import Project

Facts = Annotated[str | None, typer.Option(help="What happened, in plain words.")]
Tables = Annotated[
    list[str] | None,
    typer.Option(
        "--table",
        help="Where the data lies, as store.table; which data of whom is then read off the map. "
        "Repeatable.",
    ),
]
Risk = Annotated[
    Literal["none", "risk", "high"] | None,
    typer.Option(help="For the rights and freedoms of persons: none (unlikely), risk or high."),
]


def new(
    facts: Facts = None,
    noticed: Annotated[
        str | None,
        typer.Option(help="When you became aware, with its offset; default: now."),
    ] = None,
    processor: Annotated[
        str | None, typer.Option(help="The recipient of the policy at which it happened.")
    ] = None,
    processor_told: Annotated[
        str | None, typer.Option(help="When that processor told you, with its offset.")
    ] = None,
    processor_noticed: Annotated[
        str | None, typer.Option(help="When that processor became aware of it, with its offset.")
    ] = None,
    credentials: Annotated[
        bool,
        typer.Option(
            "--credentials",
            help="Ways into the desk were stolen: every session of it ends and every token of the "
            "API is revoked, at once.",
        ),
    ] = False,
    table: Tables = None,
    risk: Risk = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Open a breach in the register; the 72 hours run from when you became aware of it.

    A processor's message makes you aware (EDPB Guidelines 9/2022): where it came before you
    noticed, the hours run from it. Where the policy promises in how many hours a processor tells
    you, `troth breach show` says whether it did.

    Example: troth breach new --noticed 2026-06-01T09:00+02:00 --facts "mailing list sent openly"
    """
    from troth.desk.breaches.steps import note as note_it
    from troth.desk.breaches.steps import shut_out
    from troth.ledger.breaches import find_breach, open_breach

    noticed_at = instant_option(noticed, "--noticed")
    told_at = instant_option(processor_told, "--processor-told")
    theirs = instant_option(processor_noticed, "--processor-noticed")
    with opened_with_project(project) as (here, loaded):
        _check_processor(loaded, processor)
        at = theirs.isoformat() if theirs is not None else None
        known = _known(loaded, table, facts=facts, risk=risk, processor_noticed=at)
        with here.ledger.writing(here.organisation) as writing:
            breach = open_breach(
                writing,
                noticed_at or here.now,
                processor=processor,
                processor_told_at=told_at,
                by=who(by),
                at=here.now,
            )
            if known:
                note_it(writing, breach.id, known, by=who(by), now=here.now)
            if credentials:
                shut_out(writing, breach.id, by=who(by), now=here.now)
            found = standing(find_breach(writing, breach.id), loaded.policy, here.now)
    if json:
        print_json(as_json(found, here.now))
    else:
        zone = loaded.policy.zoneinfo
        typer.echo(f"{breach.id} is open: {clock_line(found, here.now, zone)}")


def note(
    breach: BreachName,
    facts: Facts = None,
    table: Tables = None,
    subject: Annotated[
        list[str] | None,
        typer.Option(help="A data subject category of the policy. Repeatable."),
    ] = None,
    people: Annotated[int | None, typer.Option(min=0, help="Persons, approximately.")] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(help="A personal data category of the policy. Repeatable."),
    ] = None,
    records: Annotated[int | None, typer.Option(min=0, help="Records, approximately.")] = None,
    consequences: Annotated[str | None, typer.Option(help="What is likely to follow.")] = None,
    measures: Annotated[str | None, typer.Option(help="What is done or proposed.")] = None,
    cause: Annotated[str | None, typer.Option(help="Why it could happen.")] = None,
    contact: Annotated[
        str | None, typer.Option(help="Who tells more; default: the policy's officer or contact.")
    ] = None,
    risk: Risk = None,
    contained: Annotated[
        str | None, typer.Option(help="A measure that was taken to limit the harm.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for that measure.")] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Note what has become known; an earlier note stays in the register, the newest counts.

    Example: troth breach note breach-3f9c0a1b2c4d --people 120 --risk high --table shop.customer
    """
    from troth.desk.breaches.steps import contain
    from troth.desk.breaches.steps import note as note_it
    from troth.errors import Refused
    from troth.ledger.breaches import find_breach

    if (contained is None) != (owner is None):
        raise Refused(
            "usage", "a measure and who answers for it go together", help="--contained … --owner …"
        )
    with opened_with_project(project) as (here, loaded):
        known = _known(
            loaded,
            table,
            subjects=subject,
            categories=category,
            facts=facts,
            people=people,
            records=records,
            consequences=consequences,
            measures=measures,
            cause=cause,
            contact=contact,
            risk=risk,
        )
        with here.ledger.writing(here.organisation) as writing:
            if known or contained is None:
                note_it(writing, breach, known, by=who(by), now=here.now)
            if contained is not None and owner is not None:
                contain(writing, breach, contained, owner, by=who(by), now=here.now)
            found = standing(find_breach(writing, breach), loaded.policy, here.now)
    if json:
        print_json(as_json(found, here.now))
    else:
        show(found, here)


def close(
    breach: BreachName,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Close a breach; refused while anything is open, such as its cause or a letter.

    Example: troth breach close breach-3f9c0a1b2c4d
    """
    from troth.desk.breaches.steps import close as close_it

    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.writing(here.organisation) as writing,
    ):
        closed = close_it(writing, breach, loaded.policy, by=who(by), now=here.now)
        found = standing(closed, loaded.policy, here.now)
    if json:
        print_json(as_json(found, here.now))
    else:
        typer.echo(f"{breach} is closed")


def _known(
    loaded: Project,
    tables: list[str] | None,
    *,
    subjects: list[str] | None = None,
    categories: list[str] | None = None,
    **values: Any,
) -> dict[str, Any]:
    """What was given; categories and persons that the tables hold are added by the map."""
    from troth.desk.breaches.affected import affected
    from troth.ledger.scope import parse_table

    policy = loaded.policy
    _check(subjects or [], policy.subjects, "subject")
    _check(categories or [], policy.categories, "category")
    known = {name: value for name, value in values.items() if value is not None}
    if tables:
        held = affected(policy, loaded.map, [parse_table(text) for text in tables])
        known["tables"] = list(tables)
        known["subjects"] = list(held.subjects)
        known["categories"] = list(held.categories)
    if subjects:
        known["subjects"] = list(subjects)
    if categories:
        known["categories"] = list(categories)
    return known


def _check(names: list[str], known: Any, what: str) -> None:
    from troth.documents.nearest import advice
    from troth.errors import Refused

    for name in names:
        if name not in known:
            raise Refused(
                "unknown-name",
                f"the policy has no {what} '{name}'",
                help=advice(name, known),
            )


def _check_processor(loaded: Project, processor: str | None) -> None:
    from troth.documents.nearest import advice
    from troth.errors import Refused

    recipients = loaded.policy.recipients
    if processor is not None and processor not in recipients:
        raise Refused(
            "unknown-recipient",
            f"the policy has no recipient '{processor}'",
            help=advice(processor, recipients) or "the policy names no recipient",
        )
