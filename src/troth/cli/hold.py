"""`troth hold`: legal holds, which keep what a case needs for as long as the case lasts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.groups import Commands
from troth.cli.held_rows import look_for
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

if TYPE_CHECKING:
    from troth.grounds.facts import Hold
    from troth.ledger.holds import HoldRecord
    from troth.project.load import Project

app = typer.Typer(
    help="Legal holds: what a case needs stays while the case lasts.",
    cls=Commands,
    rich_markup_mode=None,
)


@app.command("add")
def add(
    case: Annotated[str, typer.Option(help="The number of the case.")],
    reason: Annotated[str, typer.Option(help="Why the data is needed, in a few words.")],
    person: Annotated[
        list[str] | None,
        typer.Option(help="A person, as namespace=value: all their rows. Repeatable."),
    ] = None,
    rows: Annotated[
        list[str] | None,
        typer.Option(
            help="Rows, as store.table:key[,key]; a key of several columns as a/b. Repeatable."
        ),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(help="Only these tables of the persons, as store.table. Repeatable."),
    ] = None,
    review_on: Annotated[
        str | None, typer.Option(help="The day on which to ask whether it is still needed.")
    ] = None,
    even_if_missing: Annotated[
        bool,
        typer.Option(
            "--even-if-missing", help="Also for rows that no store has, or where one is down."
        ),
    ] = False,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Open a hold on persons or rows; a hold on everything is refused.

    It counts from now on and wins over every purge that has not yet happened. The rows that it
    names are looked for first, because a mistyped hold would protect nothing.

    Example: troth hold add --case 2026/17 --reason "claim for payment" --rows shop.invoice:17,18
    """
    from troth.ledger.holds import add_hold
    from troth.ledger.scope import parse_person, parse_rows, parse_table

    persons = [parse_person(text) for text in person or []]
    named_rows = [row for text in rows or [] for row in parse_rows(text)]
    tables = [parse_table(text) for text in table or []]
    review = day_option(review_on, "--review-on")
    with opened_with_project(project) as (here, loaded):
        _check_names(
            loaded,
            namespaces=[name.namespace for name in persons],
            tables=[*tables, *((store, name) for store, name, _ in named_rows)],
        )
        looked = look_for(loaded, named_rows, even_if_missing=even_if_missing)
        with here.ledger.writing(here.organisation) as writing:
            hold = add_hold(
                writing,
                case=case,
                reason=reason,
                by=who(by),
                at=here.now,
                persons=persons,
                tables=tables,
                rows=named_rows,
                review_on=review,
            )
    if json:
        print_json(_hold_json(hold) | looked.json())
    else:
        typer.echo(f"{hold.id} is open for case {hold.case}: {_scope(hold)}")
        for line in looked.lines():
            typer.echo(line, err=True)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also those that were lifted.")] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show the holds that are open.

    Example: troth hold list --all
    """
    from troth.ledger.holds import list_holds

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        records = [
            record for record in list_holds(reading) if every or record.hold.open_at(here.now)
        ]
    if json:
        print_json({"holds": [_record_json(record) for record in records]})
        return
    for record in records:
        typer.echo(_line(record))
    typer.echo(f"{len(records)} hold{'' if len(records) == 1 else 's'}")


@app.command("lift")
def lift(
    hold: Annotated[str, typer.Argument(help="The hold's name, as `hold list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why it is no longer needed.")],
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Lift a hold: the ordinary rules count again at once, without a fresh period.

    Example: troth hold lift hold-3f9c0a1b2c4d --reason "settled on 3 March"
    """
    from troth.ledger.holds import lift_hold

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        lift_hold(writing, hold, reason=reason, by=who(by), at=here.now)
    if json:
        print_json({"hold": hold, "lifted_at": here.now.isoformat()})
    else:
        typer.echo(f"{hold} is lifted; what is overdue goes with the next apply")


def _check_names(project: Project, *, namespaces: list[str], tables: list[tuple[str, str]]) -> None:
    """Refuse names that the map lacks: a mistyped hold would protect nothing."""
    from troth.documents.nearest import advice
    from troth.errors import Refused

    known_tables = [
        f"{store}.{table}" for store, entry in project.map.stores.items() for table in entry.tables
    ]
    known_namespaces = sorted(
        {
            column.identity
            for entry in project.map.stores.values()
            for table in entry.tables.values()
            for column in table.personal.values()
            if column.identity
        }
    )
    for name in (f"{store}.{table}" for store, table in tables):
        if name not in known_tables:
            raise Refused(
                "unknown-table",
                f"the map has no table '{name}'",
                help=advice(name, known_tables) or "write it as the map does: store.table",
            )
    for namespace in namespaces:
        if namespace not in known_namespaces:
            raise Refused(
                "unknown-namespace",
                f"no column of the map identifies persons by '{namespace}'",
                help=advice(namespace, known_namespaces)
                or f"the map knows {', '.join(known_namespaces) or 'none'}",
            )


def _scope(hold: Hold) -> str:
    parts = [f"{person.namespace}={person.value}" for person in hold.persons]
    parts += [
        f"{store}.{table}:{'/'.join(str(part) for part in key)}" for store, table, key in hold.rows
    ]
    limited = ", ".join(f"{store}.{table}" for store, table in hold.tables)
    return ", ".join(parts) + (f" (in {limited})" if limited else "")


def _line(record: HoldRecord) -> str:
    hold = record.hold
    lines = [
        f"{hold.id}  case {hold.case}, opened {hold.opened_at:%Y-%m-%d} by {record.opened_by}",
        f"    why:   {hold.reason}",
        f"    scope: {_scope(hold)}",
    ]
    if hold.review_on is not None:
        lines.append(f"    review on {hold.review_on}")
    if hold.lifted_at is not None:
        lines.append(
            f"    lifted {hold.lifted_at:%Y-%m-%d} by {record.lifted_by}: {record.lifted_because}"
        )
    return "\n".join(lines)


def _hold_json(hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "case": hold.case,
        "reason": hold.reason,
        "opened_at": hold.opened_at.isoformat(),
        "lifted_at": hold.lifted_at.isoformat() if hold.lifted_at else None,
        "review_on": hold.review_on.isoformat() if hold.review_on else None,
        "persons": [
            {"namespace": person.namespace, "value": person.value} for person in hold.persons
        ],
        "tables": [f"{store}.{table}" for store, table in hold.tables],
        "rows": [
            {"table": f"{store}.{table}", "key": list(key)} for store, table, key in hold.rows
        ],
    }


def _record_json(record: HoldRecord) -> dict[str, Any]:
    return _hold_json(record.hold) | {
        "opened_by": record.opened_by,
        "lifted_by": record.lifted_by,
        "lifted_because": record.lifted_because,
    }
