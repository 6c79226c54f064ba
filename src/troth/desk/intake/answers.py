"""Where a request stands, as the holder of its link is shown it; put into the box when it moves."""

from __future__ import annotations

from datetime import datetime, timedelta

from troth.desk.workflow.model import Progress, Question
from troth.desk.workflow.progress import progress_of
from troth.law.calendar import day_of
from troth.ledger.ledger import Ledger
from troth.ledger.requests import Request, read_requests, requests_after
from troth.policy.model import Policy
from troth.postbox.box import Postbox
from troth.postbox.content import RIGHTS, Right
from troth.postbox.seal import lock
from troth.postbox.standing import Awaited, Note, Outcome, Standing

SHOWN_FOR = timedelta(days=90)
"""How long the page of a request that has ended is shown, and what was noted of preferences."""
_NOTES: dict[str, Note] = {
    "word-added": "word",
    "document-received": "document",
    "identity-accepted": "code",
    "execution-waits": "away",
    "package-sent": "package-sent",
    "package-fetched": "package-fetched",
    "package-expired": "package-expired",
}


def page_of(request: Request, policy: Policy, now: datetime) -> Standing:
    """What is shown of a request: no name, no address, nobody of the organisation."""
    progress = progress_of(request, policy, now)
    clock, zone = progress.clock, policy.zoneinfo
    ended = next((event for event in request.events if event.kind == "closed"), None)
    question = _waiting(progress)
    notes = tuple(
        (day_of(event.at, zone), _NOTES[event.kind])
        for event in request.events
        if event.kind in _NOTES
    )
    return Standing(
        number=request.number,
        right=right_of(progress.right),
        stage=progress.stage,
        due_on=clock.due,
        extended=clock.extended,
        stopped_on=clock.stopped_since,
        awaited=_awaited(progress),
        asked=question.text if question is not None else None,
        outcome=None if ended is None else _outcome(progress),
        ended_on=None if ended is None else day_of(ended.at, zone),
        withdrawn=progress.withdrawn,
        notes=notes,
    )


def _awaited(progress: Progress) -> tuple[Awaited, ...]:
    """What the person is asked for, and may give."""
    found: list[Awaited] = ["code"] if "show-code" in progress.next else []
    found += ["document"] if "take-document" in progress.next else []
    found += ["word"] if _waiting(progress) is not None else []
    return tuple(found)


def _waiting(progress: Progress) -> Question | None:
    """The question that waits for the person; a word of theirs, not yet read here, is heard."""
    question = progress.question
    return None if question is None or question.heard or question.answer is not None else question


def _outcome(progress: Progress) -> Outcome:
    if progress.withdrawn:
        return "withdrawn"
    if progress.decision is None:
        return "answered"
    outcomes: dict[str, Outcome] = {"accepted": "granted", "partly": "partly", "refused": "refused"}
    return outcomes[progress.decision.outcome]


def right_of(text: str) -> Right | None:
    """A right as the pages know it; None for one that they have no form for."""
    return next((right for right in RIGHTS if right == text), None)


def put_page(box: Postbox, request: Request, policy: Policy, now: datetime, entry: int = 0) -> None:
    """Shows a request to the holder of its link; without a link nobody can look."""
    if request.page is None:
        return
    found = page_of(request, policy, now)
    expires = found.ended_on + SHOWN_FOR if found.ended_on is not None else None
    locked = lock(found.model_dump_json().encode(), request.page)
    box.put(policy.organisation, request.page, locked, entry=entry, expires_on=expires)


def refresh(box: Postbox, ledger: Ledger, policy: Policy, now: datetime) -> int:
    """Shows anew what has moved since the last time, by whomever; how many requests."""
    since = box.answered_until(policy.organisation)
    with ledger.reading(policy.organisation) as reading:
        moved, until = requests_after(reading, since)
        found = read_requests(reading, moved) if moved else ()
    for request in found:
        put_page(box, request, policy, now, until)
    return len(found)
