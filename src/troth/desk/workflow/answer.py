"""The answer to a request: what was done and what stays, and the package where one was made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from troth.apply.restriction.sealed import sealed_rows
from troth.desk.directives.orders import order_named, release_erasures
from troth.desk.find.find import finder
from troth.desk.find.model import Found
from troth.desk.package.access import Asking, answer_access
from troth.desk.package.disclose import Only
from troth.desk.package.disclosed import disclosed_to
from troth.desk.package.portability import answer_portability
from troth.desk.rectify.model import WHY, Rectification
from troth.desk.told.own_periods import ready_until
from troth.desk.workflow.execution import plan_shown
from troth.desk.workflow.kept import Kept, from_text, kept_of, together
from troth.desk.workflow.letters import LetterText, Said
from troth.desk.workflow.model import Letter, Progress
from troth.desk.workflow.office import Office, look, note, notices_of, refuse_step, step
from troth.desk.workflow.post import shown_letter, write_letter
from troth.desk.workflow.shown import Shown
from troth.desk.workflow.tasks import open_here
from troth.desk.workflow.words import language_of
from troth.errors import Refused
from troth.grounds.facts import Act, Decision
from troth.law.calendar import day_of
from troth.ledger.acts import Verdict, find_act, record_verdicts
from troth.ledger.directives import find_directive
from troth.ledger.documents import Document, find_document, open_document, store_document
from troth.ledger.facts import read_facts
from troth.ledger.moved import ask_moved
from troth.ledger.requests import Request

HandOver = Callable[[str, Path], str]
"""Lays a package ready on the page of a request, by its number; the code that opens it."""


def make_package(office: Office, number: str, *, by: str, now: datetime) -> Document:
    """Make the package of an access, a portability or an order to hand over, and seal it.

    What waits for a human (doubtful matches) is left out, and listed in it; of whom nothing is
    held, it says so. What a person wants sent to somebody else becomes a task; what a wish
    erases is recorded once all that it hands over was.
    """
    request, progress = look(office, number, now)
    refuse_step(progress, "make-package")
    with office.ledger.reading(office.organisation) as reading:
        act = find_act(reading, progress.acts[0], now).act
    with tempfile.TemporaryDirectory() as folder:
        file, counts = _packed(office, request, progress, act, Path(folder), now)
        content = file.read_bytes()
    with step(office, number, "make-package", now) as case:
        stored = store_document(
            case.writing,
            number,
            "package",
            content,
            "application/zip",
            desk_key=office.key,
            by=by,
            at=now,
        )
        if progress.order is not None:
            case.writing.append("hand-over-made", now, {**counts, "order": progress.order})
        else:
            kind = f"{progress.right}-answered"
            case.writing.append(kind, now, {**counts, "request": act.id})
            done = Verdict(Decision("accepted", now), decided_by=by)
            record_verdicts(case.writing, [(act.id, done)], at=now)
        note(case, "package-made", by=by, now=now, detail={"document": stored.id})
        if progress.order is not None:
            release_erasures(
                case.writing, office.policy, office.map, progress.order, by=by, now=now
            )
        if progress.receiver:
            what = f"portability: send the package to {progress.receiver}, or say why it cannot be"
            open_here(case, "desk", f"{what} (GDPR 20(2))", by=by, now=now)
    return stored


def package_of(
    office: Office, number: str, *, by: str, reason: str, now: datetime
) -> tuple[Document, bytes]:
    """The package of a request, for whoever hands it over; the look is journaled before.

    Refused: `no-package`, `look-without-reason`.
    """
    if not reason.strip():
        raise Refused(
            "look-without-reason", "whoever looks says why", help="for example --reason 'by post'"
        )
    _, progress = look(office, number, now)
    if progress.package is None:
        raise Refused("no-package", f"request {number} has no package", help="make it first")
    with office.ledger.writing(office.organisation) as writing:
        payload = {"request": number, "document": progress.package, "by": by, "reason": reason}
        writing.append("package-looked-at", now, payload)
    with office.ledger.reading(office.organisation) as reading:
        found = find_document(reading, progress.package)
        return found, open_document(reading, progress.package, desk_key=office.key)


def answer(
    office: Office,
    number: str,
    *,
    by: str,
    now: datetime,
    hand_over: HandOver | None = None,
) -> Letter:
    """Write the answer, with what stays and why; the package is laid ready on the request's page.

    Refused: `letter-too-early`, `letter-waits`.
    """
    request, progress = look(office, number, now)
    said = _said(office, request, progress, now)
    shown_letter(office, number, "answer", now, said)  # refused before anything is laid ready
    code = until = None
    if progress.package is not None and hand_over is not None and request.page is not None:
        code = _laid_ready(office, number, progress.package, hand_over)
        today = day_of(now, office.policy.zoneinfo)
        until = ready_until(office.policy, today, office.rules.package_days)
    told = replace(said, code=code, until=until)
    return write_letter(office, number, "answer", by=by, now=now, said=told)


def shown_answer(office: Office, number: str, now: datetime) -> LetterText:
    """The answer as it would be written now."""
    request, progress = look(office, number, now)
    said = _said(office, request, progress, now)
    return shown_letter(office, number, "answer", now, said)


def _said(office: Office, request: Request, progress: Progress, now: datetime) -> Said:
    with office.ledger.reading(office.organisation) as reading:
        notices = notices_of(reading, progress)
        kept: tuple[Kept, ...] = ()
        left: tuple[tuple[int, str], ...] = ()
        if progress.plan is not None and progress.plan.kept is not None:
            kept = from_text(open_document(reading, progress.plan.kept, desk_key=office.key))
            acts = [find_act(reading, id, now).act for id in progress.acts]
    if progress.plan is not None and progress.plan.kept is not None:
        language = language_of(request, office.policy)
        after = kept_of(office.stores(), office.ledger, acts[0], language, now)
        kept = together(kept, after)
    if progress.plan is not None:
        left = tuple(_left(plan_shown(office, progress.plan)))
    ran = next((event for event in request.events if event.kind == "executed"), None)
    rows = int(ran.detail.get("rows", "0")) if ran is not None else 0
    return Said(
        kept=kept,
        notices=notices,
        rows=rows,
        left=left,
        revoked=_revoked(office, progress.directive),
    )


def _revoked(office: Office, directive: str | None) -> bool:
    """Whether what a request recorded was the end of a directive."""
    if directive is None:
        return False
    with office.ledger.reading(office.organisation) as reading:
        end = find_directive(reading, directive).end
    return end is not None and end.how == "revoked"


def _left(plan: Shown) -> Iterator[tuple[int, str]]:
    """Papers that the law wants unchanged, each with its promise and its statute."""
    for one in plan.left if isinstance(plan, Rectification) else ():
        if one.why == "paper":
            yield one.rows, "; ".join(filter(None, (one.promise, one.statute))) or WHY["paper"]


def _laid_ready(office: Office, number: str, document: str, hand_over: HandOver) -> str:
    with office.ledger.reading(office.organisation) as reading:
        content = open_document(reading, document, desk_key=office.key)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{number}.zip"
        file.touch(mode=0o600)
        file.write_bytes(content)
        return hand_over(number, file)


def _packed(
    office: Office, request: Request, progress: Progress, act: Act, folder: Path, now: datetime
) -> tuple[Path, dict[str, int | str]]:
    setting = office.stores()
    facts = read_facts(office.ledger, office.organisation, now)
    language = language_of(request, office.policy)
    with finder(setting, ask_moved(office.ledger, office.organisation)) as desk:
        desk.load_named([act.persons])
        found = Found(identifiers=act.persons)
        with office.ledger.reading(office.organisation) as reading:
            disclosures = disclosed_to(reading, [act.persons], office.policy, office.map)
            order = order_named(reading, progress.order) if progress.order else None
        sealed = sealed_rows(office.ledger, office.organisation)
        asking = Asking(setting, desk, facts, now, language, disclosures=disclosures, sealed=sealed)
        if order is not None:
            asking = replace(asking, only=Only(order.categories, order.places))
        if act.kind != "portability":
            made = answer_access(asking, found, folder / "answer")
            return made.zip, {
                "rows": made.rows,
                "tables": made.tables,
                "masked": made.masked,
                "left_out": made.left_out,
                "digest": made.digest,
            }
        to = progress.receiver or None
        (carried,) = answer_portability(asking, [found], [folder / "answer.zip"], to)
        return carried.zip, {
            "rows": carried.rows,
            "tables": carried.tables,
            "excluded": carried.excluded,
            "digest": carried.digest,
        }
