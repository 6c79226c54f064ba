"""`troth restrict`: restriction of processing (Art. 18), enforced in the databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from troth.cli.groups import Commands
from troth.cli.opened import (
    AsJson,
    By,
    ProjectFolder,
    clock,
    day_option,
    opened,
    print_json,
    who,
)

if TYPE_CHECKING:
    from troth.apply.restriction.model import Office, Outcome
    from troth.cli.opening import Ready
    from troth.ledger.restrictions import Enforcement, RestrictedRow, Restriction

app = typer.Typer(
    help="Restriction of processing (Art. 18): rows are set aside and not used.",
    cls=Commands,
    rich_markup_mode=None,
)

Rows = Annotated[
    list[str] | None,
    typer.Option(
        help="Rows, as store.table:key[,key]; a key of several columns as a/b. Repeatable."
    ),
]
Name = Annotated[str, typer.Argument(help="The restriction's name, as `restrict list` shows it.")]
Ground = Literal["accuracy", "unlawful", "needed-for-claim", "objection"]


@app.command("on")
def on(
    rows: Rows = None,
    ground: Annotated[
        Ground, typer.Option(help="Art. 18(1)(a) to (d): which of its grounds.")
    ] = "accuracy",
    column: Annotated[
        list[str] | None,
        typer.Option(help="Only these columns of the rows, such as a disputed one. Repeatable."),
    ] = None,
    mark: Annotated[
        str | None, typer.Option(help="What staff read in place of the data; default: in words.")
    ] = None,
    act: Annotated[str | None, typer.Option(help="The request or act that it follows.")] = None,
    review_on: Annotated[
        str | None, typer.Option(help="The day on which to ask whether it is still needed.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(help="Go on with this restriction, where it was not enforced.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Restrict rows: they stay, and nobody uses them.

    Each table shows how it is enforced and why so. Where neither mechanism holds it says so, the
    exit status is 1, and the restriction stands in the ledger all the same. With --act and no rows
    it takes every row of the person of that request, in every store.

    Example: troth restrict on --rows shop.customer:17 --ground accuracy --column phone
    """
    from troth.apply.restriction.enforce import DEFAULT_MARK, enforce, restrict
    from troth.errors import Refused

    review = day_option(review_on, "--review-on")
    if resume is not None and rows:
        raise Refused("restriction-without-rows", "--resume goes on with the rows it has")
    with _office(project, "write") as (ready, office):
        if resume is not None:
            outcome = enforce(office, resume)
        else:
            outcome = restrict(
                office,
                _of_act(ready, act) if act and not rows else _named(ready, rows, column),
                ground=ground,
                by=who(by),
                mark=mark or DEFAULT_MARK[ready.project.locale],
                act=act,
                review_on=review,
            )
    _tell(outcome, json=json)


@app.command("off")
def off(
    restriction: Name,
    reason: Annotated[str, typer.Option(help="Why it ends.")],
    told_on: Annotated[
        str | None, typer.Option(help="The day on which the person was told (Art. 18(3)).")
    ] = None,
    own_wish: Annotated[
        bool,
        typer.Option("--own-wish", help="The person asks for it: at once; --reason says where."),
    ] = False,
    conflicts: Annotated[
        Literal["report", "application", "restricted"],
        typer.Option(help="Where the application wrote meanwhile: tell, or whose values count."),
    ] = "report",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Lift a restriction after the person has heard of it; each row is again what it was.

    A row that changed meanwhile is told and stays restricted: exit status 1.

    Example: troth restrict off restriction-3f9c0a1b2c4d --reason corrected --told-on 2026-01-31
    """
    from troth.apply.restriction.lift import lift

    told = day_option(told_on, "--told-on")
    with _office(project, "write") as (_, office):
        outcome = lift(
            office,
            restriction,
            reason=reason,
            by=who(by),
            told_on=told,
            conflicts=conflicts,
            own_wish=own_wish,
        )
    _tell(outcome, json=json)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also those that were lifted.")] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show the restrictions in force, and how each row is enforced.

    Example: troth restrict list --all
    """
    from troth.ledger.restrictions import list_restrictions, read_states

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = [each for each in list_restrictions(reading) if every or each.in_force]
        states = {each.id: read_states(reading, each.id) for each in found}
    if json:
        print_json({"restrictions": [_as_json(each, states[each.id]) for each in found]})
        return
    for each in found:
        typer.echo(_line(each, states[each.id]))
    typer.echo(f"{len(found)} restriction{'' if len(found) == 1 else 's'}")


@app.command("check")
def check(project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Look whether every restriction in force is still enforced in the databases.

    Exit status 1 where one is not, or waits for a review or a decision.

    Example: troth restrict check
    """
    from troth.apply.restriction.check import check as look

    with _office(project, "read") as (_, office):
        found = look(office)
    if json:
        print_json(
            {
                "restrictions": found.restrictions,
                "rows": found.rows,
                "shortfalls": [
                    {
                        "restriction": each.restriction,
                        "row": _row_json(each.row) if each.row else None,
                        "why": each.why,
                    }
                    for each in found.shortfalls
                ],
            }
        )
    else:
        for each in found.shortfalls:
            place = f" {_row_text(each.row)}" if each.row else ""
            typer.echo(f"{each.restriction}{place}: {each.why}")
        typer.echo(
            f"{found.restrictions} restrictions on {found.rows} rows, "
            f"{len(found.shortfalls)} shortfalls"
        )
    if found.shortfalls:
        raise typer.Exit(1)


@app.command("unlock")
def unlock(
    restriction: Name,
    code: Annotated[
        str,
        typer.Option(
            help="consent, legal-claims, rights-of-others, important-public-interest or "
            "legal-obligation."
        ),
    ],
    approved_by: Annotated[str, typer.Option(help="The second person.")],
    rows: Rows = None,
    hours: Annotated[int, typer.Option(help="How long it lasts.", min=1)] = 8,
    role: Annotated[
        str | None, typer.Option(help="The database role that may see a row hidden by a policy.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Use restricted rows where Art. 18(2) allows it: shown to you alone, recorded, for a while.

    Example: troth restrict unlock restriction-3f9c0a1b2c4d --rows shop.invoice:17
    --code legal-obligation --approved-by dpo
    """
    from troth.apply.restriction.unlock import unlock as open_rows

    with _office(project, "write") as (ready, office):
        found = open_rows(
            office,
            restriction,
            _named(ready, rows, None),
            code=code,
            by=who(by),
            approved_by=approved_by,
            until=office.now + timedelta(hours=hours),
            role=role,
        )
    shown = [
        {
            "unlock": each.unlock.id,
            "row": _row_json(each.row),
            "until": each.unlock.until.isoformat(),
            "role": each.role,
            "values": dict(each.values),
        }
        for each in found
    ]
    if json:
        print_json({"unlocked": shown})
        return
    for each in found:
        typer.echo(f"{_row_text(each.row)} until {_minute(each.unlock.until)}")
        if each.role:
            typer.echo(f"  role {each.role} sees the row")
        for name, value in each.values.items():
            typer.echo(f"  {name}: {'NULL' if value is None else value}")


@contextmanager
def _office(folder: Path, purpose: Literal["read", "write"]) -> Iterator[tuple[Ready, Office]]:
    from troth.apply.restriction.model import Office
    from troth.cli.opening import ready

    with ready(folder, purpose) as found:
        yield (
            found,
            Office(
                setting=found.setting,
                ledger=found.ledger,
                organisation=found.organisation,
                now=clock(),
                roles=found.project.application_roles,
            ),
        )


def _of_act(ready: Ready, act: str) -> list[RestrictedRow]:
    """Every row of the person of a recorded request."""
    from troth.desk.rights.set_aside import rows_of_act
    from troth.ledger.acts import find_act

    with ready.ledger.reading(ready.organisation) as reading:
        found = find_act(reading, act, ready.now).act
    return rows_of_act(ready.setting, found)


def _named(ready: Ready, texts: list[str] | None, columns: list[str] | None) -> list[RestrictedRow]:
    """The rows by their names; Refused (`unknown-table`, `unknown-column`) for a mistyped one."""
    from troth.documents.nearest import advice
    from troth.errors import Refused
    from troth.ledger.restrictions import RestrictedRow
    from troth.ledger.scope import parse_rows

    stores = ready.project.map.stores
    known = [f"{store}.{table}" for store, entry in stores.items() for table in entry.tables]
    found = []
    for store, table, key in (row for text in texts or [] for row in parse_rows(text)):
        if f"{store}.{table}" not in known:
            raise Refused(
                "unknown-table",
                f"the map has no table '{store}.{table}'",
                help=advice(f"{store}.{table}", known) or "write it as the map does: store.table",
            )
        personal = list(stores[store].tables[table].personal)
        for name in columns or ():
            if name not in personal:
                raise Refused(
                    "unknown-column",
                    f"the map has no personal column '{name}' in {store}.{table}",
                    help=advice(name, personal) or f"it has {', '.join(personal) or 'none'}",
                )
        found.append(RestrictedRow(store, table, key, tuple(columns or ())))
    return found


def _tell(outcome: Outcome, *, json: bool) -> None:
    if json:
        rows = [
            _row_json(each.row)
            | {
                "mechanism": each.enforcement.mechanism,
                "state": each.enforcement.state,
                "why": each.enforcement.why,
            }
            for each in outcome.rows
        ]
        notes = {table: list(each) for table, each in outcome.notes.items()}
        print_json({"restriction": outcome.restriction, "rows": rows, "notes": notes})
    else:
        typer.echo(outcome.restriction)
        for each in outcome.rows:
            typer.echo(f"  {_row_text(each.row)}  {_state(each.enforcement)}")
        for table, told in outcome.notes.items():
            for note in told:
                typer.echo(f"  note on {table}: {note}")
    if not outcome.clean:
        raise typer.Exit(1)


def _state(found: Enforcement) -> str:
    by = "" if found.mechanism == "none" else f" by {found.mechanism.replace('-', ' ')}"
    return f"{found.state}{by}: {found.why}"


def _line(restriction: Restriction, states: dict[int, Enforcement]) -> str:
    head = f"{restriction.id}  {restriction.ground}, since {restriction.started_at:%Y-%m-%d}"
    lines = [f"{head} by {restriction.started_by}"]
    if restriction.review_on is not None:
        lines.append(f"    review on {restriction.review_on}")
    if restriction.lifted_at is not None:
        lines.append(f"    lifted {restriction.lifted_at:%Y-%m-%d}")
    for position, row in enumerate(restriction.rows):
        state = _state(states[position]) if position in states else "recorded"
        lines.append(f"    {_row_text(row)}  {state}")
    return "\n".join(lines)


def _row_text(row: RestrictedRow) -> str:
    only = f" ({', '.join(row.columns)})" if row.columns else ""
    return f"{row.store}.{row.table}:{'/'.join(str(part) for part in row.key)}{only}"


def _row_json(row: RestrictedRow) -> dict[str, Any]:
    return {
        "table": f"{row.store}.{row.table}",
        "key": list(row.key),
        "columns": list(row.columns),
    }


def _as_json(restriction: Restriction, states: dict[int, Enforcement]) -> dict[str, Any]:
    lifted, review = restriction.lifted_at, restriction.review_on
    return {
        "id": restriction.id,
        "act": restriction.act,
        "ground": restriction.ground,
        "started_at": restriction.started_at.isoformat(),
        "started_by": restriction.started_by,
        "review_on": review.isoformat() if review else None,
        "lifted_at": lifted.isoformat() if lifted else None,
        "rows": [
            _row_json(row)
            | {
                "mechanism": states[position].mechanism if position in states else "none",
                "state": states[position].state if position in states else "recorded",
                "why": states[position].why if position in states else "",
            }
            for position, row in enumerate(restriction.rows)
        ],
    }


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
