"""`troth coverage`: which clauses of a catalogue the policy expresses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

WIDTH = 100  # columns of a line

if TYPE_CHECKING:
    from troth.policy.coverage import CoverageRow


def command(
    catalogue: Annotated[
        Path, typer.Argument(help="YAML list of clauses, each with at least id and kind.")
    ],
    policy: Annotated[Path, typer.Option(help="The policy.")] = Path("policy.yaml"),
    look: Annotated[
        bool, typer.Option("--look", help="Only clauses that need a look: no typed element.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which clauses of a text the policy expresses.

    For each clause: the elements of the policy that cite it, or the reason why none does. A clause
    that only commitments and readings cite is promised in words: nothing of it can be checked.

    Exit status 1: a clause is missing, or the policy cites one that the catalogue lacks.

    Example: troth coverage clauses.yaml --policy examples/softfil/policy.yaml
    """
    from troth.documents.read import read_document
    from troth.policy.coverage import catalogue_of, coverage
    from troth.project.load import load_policy, read_file

    document = read_document(read_file(catalogue, catalogue.name), catalogue.name)
    rows = coverage(load_policy(policy), catalogue_of(document))
    shown = tuple(row for row in rows if _needs_a_look(row)) if look else rows
    _print_json(shown) if json else _print_text(shown, rows)
    if any(row.status in ("missing", "foreign") for row in rows):
        raise typer.Exit(1)


def _needs_a_look(row: CoverageRow) -> bool:
    return row.status != "cited" or row.in_words_only


def _print_json(rows: tuple[CoverageRow, ...]) -> None:
    from dataclasses import asdict

    from troth.cli.opened import print_json

    print_json({"clauses": [asdict(row) for row in rows]})


def _print_text(shown: tuple[CoverageRow, ...], rows: tuple[CoverageRow, ...]) -> None:
    for row in shown:
        typer.echo(_told(row))
    if shown:
        typer.echo()
    typer.echo(_summary(rows))


def _summary(rows: tuple[CoverageRow, ...]) -> str:
    from collections import Counter

    counts = Counter(row.status for row in rows)
    words = sum(row.in_words_only for row in rows)
    total = len(rows) - counts["foreign"]
    return (
        f"{total} clauses: {counts['cited']} cited, of which {words} in words only; "
        f"{counts['not-modelled']} not modelled (with a reason), {counts['missing']} missing; "
        f"{counts['foreign']} cited that the catalogue lacks"
    )


def _told(row: CoverageRow) -> str:
    """A clause as a paragraph: its id and kind, what it says, and where the policy says it."""
    head = f"{row.clause}  {row.kind}".rstrip()
    if row.status == "cited":
        mark = "in words only: " if row.in_words_only else ""
        told = f"→ {mark}{', '.join(row.elements)}"
    elif row.status == "not-modelled":
        told = f"→ not modelled: {row.reason}"
    elif row.status == "missing":
        told = "→ MISSING: no element cites it, and no reason is given"
    else:
        told = f"→ NOT IN THE CATALOGUE, cited by {', '.join(row.elements) or 'not_modelled'}"
    return "\n".join([head, *_wrapped(row.says), *_wrapped(told)])


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(
        text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )
