"""`troth coverage`: which clauses of a catalogue the policy expresses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from troth.policy.coverage import CoverageRow


def command(
    catalogue: Annotated[
        Path, typer.Argument(help="YAML list of clauses, each with at least id and kind.")
    ],
    policy: Annotated[Path, typer.Option(help="The policy.")] = Path("policy.yaml"),
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which clauses of a text the policy expresses.

    For each clause: the elements of the policy that cite it, or the reason why none does.

    Exit status 1: a clause is missing, or the policy cites one that the catalogue lacks.

    Example: troth coverage clauses.yaml --policy examples/softfil/policy.yaml
    """
    from troth.documents.read import read_document
    from troth.policy.coverage import catalogue_of, coverage
    from troth.project.load import load_policy, read_file

    document = read_document(read_file(catalogue, catalogue.name), catalogue.name)
    rows = coverage(load_policy(policy), catalogue_of(document))
    _print_json(rows) if json else _print_text(rows)
    if any(row.status in ("missing", "foreign") for row in rows):
        raise typer.Exit(1)


def _print_json(rows: tuple[CoverageRow, ...]) -> None:
    from dataclasses import asdict

    from troth.cli.opened import print_json

    print_json({"clauses": [asdict(row) for row in rows]})


def _print_text(rows: tuple[CoverageRow, ...]) -> None:
    from collections import Counter

    width = max((len(row.clause) for row in rows), default=0)
    for row in rows:
        typer.echo(f"{row.clause:<{width}}  {row.kind:<20} {_told(row)}".rstrip())
    counts = Counter(row.status for row in rows)
    total = len(rows) - counts["foreign"]
    typer.echo(
        f"\n{total} clauses: {counts['cited']} cited, {counts['not-modelled']} not modelled "
        f"(with a reason), {counts['missing']} missing; "
        f"{counts['foreign']} cited that the catalogue lacks"
    )


def _told(row: CoverageRow) -> str:
    match row.status:
        case "cited":
            return ", ".join(row.elements)
        case "not-modelled":
            return f"not modelled: {row.reason}"
        case "missing":
            return "MISSING"
        case "foreign":
            return f"NOT IN THE CATALOGUE {', '.join(row.elements)}".rstrip()
