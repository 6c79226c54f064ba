"""A check for a person at a terminal: the broken first, calm, and readable at 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from troth.apply.promises import CheckReport, Finding, PromiseState, Reason, Status
from troth.report.as_json import NO_TABLE
from troth.report.words import Words

SIGNS: dict[Status, tuple[str, str]] = {
    "broken": ("✗", "bold red"),
    "unknown": ("?", "bold yellow"),
    "kept": ("✓", "bold green"),
}
WIDEST = 110  # longer lines are hard to read
_WORDS = Words("en")


def show_check(report: CheckReport, console: Console | None = None) -> None:
    """Prints the report."""
    console = console or _console()
    console.print(_head(report))
    for status in ("broken", "unknown"):
        states = report.having(status)
        if states:
            _title(console, f"{len(states)} {status}", status)
        for state in states:
            console.print(_promise(state))
    _kept(console, report)
    _undeclared(console, report)
    _waiting(console, report)
    _next(console, report)


def _console() -> Console:
    console = Console(highlight=False)
    return Console(highlight=False, width=min(console.width, WIDEST))


def _head(report: CheckReport) -> RenderableType:
    kept, every = len(report.having("kept")), len(report.promises)
    style = "bold green" if kept == every else "bold"
    return Group(
        Text(report.title, style="bold"),
        Text(f"{report.organisation}, {_WORDS.day(report.as_of)}", style="dim"),
        Text(""),
        Text.assemble(
            (f"{kept} of {every} promises kept", style),
            f" ({report.score} %), ",
            (f"{report.rows_score} %", style),
            " of the values may be where they are",
        ),
    )


def _title(console: Console, text: str, status: Status) -> None:
    console.print()
    console.print(Text(text.upper(), style=SIGNS[status][1]))


def _promise(state: PromiseState) -> RenderableType:
    sign, style = SIGNS[state.status]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    clauses = ", ".join(state.promise.clauses)
    grid.add_row(
        Text(sign, style=style),
        Text.assemble(_WORDS.sentence(state.promise), (f"  {clauses}", "dim")),
    )
    parts: list[RenderableType] = [grid]
    shown = [f for f in state.findings if f.status != "kept"]
    if shown:
        parts.append(Padding(_findings(shown), (0, 0, 0, 4)))
    for reason in _reasons(state, shown):
        parts.append(Padding(_reason(reason), (0, 0, 0, 4)))
    return Group(*parts)


def _findings(findings: Sequence[Finding]) -> Table:
    grid = Table.grid(padding=(0, 2), expand=False)
    grid.add_column(overflow="fold")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    for finding in findings:
        columns = _shortened(finding.columns)
        name = Text.assemble(f"{finding.store}.{finding.table}", (f" ({columns})", "dim"))
        if finding.due:
            since = finding.overdue_since
            text = f"since {since}" if since else _from(finding)
            grid.add_row(name, f"{_WORDS.number(finding.due)} due", text)
        if finding.unknown:
            grid.add_row(name, f"{_WORDS.number(finding.unknown)} unknown", "")
        if not (finding.due or finding.unknown):
            grid.add_row(name, "not counted", "")
    return grid


def _from(finding: Finding) -> str:
    return f"oldest of {finding.oldest}" if finding.oldest else ""


def _shortened(columns: Sequence[str]) -> str:
    shown = ", ".join(columns[:3])
    return shown if len(columns) <= 3 else f"{shown} and {len(columns) - 3} more"


def _reasons(state: PromiseState, findings: Sequence[Finding]) -> list[Reason]:
    if not state.findings:
        return [NO_TABLE]
    unique: dict[str, Reason] = {}
    for finding in findings:
        for reason in finding.reasons:
            unique.setdefault(_WORDS.why(reason), reason)
    return list(unique.values())


def _reason(reason: Reason) -> RenderableType:
    rows = f"{_WORDS.count('rows', reason.rows)}: " if reason.rows else ""
    return Group(
        Text(f"{rows}{_WORDS.why(reason)}"),
        Padding(Text(f"→ {_WORDS.how(reason)}", style="italic"), (0, 0, 0, 2)),
    )


def _kept(console: Console, report: CheckReport) -> None:
    kept = report.having("kept")
    if not kept:
        return
    _title(console, f"{len(kept)} kept", "kept")
    names = ", ".join(state.promise.id for state in kept)
    console.print(Text(names, style="dim"))


def _undeclared(console: Console, report: CheckReport) -> None:
    if not report.undeclared:
        return
    console.print()
    console.print(Text(f"{len(report.undeclared)} NOT DECLARED", style="bold yellow"))
    for found in report.undeclared:
        console.print(Text(f"? {_WORDS.undeclared(found)}"))


def _waiting(console: Console, report: CheckReport) -> None:
    for one in report.waiting:
        rows = _WORDS.count("rows", one.rows)
        console.print()
        console.print(
            Text(f"{one.store}.{one.table}: {rows} wait for an invitation under {one.rule}")
        )


def _next(console: Console, report: CheckReport) -> None:
    console.print()
    if report.having("broken") or report.waiting:
        console.print(
            Text.assemble("To repair: ", ("troth plan", "bold"), ", read it, then ")
            + Text.assemble(("troth apply plan.json", "bold"))
        )
    elif report.clean:
        console.print(Text("Every promise is kept.", style="green"))
