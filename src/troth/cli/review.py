"""`troth review`: a person walks through what a draft leaves doubtful or unknown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from troth.reading.draft.element import Draft, Element
    from troth.reading.review.overlay import Overlay
    from troth.reading.text import Text

WIDTH = 96  # columns of a sentence


def command(
    file: Annotated[Path, typer.Argument(help="The policy in prose that was read.")],
    out: Annotated[Path, typer.Option(help="Where the reviewed policy goes.")] = Path(
        "policy.yaml"
    ),
    overlay: Annotated[
        Path | None,
        typer.Option(
            help="Where decisions are kept; default: beside the policy, policy.review.yaml."
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Review in a browser, on this machine alone.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the page; 0: any free one.")] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="Ask nothing: print what is open, and every decision.")
    ] = False,
) -> None:
    """Walk through what is doubtful or unknown in a draft, beside its sentence.

    Each element can be accepted, corrected, removed or left for later. Decisions are kept in a
    file of their own, by the sentence they are about, so that they hold in the next version of the
    text too; where the sentence is gone, that is reported. The policy is written with all of them.

    Exit status 1: something is still open.

    Example: troth review privacy.html --out policy.yaml
    """
    from troth.cli.reading import load_overlay, read_draft
    from troth.reading.review.apply import open_elements

    kept = overlay or out.with_name(f"{out.stem}.review.yaml")
    text, draft = read_draft(file)
    decisions = load_overlay(kept)
    if json:
        _print_json(text, draft, decisions)
    elif serve:
        from troth.cli.review_page import serve_review

        decisions = serve_review(text, draft, decisions, kept, file.name, port)
    else:
        decisions = _walk(text, draft, decisions, kept)
    decided = _finish(text, draft, decisions, out, file.name, quiet=json)
    if open_elements(decided):
        raise typer.Exit(1)


def _print_json(text: Text, draft: Draft, decisions: Overlay) -> None:
    from troth.cli.opened import print_json
    from troth.reading.review.apply import apply, open_elements

    decided, outcomes = apply(draft, decisions, text)
    print_json(
        {
            "open": [element.as_json() for element in open_elements(decided)],
            "decisions": [
                {"path": o.path, "decision": o.decision.decision, "fate": o.fate, "why": o.why}
                for o in outcomes
            ],
        }
    )


def _walk(text: Text, draft: Draft, decisions: Overlay, kept: Path) -> Overlay:
    """Ask about each open element; every answer is kept at once."""
    from troth.cli.reading import write_file
    from troth.reading.review.apply import apply, open_elements
    from troth.reading.review.overlay import write_overlay

    decided, _ = apply(draft, decisions, text)
    left = open_elements(decided)
    typer.echo(f"{len(left)} to look at. a: accept, c: correct, r: remove, s: skip, q: quit\n")
    for number, element in enumerate(left, 1):
        _show(element, number, len(left), text)
        try:
            answer = _ask(element, draft, decisions, text)
        except typer.Abort:
            typer.echo("\nstopped; what was decided is kept")
            break
        if answer is None:
            break
        if isinstance(answer, str):
            continue
        decisions = decisions.with_decision(answer)
        write_file(kept, write_overlay(decisions))
    return decisions


def _show(element: Element, number: int, total: int, text: Text) -> None:
    from textwrap import wrap

    typer.echo(f"[{number}/{total}] {element.path}: {element.confidence}")
    typer.echo(f"    because: {', '.join(element.reasons)}")
    if element.value is not None:
        typer.echo(f"    drafted: {_plain(element.value)}")
    for evidence in element.evidence[:2]:
        for line in wrap(
            f"“{evidence.quote}”", WIDTH, initial_indent="    ", subsequent_indent="    "
        ):
            typer.echo(line)
    del text


def _ask(element: Element, draft: Draft, decisions: Overlay, text: Text) -> Any:
    """A decision; "later" for a skipped element; None to stop."""
    from troth.reading.review.apply import apply, quote_of
    from troth.reading.review.overlay import Decision

    while True:
        key = typer.prompt("a/c/r/s/q", default="s", show_default=False).strip().lower()[:1]
        if key == "q":
            return None
        if key == "s":
            return "later"
        if key not in ("a", "c", "r"):
            continue
        kind = {"a": "accepted", "c": "corrected", "r": "removed"}[key]
        fields: dict[str, Any] = {
            "path": element.path,
            "decision": kind,
            "quote": quote_of(element),
        }
        if key == "c":
            value, why = parsed(typer.prompt("value, as YAML"))
            if why:
                typer.echo(f"    {why}")
                continue
            fields["value"] = value
        decision = Decision(**fields)
        _, outcomes = apply(draft, decisions.with_decision(decision), text)
        if outcomes[-1].fate in ("invalid", "leads-nowhere"):
            typer.echo(f"    {outcomes[-1].why or 'there is no such place in the draft'}")
            continue
        return decision


def parsed(answer: str) -> tuple[Any, str]:
    """A value written as YAML, or why it is none."""
    from troth.documents.read import read_document
    from troth.errors import Refused

    try:
        return read_document(f"value: {answer}", "the answer").data["value"], ""
    except Refused as error:
        return None, error.message


def _plain(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def _finish(
    text: Text, draft: Draft, decisions: Overlay, out: Path, name: str, quiet: bool
) -> Draft:
    """Write the policy with every decision, and tell what became of them."""
    from troth.cli.read import print_outcomes
    from troth.cli.reading import write_file
    from troth.reading.draft.render import render
    from troth.reading.review.apply import apply, open_elements

    decided, outcomes = apply(draft, decisions, text)
    if not quiet:
        write_file(out, render(decided, name))
        print_outcomes(outcomes)
        typer.echo(f"wrote {out}; {len(open_elements(decided))} still open")
    return decided
