"""The list of requests, its views and files, and the form for a request by letter or telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse

from troth.desk.intake.entered import BY_HAND, Entered, take_in
from troth.desk.overview.export import as_csv, as_json
from troth.desk.overview.lists import FILTERS, MINE, STATES, Asked, asked_of, list_of, wanted_of
from troth.desk.workflow.model import STAGES
from troth.errors import Refused
from troth.law.calendar import day_of
from troth.ledger.request_pages import ORDERS, assigned_accounts, every_request
from troth.ledger.saved_views import drop_view, save_view, views_of
from troth.ledger.session import Reading
from troth.postbox.content import BEHALVES, RIGHTS
from troth.web.console.visit import Visit

TURNS = ("desk", "approver", "person", "recipient")
CHANNELS = ("portal", "mail", "post", "phone", "console", "api")
_KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def listed(visit: Visit) -> Response:
    """The list as the address asks for it; it names nobody."""
    return await _listed(visit, asked_of(visit.request.query_params))


async def searched(visit: Visit) -> Response:
    """What a text finds; it is sent in a form, so that no address holds a name."""
    query = {name: visit.text(name) for name in (*FILTERS, "order", "q")}
    if visit.may("requests"):
        await visit.looked("request-search", visit.hidden(query["q"]), "requests")
    return await _listed(visit, asked_of({"state": "all", **query}))


async def _listed(visit: Visit, asked: Asked) -> Response:
    def read(reading: Reading) -> dict[str, Any]:
        wanted = wanted_of(asked, account=visit.by, contacts=visit.may("requests"))
        return {
            "found": list_of(reading, asked, wanted),
            "views": views_of(reading, visit.by),
            "people": assigned_accounts(reading),
        }

    return visit.page(
        "requests",
        visit.w("requests"),
        day=day_of(visit.now, visit.desk.zone),
        asked=asked,
        rights=RIGHTS,
        channels=CHANNELS,
        stages=STAGES,
        turns=TURNS,
        states=STATES,
        orders=ORDERS,
        mine=MINE,
        **await visit.reading(read),
    )


async def view_saved(visit: Visit) -> Response:
    """Names the filters that are set."""
    asked = asked_of({name: visit.text(name) for name in (*FILTERS, "order")})
    await visit.writing(save_view, visit.by, visit.text("name"), asked.query(), at=visit.now)
    return visit.to("/requests")


async def view_dropped(visit: Visit) -> Response:
    """Takes a view away."""
    await visit.writing(drop_view, visit.by, visit.text("name"))
    return visit.to("/requests")


async def exported(visit: Visit) -> Response:
    """The whole list as a file."""
    kind = visit.request.path_params["kind"]
    if kind not in _KINDS:
        return visit.message("missing", 404)
    asked = asked_of(visit.request.query_params)
    wanted = wanted_of(asked, account=visit.by, contacts=False)
    await visit.looked("request-export", kind)
    write = as_csv if kind == "csv" else as_json

    def parts() -> Iterator[str]:
        with visit.desk.ledger.reading(visit.organisation) as reading:
            yield from write(every_request(reading, wanted, asked.order))

    return visit.answer(
        StreamingResponse(
            iterate_in_threadpool(parts()),
            media_type=_KINDS[kind],
            headers={"Content-Disposition": f'attachment; filename="requests.{kind}"'},
        )
    )


async def ask_for_request(visit: Visit) -> Response:
    """The form for what came by letter, by telephone or at the counter."""
    return _form(visit, {}, None)


async def request_taken(visit: Visit) -> Response:
    """Records what came, by the same rules as any other channel."""
    given = {name: visit.text(name) for name in _FIELDS}
    try:
        entered = Entered(
            right=given["right"],
            channel=given["channel"],
            received_on=_day(given["received"]),
            language=given["language"],
            email=given["email"],
            name=given["name"],
            reference=given["reference"],
            address=given["address"],
            words=given["words"],
            behalf=given["behalf"] or "self",
        )
        number = await visit.writing(
            take_in, visit.desk.policy, entered, by=visit.by, now=visit.now
        )
    except Refused as error:
        return _form(visit, given, error)
    return visit.to(f"/requests/{number}")


_FIELDS = (
    "right",
    "channel",
    "received",
    "language",
    "email",
    "name",
    "reference",
    "address",
    "words",
    "behalf",
)


def _form(visit: Visit, given: dict[str, str], problem: Refused | None) -> Response:
    today = day_of(visit.now, visit.desk.zone)
    return visit.page(
        "entry",
        visit.w("entry"),
        code=422 if problem else 200,
        given=given,
        problem=problem,
        rights=RIGHTS,
        channels=BY_HAND,
        behalves=BEHALVES,
        languages_known=visit.desk.policy.languages,
        today=today,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            "not-a-day", f"'{text}' is not a day", place="received", help="write it as YYYY-MM-DD"
        ) from None
