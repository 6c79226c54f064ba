"""`troth fact`: days that the ledger records for a person or a case, and limitation files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.groups import Commands
from troth.cli.opened import AsJson, By, ProjectFolder, day_option, opened, print_json, who
from troth.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from troth.law.limitation import Suspension
    from troth.ledger.limitations import LimitationFile
    from troth.ledger.session import Reading

app = typer.Typer(
    help="Days of named events, recorded for a person or a case, and limitation files.",
    cls=Commands,
    rich_markup_mode=None,
)


@app.command("set")
def set_(
    event: Annotated[str, typer.Argument(help="The event's name, as the map's `fact` names it.")],
    subject: Annotated[str, typer.Option(help="Whose, as namespace=value.")],
    day: Annotated[str | None, typer.Option(help="The day, as YYYY-MM-DD.")] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="The event has not happened after all.")
    ] = False,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record the day of an event for a person or a case; a later entry replaces it.

    Example: troth fact set relation-closed --subject customer-number=42 --day 2026-01-31
    """
    from troth.ledger.days import record_days
    from troth.ledger.scope import parse_person

    if (day is None) == (not clear):
        raise Refused("fact-without-day", "give either --day or --clear")
    when = day_option(day, "--day")
    whose = parse_person(subject)
    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        record_days(writing, [(event, whose, when)], by=who(by), at=here.now)
    unread = _unread(event, project)
    if json:
        print_json({"event": event, "day": when.isoformat() if when else None, "note": unread})
    else:
        typer.echo(f"{event}: {when or 'cleared'}")
        if unread:
            typer.echo(f"note: {unread}", err=True)


def _unread(event: str, folder: Path) -> str | None:
    """What to say of a day that nothing reads; the map may be unfinished, so it is no error."""
    import os

    from troth.datamap.bindings import facts_in
    from troth.documents.nearest import advice
    from troth.errors import TrothError
    from troth.project.load import load_project

    try:
        stores = load_project(folder, os.environ).map.stores.values()
    except TrothError:
        return None
    known = {
        fact
        for store in stores
        for table in store.tables.values()
        for binding in table.events.values()
        for fact in facts_in(binding)
    }
    if event in known:
        return None
    return f"no event of the map reads '{event}'; {advice(event, known)}"


@app.command("limitation")
def limitation(
    case: Annotated[str, typer.Argument(help="The number of the case.")],
    matter: Annotated[str | None, typer.Option(help="What the dispute is about.")] = None,
    starts_on: Annotated[str | None, typer.Option(help="The day from which it runs.")] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Its limitation type, for example general.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="Its period instead, as P5Y.")] = None,
    interruption: Annotated[
        list[str] | None, typer.Option(help="A day on which the count starts again. Repeatable.")
    ] = None,
    suspension: Annotated[
        list[str] | None,
        typer.Option(help="DAY..DAY: suspended from the first until the second. Repeatable."),
    ] = None,
    close: Annotated[str | None, typer.Option(help="The day on which it was settled.")] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Open, change or close the limitation file of a case, and show the end that follows.

    Interruptions restart the count, suspensions add their days (Code civil art. 2230, 2231). What
    is not named stays as it was; interruptions and suspensions are added.

    Example: troth fact limitation 2020-004 --matter "unpaid work" --starts-on 2020-01-10
    --type general --interruption 2022-01-10
    """
    from troth.ledger.limitations import record_limitation

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        file = _begun(writing, case, matter, starts_on, here.now)
        changed = _changed(file, kind, period, interruption or [], suspension or [], close)
        record_limitation(writing, changed, by=who(by), at=here.now)
    if json:
        print_json(_file_json(changed))
    else:
        typer.echo(f"case {case}: limitation ends {changed.end or '(not known yet)'}")


@app.command("list")
def list_(
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show the days recorded, and the limitation files with the end that follows from each.

    Example: troth fact list
    """
    from troth.ledger.days import read_days
    from troth.ledger.limitations import EVENT, NAMESPACE, list_limitations

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        files = list_limitations(reading, here.now)
        days = [
            fact
            for fact in read_days(reading, here.now)
            if (fact.event, fact.subject.namespace) != (EVENT, NAMESPACE)
        ]
    if json:
        facts = [
            {
                "event": fact.event,
                "namespace": fact.subject.namespace,
                "value": fact.subject.value,
                "day": fact.day.isoformat() if fact.day else None,
                "recorded_at": fact.recorded_at.isoformat(),
            }
            for fact in days
        ]
        print_json({"days": facts, "limitations": [_file_json(file) for file in files]})
        return
    for fact in days:
        subject = f"{fact.subject.namespace}={fact.subject.value}"
        typer.echo(f"{fact.event}  {subject}  {fact.day or 'cleared'}")
    for file in files:
        typer.echo(
            f"{EVENT}  case={file.case}  {file.end or 'not known yet'}  "
            f"({file.limitation_type or file.length or 'no type'}, from {file.starts_on})"
        )
    typer.echo(f"{len(days)} days, {len(files)} limitation files")


def _begun(
    reading: Reading, case: str, matter: str | None, starts_on: str | None, now: datetime
) -> LimitationFile:
    """The file of the case as it is, or a new one."""
    from dataclasses import replace

    from troth.ledger.limitations import LimitationFile, find_limitation

    start = day_option(starts_on, "--starts-on")
    try:
        file = find_limitation(reading, case, now)
    except Refused:
        if matter is None or start is None:
            raise Refused(
                "unknown-case",
                "there is no limitation file of this case",
                help="open it with --matter and --starts-on",
            ) from None
        return LimitationFile(case, matter, start)
    return replace(file, matter=matter or file.matter, starts_on=start or file.starts_on)


def _changed(
    file: LimitationFile,
    kind: str | None,
    period: str | None,
    interruptions: list[str],
    suspensions: list[str],
    close: str | None,
) -> LimitationFile:
    from dataclasses import replace

    from troth.law.calendar import Period

    acts = {day_option(text, "--interruption") for text in interruptions}
    try:
        length = Period.parse(period) if period is not None else file.period
        pauses = [_suspension(text) for text in suspensions]
    except ValueError as error:
        raise Refused("limitation-days", str(error)) from None
    return replace(
        file,
        limitation_type=kind or file.limitation_type,
        period=length,
        interruptions=tuple(sorted({*file.interruptions, *(day for day in acts if day)})),
        suspensions=tuple(dict.fromkeys((*file.suspensions, *pauses))),
        settled_on=day_option(close, "--close") or file.settled_on,
    )


def _suspension(text: str) -> Suspension:
    from troth.law.limitation import Suspension

    first, _, again = text.partition("..")
    starts = day_option(first, "--suspension")
    if starts is None:
        raise ValueError("a suspension is written DAY..DAY")
    return Suspension(starts, day_option(again or None, "--suspension"))


def _file_json(file: LimitationFile) -> dict[str, Any]:
    return {
        "case": file.case,
        "matter": file.matter,
        "type": file.limitation_type,
        "period": str(file.length) if file.length is not None else None,
        "starts_on": file.starts_on.isoformat(),
        "interruptions": [day.isoformat() for day in file.interruptions],
        "suspensions": [
            [pause.starts_on.isoformat(), pause.runs_again_on and pause.runs_again_on.isoformat()]
            for pause in file.suspensions
        ],
        "settled_on": file.settled_on.isoformat() if file.settled_on else None,
        "end": file.end.isoformat() if file.end else None,
    }
