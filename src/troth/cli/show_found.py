"""A person found, for a reader: which tables, how many rows, what is doubtful; values masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from troth.cli.lines import Indented
from troth.cli.show_plan import console_of
from troth.desk.find.looks import Kind, masked
from troth.desk.find.model import Doubtful, Found, Match, TableRows
from troth.desk.find.reasons import decided_by, why
from troth.report.words import Words

MOST_TABLES = 4  # named beside one hint; --json has them all
_WORDS = Words("en")
Kinds = Mapping[tuple[str, str], Kind]
"""What each identity column, by table (store.table) and name, holds."""


def show_found(
    found: Found, kinds: Kinds, *, values: bool = False, console: Console | None = None
) -> None:
    """Prints what was found; `values` shows the matched values as they are."""
    console = console or console_of()
    tell = _teller(kinds, values)
    if not found.persons:
        console.print("Nobody is surely the person asked for.")
    else:
        console.print(Text("The person", style="bold"))
        for match in found.persons:
            rows = _WORDS.count("rows", match.rows)
            line = f"{match.face.facet.label}: {rows} by {_by(match, tell)}"
            console.print(Indented(Text(line), 2, Text("✓", "bold green")))
        console.print()
        console.print(Text(f"What concerns them: {_WORDS.count('rows', found.total)}", "bold"))
        for one in found.rows:
            console.print(Indented(Text(_rows(one)), 2))
    if found.doubtful:
        console.print()
        console.print(Text("Doubtful: not taken unless you confirm it", style="bold yellow"))
        for doubt in found.doubtful:
            console.print(
                Indented(Text(_doubt(doubt, tell)), 4, Text(f"{doubt.number:>2}", "yellow"))
            )
        console.print(
            Text("Settle them with --confirm 1,2 or --reject 3 (or by their marks).", style="dim")
        )
    if found.hints:
        console.print()
        for line in _hints(found):
            console.print(Indented(Text(line, "dim"), 2))


def _hints(found: Found) -> list[str]:
    """A line for each hint; those that say the same of several tables are one."""
    together: dict[tuple[str, str], list[str]] = {}
    for hint in found.hints:
        together.setdefault((hint.code, hint.message), []).append(hint.table)
    lines = []
    for (code, message), tables in together.items():
        some = [table for table in dict.fromkeys(tables) if table]
        more = f" and {len(some) - MOST_TABLES} more" if len(some) > MOST_TABLES else ""
        about = f"{', '.join(some[:MOST_TABLES])}{more}: " if some else ""
        lines.append(f"{about}{message} [{code}]")
    return lines


def found_json(found: Found, kinds: Kinds, *, values: bool = False) -> dict[str, Any]:
    """The answer as plain values."""
    tell = _teller(kinds, values)
    return {
        "persons": [_match_json(match, tell) for match in found.persons],
        "rows": [_rows_json(one) for one in found.rows],
        "doubtful": [
            {
                "number": one.number,
                "mark": one.mark,
                "reason": one.reason,
                "why": why(one.reason),
                "decided_by": decided_by(one.reason),
                **_match_json(one.match, tell),
            }
            for one in found.doubtful
        ],
        "hints": [
            {"code": one.code, "table": one.table or None, "message": one.message, "help": one.help}
            for one in found.hints
        ],
    }


Tell = Callable[[str, str, str], str]


def _teller(kinds: Kinds, values: bool) -> Tell:
    def tell(label: str, column: str, text: str) -> str:
        return text if values else masked(kinds.get((label, column), "name"), text)

    return tell


def _by(match: Match, tell: Tell) -> str:
    label = match.face.facet.label
    said = [f"{column} {tell(label, column, text)}" for column, text in match.by if text]
    return ", ".join(said) or "its row alone"


def _rows(one: TableRows) -> str:
    holding = [role for role in one.roles if role.holding]
    names = ", ".join(role.concern.role for role in holding) or "nobody in a role that holds"
    marks = []
    if shared := max((role.shared for role in one.roles), default=0):
        marks.append(f"{shared} of them also concern somebody else")
    for role in holding:
        if role.concern.others:
            columns = ", ".join(role.concern.others)
            marks.append(f"as {role.concern.role} not theirs: {columns}")
    if protected := max((role.protected for role in one.roles), default=0):
        marks.append(f"{protected} protected by the map")
    tail = f" ({'; '.join(marks)})" if marks else ""
    return f"{one.label}: {_WORDS.count('rows', one.rows)} as {names}{tail}"


def _doubt(one: Doubtful, tell: Tell) -> str:
    match = one.match
    where = f"{match.face.facet.label}: {_WORDS.count('rows', match.rows)} by {_by(match, tell)}"
    return f"{where}: {why(one.reason)}; {decided_by(one.reason)} would decide it [{one.mark}]"


def _match_json(match: Match, tell: Tell) -> dict[str, Any]:
    facet = match.face.facet
    return {
        "store": facet.store,
        "table": facet.table,
        "rows": match.rows,
        "by": [
            {"column": column, "value": tell(facet.label, column, text)}
            for column, text in match.by
        ],
    }


def _rows_json(one: TableRows) -> dict[str, Any]:
    return {
        "store": one.store,
        "table": one.table,
        "rows": one.rows,
        "roles": [
            {
                "role": role.concern.role,
                "rows": role.rows,
                "shared": role.shared,
                "holding": role.holding,
                "protected": role.protected,
                "columns": {
                    "theirs": list(role.concern.mine),
                    "common": list(role.concern.common),
                    "others": list(role.concern.others),
                },
            }
            for role in one.roles
        ],
    }
