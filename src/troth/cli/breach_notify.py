"""`troth breach notify`: the authority is told, and the document for it (Art. 33)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from troth.cli.breach_shown import BreachName, as_json, standing
from troth.cli.instants import instant_option
from troth.cli.opened import AsJson, By, ProjectFolder, opened_with_project, print_json, who


def command(
    breach: BreachName,
    authority: Annotated[
        str | None, typer.Option(help="Who was notified; default: the policy's first authority.")
    ] = None,
    phase: Annotated[
        Literal["first", "further", "complete"],
        typer.Option(help="In phases where not everything is known yet (Art. 33(4))."),
    ] = "complete",
    at: Annotated[
        str | None, typer.Option(help="When it was notified, with its offset; default: now.")
    ] = None,
    reference: Annotated[str, typer.Option(help="The number that the authority gave.")] = "",
    reasons: Annotated[str, typer.Option(help="Why it comes after the 72 hours.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Write the document (.html or .pdf), and record nothing."),
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Its language: en or fr.")] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Write the notification as a document with --out, or record that it was made.

    The document has everything that Art. 33(3) asks for; what is not known yet it says to follow.
    Send it by the authority's own form, then record it. After the 72 hours the reasons are needed.

    Example: troth breach notify breach-3f9c0a1b2c4d --out notification.pdf
    """
    from troth.desk.breaches.steps import notify
    from troth.ledger.breaches import find_breach

    told_at = instant_option(at, "--at")
    with opened_with_project(project) as (here, loaded):
        if out is not None:
            with here.ledger.reading(here.organisation) as reading:
                found = standing(find_breach(reading, breach), loaded.policy, here.now)
            from troth.cli.breach_files import language_of, write_document

            write_document(found, loaded.policy, language_of(lang, loaded), out, here.now)
        else:
            authorities = list(loaded.policy.authorities.values())
            name = authority or (authorities[0].name if authorities else "")
            with here.ledger.writing(here.organisation) as writing:
                moved = notify(
                    writing,
                    breach,
                    loaded.policy,
                    authority=_named(name),
                    at=told_at or here.now,
                    phase=phase,
                    reference=reference,
                    reasons=reasons,
                    by=who(by),
                    now=here.now,
                )
                found = standing(moved, loaded.policy, here.now)
    if json:
        print_json({**as_json(found, here.now), "file": str(out) if out else None})
    elif out is not None:
        typer.echo(f"{out} is written; send it, then record it without --out")
        for one in found.missing:
            typer.echo(f"  not known yet: {one}", err=True)
    else:
        typer.echo(f"{breach}: the notification is recorded ({phase})")


def _named(authority: str) -> str:
    from troth.errors import Refused

    if not authority:
        raise Refused(
            "breach-without-authority",
            "the policy names no authority",
            help="name it with --authority, or add it to the policy (Art. 77)",
        )
    return authority
