"""The steps of a request, as forms send them: each calls the workflow's own function, and no other.

What the workflow refuses is shown on the request's page, with what may be done instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from starlette.datastructures import UploadFile
from starlette.responses import Response

from troth.apply.restriction.model import Conflicts
from troth.desk.directives.wishes import parse_trusted
from troth.desk.standing.record import assign
from troth.desk.told.notify import acknowledge
from troth.desk.workflow.away import note_away
from troth.desk.workflow.closing import close
from troth.desk.workflow.correcting import Correction
from troth.desk.workflow.decision import approve, decide, give_back
from troth.desk.workflow.execution import execute, executed_elsewhere, plan
from troth.desk.workflow.handing import give_page
from troth.desk.workflow.identity import (
    accept_address,
    accept_identity,
    ask_code,
    ask_document,
    look_at_document,
    show_code,
    take_document,
)
from troth.desk.workflow.lifting import approve_lifting, decide_lifting, lift, return_lifting
from troth.desk.workflow.model import Item, Way
from troth.desk.workflow.office import Office, look, refuse_step
from troth.desk.workflow.post import send_letters
from troth.desk.workflow.scope import Meant, clarified, clarify, correct_right, record_act
from troth.desk.workflow.tasks import finish_task, open_task
from troth.desk.workflow.time import extend
from troth.errors import Problems, Refused, Transient, TrothError
from troth.law.calendar import day_begins
from troth.ledger.directives import ACTIONS, Instruction
from troth.ledger.scope import parse_person
from troth.web.console.pages.office import at_the_desk
from troth.web.console.pages.request import grounds_shown, shown
from troth.web.console.visit import Visit

MOST_PROOF_BYTES = 10_000_000
_PROOFS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True)
class Called:
    """A step that a form asks for: whose request, the form's fields, an attached file, by whom."""

    number: str
    fields: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    file: bytes | None
    by: str
    now: datetime
    clock: Callable[[], datetime]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


Work = Callable[[Office, Called], Any]


async def step_taken(visit: Visit) -> Response:
    """Takes the step that the path names, and shows the request again."""
    return await _taken(visit, _WORK)


async def decision_taken(visit: Visit) -> Response:
    """Decides on a request, part by part."""
    number = visit.request.path_params["number"]
    called = await _called(visit, number)
    try:
        await at_the_desk(visit, lambda office: _decide(office, called))
    except Refused as error:
        await visit.looked("request", number, "people")
        return await grounds_shown(visit, problem=error)
    return visit.to(f"/requests/{number}")


async def lifting_decided(visit: Visit) -> Response:
    """Decides that a restriction ends, and why."""
    return await _taken(visit, {"decide-lifting": (_decide_lifting, False)}, "decide-lifting")


async def approval_given(visit: Visit) -> Response:
    """Approves what waits for a second person, or gives it back."""
    if visit.text("what") == "lifting":
        lifting: dict[str, tuple[Work, bool]] = {
            "approve-lifting": (_approve_lifting, False),
            "return-lifting": (_return_lifting, False),
        }
        name = "return-lifting" if visit.text("give-back") else "approve-lifting"
        return await _taken(visit, lifting, name)
    work: dict[str, tuple[Work, bool]] = {"approve": (_approve, False), "return": (_return, False)}
    return await _taken(visit, work, "return" if visit.text("give-back") else "approve")


async def assigned(visit: Visit) -> Response:
    """Takes a request on, or gives it to a colleague."""
    number = visit.request.path_params["number"]
    to = visit.by if visit.text("mine") else visit.text("to")
    await visit.writing(assign, visit.desk.policy, number, to, by=visit.by, at=visit.now)
    return visit.to(f"/requests/{number}")


async def identity_document(visit: Visit) -> Response:
    """The document that proves who asks, to the few who may see it; the look is noted before."""
    number = visit.request.path_params["number"]
    await visit.looked("identity-document", number)

    def read(office: Office) -> tuple[Any, bytes]:
        _, progress = look(office, number, visit.now)
        known = progress.identity.documents
        if not known:
            raise Refused("unknown-document", f"request {number} has no document")
        return look_at_document(office, number, known[-1], by=visit.by, now=visit.now)

    found, content = await at_the_desk(visit, read)
    return visit.answer(
        Response(
            content,
            media_type=found.media,
            headers={"Content-Disposition": f'attachment; filename="identity-{number}"'},
        )
    )


async def _taken(
    visit: Visit, works: Mapping[str, tuple[Work, bool]], name: str | None = None
) -> Response:
    number = visit.request.path_params["number"]
    name = name or visit.request.path_params["step"]
    if name not in works:
        return visit.message("missing", 404)
    work, stores = works[name]
    try:
        called = await _called(visit, number)
        await at_the_desk(visit, lambda office: work(office, called), stores=stores)
    except Problems as error:
        return await refused_step(visit, number, error.problems[0], name)
    except Refused as error:
        return await refused_step(visit, number, error, name)
    except Transient as error:
        if name != "execute":
            raise
        return await _waits(visit, number, error)
    return visit.to(f"/requests/{number}")


async def _waits(visit: Visit, number: str, error: Transient) -> Response:
    """A store is away: it is noted with the request, which goes on by itself."""

    def noted(office: Office) -> None:
        note_away(office, number, error, by=visit.by, now=visit.now)

    await at_the_desk(visit, noted)
    return await refused_step(visit, number, error, "execute")


async def refused_step(visit: Visit, number: str, error: TrothError, step: str = "") -> Response:
    """The request's page with what was refused of it; the look is journaled as any other."""
    await visit.looked("request", number, "requests")
    return await shown(visit, number, problem=error, step=step)


async def _called(visit: Visit, number: str) -> Called:
    file = visit.form.get("file")
    content = None
    if isinstance(file, UploadFile) and file.filename:
        content = await file.read(MOST_PROOF_BYTES + 1)
        if len(content) > MOST_PROOF_BYTES:
            raise Refused(
                "attachment-too-large",
                f"the file is larger than {MOST_PROOF_BYTES // 1_000_000} MB",
                help="attach a smaller scan",
            )
    names = {name for name in visit.form if name not in ("file", "token")}
    several = {
        name: tuple(one for one in visit.form.getlist(name) if isinstance(one, str) and one)
        for name in names
    }
    fields = {name: visit.text(name) for name in names}
    return Called(number, fields, several, content, visit.by, visit.now, visit.frame.clock)


def _ask_code(office: Office, form: Called) -> None:
    ask_code(office, form.number, by=form.by, now=form.now)


def _show_code(office: Office, form: Called) -> None:
    if not show_code(office, form.number, form["code"], by=form.by, now=form.now):
        raise Refused(
            "wrong-code", "this is not the code that was sent", help="ask for it once more"
        )


def _accept(office: Office, form: Called) -> None:
    if form["way"] == "address":
        accept_address(office, form.number, by=form.by, now=form.now)
        return
    ways: tuple[Way, ...] = ("known", "session", "document", "unidentified")
    way = next((one for one in ways if one == form["way"]), None)
    if way is None:
        raise Refused("unknown-way", "say how it is known who asks", help="choose one of the ways")
    accept_identity(office, form.number, way, reason=form["reason"], by=form.by, now=form.now)


def _ask_document(office: Office, form: Called) -> None:
    ask_document(office, form.number, doubt=form["reason"], by=form.by, now=form.now)


def _take_document(office: Office, form: Called) -> None:
    if form.file is None:
        raise Refused("file-missing", "no file was attached", help="attach what the person sent")
    take_document(office, form.number, form.file, by=form.by, now=form.now)


def _clarify(office: Office, form: Called) -> None:
    about: Literal["scope", "wish"] = "scope" if form["about"] == "scope" else "wish"
    clarify(office, form.number, form["question"], about=about, by=form.by, now=form.now)


def _clarified(office: Office, form: Called) -> None:
    right = form["right"] or None
    clarified(office, form.number, form["answer"], right=right, by=form.by, now=form.now)


def _correct_right(office: Office, form: Called) -> None:
    correct_right(office, form.number, form["right"], form["reason"], by=form.by, now=form.now)


def _give_page(office: Office, form: Called) -> None:
    give_page(office, form.number, by=form.by, now=form.now)
    send_letters(office, form.clock, form.number)


def _acknowledge(office: Office, form: Called) -> None:
    """What a recipient has done, or why it cannot be told (Art. 19)."""
    _, progress = look(office, form.number, form.now)
    refuse_step(progress, "acknowledge")
    with office.ledger.writing(office.organisation) as writing:
        for act in progress.acts:
            acknowledge(
                writing,
                act,
                form["recipient"],
                proof=None if form["impossible"] else form["said"],
                impossible=form["said"] if form["impossible"] else None,
                by=form.by,
                at=form.now,
            )


def _instructions(form: Called) -> tuple[Instruction, ...]:
    """A wish that a letter tells, as a colleague understood it; empty: as the form has it."""
    action = next((one for one in ACTIONS if one == form["wish"]), None)
    if action is None:
        return ()
    to = parse_trusted(form["trusted"]) if action == "hand-over" and form["trusted"] else None
    return (Instruction(action, form.several.get("categories", ()), to=to),)


def _record_act(office: Office, form: Called) -> None:
    meant = Meant(
        persons=tuple(parse_person(text) for text in form["persons"].splitlines() if text.strip()),
        activities=form.several.get("activities", ()),
        categories=form.several.get("categories", ()),
        consents=form.several.get("consents", ()),
        confirm=tuple(form["confirm"].replace(",", " ").split()),
        old_file=bool(form["old-file"]),
        instructions=_instructions(form),
        trusted=(parse_trusted(form["trusted"]),) if form["trusted"] else (),
        registered_with=form["registered"],
        event=form["event"],
        proof=form["proof"],
        receiver=form["receiver"],
    )
    record_act(office, form.number, meant, by=form.by, now=form.now)


def _decide(office: Office, form: Called) -> None:
    decide(office, form.number, _items(form), by=form.by, now=form.now)


def _items(form: Called) -> list[Item]:
    """All accepted, all refused, or some activities refused and the rest accepted."""
    refused = Item(
        "refused",
        form.several.get("activities", ()) if form["outcome"] == "partly" else (),
        form["ground"] or None,
        form["reason"],
        form["case"] or None,
        before=tuple(form["before"].replace(",", " ").split()),
        proof=form["proof"],
    )
    match form["outcome"]:
        case "accepted":
            return [Item("accepted")]
        case "refused":
            return [refused]
        case "partly" if refused.activities:
            return [Item("accepted"), refused]
    raise Refused(
        "decision-unclear",
        "say what is accepted and what is refused",
        help="a part names the activities for which it is refused",
    )


def _approve(office: Office, form: Called) -> None:
    what: Literal["decision", "plan"] = "plan" if form["what"] == "plan" else "decision"
    approve(office, form.number, what, by=form.by, now=form.now)


def _return(office: Office, form: Called) -> None:
    give_back(office, form.number, form["reason"], by=form.by, now=form.now)


def _decide_lifting(office: Office, form: Called) -> None:
    decide_lifting(office, form.number, form["reason"], wish=form["wish"], by=form.by, now=form.now)
    send_letters(office, form.clock, form.number)


def _approve_lifting(office: Office, form: Called) -> None:
    approve_lifting(office, form.number, by=form.by, now=form.now)
    send_letters(office, form.clock, form.number)


def _return_lifting(office: Office, form: Called) -> None:
    return_lifting(office, form.number, form["reason"], by=form.by, now=form.now)


def _lift(office: Office, form: Called) -> None:
    known: tuple[Conflicts, ...] = ("report", "application", "restricted")
    chosen: Conflicts = next((one for one in known if one == form["conflicts"]), "report")
    outcomes = lift(office, form.number, conflicts=chosen, by=form.by, now=form.now)
    send_letters(office, form.clock, form.number)
    kept = [each for one in outcomes for each in one.rows if each.enforcement.state == "conflict"]
    if kept:
        tables = sorted({f"{each.row.store}.{each.row.table}" for each in kept})
        raise Refused(
            "lifting-halted",
            f"{len(kept)} rows of {', '.join(tables)} changed meanwhile and stay sealed",
            help=f"{kept[0].enforcement.why}; say whose values count, and lift again",
        )


def _extend(office: Office, form: Called) -> None:
    told = day_begins(day_in(form["told"]), office.policy.zoneinfo)
    extend(
        office,
        form.number,
        form["reason"],
        told_at=min(told, form.now),
        by=form.by,
        now=form.now,
        until=day_in(form["until"]) if form["until"] else None,
    )


def _plan(office: Office, form: Called) -> None:
    plan(
        office,
        form.number,
        by=form.by,
        now=form.now,
        correction=_correction(form),
        ground=form["ground"],
    )


def _correction(form: Called) -> Correction | None:
    """What is to be right: one value by its field, and more of them line by line."""
    sets = [f"{form['name']}={form['new']}"] if form["name"] and form["new"] else []
    sets += _lines(form["more"])
    was = [f"{form['name']}={form['old']}"] if form["name"] and form["old"] else []
    was += _lines(form["more-old"])
    if not sets:
        return None
    return Correction(
        tuple(sets), tuple(was), tuple(_lines(form["excepted"])), bool(form["shared"])
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _execute(office: Office, form: Called) -> None:
    if form["reference"]:
        executed_elsewhere(office, form.number, form["reference"], by=form.by, now=form.now)
        return
    outcome = execute(office, form.number, by=form.by, clock=form.clock)
    if not outcome.clean:
        raise Refused(
            "not-carried-out-whole",
            "something remains to be done",
            help="the same step goes on where it stopped",
        )


def _open_task(office: Office, form: Called) -> None:
    open_task(office, form.number, place=form["place"], what=form["what"], by=form.by, now=form.now)


def _finish_task(office: Office, form: Called) -> None:
    media = "application/octet-stream"
    if form.file is not None:
        content = form.file
        found = next((kind for start, kind in _PROOFS.items() if content.startswith(start)), None)
        if found is None:
            raise Refused(
                "document-kind",
                "a proof is a PDF, a PNG or a JPEG",
                help="attach a scan or a photograph, or say in words where the proof is kept",
            )
        media = found
    finish_task(
        office,
        form.number,
        form["task"],
        said=form["said"],
        proof=form.file,
        media=media,
        by=form.by,
        now=form.now,
    )


def _close(office: Office, form: Called) -> None:
    close(office, form.number, by=form.by, now=form.now)


def day_in(text: str) -> date:
    """A day of a form; Refused (`not-a-day`)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            "not-a-day", f"'{text}' is not a day", help="write it as YYYY-MM-DD"
        ) from None


_WORK: Mapping[str, tuple[Work, bool]] = {
    "ask-code": (_ask_code, True),
    "show-code": (_show_code, False),
    "accept-identity": (_accept, True),
    "ask-document": (_ask_document, False),
    "take-document": (_take_document, False),
    "clarify": (_clarify, False),
    "clarified": (_clarified, False),
    "correct-right": (_correct_right, False),
    "give-page": (_give_page, False),
    "acknowledge": (_acknowledge, False),
    "record-act": (_record_act, True),
    "extend": (_extend, False),
    "plan": (_plan, True),
    "execute": (_execute, True),
    "open-task": (_open_task, False),
    "finish-task": (_finish_task, False),
    "lift": (_lift, True),
    "close": (_close, False),
}
"""By step: what it calls, and whether the stores are opened for it."""
