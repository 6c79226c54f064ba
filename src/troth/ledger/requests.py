"""Data subject requests as they came in (Art. 12), by whatever channel, and what happened to each.

Nothing is changed: a request is recorded once, and each event stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import insert, literal, select, tuple_

from troth.errors import Refused
from troth.ledger.desk_tables import request_standing
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.request_tables import request_events, request_links, requests
from troth.ledger.session import Reading, Writing
from troth.ledger.types import Instant

Channel = Literal["portal", "console", "mail", "post", "phone", "api"]
EventKind = Literal[
    "code-asked",
    "code-spent",
    "document-asked",
    "document-received",
    "document-looked-at",
    "identity-accepted",
    "clarification-asked",
    "clarified",
    "right-corrected",
    "page-given",
    "word-added",
    "withdrawn",
    "act-recorded",
    "decided",
    "approved",
    "returned",
    "extended",
    "planned",
    "executed",
    "package-made",
    "task-opened",
    "task-done",
    "letter-written",
    "letter-sent",
    "mail-received",
    "mail-returned",
    "assigned",
    "closed",
    "package-sent",
    "package-fetched",
    "package-expired",
    "lift-decided",
    "lift-approved",
    "lift-returned",
    "lift-halted",
    "lifted",
    "erasures-recorded",
    "execution-waits",
]
"""What may happen to a request; `desk.workflow.fold` says what each comes to."""
AFTERWARDS: tuple[EventKind, ...] = (
    "package-sent",
    "package-fetched",
    "package-expired",
    "lift-decided",
    "lift-approved",
    "lift-returned",
    "lift-halted",
    "lifted",
    "erasures-recorded",
    "letter-written",
    "letter-sent",
    "task-opened",
    "task-done",
)
"""What may still happen to a request that is closed: its package goes, its restriction ends. The
workflow says when (`Progress.next`)."""


@dataclass(frozen=True)
class RequestEvent:
    """Something that happened to a request, in the words of who did it; nothing in it is journaled.

    `detail` names other records (an act, a run, a sealed document), and says reasons and questions
    in plain words; it holds no name of a person.
    """

    kind: EventKind
    at: datetime
    done_by: str
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request as it came; nothing that it says has been verified.

    `names` are those its writer gave, by what they are (email, name, reference); `contact` is where
    the answer goes; `link` finds its answer in the post box.
    """

    number: str
    right: str
    channel: Channel
    received_at: datetime
    answer_by: date
    language: str
    contact: str
    names: dict[str, str]
    words: str = ""
    behalf: str = "self"
    link: str | None = None
    events: tuple[RequestEvent, ...] = ()

    @property
    def page(self) -> str | None:
        """The link of its page: that of its form, or the newest that was handed to its person."""
        given = [event for event in self.events if event.kind == "page-given"]
        return given[-1].detail["link"] if given else self.link

    @property
    def open(self) -> bool:
        """Nobody has closed it."""
        return not any(event.kind == "closed" for event in self.events)


def record_request(writing: Writing, new: Request, *, by: str, at: datetime) -> bool:
    """Record a request; False, and nothing recorded, where its number is known already."""
    known = select(requests.c.number).where(
        requests.c.organisation == writing.organisation, requests.c.number == new.number
    )
    if writing.connection.execute(known).first() is not None:
        return False
    row = {
        "number": new.number,
        "right_asked": new.right,
        "channel": new.channel,
        "received_at": new.received_at,
        "answer_by": new.answer_by,
        "language": new.language,
        "contact": new.contact,
        "names": new.names,
        "words": new.words,
        "behalf": new.behalf,
        "link": new.link,
        "recorded_at": at,
        "recorded_by": by,
    }
    payload = {
        "request": new.number,
        "right": new.right,
        "channel": new.channel,
        "answer_by": new.answer_by.isoformat(),
    }
    record_facts(writing, "request-received", at, [NewFact(payload, [(requests, row)])])
    return True


def record_event(writing: Writing, number: str, event: RequestEvent) -> None:
    """Record what happened to a request; Refused (`unknown-request`, `request-closed`)."""
    found = find_request(writing, number)
    if not found.open and event.kind not in AFTERWARDS:
        raise Refused(
            "request-closed",
            f"request {number} is closed",
            help="what comes later is a new request",
        )
    row = {
        "number": number,
        "kind": event.kind,
        "at": event.at,
        "done_by": event.done_by,
        "detail": event.detail,
    }
    payload = {"request": number, "event": event.kind}
    record_facts(writing, "request-moved", event.at, [NewFact(payload, [(request_events, row)])])
    if event.kind == "page-given":
        given = {"link": event.detail["link"], "number": number}
        writing.connection.execute(
            insert(request_links).values(organisation=writing.organisation, **given)
        )


def find_request(reading: Reading, number: str) -> Request:
    """One request; Refused (`unknown-request`)."""
    for found in read_requests(reading, [number]):
        return found
    raise Refused(
        "unknown-request",
        f"there is no request '{number}'",
        help="`troth request inbox` shows them",
    )


def requests_from(reading: Reading, contact: str, since: datetime) -> tuple[Request, ...]:
    """The requests of one contact received since an instant, the oldest first."""
    table = requests.c
    numbers = reading.connection.execute(
        select(table.number).where(
            table.organisation == reading.organisation,
            table.contact == contact,
            table.received_at >= since,
        )
    )
    return read_requests(reading, list(numbers.scalars()))


def find_request_of(reading: Reading, link: str) -> Request | None:
    """The request whose page a link opens; None where there is none."""
    mine = (requests.c.organisation == reading.organisation, requests.c.link == link)
    number = reading.connection.execute(select(requests.c.number).where(*mine)).scalar()
    if number is not None:
        return find_request(reading, number)
    table = request_links.c
    given = (table.organisation == reading.organisation, table.link == link)
    number = reading.connection.execute(select(table.number).where(*given)).scalar()
    found = None if number is None else find_request(reading, number)
    return found if found is not None and found.page == link else None  # an older one is shut


def requests_after(reading: Reading, entry: int) -> tuple[tuple[str, ...], int]:
    """The numbers of requests to which something happened after an entry of the ledger.

    With them the newest of those entries, or `entry` where there is none.
    """
    rows = select(request_events.c.number, request_events.c.entry).where(
        request_events.c.organisation == reading.organisation, request_events.c.entry > entry
    )
    found = reading.connection.execute(rows).all()
    return (
        tuple(dict.fromkeys(row.number for row in found)),
        max((row.entry for row in found), default=entry),
    )


def read_requests(reading: Reading, only: Collection[str] | None = None) -> tuple[Request, ...]:
    """Requests with their events, the oldest first; all, or those of the numbers given."""
    mine = select(requests).where(requests.c.organisation == reading.organisation)
    theirs = select(request_events).where(request_events.c.organisation == reading.organisation)
    if only is not None:
        mine = mine.where(requests.c.number.in_(only))
        theirs = theirs.where(request_events.c.number.in_(only))
    events: dict[str, list[RequestEvent]] = defaultdict(list)
    # sorted here: asked for by entry, SQLite would walk every event of the ledger in its order
    found = sorted(reading.connection.execute(theirs), key=lambda row: row.entry)
    for row in found:
        events[row.number].append(RequestEvent(row.kind, row.at, row.done_by, dict(row.detail)))
    rows = reading.connection.execute(mine.order_by(requests.c.received_at, requests.c.entry))
    return tuple(_request(row, tuple(events[row.number])) for row in rows)


def page_of_requests(
    reading: Reading, *, after: tuple[datetime, str] | None, limit: int, open_only: bool
) -> tuple[Request, ...]:
    """Requests in the order of their receipt and number, at most `limit`, beyond one of them."""
    table = requests.c
    query = select(table.number).where(table.organisation == reading.organisation)
    if after is not None:
        beyond = tuple_(literal(after[0], Instant), literal(after[1]))
        query = query.where(tuple_(table.received_at, table.number) > beyond)
    if open_only:
        closed = select(request_events.c.entry).where(
            request_events.c.organisation == reading.organisation,
            request_events.c.number == table.number,
            request_events.c.kind == "closed",
        )
        query = query.where(~closed.exists())
    query = query.order_by(table.received_at, table.number).limit(limit)
    found = read_requests(reading, list(reading.connection.execute(query).scalars()))
    return tuple(sorted(found, key=lambda one: (one.received_at, one.number)))


def acts_of_requests(reading: Reading) -> set[str]:
    """The acts that were recorded for a request: their deadline is the request's."""
    mine = (request_events.c.organisation == reading.organisation) & (
        request_events.c.kind == "act-recorded"
    )
    rows = reading.connection.execute(select(request_events.c.detail).where(mine)).scalars()
    return {str(detail["act"]) for detail in rows if "act" in detail}


def requests_of_acts(reading: Reading, right: str, acts: Collection[str]) -> dict[str, str]:
    """The numbers of requests under a right, by the acts that were recorded for them."""
    theirs = (request_events.c.organisation == request_standing.c.organisation) & (
        request_events.c.number == request_standing.c.number
    )
    rows = reading.connection.execute(
        select(request_events.c.number, request_events.c.detail)
        .select_from(request_standing.join(request_events, theirs))
        .where(
            request_standing.c.organisation == reading.organisation,
            request_standing.c.right_asked == right,
            request_events.c.kind == "act-recorded",
        )
    )
    return {act: row.number for row in rows if (act := row.detail.get("act")) in acts}


def _request(row: Any, events: tuple[RequestEvent, ...]) -> Request:
    return Request(
        number=row.number,
        right=row.right_asked,
        channel=row.channel,
        received_at=row.received_at,
        answer_by=row.answer_by,
        language=row.language,
        contact=row.contact,
        names=dict(row.names),
        words=row.words,
        behalf=row.behalf,
        link=row.link,
        events=events,
    )
