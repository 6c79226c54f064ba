"""The register of processing and that of breaches."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.breaches.standing import Standing, standing_of
from troth.desk.breaches.steps import close, contain, note, terms_of
from troth.errors import Problems, Refused
from troth.ledger.breaches import Breach, open_breach, read_breaches
from troth.ledger.session import Reading
from troth.record.build import record
from troth.record.model import Record
from troth.record.ods import as_ods
from troth.record.sheets import sheets
from troth.record.words import Words as RecordWords
from troth.record.xlsx import as_xlsx
from troth.web.console.visit import Visit

_MEDIA = {
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILES = ("ods", "xlsx")
"""The kinds of files in which the record can be taken away; it names nobody."""


async def register_page(visit: Visit) -> Response:
    """The record of processing activities (Art. 30), from policy and map."""
    return visit.page(
        "register",
        visit.w("register"),
        found=await run_in_threadpool(_record, visit),
        told=RecordWords(visit.w.language),
        files=FILES,
    )


async def register_file(visit: Visit) -> Response:
    """The same as a file for the authority."""
    kind = str(visit.request.path_params["kind"])
    if kind not in FILES:
        return visit.message("missing", 404)

    def make() -> bytes:
        found, words = _record(visit), RecordWords(visit.w.language)
        title = f"{words('record')} – {found.title}"
        return (as_xlsx if kind == "xlsx" else as_ods)(sheets(found, words), title, words.language)

    content = await run_in_threadpool(make)
    name = f"{visit.organisation}-register.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return visit.answer(Response(content, media_type=_MEDIA[kind], headers=headers))


def _record(visit: Visit) -> Record:
    try:
        datamap = visit.desk.project().map
    except (Refused, Problems):
        datamap = None  # the map is unfinished; the record is made from the policy alone
    return record(visit.desk.policy, datamap)


async def breaches_page(visit: Visit) -> Response:
    """Every breach with its clock of 72 hours (Art. 33)."""
    return await _breaches(visit, None)


async def breach_opened(visit: Visit) -> Response:
    """Opens a breach: from when it was noticed, the clock runs."""
    try:
        noticed = _instant(visit)
        await visit.writing(open_breach, noticed, by=visit.by, at=visit.now)
    except Refused as error:
        return await _breaches(visit, error)
    return visit.to("/breaches")


async def breach_page(visit: Visit) -> Response:
    """One breach: what is known, what is still to be done, what was done."""
    return await _breach(visit, None)


async def breach_noted(visit: Visit) -> Response:
    """Adds what became known or was done."""
    name = visit.request.path_params["breach"]
    try:
        await visit.writing(_work(visit, name))
    except Refused as error:
        return await _breach(visit, error)
    return visit.to(f"/breaches/{name}")


def _work(visit: Visit, name: str) -> partial[Breach]:
    by, now = visit.by, visit.now
    match visit.text("what"):
        case "contain":
            what, owner = visit.text("measure"), visit.text("owner") or by
            if not what:
                raise Refused("nothing-noted", "say what was done", help="write it out")
            return partial(contain, breach=name, what=what, owner=owner, by=by, now=now)
        case "close":
            policy = visit.desk.policy
            return partial(close, breach=name, policy=policy, by=by, now=now)
    fields = ("facts", "consequences", "cause", "risk")
    known = {field: visit.text(field) for field in fields if visit.text(field)}
    if visit.text("people").isdecimal():
        known["people"] = int(visit.text("people"))  # type: ignore[assignment]  # a number is one
    return partial(note, breach=name, known=known, by=by, now=now)


async def _breaches(visit: Visit, problem: Refused | None) -> Response:
    terms = terms_of(visit.desk.policy)

    def read(reading: Reading) -> list[Standing]:
        found = (standing_of(one, terms, visit.now) for one in read_breaches(reading))
        return sorted(found, key=lambda one: not one.open)

    return visit.page(
        "breaches",
        visit.w("breaches"),
        code=422 if problem else 200,
        found=await visit.reading(read),
        problem=problem,
        local_now=visit.now.astimezone(visit.desk.zone),
    )


async def _breach(visit: Visit, problem: Refused | None) -> Response:
    name = visit.request.path_params["breach"]
    found = [one for one in await visit.reading(read_breaches) if one.id == name]
    if not found:
        return visit.message("missing", 404)
    standing = standing_of(found[0], terms_of(visit.desk.policy), visit.now)
    return visit.page(
        "breach",
        visit.w("breach.title", name=name),
        code=422 if problem else 200,
        standing=standing,
        problem=problem,
    )


def _instant(visit: Visit) -> datetime:
    try:
        told = datetime.fromisoformat(visit.text("noticed"))
    except ValueError:
        raise Refused(
            "not-an-instant", "say when it was noticed", help="write day and time"
        ) from None
    return told if told.tzinfo is not None else told.replace(tzinfo=visit.desk.zone)
