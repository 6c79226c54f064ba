"""What a restored store brought back, for a reader."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from troth.cli.lines import Indented
from troth.cli.plan import columns_of
from troth.cli.show_plan import console_of, describe
from troth.desk.replay.look import Replay
from troth.report.words import Words

_WORDS = Words("en")


def show_replay(found: Replay, console: Console | None = None) -> None:
    """Prints what is to be done again, and what is left for a human."""
    console = console or console_of()
    steps = [step for step in found.plan.steps if step.counts is not None and step.counts.rows]
    if not (steps or found.corrected.targets):
        console.print("Nothing that went or was corrected has come back.")
    for step in steps:
        console.print(Indented(Text(f"{step.store}: {describe(step)}"), 2, Text("~", "bold")))
    for label, rows in found.corrected.counts().items():
        line = f"{label}: {_WORDS.count('rows', rows)} get the corrected value again"
        console.print(Indented(Text(line), 2, Text("~", "bold")))
    for one in found.restrictions:
        line = f"{one.act} is in force, on {_WORDS.count('rows', one.rows)}"
        console.print(Indented(Text(line), 2, Text("✓", "green")))
    for label, rows in found.blind.items():
        line = (
            f"{label}: {_WORDS.count('rows', rows)} went of a table without immutable columns; "
            "whether they are back cannot be told but by their persons' acts"
        )
        console.print(Indented(Text(line), 2, Text("!", "yellow")))
    if found.named_again:
        line = (
            f"{_WORDS.count('rows', found.named_again)} bear the name of a person whose erasure "
            "was carried out: theirs, or a newcomer's; say of when the copy is with --restored-at"
        )
        console.print(Indented(Text(line), 2, Text("!", "yellow")))
    for label, rows in found.tasks.items():
        line = (
            f"{label}: {_WORDS.count('rows', rows)} differ from the corrected value; say of when "
            "the copy is with --restored-at, or look at them"
        )
        console.print(Indented(Text(line), 2, Text("!", "yellow")))


def replay_json(found: Replay) -> dict[str, Any]:
    """The same in plain values."""
    return {
        "plan": found.plan.digest(),
        "steps": [
            {
                "id": step.id,
                "store": step.store,
                "table": step.table,
                "columns": columns_of(step),
                "rows": step.counts.rows if step.counts is not None else None,
            }
            for step in found.plan.steps
        ],
        "corrections": found.corrected.counts(),
        "restrictions": [{"id": one.act, "rows": one.rows} for one in found.restrictions],
        "undecidable": dict(found.blind),
        "tasks": dict(found.tasks),
        "named_again": found.named_again,
    }
