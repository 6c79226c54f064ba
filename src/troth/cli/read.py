"""`troth read`: a policy in prose becomes the draft of a typed one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from troth.reading.draft.element import Draft
    from troth.reading.review.apply import Outcome
    from troth.reading.text import Text

MOST_SHOWN = 12  # open elements listed at the terminal; the draft and the review have them all
WIDTH = 96  # columns of a quote at the terminal


def command(
    file: Annotated[Path, typer.Argument(help="The policy: txt, Markdown, HTML, PDF or docx.")],
    out: Annotated[
        Path | None, typer.Option(help="Where the draft goes; default policy.yaml.")
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(help="Decisions of a review; default: beside the draft, policy.review.yaml."),
    ] = None,
    second_opinion: Annotated[
        str | None,
        typer.Option(help="Address of an OpenAI-compatible endpoint that may propose more."),
    ] = None,
    model: Annotated[
        str, typer.Option(help="The model that the endpoint is asked for.")
    ] = "default",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing policy.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON; the draft is written only with --out.")
    ] = False,
) -> None:
    """Draft policy.yaml from a privacy policy in prose, English or French.

    Every element carries the exact characters of its sentence, how sure the reading is and why.
    What the text does not say is marked as unknown, never filled in. Nothing is sent anywhere,
    except with --second-opinion. Decisions of an earlier review are applied again.

    Example: troth read privacy.html --out policy.yaml
    """
    from troth.cli.reading import read_with_overlay

    target = _target(out, json, force)
    beside = overlay or _beside(target or Path("policy.yaml"))
    text, draft, outcomes = read_with_overlay(file, beside, second_opinion, model)
    if target is not None:
        _write(target, draft, file.name)
    if json:
        _print_json(text, draft, outcomes)
    else:
        _print_summary(draft, outcomes, file, target, beside)


def _target(out: Path | None, json: bool, force: bool) -> Path | None:
    """Where the draft goes, refused before any work if that would destroy a policy."""
    from troth.errors import Refused

    target = out if out is not None or json else Path("policy.yaml")
    if target is not None and target.exists() and not force:
        raise Refused(
            "policy-exists",
            "a policy is there already, perhaps with somebody's work in it",
            place=str(target),
            help="write elsewhere with --out, or overwrite it with --force",
        )
    return target


def _beside(target: Path) -> Path:
    """The overlay of a draft: `policy.review.yaml` beside `policy.yaml`."""
    return target.with_name(f"{target.stem}.review.yaml")


def _write(target: Path, draft: Draft, name: str) -> None:
    from troth.cli.reading import write_file
    from troth.reading.draft.render import render

    write_file(target, render(draft, name))


def _print_json(text: Text, draft: Draft, outcomes: tuple[Outcome, ...]) -> None:
    from troth.cli.opened import print_json

    shown: dict[str, object] = {
        "text": text.characters,
        "elements": [element.as_json() for element in draft.listed()],
    }
    if outcomes:
        shown["review"] = [
            {"path": o.path, "decision": o.decision.decision, "fate": o.fate, "why": o.why}
            for o in outcomes
        ]
    print_json(shown)


def _print_summary(
    draft: Draft, outcomes: tuple[Outcome, ...], file: Path, target: Path | None, beside: Path
) -> None:
    from troth.reading.review.apply import open_elements

    elements = draft.listed()
    counts = Counter(str(element.confidence) for element in elements)
    told = ", ".join(f"{counts[word]} {word}" for word in ("sure", "likely", "doubtful", "unknown"))
    policy = draft.policy
    rules = sum(len(a.get("retention", [])) for a in policy["activities"].values())
    typer.echo(f"{file.name}: {len(elements)} elements ({told})")
    typer.echo(
        f"{len(policy['activities'])} processing activities, {rules} retention rules, "
        f"{len(policy.get('recipients', {}))} recipients, {len(policy.get('rights', {}))} rights"
    )
    left = open_elements(draft)
    if left:
        typer.echo("\nto look at:")
    for element in left[:MOST_SHOWN]:
        typer.echo(f"  {element.confidence:8}  {element.path}  ({', '.join(element.reasons)})")
        if element.evidence:
            typer.echo(f"            “{_short(element.evidence[0].quote)}”")
    if len(left) > MOST_SHOWN:
        typer.echo(f"  and {len(left) - MOST_SHOWN} more")
    print_outcomes(outcomes)
    if target is not None:
        typer.echo(
            f"\nwrote {target}; walk through it with: troth review {file} --overlay {beside}"
        )


def print_outcomes(outcomes: tuple[Outcome, ...]) -> None:
    """What became of the decisions of a review that do not count as they did."""
    for outcome in outcomes:
        if outcome.fate == "quote-gone":
            typer.echo(f"\nno longer in the text, decide again: {outcome.path}")
            typer.echo(f"    “{_short(outcome.decision.quote or '')}”")
        elif outcome.fate == "now-said":
            typer.echo(f"\nthe text says it now, the decision does not count: {outcome.path}")
        elif outcome.fate in ("leads-nowhere", "invalid"):
            why = outcome.why or "the draft has no such place"
            typer.echo(f"\na decision cannot count: {outcome.path}: {why}")
    moved = sum(outcome.fate == "moved" for outcome in outcomes)
    counting = sum(outcome.fate in ("applied", "moved") for outcome in outcomes)
    if outcomes:
        typer.echo(f"\n{counting} of {len(outcomes)} decisions count ({moved} found elsewhere)")


def _short(quote: str) -> str:
    plain = " ".join(quote.split())
    return plain if len(plain) <= WIDTH else plain[: WIDTH - 1] + "…"
