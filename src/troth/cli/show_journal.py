"""Entries of the journal for a person: what was done, line by line; `--json` has every digit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from troth.cli.lines import Indented
from troth.cli.show_plan import DIGEST_SHOWN, console_of
from troth.ledger.entries import ShownEntry

_HEX = re.compile(r"[0-9a-f]{40,}")


def show_entries(entries: Sequence[ShownEntry]) -> None:
    """Prints entries, each with its number, its instant (UTC), its kind and what it says."""
    console = console_of()
    for entry in entries:
        head = Text.assemble((f"{entry.seq:>6}  ", "dim"), (_instant(entry.at), "dim"), "  ")
        line = Text.assemble((entry.kind, "bold"), "  ", _told(entry))
        console.print(Indented(line, len(head), head))
    if not entries:
        console.print("the journal has no such entries")


def _instant(at: str) -> str:
    return f"{at[:10]} {at[11:19]}Z"


def _told(entry: ShownEntry) -> str:
    if entry.payload is None:
        return f"(erased by entry {entry.erased_by})"
    if not isinstance(entry.payload, dict):
        return _shown(entry.payload)
    return "; ".join(_parts(entry.payload))


def _parts(payload: dict[str, Any]) -> Iterator[str]:
    for name, value in payload.items():
        if value is None or value in ({}, []):
            continue
        yield _shown(value) if name == "counts" else f"{name.replace('_', ' ')} {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(inner) for inner in value)
    return _HEX.sub(lambda found: found[0][:DIGEST_SHOWN], str(value))
