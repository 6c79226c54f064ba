"""Findings for a person at a terminal: the worst first, quotes side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from troth.cli.lines import Indented
from troth.cli.show_plan import console_of
from troth.lint.accepted import Sorted
from troth.lint.catalogue import CODES
from troth.lint.model import Flaw, Severity, Status
from troth.reading.text import Evidence

SIGNS: dict[Severity, tuple[str, str]] = {
    Severity.ERROR: ("✗", "bold red"),
    Severity.WARNING: ("!", "bold yellow"),
    Severity.INFO: ("·", "bold blue"),
}
TITLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
MOST_QUOTES = 4
MOST_PLACES = 6
LONGEST = 240  # characters of a quote that are shown; --json has all of it
SIDE_BY_SIDE = 90  # columns from which two quotes stand beside one another


def show_lint(
    found: Sorted,
    checked: Sequence[Flaw],
    name: str,
    lines: Mapping[str, str],
    *,
    every: bool,
    console: Console | None = None,
) -> None:
    """Prints the findings about `name`.

    `lines` tells file and line of the places of findings; `every`, that no severity was left out.
    """
    console = console or console_of()
    console.print(Text(name, style="bold"), soft_wrap=True)  # a path that is cut opens nothing
    console.print(_head(found))
    for severity in Severity:
        flaws = _together([flaw for flaw in found.standing if flaw.severity is severity])
        if flaws:
            number = sum(flaw.severity is severity for flaw in found.standing)
            plural = "" if number == 1 else "S"
            console.print()
            console.print(
                Text(f"{number} {TITLES[severity].upper()}{plural}", style=SIGNS[severity][1])
            )
        for flaw in flaws:
            console.print(_flaw(flaw, lines, console.width))
    _completeness(console, checked)
    _accepted(console, found)
    if not found.standing:
        console.print()
        text = "Nothing was found." if every else "Nothing of that severity was found."
        console.print(Text(text, style="green"))
    else:
        console.print()
        console.print(
            Text.assemble(
                "More on a code: ", (f"troth lint --explain {found.standing[0].code}", "bold")
            )
        )


def _head(found: Sorted) -> RenderableType:
    number = len(found.standing)
    numbers = {s: sum(flaw.severity is s for flaw in found.standing) for s in Severity}
    counts = ", ".join(f"{n} {TITLES[s]}{'' if n == 1 else 's'}" for s, n in numbers.items() if n)
    told = f"{number} finding{'' if number == 1 else 's'}: {counts}" if number else "no finding"
    return Text(told, style="bold" if number else "bold green")


def _together(flaws: Sequence[Flaw]) -> list[Flaw]:
    """Findings of one rule and message as one, with the places of all; quotes are not mixed."""
    found: dict[tuple[str, str, str], Flaw] = {}
    for number, flaw in enumerate(flaws):
        key = (flaw.code, flaw.rule, flaw.message if flaw.places else str(number))
        first = found.get(key)
        found[key] = replace(first, places=first.places + flaw.places) if first else flaw
    return list(found.values())


def _flaw(flaw: Flaw, lines: Mapping[str, str], width: int) -> RenderableType:
    sign, style = SIGNS[flaw.severity]
    head = Text.assemble(flaw.message, (f"  {flaw.code}", "dim"), (f"  Art. {flaw.article}", "dim"))
    parts: list[RenderableType] = [Indented(head, 2, Text(sign, style))]
    if flaw.evidence:
        parts.append(Indented(_quotes(flaw.evidence, width), 4))
    for place in flaw.places[:MOST_PLACES]:
        line = Text.assemble((place, "cyan"), (f"  {lines.get(place, '')}", "dim"))
        parts.append(Indented(line, 4))
    if len(flaw.places) > MOST_PLACES:
        more = f"and {len(flaw.places) - MOST_PLACES} more: --json has them all"
        parts.append(Indented(Text(more, style="dim"), 4))
    if flaw.searched and flaw.status is not Status.PRESENT:
        parts.append(Indented(Text(f"looked for: {'; '.join(flaw.searched)}", style="dim"), 4))
    if flaw.code in CODES:
        parts.append(Indented(Text(f"→ {CODES[flaw.code].mend}", style="italic"), 4))
    return Group(*parts)


def _quotes(evidence: Sequence[Evidence], width: int) -> RenderableType:
    """Two quotes beside one another where there is room; otherwise one beneath the other."""
    shown = [Text(f"“{_short(one.quote)}”", style="cyan") for one in evidence[:MOST_QUOTES]]
    more = len(evidence) - len(shown)
    if len(shown) == 2 and not more and width >= SIDE_BY_SIDE:
        grid = Table.grid(padding=(0, 3), expand=True)
        grid.add_column(ratio=1)
        grid.add_column(ratio=1)
        grid.add_row(*shown)
        return grid
    rest = [Text(f"and {more} more", style="dim")] if more else []
    return Group(*shown, *rest)


def _short(quote: str) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _completeness(console: Console, checked: Sequence[Flaw]) -> None:
    if not checked:
        return
    console.print()
    console.print(Text("WHAT ART. 13 AND 14 ASK", style="bold"))
    for status, sign, style in (
        (Status.PRESENT, "✓", "green"),
        (Status.DOUBTFUL, "?", "yellow"),
        (Status.ABSENT, "✗", "red"),
    ):
        names = [_item(flaw) for flaw in checked if flaw.status is status]
        if names:
            line = Text.assemble((f"{status.value}: ", style), (", ".join(names), "dim"))
            console.print(Indented(line, 2, Text(sign, style)))


def _item(flaw: Flaw) -> str:
    return flaw.code.removeprefix("ART13_").replace("_", " ").lower()


def _accepted(console: Console, found: Sorted) -> None:
    if found.accepted:
        console.print()
        number = len(found.accepted)
        console.print(Text(f"{number} accepted in lint.yaml", style="bold"))
        for flaw, entry in found.accepted:
            console.print(Indented(Text(f"{flaw.code}: {entry.reason}", style="dim"), 2))
    for entry in found.idle:
        console.print()
        text = f"lint.yaml accepts {entry.code}, which is not found: take the entry out"
        console.print(Indented(Text(text), 2, Text("?", "bold yellow")))
