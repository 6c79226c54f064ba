"""Findings for a person at a terminal: the worst first, quotes side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from troth.cli.lines import Indented
from troth.cli.show_plan import console_of
from troth.lint.accepted import Sorted
from troth.lint.gathered import counts, together
from troth.lint.model import Flaw, Severity, Status
from troth.lint.words import Words
from troth.reading.text import Evidence

SIGNS: dict[Severity, tuple[str, str]] = {
    Severity.ERROR: ("✗", "bold red"),
    Severity.WARNING: ("!", "bold yellow"),
    Severity.INFO: ("·", "bold blue"),
}
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
    words: Words,
    console: Console | None = None,
) -> None:
    """Prints the findings about `name`, which are in the language of `words`.

    `lines` tells file and line of the places of findings; `every`, that no severity was left out.
    """
    console = console or console_of()
    console.print(Text(name, style="bold"), soft_wrap=True)  # a path that is cut opens nothing
    console.print(Text(counts(found, words), style="bold" if found.standing else "bold green"))
    for severity in Severity:
        flaws = together([flaw for flaw in found.standing if flaw.severity is severity])
        if flaws:
            number = sum(flaw.severity is severity for flaw in found.standing)
            console.print()
            told = words.counted(severity.value, number).upper()
            console.print(Text(told, style=SIGNS[severity][1]))
        for flaw in flaws:
            console.print(_flaw(flaw, lines, console.width, words))
    _completeness(console, checked, words)
    _accepted(console, found, words)
    if not found.standing:
        console.print()
        text = words("nothing" if every else "nothing_so_severe")
        console.print(Text(text, style="green"))
    else:
        console.print()
        console.print(
            Text.assemble(words("more"), (f"troth lint --explain {found.standing[0].code}", "bold"))
        )


def _flaw(flaw: Flaw, lines: Mapping[str, str], width: int, words: Words) -> RenderableType:
    sign, style = SIGNS[flaw.severity]
    article = words("article", article=flaw.article)
    first = Text.assemble(flaw.message, (f"  {flaw.code}", "dim"), (f"  {article}", "dim"))
    parts: list[RenderableType] = [Indented(first, 2, Text(sign, style))]
    if flaw.evidence:
        parts.append(Indented(_quotes(flaw.evidence, width, words), 4))
    for place in flaw.places[:MOST_PLACES]:
        line = Text.assemble((place, "cyan"), (f"  {lines.get(place, '')}", "dim"))
        parts.append(Indented(line, 4))
    if len(flaw.places) > MOST_PLACES:
        more = words("places_more", number=len(flaw.places) - MOST_PLACES)
        parts.append(Indented(Text(more, style="dim"), 4))
    if flaw.searched and flaw.status is not Status.PRESENT:
        looked = words("sought", words=words("between").join(flaw.searched))
        parts.append(Indented(Text(looked, style="dim"), 4))
    parts.append(Indented(Text(f"→ {words.code(flaw.code).mend}", style="italic"), 4))
    return Group(*parts)


def _quotes(evidence: Sequence[Evidence], width: int, words: Words) -> RenderableType:
    """Two quotes beside one another where there is room; otherwise one beneath the other."""
    quoted = [words("quote", words=_short(one.quote)) for one in evidence[:MOST_QUOTES]]
    shown = [Text(one, style="cyan") for one in quoted]
    more = len(evidence) - len(shown)
    if len(shown) == 2 and not more and width >= SIDE_BY_SIDE:
        grid = Table.grid(padding=(0, 3), expand=True)
        grid.add_column(ratio=1)
        grid.add_column(ratio=1)
        grid.add_row(*shown)
        return grid
    rest = [Text(words("quotes_more", number=more), style="dim")] if more else []
    return Group(*shown, *rest)


def _short(quote: str) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _completeness(console: Console, checked: Sequence[Flaw], words: Words) -> None:
    if not checked:
        return
    console.print()
    console.print(Text(words("asked").upper(), style="bold"))
    for status, sign, style in (
        (Status.PRESENT, "✓", "green"),
        (Status.DOUBTFUL, "?", "yellow"),
        (Status.ABSENT, "✗", "red"),
    ):
        names = [words.item(flaw.code) for flaw in checked if flaw.status is status]
        if names:
            line = Text.assemble((words(status.value), style), (words("comma").join(names), "dim"))
            console.print(Indented(line, 2, Text(sign, style)))


def _accepted(console: Console, found: Sorted, words: Words) -> None:
    if found.accepted:
        console.print()
        number = len(found.accepted)
        console.print(Text(words("accepted", number=number), style="bold"))
        for flaw, entry in found.accepted:
            console.print(
                Indented(Text(words("reason", code=flaw.code, reason=entry.reason), style="dim"), 2)
            )
    for entry in found.idle:
        console.print()
        text = words("idle", code=entry.code)
        console.print(Indented(Text(text), 2, Text("?", "bold yellow")))
