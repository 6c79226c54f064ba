"""A check for a person at a terminal: the broken first, calm, and readable at 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from troth.apply.promises import CheckReport, Promise, PromiseState, Reason, Status, TableSum
from troth.cli.lines import Indented
from troth.cli.show_plan import console_of
from troth.report.as_json import NO_TABLE
from troth.report.same import same_reasons
from troth.report.words import Words

SIGNS: dict[Status, tuple[str, str]] = {
    "broken": ("✗", "bold red"),
    "unknown": ("?", "bold yellow"),
    "kept": ("✓", "bold green"),
}
MOST_TABLES = 6  # of one promise; the JSON and the HTML report have them all
MOST_REASONS = 4
MOST_REMARKS = 8
_WORDS = Words("en")


def show_check(report: CheckReport, console: Console | None = None) -> None:
    """Prints the report."""
    console = console or console_of()
    console.print(_head(report))
    broken, unknown = list(report.having("broken")), report.having("unknown")
    shown = [state for state in unknown if state.findings]
    unseen = [state for state in unknown if not state.findings]
    if broken:
        _title(console, f"{len(broken)} broken", "broken")
    broken.sort(key=lambda state: -state.due)
    same = same_reasons([*broken, *shown])
    for state in broken:
        console.print(_promise(state, same.get(state.promise.id)))
    if unknown:
        _title(console, f"{len(unknown)} unknown", "unknown")
    for state in shown:
        console.print(_promise(state, same.get(state.promise.id)))
    if unseen:
        console.print(_unseen(unseen))
    _kept(console, report)
    _undeclared(console, report)
    _silent(console, report)
    _waiting(console, report)
    _archives(console, report)
    _remarks(console, report)
    _next(console, report)


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


def _promise(state: PromiseState, same: Promise | None) -> RenderableType:
    """A promise with its tables and reasons; `same` has been shown with the same reasons."""
    sign, style = SIGNS[state.status]
    clauses = ", ".join(state.promise.clauses)
    sentence = Text.assemble(_WORDS.sentence(state.promise), (f"  {clauses}", "dim"))
    parts: list[RenderableType] = [Indented(sentence, 2, Text(sign, style))]
    tables = [table for table in state.tables if table.status != "kept"]
    if tables:
        parts.append(Indented(_tables(tables), 4))
    if same is not None:
        text = _WORDS("reason.same", promise=_WORDS.sentence(same))
        return Group(*parts, Indented(Text(text, style="dim"), 4))
    for reason in state.reasons[:MOST_REASONS]:
        parts.append(Indented(_reason(reason), 4))
    return Group(*parts)


def _unseen(states: Sequence[PromiseState]) -> RenderableType:
    names = ", ".join(state.promise.id for state in states)
    number = "1 promise" if len(states) == 1 else f"{len(states)} promises"
    return Group(
        Indented(Text(f"{number}: {_WORDS.why(NO_TABLE)}"), 2, Text("?", SIGNS["unknown"][1])),
        Indented(Text(names, style="dim"), 4),
        Indented(Text(f"→ {_WORDS.how(NO_TABLE)}", style="italic"), 4),
    )


def _tables(tables: Sequence[TableSum]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    for table in tables[:MOST_TABLES]:
        columns = _shortened(table.columns)
        name = Text.assemble(f"{table.store}.{table.table}", (f" ({columns})", "dim"))
        if table.due:
            grid.add_row(name, f"{_WORDS.number(table.due)} due", _since(table))
            name = Text("")
        if table.unknown:
            grid.add_row(name, f"{_WORDS.number(table.unknown)} unknown", "")
        if not (table.due or table.unknown):
            grid.add_row(name, "not counted", "")
    if len(tables) > MOST_TABLES:
        grid.add_row(Text(f"and {len(tables) - MOST_TABLES} more tables", style="dim"), "", "")
    return grid


def _since(table: TableSum) -> str:
    if table.overdue_since:
        return f"since {table.overdue_since}"
    return f"oldest {table.oldest}" if table.oldest else ""


def _shortened(columns: Sequence[str]) -> str:
    shown = ", ".join(columns[:2])
    return shown if len(columns) <= 2 else f"{shown} +{len(columns) - 2}"


def _reason(reason: Reason) -> RenderableType:
    rows = f"{_WORDS.count('rows', reason.rows)}: " if reason.rows else ""
    return Group(
        Text(f"{rows}{_WORDS.why(reason)}"),
        Indented(Text(f"→ {_WORDS.how(reason)}", style="italic"), 2),
    )


def _kept(console: Console, report: CheckReport) -> None:
    kept = report.having("kept")
    if not kept:
        return
    _title(console, f"{len(kept)} kept", "kept")
    names = ", ".join(state.promise.id for state in kept)
    console.print(Indented(Text(names, style="dim"), 0))


def _undeclared(console: Console, report: CheckReport) -> None:
    if not report.undeclared:
        return
    console.print()
    console.print(Text(f"{len(report.undeclared)} NOT DECLARED", style="bold yellow"))
    for found in report.undeclared:
        console.print(Indented(Text(_WORDS.undeclared(found)), 2, Text("?", SIGNS["unknown"][1])))


def _silent(console: Console, report: CheckReport) -> None:
    if not report.silent:
        return
    console.print()
    console.print(Text(f"{len(report.silent)} FELL SILENT", style="bold yellow"))
    for one in report.silent:
        console.print(Indented(Text(_WORDS.silent(one)), 2, Text("?", SIGNS["unknown"][1])))
    console.print(Indented(Text(_WORDS("silent.how"), style="italic"), 4, Text("→")))


def _waiting(console: Console, report: CheckReport) -> None:
    for one in report.waiting:
        console.print()
        console.print(Text(_WORDS.waiting(one)))
        if one.unreachable:
            console.print(Indented(Text(_WORDS.unreachable(one)), 4, Text("→", "yellow")))


def _archives(console: Console, report: CheckReport) -> None:
    """Archives that others than their readers can read, with the statements that mend it."""
    found = [one for one in report.archives if one.status != "kept"]
    if not found:
        return
    console.print()
    console.print(Text(_WORDS("archives.title").upper(), style="bold"))
    for one in found:
        sign, style = SIGNS[one.status]
        readers = ", ".join(one.readers)
        text = _WORDS("archives.list", place=one.place, store=one.store, readers=readers)
        clauses = ", ".join(one.clauses)
        console.print(Indented(Text.assemble(text, (f"  {clauses}", "dim")), 2, Text(sign, style)))
        for why in one.why:
            console.print(Indented(Text(why), 4))
        for statement in one.statements:
            # unbroken, so that it can be copied
            console.print(Text(f"    {statement}", style="italic"), soft_wrap=True)


def _remarks(console: Console, report: CheckReport) -> None:
    """What the map leaves unknown or unchangeable: it works, and somebody should look at it."""
    if not report.remarks:
        return
    number = len(report.remarks)
    console.print()
    title = f"{number} REMARK{'' if number == 1 else 'S'} ON THE MAP"
    console.print(Text(title, style="bold"))
    for one in report.remarks[:MOST_REMARKS]:
        line = Text.assemble((f"{one.place}: ", "dim"), one.message, (f"  [{one.code}]", "dim"))
        console.print(Indented(line, 2, Text("·", "dim")))
        if one.help:
            console.print(Indented(Text(f"→ {one.help}", style="italic"), 4))
    if number > MOST_REMARKS:
        rest = f"and {number - MOST_REMARKS} more: troth check --json has them all"
        console.print(Indented(Text(rest, style="dim"), 2))


def _next(console: Console, report: CheckReport) -> None:
    console.print()
    if report.having("broken") or report.waiting:
        console.print(
            Text.assemble("To repair: ", ("troth plan", "bold"), ", read it, then ")
            + Text.assemble(("troth apply plan.json", "bold"))
        )
    elif report.clean:
        console.print(Text("Every promise is kept.", style="green"))
