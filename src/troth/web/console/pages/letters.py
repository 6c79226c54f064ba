"""Letters to the person: read before they are written, written, sent, or noted as posted."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from starlette.responses import Response

from troth.desk.directives.orders import erasures_after
from troth.desk.intake.parcels import send_package
from troth.desk.workflow.answer import HandOver, answer, make_package, shown_answer
from troth.desk.workflow.evidence import write_evidence
from troth.desk.workflow.letters import LetterText, Said
from troth.desk.workflow.model import LetterKind, Progress
from troth.desk.workflow.office import Office, look
from troth.desk.workflow.post import posted, send_letters, shown_letter, write_letter
from troth.errors import Refused
from troth.law.calendar import day_begins
from troth.ledger.requests import Request
from troth.postbox.box import open_postbox
from troth.web.console.pages.directives import plan_erasures
from troth.web.console.pages.office import at_the_desk
from troth.web.console.pages.steps import day_in, refused_step
from troth.web.console.visit import Visit

KINDS: tuple[LetterKind, ...] = ("answer", "receipt", "identity", "decision")
"""Letters that are written here; the others are written by their own steps."""


async def letters_page(visit: Visit) -> Response:
    """The letters of a request, and the one that was chosen as it would be written now."""
    kind = _kind(visit.request.query_params.get("kind", "answer"))
    number = visit.request.path_params["number"]

    def read(office: Office) -> tuple[Request, Progress, LetterText | None, Refused | None]:
        request, progress = look(office, number, visit.now)
        try:
            return request, progress, _preview(office, number, kind, progress, visit.now), None
        except Refused as error:
            return request, progress, None, error

    found = await at_the_desk(visit, read, stores=True)
    request, progress, text, refused = found
    return visit.page(
        "letters",
        visit.w("letters.of", number=number),
        number=number,
        request=request,
        progress=progress,
        kinds=KINDS,
        kind=kind,
        text=text,
        refused_now=refused,
        day=visit.now.astimezone(visit.desk.zone).date(),
    )


async def letter_step(visit: Visit) -> Response:
    """Writes, sends or notes a letter; makes the package."""
    number = visit.request.path_params["number"]
    what = visit.text("what")

    def work(office: Office) -> None:
        by, now = visit.by, visit.now
        match what:
            case "write":
                _write(visit, office, number, _kind(visit.text("kind")), by=by, now=now)
                send_letters(office, visit.frame.clock, number)
            case "send":
                send_letters(office, visit.frame.clock, number)
            case "posted":
                day = day_in(visit.text("day"))
                at = min(day_begins(day, office.policy.zoneinfo), now)
                at = max(at, min(_written(office, number, visit.text("document"), now), now))
                posted(office, number, visit.text("document"), at=at, by=by, now=now)
            case "package":
                make_package(office, number, by=by, now=now)
                _plan_what_waited(visit, office, number)
            case _:
                raise Refused("unknown-step", "there is no such step", help="open the page again")

    try:
        await at_the_desk(visit, work, stores=True)
    except Refused as error:
        return await refused_step(visit, number, error)
    return visit.to(f"/requests/{number}")


def _plan_what_waited(visit: Visit, office: Office, number: str) -> None:
    """What a wish erases once it is handed over becomes a plan for a second person."""
    with office.ledger.reading(office.organisation) as reading:
        acts = erasures_after(reading, number)
    if acts:
        plan_erasures(visit, office, acts)


async def evidence_file(visit: Visit) -> Response:
    """The evidence of a request, as a zip."""
    number = visit.request.path_params["number"]

    def work(office: Office) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / f"evidence-{number}.zip"
            write_evidence(office, number, out, by=visit.by, now=visit.now)
            return out.read_bytes()

    content = await at_the_desk(visit, work)
    name = f"evidence-{number}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return visit.answer(Response(content, media_type="application/zip", headers=headers))


def _kind(text: str) -> LetterKind:
    found = next((one for one in KINDS if one == text), None)
    if found is None:
        raise Refused("unknown-letter", "there is no such letter", help=f"it is {', '.join(KINDS)}")
    return found


def _preview(
    office: Office, number: str, kind: LetterKind, progress: Progress, now: datetime
) -> LetterText:
    if kind == "answer":
        return shown_answer(office, number, now)
    return shown_letter(office, number, kind, now, Said(reason=progress.identity.reason))


def _write(
    visit: Visit, office: Office, number: str, kind: LetterKind, *, by: str, now: datetime
) -> None:
    if kind == "answer":
        answer(office, number, by=by, now=now, hand_over=_laid_ready(visit, office))
        return
    _, progress = look(office, number, now)
    said = Said(reason=progress.identity.reason)
    write_letter(office, number, kind, by=by, now=now, said=said)


def _laid_ready(visit: Visit, office: Office) -> HandOver:
    """Lays a package ready on the person's own page."""

    def laid(number: str, file: Path) -> str:
        box = visit.desk.settings.folder / "postbox.sqlite"
        with open_postbox(str(box), make=True) as opened:
            return send_package(
                opened,
                office.ledger,
                office.policy,
                number,
                file,
                by=visit.by,
                now=visit.now,
                most_days=office.rules.package_days,
            )

    return laid


def _written(office: Office, number: str, document: str, now: datetime) -> datetime:
    """When a letter was written: it cannot have left before."""
    letters = look(office, number, now)[1].letters
    return next((one.written_at for one in letters if one.document == document), now)
