"""`troth request identify`: who asks, in proportion (Art. 12(6) GDPR)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troth.cli.desk import Number, at_desk, told
from troth.cli.opened import AsJson, By, ProjectFolder, who
from troth.errors import Refused


def command(
    number: Number,
    address: Annotated[
        bool, typer.Option("--address", help="They wrote from the address on file: no more.")
    ] = False,
    code: Annotated[bool, typer.Option("--code", help="Mail them a code.")] = False,
    shown: Annotated[str | None, typer.Option(help="The code that they show.")] = None,
    doubt: Annotated[
        str | None, typer.Option(help="Ask for a document, because of this doubt.")
    ] = None,
    document: Annotated[
        Path | None, typer.Option(help="The document that they sent; it is sealed.")
    ] = None,
    look: Annotated[
        Path | None, typer.Option(help="Write the document to this file, to look at it; noted.")
    ] = None,
    known: Annotated[
        str | None, typer.Option(help="They are known by other means, which you write down.")
    ] = None,
    by_document: Annotated[
        str | None, typer.Option(help="The document shows who they are: what it was.")
    ] = None,
    unidentified: Annotated[
        str | None, typer.Option(help="It stayed open who they are: what was tried.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Find out who asks, with as little as possible.

    Nothing is asked of who writes from the address on file. A code goes to that address, or where
    none is known to the address given: from outside both look the same. A document is asked for on
    a doubt that is written down; it lies sealed, each look is noted, and it is deleted as soon as
    it is decided who asks. While the person is asked, without undue delay, the month of the GDPR
    stands still. Exit status: 1 a code that was not the right one.

    Example: troth request identify 7KQ4M-2XC9D --code
    """
    from troth.desk.workflow import identity

    ways = (address, code, shown, doubt, document, look, known, by_document, unidentified)
    if sum(way not in (None, False) for way in ways) != 1:
        raise Refused(
            "identify-unclear",
            "say one thing: --address, --code, --shown, --doubt, --document, --look, --known, "
            "--by-document or --unidentified",
        )
    right = True
    with at_desk(project, stores=address or code) as (here, office):
        me, now = who(by), here.now
        if address:
            identity.accept_address(office, number, by=me, now=now)
        elif code:
            identity.ask_code(office, number, by=me, now=now)
        elif shown is not None:
            right = identity.show_code(office, number, shown, by=me, now=now)
        elif doubt is not None:
            identity.ask_document(office, number, doubt=doubt, by=me, now=now)
        elif document is not None:
            from troth.project.load import read_file

            content = read_file(document, document.name)
            identity.take_document(office, number, content, by=me, now=now)
        elif look is not None:
            from troth.desk.workflow.office import look as look_up

            documents = look_up(office, number, now)[1].identity.documents
            if not documents:
                raise Refused("identity-not-asked", "no document was received")
            _, content = identity.look_at_document(office, number, documents[-1], by=me, now=now)
            look.touch(mode=0o600, exist_ok=False)
            look.write_bytes(content)
        elif known is not None:
            identity.accept_identity(office, number, "known", reason=known, by=me, now=now)
        elif by_document is not None:
            reason = by_document
            identity.accept_identity(office, number, "document", reason=reason, by=me, now=now)
        elif unidentified is not None:
            reason = unidentified
            identity.accept_identity(office, number, "unidentified", reason=reason, by=me, now=now)
        if not right:
            typer.echo("this is not the code, or it counts no more", err=True)
        told(office, number, here, json=json)
    return 0 if right else 1
