"""`troth plan`: what would change, why, and what cannot be undone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.check import telling
from troth.cli.opened import AsJson, By, ProjectFolder, day_option, opened, print_json, who
from troth.cli.opening import At, ready

if TYPE_CHECKING:
    from troth.plan.model import Plan, Step

DEFAULT_FILE = Path("plan.json")


def command(
    at: At = None,
    sql: Annotated[
        bool, typer.Option("--sql", help="Show each step as SQL that can be read.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="The file of the plan; default: plan.json.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Also keep it in the ledger, for a yes in the console.")
    ] = False,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Show what would be deleted, erased, archived and sent, and write it as a plan.

    Nothing is changed. The plan's file is what is approved and carried out: troth apply takes that
    very plan. A plan of a future day shows what will fall due; it cannot be applied, and is
    written only with --out. Exit status: 0, or 1 where something blocks the plan.

    Example: troth plan --at 2027-01-31 --sql
    """
    day = day_option(at, "--at")
    from troth.apply.before import links_of
    from troth.apply.plan_file import write_plan
    from troth.apply.planning import make_plan
    from troth.apply.sql_text import sql_of_plan

    with ready(project, "read") as here, telling(quiet=json) as told:
        now = here.instant(day)
        facts = here.facts(now)
        links = links_of(here.ledger, here.organisation)
        plan = make_plan(here.setting, facts, now, told, links=links)
        statements = sql_of_plan(plan, here.setting, facts, now) if sql else ()
        today = here.today()
    applicable = plan.day == today
    file = out or (DEFAULT_FILE if applicable else None)
    if keep:
        _keep(plan, project, who(by), applicable=applicable)
    if file is not None:
        write_plan(plan, file)
    if json:
        print_json(plan_json(plan, file, applicable=applicable, statements=statements))
    else:
        from troth.cli.show_plan import show_plan, show_sql

        if sql:
            show_sql(statements)
        show_plan(plan, file, today)
    return 1 if any(notice.severity == "blocking" for notice in plan.notices) else 0


def _keep(plan: Plan, project: Path, by: str, *, applicable: bool) -> None:
    """Keeps a plan of today in the ledger; Refused (`plan-of-another-day`) for a later one."""
    from troth.desk.overview.plans import keep
    from troth.errors import Refused

    if not applicable:
        raise Refused(
            "plan-of-another-day",
            "a plan of another day cannot be carried out, so nobody is asked to approve it",
            help="make it without --at",
        )
    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        keep(writing, plan, by=by, at=here.now)


def plan_json(
    plan: Plan, file: Path | None, *, applicable: bool, statements: tuple[Any, ...] = ()
) -> dict[str, Any]:
    """A plan in plain values, without its predicates: those are in its file."""
    texts = {one.step.id: list(one.statements) for one in statements}
    return {
        "day": plan.day.isoformat(),
        "organisation": plan.organisation,
        "digest": plan.digest(),
        "file": str(file) if file is not None else None,
        "applicable": applicable,
        "rows": plan.rows,
        "archived": plan.archived,
        "steps": [_step(step, texts.get(step.id)) for step in plan.steps],
        "notices": [notice.model_dump(mode="json") for notice in plan.notices],
        "limits": plan.limits.model_dump(mode="json"),
    }


def _step(step: Step, statements: list[str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": step.id,
        "kind": step.kind,
        "store": step.store,
        "table": step.table,
        "columns": columns_of(step),
        "rows": step.counts.rows if step.counts is not None else None,
        "reversible": step.reversible,
        "partitions": [one.model_dump(mode="json") for one in step.partitions]
        if step.kind == "delete-rows"
        else [],
        "because": [reason.model_dump(mode="json") for reason in step.because],
    }
    return found if statements is None else {**found, "sql": statements}


def columns_of(step: Step) -> list[str]:
    """The columns whose values a step takes, moves or reads."""
    match step.kind:
        case "delete-rows" | "erase-values":
            return list(step.columns)
        case "archive-rows":
            return list(step.moves)
        case "send-invitations":
            return list(step.addresses)
