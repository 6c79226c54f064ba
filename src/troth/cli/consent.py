"""`troth consent`: consents given and withdrawn, one by one or from another system's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.groups import Commands
from troth.cli.opened import AsJson, By, ProjectFolder, opened, opened_with_project, print_json, who

if TYPE_CHECKING:
    from datetime import datetime

    from troth.desk.told.consented import Choice
    from troth.grounds.facts import ConsentFact
    from troth.ledger.consent_proofs import ConsentProof
    from troth.policy.model import Policy

app = typer.Typer(
    help="Consents: given and withdrawn, each at its instant (Art. 7 GDPR).",
    cls=Commands,
    rich_markup_mode=None,
)


@app.command("add")
def add(
    person: Annotated[str | None, typer.Option(help="The person, as namespace=value.")] = None,
    consent: Annotated[str | None, typer.Option(help="The consent's name in the policy.")] = None,
    state: Annotated[str | None, typer.Option(help="given or withdrawn.")] = None,
    at: Annotated[
        str | None,
        typer.Option(help="When, as 2026-01-31T09:00:00+01:00; default: now."),
    ] = None,
    import_: Annotated[
        Path | None,
        typer.Option("--import", help="A CSV file: namespace, value, consent, state, at."),
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="Proof: the version of the words that were shown.")
    ] = None,
    where: Annotated[
        str | None, typer.Option(help="Proof: the form or page in which it was given.")
    ] = None,
    how: Annotated[
        str | None, typer.Option(help="Proof: what the person did, such as ticking a box.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record a consent, or a whole file of them (all of it or nothing).

    That a person accepts a version of the text is recorded as the consent `version:ID`.

    --text, --where and --how say how it was given: the burden of proof is yours (Art. 7(1) GDPR).

    One that direct marketing rests on, taken back, leaves a keyed hash behind: `troth suppression`.

    Example: troth consent add --person email=jo@customer.example --consent newsletter --state given
    """
    from troth.desk.told.consented import consent as record

    proof = _proof(text, where, how)
    with opened_with_project(project) as (here, loaded):
        if import_ is not None:
            facts = _imported(import_, loaded.policy, person, consent, state, at)
        else:
            facts = (_single(person, consent, state, at, here.now),)
        with here.ledger.writing(here.organisation) as writing:
            count = record(
                writing, facts, proof, loaded.policy, loaded.map, by=who(by), at=here.now
            )
    if json:
        print_json({"recorded": count})
    else:
        typer.echo(f"{count} consent{'' if count == 1 else 's'} recorded")


@app.command("show")
def show(
    person: Annotated[str, typer.Argument(help="The person, as namespace=value.")],
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show what a person chose on each consent of the policy, since when, and how it is proven.

    Example: troth consent show email=jo@customer.example
    """
    from troth.desk.told.consented import choices_of, is_suppressed
    from troth.ledger.scope import parse_person

    whose = parse_person(person)
    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.reading(here.organisation) as reading,
    ):
        choices = choices_of(reading, whose, loaded.policy, here.now)
        suppressed = is_suppressed(reading, whose, loaded.map)
    if json:
        print_json({"consents": [_choice_json(one) for one in choices], "suppressed": suppressed})
        return
    for one in choices:
        typer.echo(f"{one.state:<11}  {one.consent}")
        for fact, proof in one.said:
            how = f"  {proof.act}, {proof.shown_in}, {proof.words}" if proof else ""
            typer.echo(f"    {fact.at:%Y-%m-%d %H:%M}Z  {fact.state}{how}")
    if suppressed:
        typer.echo("not to be mailed again: troth suppression")


@app.command("list")
def list_(
    person: Annotated[
        str | None, typer.Option(help="Only this person's, as namespace=value.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show consents in the order in which they were recorded.

    Example: troth consent list --person email=jo@customer.example
    """
    from troth.ledger.consents import read_consents
    from troth.ledger.scope import parse_person

    whose = parse_person(person) if person is not None else None
    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        facts = read_consents(reading, here.now, whose)
    if json:
        print_json({"consents": [_fact_json(fact) for fact in facts]})
        return
    for fact in facts:
        typer.echo(
            f"{fact.at:%Y-%m-%d %H:%M}Z  {fact.state:<9}  {fact.consent}  "
            f"{fact.person.namespace}={fact.person.value}"
        )
    typer.echo(f"{len(facts)} consent{'' if len(facts) == 1 else 's'}")


@app.command("link")
def link(
    person: Annotated[str, typer.Option(help="The person, as namespace=value.")],
    pages: Annotated[
        str, typer.Option(help="The address of the public pages, like https://your-data.example.")
    ],
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Make the links that a mail to a person carries: preferences, and unsubscribing in one step.

    A newsletter puts both headers into each mail (RFC 8058). The links hold the person's name
    encrypted for the desk alone, and change nothing when they are opened. That to the preferences
    works for three years, that of unsubscribing for good.

    Example: troth consent link --person email=jo@customer.example --pages https://data.example
    """
    from troth.desk.intake.key import key_in
    from troth.desk.intake.mail_links import mail_links
    from troth.desk.told.known import known_persons
    from troth.ledger.scope import parse_person

    with opened_with_project(project) as (here, loaded):
        (whose,) = known_persons([parse_person(person)], loaded.map)
        key = key_in(loaded.folder / "postbox.key")
        found = mail_links(loaded.policy, key, whose, pages, here.now)
    if json:
        headers = dict(found.headers)
        told = {"preferences": found.preferences, "unsubscribe": found.unsubscribe}
        print_json({**told, "headers": headers})
        return
    typer.echo(found.preferences)
    for name, value in found.headers:
        typer.echo(f"{name}: {value}")


def _proof(text: str | None, where: str | None, how: str | None) -> ConsentProof | None:
    from troth.errors import Refused
    from troth.ledger.consent_proofs import ConsentProof

    if text is None and where is None and how is None:
        return None
    if not (text and where and how):
        raise Refused(
            "consent-incomplete",
            "a proof says --text, --where and --how",
            help="for example --text 'banner 2026-3' --where 'cookie panel' --how 'pressed Accept'",
        )
    return ConsentProof(text, where, how)


def _single(
    person: str | None, consent: str | None, state: str | None, at: str | None, now: datetime
) -> ConsentFact:
    from troth.errors import Refused
    from troth.grounds.facts import ConsentFact
    from troth.ledger.consents import parse_instant, parse_state
    from troth.ledger.scope import parse_person

    if person is None or consent is None or state is None:
        raise Refused(
            "consent-incomplete",
            "a consent needs --person, --consent and --state",
            help="or import a file with --import FILE.csv",
        )
    who_ = parse_person(person)
    try:
        instant = parse_instant(at) if at is not None else now
        return ConsentFact(who_, consent, parse_state(state), instant)
    except ValueError as error:
        raise Refused("consent-incomplete", str(error)) from None


def _imported(file: Path, policy: Policy, *others: str | None) -> tuple[ConsentFact, ...]:
    from troth.desk.told.consented import consent_names
    from troth.errors import Refused
    from troth.ledger.consents import parse_consents
    from troth.project.load import read_file

    if any(other is not None for other in others):
        raise Refused(
            "consent-incomplete",
            "--import stands alone: the file says whose consents, which and when",
        )
    try:
        text = read_file(file, file.name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(
            "consent-file-header", "the file is not UTF-8", place=file.name, help="save it as UTF-8"
        ) from None
    return parse_consents(text.splitlines(keepends=True), file.name, consent_names(policy))


def _choice_json(one: Choice) -> dict[str, Any]:
    return {
        "consent": one.consent,
        "state": one.state,
        "history": [
            {
                "state": fact.state,
                "at": fact.at.isoformat(),
                "by": fact.by,
                "proof": None
                if proof is None
                else {"text": proof.words, "where": proof.shown_in, "how": proof.act},
            }
            for fact, proof in one.said
        ],
    }


def _fact_json(fact: ConsentFact) -> dict[str, Any]:
    return {
        "namespace": fact.person.namespace,
        "value": fact.person.value,
        "consent": fact.consent,
        "state": fact.state,
        "at": fact.at.isoformat(),
    }
