"""Data subject requests that systems took: handed in, and where they stand."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import JSONResponse

from troth.desk.intake.channel import follows
from troth.desk.intake.due import answer_by
from troth.desk.standing.record import record_request
from troth.errors import Refused
from troth.ledger.requests import Request, find_request, page_of_requests
from troth.ledger.session import Writing
from troth.postbox.numbers import number_of
from troth.web.api.bodies import NewRequest, RequestPage, RequestShown, RequestTaken
from troth.web.api.call import Call, Key, needs, write_once

router = APIRouter(tags=["requests"])
_WRITES, _READS = needs("requests:write"), needs("requests:read")
MOST_A_PAGE = 200


@router.post("/requests", status_code=201, response_model=RequestTaken)
def hand_in(body: NewRequest, key: Key, call: Call = _WRITES) -> JSONResponse:
    """Hand in a request that one of your systems took; its term runs from its receipt."""
    received_at = body.received_at or call.now
    if received_at > call.now:
        raise Refused(
            "request-in-the-future",
            "a request cannot be received later than now",
            help="send the instant at which it was received",
        )

    def work(writing: Writing) -> RequestTaken:
        request = _request(body, call, received_at, number_of(writing.randomness(16).hex()))
        record_request(writing, call.desk.policy, request, by=call.by, at=call.now)
        told = follows(call.desk.policy, body.right, "", request.language)
        return RequestTaken(**vars(_shown(request)), follows=told.strip())

    return write_once(call, key, body, work)


@router.get("/requests/{number}", responses={304: {"description": "Nothing has changed."}})
def request(
    response: Response,
    number: Annotated[str, Path(pattern=r"^[0-9A-Z]{5}-[0-9A-Z]{5}$", examples=["7KQ4M-2XC9D"])],
    if_none_match: Annotated[str | None, Header()] = None,
    call: Call = _READS,
) -> RequestShown:
    """Where a request stands."""
    with call.desk.ledger.reading(call.desk.organisation) as reading:
        found = find_request(reading, number)
    shown = _shown(found)
    state = f"{shown.model_dump_json()}{len(found.events)}".encode()
    tag = f'"{sha256(state).hexdigest()[:20]}"'
    if if_none_match == tag:
        response.status_code = 304
    response.headers["ETag"] = tag
    return shown


@router.get("/requests")
def requests(
    open: Annotated[bool, Query(description="Only those that nobody has closed.")] = False,
    limit: Annotated[int, Query(ge=1, le=MOST_A_PAGE)] = 50,
    cursor: Annotated[
        str | None, Query(max_length=200, description="What `next` of the page before says.")
    ] = None,
    call: Call = _READS,
) -> RequestPage:
    """Requests in the order of their receipt, a page at a time."""
    after = _after(cursor) if cursor is not None else None
    with call.desk.ledger.reading(call.desk.organisation) as reading:
        found = page_of_requests(reading, after=after, limit=limit + 1, open_only=open)
    shown = found[:limit]
    further = _cursor(shown[-1]) if len(found) > limit else None
    return RequestPage(requests=[_shown(one) for one in shown], next=further)


def _request(body: NewRequest, call: Call, received_at: datetime, number: str) -> Request:
    names = {"email": body.email, "name": body.name, "reference": body.reference}
    return Request(
        number=number,
        right=body.right,
        channel="api",
        received_at=received_at,
        answer_by=answer_by(call.desk.policy, body.right, received_at),
        language=body.language,
        contact=body.email,
        names={what: value for what, value in names.items() if value},
        words=body.words,
        behalf=body.behalf,
    )


def _shown(found: Request) -> RequestShown:
    return RequestShown(
        number=found.number,
        right=found.right,
        channel=found.channel,
        received_at=found.received_at,
        answer_by=found.answer_by,
        open=found.open,
    )


def _cursor(last: Request) -> str:
    return urlsafe_b64encode(f"{last.received_at.isoformat()} {last.number}".encode()).decode()


def _after(cursor: str) -> tuple[datetime, str]:
    try:
        at, _, number = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not number:
            raise ValueError
        instant.timestamp()
    except (ValueError, OverflowError):
        raise Refused(
            "cursor-unreadable",
            "the cursor is none that a page gave",
            help="send what 'next' of the page before says, or none",
        ) from None
    return instant, number
