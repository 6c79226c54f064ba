"""A rectification for a reader: which columns change, what stays and why; never a value."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from troth.cli.lines import Indented
from troth.cli.show_plan import console_of
from troth.desk.rectify.model import WHY, Copies, Notice, Rectification
from troth.desk.rectify.run import Outcome
from troth.report.words import Words

_WORDS = Words("en")


def show_plan(plan: Rectification, console: Console | None = None) -> None:
    """Prints what would be done."""
    console = console or console_of()
    if not plan.changes:
        console.print("No copy is left to be corrected.")
    for one in plan.changes:
        follows = " (references the corrected row)" if one.follows else ""
        line = f"{one.label}: {_WORDS.count('rows', one.rows)} get the new {one.named}{follows}"
        console.print(Indented(Text(line), 2, Text("~", "bold")))
    _left(console, plan)
    for notice in plan.notices:
        console.print(Indented(Text(_told(notice)), 2, Text("!", "yellow")))
    if plan.changes:
        console.print(
            f"One transaction for each store (up to {plan.at_once} rows); irreversible: the old "
            "value is kept nowhere."
        )


def show_outcome(plan: Rectification, outcome: Outcome, console: Console | None = None) -> None:
    """Prints what was done."""
    console = console or console_of()
    _written(console, outcome)
    _left(console, plan)
    _end(console, outcome)


def show_resumed(outcome: Outcome | None, console: Console | None = None) -> None:
    """Prints what a resumed run did."""
    console = console or console_of()
    if outcome is None:
        console.print("No rectification was interrupted.")
        return
    _written(console, outcome)
    _end(console, outcome)


def plan_json(plan: Rectification) -> dict[str, Any]:
    """A plan in plain values."""
    return {
        "digest": plan.digest(),
        "rows": plan.rows,
        "changes": [_copies(one) for one in plan.changes],
        "left": [_copies(one) for one in plan.left],
        "notices": [
            {"code": one.code, "place": one.place, "message": one.message, "help": one.help}
            for one in plan.notices
        ],
    }


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """What a run did, by column."""
    return {
        "run": outcome.run,
        "written": dict(outcome.written),
        "corrections": outcome.corrections,
        "aliases": outcome.aliases,
        "remaining": [_copies(one) for one in outcome.remaining],
    }


def _copies(one: Copies) -> dict[str, Any]:
    found: dict[str, Any] = {
        "store": one.store,
        "table": one.table,
        "column": one.column,
        "path": one.path,
        "rows": one.rows,
        "named": one.named,
        "follows": one.follows,
    }
    if one.why is not None:
        found |= {
            "why": one.why,
            "activity": one.activity,
            "rule": one.rule,
            "promise": one.promise,
            "clauses": list(one.clauses),
            "statute": one.statute,
        }
    return found


def _written(console: Console, outcome: Outcome) -> None:
    for label, rows in outcome.written.items():
        line = f"{label}: {_WORDS.count('rows', rows)} corrected"
        console.print(Indented(Text(line), 2, Text("✓", "bold green")))


def _left(console: Console, plan: Rectification) -> None:
    for one in plan.left:
        assert one.why is not None
        ground = f": {one.promise} [{', '.join(one.clauses)}]" if one.promise else ""
        line = f"{one.label}: {_WORDS.count('rows', one.rows)} stay: {WHY[one.why]}{ground}"
        console.print(Indented(Text(line), 2, Text("-", "dim")))


def _end(console: Console, outcome: Outcome) -> None:
    if outcome.corrections:
        said = _WORDS.count("rows", outcome.corrections)
        console.print(
            f"The right value is recorded in the ledger beside {said} of papers; the map has no "
            "place for a correction in the store."
        )
    if outcome.clean:
        console.print(Text("No other copy holds the old value.", style="bold green"))
    for one in outcome.remaining:
        line = f"{one.label}: {_WORDS.count('rows', one.rows)} still hold the old value"
        console.print(Indented(Text(line), 2, Text("!", "bold yellow")))


def _told(notice: Notice) -> str:
    place = f"{notice.place}: " if notice.place else ""
    help = f" ({notice.help})" if notice.help else ""
    return f"{place}{notice.message}{help} [{notice.code}]"
