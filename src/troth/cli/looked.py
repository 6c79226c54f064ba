"""A look into the intermediate archives is journaled before anything of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troth.cli.opening import Ready
    from troth.desk.find.model import TableRows


def look_noted(
    here: Ready, command: str, rows: Sequence[TableRows] | None = None, reason: str | None = None
) -> None:
    """Journals that a command looked for persons in the archives: places and rows, never whose.

    `rows`: what was found, where it was counted. `reason`: why somebody looks, which names nobody;
    a person at a terminal is asked for it. Nothing where the map has no archive. Refused
    (`look-without-reason`), and what the ledger raises where it cannot be written: a look that
    nobody can see later is not given.
    """
    from troth.cli.opened import who

    datamap, places = here.setting.map, here.setting.policy.places
    of_table = {
        (store, table): datamap.place_of(store, table)
        for store, entry in datamap.stores.items()
        for table in entry.tables
    }
    archives = {
        at: place
        for at, place in of_table.items()
        if place in places and places[place].kind == "archive"
    }
    if not archives:
        return
    found = dict.fromkeys(sorted(archives.values()), 0)
    for one in rows or ():
        if (one.store, one.table) in archives:
            found[archives[one.store, one.table]] += one.rows
    payload: dict[str, Any] = {"command": command, "by": who(None), "places": list(found)}
    payload["reason"] = (reason or "").strip() or _asked()
    if rows is not None:
        payload["rows"] = found
    with here.ledger.writing(here.organisation) as writing:
        writing.append("archive-looked-into", here.now, payload)


def _asked() -> str:
    """The reason, of a person at a terminal."""
    import sys

    import typer

    from troth.errors import Refused

    if sys.stdin.isatty():
        why = "Why are the archives looked into? The journal keeps it; name nobody"
        return str(typer.prompt(why, err=True)).strip()
    raise Refused(
        "look-without-reason",
        "the look would reach an intermediate archive, and nobody said why",
        place="--reason",
        help="say why, without naming anybody: it is journaled with the look",
    )
