"""`troth request answer` and `package`: letters to the person, and the package of their data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from troth.cli.desk import Number, at_desk, told
from troth.cli.opened import AsJson, By, ProjectFolder, who
from troth.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from troth.desk.workflow.answer import HandOver
    from troth.desk.workflow.office import Office


def command(
    number: Number,
    letter: Annotated[
        str, typer.Option(help="Which letter: answer, receipt, identity, decision or page.")
    ] = "answer",
    show: Annotated[
        bool, typer.Option("--show", help="Show it as it would be written, and write nothing.")
    ] = False,
    posted: Annotated[
        str | None,
        typer.Option(help="It went by post, or by hand, then: 2026-03-02T09:00:00+01:00."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the letter as PDF to this file, to be posted.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Write the answer to the person, and send it by mail; or note that it was posted.

    It says what was asked, what was done, what stays and why (ground, clause, until when), whom we
    told, and where they may complain. It is kept sealed with the request. A refusal counts from
    the instant at which its letter has left. A letter that did not leave is sent by the same
    command again. Exit status: 0 it has left, 1 it waits.

    Example: troth request answer 7KQ4M-2XC9D --show
    """
    from troth.cli.opened import clock
    from troth.desk.workflow.answer import answer, shown_answer
    from troth.desk.workflow.letters import Said
    from troth.desk.workflow.model import LetterKind
    from troth.desk.workflow.office import look
    from troth.desk.workflow.post import posted as note_posted
    from troth.desk.workflow.post import send_letters, shown_letter, write_letter
    from troth.ledger.documents import open_document

    kind: LetterKind | None = next((k for k in get_args(LetterKind) if k == letter), None)
    if kind not in ("answer", "receipt", "identity", "decision", "page"):
        raise Refused(
            "unknown-letter",
            f"'{letter}' is no letter that is written here",
            help="answer, receipt, identity or decision",
        )
    with at_desk(project, stores=kind == "answer" and posted is None) as (here, office):
        me, now = who(by), here.now
        _, progress = look(office, number, now)
        said = Said(reason=progress.identity.reason)
        if show:
            whole = shown_answer(office, number, now) if kind == "answer" else None
            text = whole or shown_letter(office, number, kind, now, said)
            typer.echo(f"{text.subject}\n\n{text.body()}")
            return 0
        newest = progress.letter(kind)
        if newest is None or (newest.sent_at is not None and posted is None):
            if kind == "answer":
                newest = answer(
                    office, number, by=me, now=now, hand_over=_hand_over(project, office, me)
                )
            elif kind == "page":
                raise Refused(
                    "unknown-letter",
                    "no letter with a page was written",
                    help="`troth request page` writes one, with a new link",
                )
            else:
                newest = write_letter(office, number, kind, by=me, now=now, said=said)
        if out is not None:
            with office.ledger.reading(office.organisation) as reading:
                pdf = open_document(reading, newest.document, desk_key=office.key)
            out.touch(mode=0o600, exist_ok=False)
            out.write_bytes(pdf)
        if posted is not None:
            note_posted(office, number, newest.document, at=_instant(posted), by=me, now=now)
        else:
            send_letters(office, clock, number)
        told(office, number, here, json=json)
        _, after = look(office, number, max(now, clock()))
        left = after.letter(kind)
    return 0 if left is not None and left.sent_at is not None else 1


def package(
    number: Number,
    out: Annotated[Path | None, typer.Option(help="Write the package to this file.")] = None,
    reason: Annotated[str, typer.Option(help="Why you take it out; noted.")] = "",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Make the package of an access or a portability, sealed with its request; or take it out.

    Example: troth request package 7KQ4M-2XC9D --out anna.zip --reason "by registered post"
    """
    from troth.desk.workflow.answer import make_package, package_of
    from troth.desk.workflow.office import look

    with at_desk(project, stores=True) as (here, office):
        me, now = who(by), here.now
        if look(office, number, now)[1].package is None:
            make_package(office, number, by=me, now=now)
        if out is not None:
            _, content = package_of(office, number, by=me, reason=reason, now=now)
            out.touch(mode=0o600, exist_ok=False)
            out.write_bytes(content)
        told(office, number, here, json=json)


def _hand_over(project: Path, office: Office, by: str) -> HandOver:
    """Lays a package ready on the public pages of the project."""
    from troth.cli.opened import clock
    from troth.desk.intake.parcels import send_package
    from troth.postbox.box import open_postbox

    def laid_ready(number: str, file: Path) -> str:
        with open_postbox(str(project.resolve() / "postbox.sqlite"), make=True) as box:
            now = clock()
            days = office.rules.package_days
            return send_package(
                box, office.ledger, office.policy, number, file, by=by, now=now, most_days=days
            )

    return laid_ready


def _instant(text: str) -> datetime:
    from troth.ledger.consents import parse_instant

    try:
        return parse_instant(text)
    except ValueError as error:
        raise Refused("not-an-instant", str(error), place="--posted") from None
