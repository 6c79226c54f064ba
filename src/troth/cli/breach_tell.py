"""`troth breach tell`: the persons are told, or why they are not (Art. 34)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from troth.cli.breach_shown import BreachName, as_json, standing
from troth.cli.opened import AsJson, By, ProjectFolder, clock, print_json, who
from troth.cli.opening import mailer_of, ready

if TYPE_CHECKING:
    from troth.cli.opening import Ready
    from troth.desk.breaches.letters import Letter
    from troth.desk.breaches.standing import Standing
    from troth.desk.breaches.tell import Letters


def command(
    breach: BreachName,
    follow_up: Annotated[
        bool, typer.Option("--follow-up", help="The second letter, which tells the cause.")
    ] = False,
    list_: Annotated[
        Path | None,
        typer.Option("--list", help="Addresses, one a line, in place of everybody in the tables."),
    ] = None,
    public: Annotated[
        str | None, typer.Option(help="They were told otherwise: how, such as on which page.")
    ] = None,
    people: Annotated[int, typer.Option(min=0, help="How many were told otherwise.")] = 0,
    exempt: Annotated[
        Literal["protected", "averted", "disproportionate"] | None,
        typer.Option(help="Art. 34(3): they need not be told one by one."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why that exemption holds.")] = "",
    note: Annotated[
        bool, typer.Option("--note", help="Add that the letter is no admission of fault.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the letter and how many; send nothing.")
    ] = False,
    lang: Annotated[str | None, typer.Option(help="The letter's language: en or fr.")] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Write to the persons whom a breach concerns, or record how else they were told.

    A letter goes to everybody who has a row in the breach's tables and an address by the map, once;
    it says what Art. 34(2) asks for. Where Art. 34(3) exempts you, say which letter of it and why.

    Example: troth breach tell breach-3f9c0a1b2c4d --preview
    """
    from troth.apply.invite import send_waiting
    from troth.desk.breaches.steps import communicate, excuse
    from troth.desk.breaches.tell import queue
    from troth.errors import Refused
    from troth.ledger.breaches import find_breach

    if exempt is not None and not reason.strip():
        raise Refused("usage", "an exemption is given with its reason", help="add --reason …")
    sent = waiting = 0
    letters: Letters | None = None
    with ready(project, "read") as here:
        policy = here.project.policy
        with here.ledger.reading(here.organisation) as reading:
            found = standing(find_breach(reading, breach), policy, here.now)
        if exempt is None and public is None:
            letter, letters = _letters(here, found, lang, list_, follow_up=follow_up, note=note)
            if preview:
                _preview(letter, letters, json=json)
                return
        with here.ledger.writing(here.organisation) as writing:
            if exempt is not None:
                excuse(writing, breach, exempt, reason, by=who(by), now=here.now)
            elif public is not None:
                communicate(writing, breach, public, people, by=who(by), now=here.now)
            elif letters is not None:
                queue(writing, found, letters, follow_up=follow_up, by=who(by), at=here.now)
        if letters is not None:
            mailer = mailer_of(here.project)
            sent, waiting = send_waiting(here.ledger, here.organisation, clock, mailer)
        with here.ledger.reading(here.organisation) as reading:
            found = standing(find_breach(reading, breach), policy, here.now)
    if json:
        print_json({**as_json(found, here.now), "mail": {"sent": sent, "waiting": waiting}})
    elif letters is None:
        typer.echo(f"{breach}: recorded")
    else:
        typer.echo(f"{breach}: {letters.number} letters; {sent} left, {waiting} wait")
        for table, rows in letters.without:
            typer.echo(f"  {table}: {rows} rows of persons without an address", err=True)


def _letters(
    here: Ready,
    found: Standing,
    lang: str | None,
    list_: Path | None,
    *,
    follow_up: bool,
    note: bool,
) -> tuple[Letter, Letters]:
    from troth.cli.breach_files import language_of
    from troth.desk.breaches.letters import letter_of
    from troth.desk.breaches.tell import to_everybody, to_list

    language = language_of(lang, here.project)
    letter = letter_of(found, here.project.policy, language, follow_up=follow_up, note=note)
    if list_ is not None:
        from troth.cli.csv_text import csv_lines

        addresses = [line.strip() for line in csv_lines(list_) if "@" in line]
        return letter, to_list(found, letter, addresses, follow_up=follow_up)
    facts = here.facts(here.now)
    return letter, to_everybody(here.setting, facts, here.now, found, letter, follow_up=follow_up)


def _preview(letter: Letter, letters: Letters, *, json: bool) -> None:
    if json:
        print_json(
            {
                "subject": letter.subject,
                "body": letter.body,
                "letters": letters.number,
                "without_address": [
                    {"table": table, "rows": rows} for table, rows in letters.without
                ],
            }
        )
        return
    typer.echo(f"{letters.number} letters\n\n{letter.subject}\n\n{letter.body}")
