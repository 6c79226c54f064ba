"""What stays of a person when an act is carried out, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from troth.cli.lines import Indented
from troth.cli.show_plan import console_of
from troth.desk.workflow.kept import Kept
from troth.desk.workflow.letters import kept_parts
from troth.desk.workflow.words import Words


def show_kept(found: Mapping[str, Sequence[Kept]], console: Console | None = None) -> None:
    """Prints, for each act, what a ground keeps: purpose, legal basis, article, clauses, day."""
    console = console or console_of(stderr=True)
    words = Words("en")
    for act, kept in found.items():
        console.print(Text.assemble((words("kept.heading"), "bold"), (f"  {act}", "dim")))
        if not kept:
            console.print(Indented(words("kept.nothing"), 2))
        for kind, text in kept_parts(kept, words):
            if kind == "item":
                console.print(Indented(Text(text), 2, Text("=", "bold green")))
        console.print()


def kept_json(found: Mapping[str, Sequence[Kept]]) -> list[dict[str, Any]]:
    """The same for machines; days are ISO dates, `until` is null where it waits for an event."""
    return [
        {
            "request": act,
            "activity": one.activity,
            "purpose": one.purpose,
            "categories": list(one.categories),
            "bases": list(one.bases),
            "clauses": list(one.clauses),
            "from": one.first.isoformat() if one.first else None,
            "until": one.last.isoformat() if one.last else None,
            "waits": list(one.waits),
            "rows": one.rows,
            "tables": list(one.tables),
        }
        for act, kept in found.items()
        for one in kept
    ]
