"""`troth journal`: the tamper-evident history of what was done."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.groups import Commands
from troth.cli.opened import AsJson, ProjectFolder, opened, print_json
from troth.errors import Refused

if TYPE_CHECKING:
    from troth.ledger.anchor import Anchor
    from troth.ledger.verify import Verification

app = typer.Typer(
    help="The journal: verify, export and show what was done.",
    cls=Commands,
    rich_markup_mode=None,
)


@app.command("verify")
def verify(
    anchor: Annotated[
        Path | None, typer.Option(help="An anchor, exported before and kept elsewhere.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Find any entry that was altered, removed, reordered or inserted.

    Without an anchor, an end that was cut off cannot be seen, and the answer says so.

    Exit status 1: the journal is not what was written.

    Example: troth journal verify --anchor /media/usb/acme.anchor
    """
    from troth.ledger.verify import verify as verify_journal

    known = _read_anchor(anchor) if anchor is not None else None
    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = verify_journal(reading, known)
    print_json(_verification_json(found)) if json else _print_verification(found)
    if not found.ok:
        raise typer.Exit(1)


@app.command("export")
def export(
    anchor: Annotated[
        Path | None, typer.Option(help="Write only the anchor of the journal's end, to this file.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the entries to this file; default: the terminal.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Write the journal as JSON lines, or an anchor of its end to keep elsewhere.

    Example: troth journal export --anchor /media/usb/acme.anchor
    """
    from troth.ledger.anchor import anchor_now
    from troth.ledger.entries import read_entries

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        end = anchor_now(reading)
        if anchor is not None:
            _write(anchor, end.write())
        if anchor is None or out is not None:
            _export_lines(out, (entry.as_json() for entry in read_entries(reading)))
    if json and (anchor is not None or out is not None):
        print_json({"anchor": _anchor_json(end)})
    elif anchor is not None:
        typer.echo(f"anchor of entry {end.seq} written; keep it away from the ledger")
    elif out is not None:
        typer.echo(f"{end.seq} entries written")


@app.command("show")
def show(
    last: Annotated[int, typer.Option(min=1, help="How many of the newest entries.")] = 20,
    kind: Annotated[str | None, typer.Option(help="Only entries of this kind.")] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show the newest entries, oldest of them first.

    Example: troth journal show --last 5
    """
    from collections import deque

    from troth.ledger.anchor import anchor_now
    from troth.ledger.entries import read_entries

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        after = 0 if kind is not None else max(0, anchor_now(reading).seq - last)
        entries = deque(read_entries(reading, after=after, kind=kind), maxlen=last)
    if json:
        print_json({"entries": [entry.as_json() for entry in entries]})
        return
    from troth.cli.show_journal import show_entries

    show_entries(entries)


def _print_verification(found: Verification) -> None:
    for finding in found.findings:
        typer.echo(f"entry {finding.seq}: {finding.message}")
    hidden = found.found - len(found.findings)
    if hidden:
        typer.echo(f"… and {hidden} more")
    state = "intact" if found.ok else "NOT what was written"
    erased = f", {found.erased} with an erased payload" if found.erased else ""
    typer.echo(f"{found.entries} entries{erased}: the journal is {state}")
    if found.caveat:
        typer.echo(found.caveat)


def _verification_json(found: Verification) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "entries": found.entries,
        "erased": found.erased,
        "found": found.found,
        "findings": [
            {"seq": finding.seq, "what": finding.what, "message": finding.message}
            for finding in found.findings
        ],
        "anchored": found.anchored,
        "caveat": found.caveat,
        "end": _anchor_json(found.end),
    }


def _anchor_json(anchor: Anchor) -> dict[str, Any]:
    return {"organisation": anchor.organisation, "seq": anchor.seq, "digest": anchor.digest}


def _read_anchor(file: Path) -> Anchor:
    from troth.ledger.anchor import Anchor
    from troth.project.load import read_file

    return Anchor.parse(read_file(file, file.name).decode("utf-8", errors="replace"))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(file, error) from None


def _export_lines(out: Path | None, entries: Iterable[dict[str, Any]]) -> None:
    from json import dumps

    from troth.cli.encoding import only_ascii

    ascii = out is None and only_ascii()
    lines = (dumps(entry, ensure_ascii=ascii, sort_keys=True) + "\n" for entry in entries)
    if out is None:
        for line in lines:
            typer.echo(line, nl=False)
        return
    try:
        with out.open("w", encoding="utf-8") as file:
            file.writelines(lines)
    except OSError as error:
        raise _unwritable(out, error) from None


def _unwritable(file: Path, error: OSError) -> Refused:
    why = (error.strerror or "the file cannot be written").lower()
    return Refused("file-unwritable", why, place=str(file))
