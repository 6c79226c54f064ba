"""A plan for a person: step by step with counts and reasons, then what to know before approving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.text import Text

from troth.apply.sql_text import StepSql
from troth.cli.lines import Indented
from troth.plan.model import Because, DeleteRows, Notice, Plan, Step
from troth.report.notices import folded
from troth.report.words import Words

WIDEST = 110  # longer lines are hard to read
DIGEST_SHOWN = 12  # characters of a digest that tell two plans apart; --json has all of it
_WORDS = Words("en")
_SIGNS = {
    "delete-rows": ("-", "bold red"),
    "erase-values": ("~", "bold yellow"),
    "archive-rows": (">", "bold blue"),
    "send-invitations": ("@", "bold blue"),
}


def console_of(*, stderr: bool = False) -> Console:
    """A console no wider than is easily read."""
    console = Console(highlight=False, stderr=stderr)
    return Console(highlight=False, stderr=stderr, width=min(console.width, WIDEST))


def show_plan(plan: Plan, file: Path | None, today: date, console: Console | None = None) -> None:
    """Prints a plan; `file` is where it was written."""
    console = console or console_of()
    console.print(Text(f"Plan for {plan.organisation}, {_WORDS.day(plan.day)}", style="bold"))
    if not plan.steps:
        console.print("\nNothing is due: there is nothing to do.")
        _notices(console, [one for one in plan.notices if one.code == "invitation-without-address"])
        console.print(Text("What is unknown is in no plan; troth check tells it.", style="dim"))
        return
    for step in plan.steps:
        console.print()
        console.print(_step(step))
    _notices(console, plan.notices)
    _foot(console, plan, file, today)


def show_sql(statements: Sequence[StepSql], console: Console | None = None) -> None:
    """Prints what would run, as SQL with its constants; keys of rows are not in it."""
    console = console or Console(highlight=False, soft_wrap=True)
    console.print("-- What troth apply would run, in this order. Keys of rows are not shown.")
    console.print("-- Per batch: rows are locked, decided again, written, counted, committed.")
    for one in statements:
        console.print(f"\n-- {one.step.store}: {describe(one.step)}", markup=False)
        for reason in one.step.because:
            console.print(f"-- because: {_promise(reason)}", markup=False)
        for table, meaning in one.sets:
            console.print(f"-- {table} holds keys: {meaning}", markup=False)
        for statement in one.statements:
            console.print(statement, markup=False)
    console.print()


def describe(step: Step) -> str:
    """What a step does, in a few words."""
    rows = step.counts.rows if step.counts is not None else 0
    number = _WORDS.count("rows", rows)
    match step.kind:
        case "delete-rows":
            return f"delete {number} of {step.table}"
        case "erase-values":
            return f"erase {_listed(step.columns)} in {number} of {step.table}"
        case "archive-rows":
            target = f"{step.to_store}.{step.to_table}"
            return f"archive {_listed(step.moves)} of {number} of {step.table} to {target}"
        case "send-invitations":
            persons = step.counts.persons if step.counts is not None else None
            letters = rows if persons is None else persons
            invitations = f"{letters} invitation{'' if letters == 1 else 's'}"
            whose = f" for {number}" if letters != rows else ""
            return f"send {invitations}{whose} to persons of {step.table}"


def whole(partition: str, rows: int) -> str:
    """What is said of a partition that goes as a whole."""
    return f"drop partition {partition}, {_WORDS.count('rows', rows)} of these"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _step(step: Step) -> RenderableType:
    sign, style = _SIGNS[step.kind]
    head = Text.assemble((f"{step.store}: ", "dim"), describe(step))
    lines: list[RenderableType] = [Indented(head, 2, Text(sign, style))]
    reasons = [_promise(reason) for reason in step.because]
    if isinstance(step, DeleteRows) and not reasons:
        reasons = ["They are part of rows that go."]
    if isinstance(step, DeleteRows):
        lines += [Indented(Text(whole(part.name, part.rows)), 4) for part in step.partitions]
    lines += [Indented(Text(reason, style="dim"), 4) for reason in reasons]
    return Group(*lines)


def _promise(reason: Because) -> str:
    return f"{reason.promise} ({', '.join(reason.clauses)})"


def _notices(console: Console, notices: Sequence[Notice]) -> None:
    styles = {"blocking": "bold red", "warning": "yellow", "info": "dim"}
    order = ("blocking", "warning", "info")
    found = sorted(folded(notices), key=lambda notice: order.index(notice.severity))
    if found:
        console.print("\n[bold]Before you approve[/]")
    for notice in found:
        line = Text.assemble(
            (f"{notice.severity}: ", styles[notice.severity]),
            f"{', '.join(notice.places)}: {notice.message}",
            (f"  [{notice.code}]", "dim"),
        )
        console.print(Indented(line, 0))
        if notice.help:
            console.print(Indented(Text(f"→ {notice.help}", style="italic"), 2))


def _foot(console: Console, plan: Plan, file: Path | None, today: date) -> None:
    limits = plan.limits
    archived = _WORDS.number(plan.archived)
    copied = f", {archived} of them after a copy to an archive" if plan.archived else ""
    console.print()
    console.print(
        f"{_WORDS.count('rows', plan.rows)} in {_steps(plan)}{copied}. "
        "Nothing of this can be undone."
    )
    batches = (
        f"Batches of {_WORDS.number(limits.batch_rows)} rows; a step stops where more rows than "
        f"shown are due (beyond {limits.tolerance_percent} %, and {limits.tolerance_rows} rows)."
    )
    if plan.scope:
        batches = (
            f"Only for the person{'s' * (len(plan.scope) > 1)} of {', '.join(plan.scope[:3])}"
            f"{' …' * (len(plan.scope) > 3)}. Each store in one transaction, up to "
            f"{_WORDS.number(limits.rows_at_once)} rows; beyond, who is named is set aside first, "
            "and then: " + batches
        )
    console.print(Indented(Text(batches, style="dim"), 0))
    if file is not None:
        digest = plan.digest()[:DIGEST_SHOWN]
        console.print(Text(f"Written to {file}, digest {digest}", style="dim"), soft_wrap=True)
    if plan.day > today:
        console.print("This is the plan of a future day: it cannot be applied.")
    elif plan.day < today:
        console.print("This is the plan of a past day: make one of today to apply it.")
    elif any(notice.severity == "blocking" for notice in plan.notices):
        console.print("[bold red]It cannot be applied while something blocks it.[/]")
    else:
        command = Text.assemble("To carry it out: ", (f"troth apply {file}", "bold"))
        console.print(command, soft_wrap=True)  # in one line, to be copied


def _steps(plan: Plan) -> str:
    return "1 step" if len(plan.steps) == 1 else f"{len(plan.steps)} steps"
