"""One request: what was asked, where it stands, what may come next, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.responses import Response

from troth.desk.accounts.special import is_special
from troth.desk.overview.person import PersonView, person_of_act
from troth.desk.rectify.asked import columns_of
from troth.desk.rights.verdicts import AGAINST
from troth.desk.standing.fold import assigned_to
from troth.desk.workflow.correcting import Correction
from troth.desk.workflow.execution import correction_shown, plan_shown
from troth.desk.workflow.lifting import may_lift_on
from troth.desk.workflow.model import STAGES, Progress
from troth.desk.workflow.office import Office, look, notices_of
from troth.desk.workflow.scope import MEANT
from troth.desk.workflow.setting_aside import GROUNDS
from troth.desk.workflow.shown import Shown as Plans
from troth.desk.workflow.shown import lines_of
from troth.errors import Refused, TrothError
from troth.law.calendar import day_of
from troth.ledger.acts import ActRecord, list_acts
from troth.ledger.documents import find_document, open_document
from troth.ledger.facts import read_facts
from troth.ledger.moved import ask_moved
from troth.ledger.notices import RecipientNotice
from troth.ledger.requests import Request
from troth.web.console.pages.office import at_the_desk
from troth.web.console.visit import Visit

_BESIDE = ("extend", "correct-right", "clarify", "ask-document", "open-task", "give-page")
"""Steps that are possible for long and seldom next; those that a request waits for come first."""
_SHOWN_DETAIL = (
    "reason",
    "question",
    "answer",
    "what",
    "way",
    "to",
    "said",
    "until",
    "letter",
    "outcome",
    "rows",
    "place",
    "right",
    "why",
)
"""What of an event is told beside its kind; names of other records are not."""


@dataclass(frozen=True)
class Shown:
    """Everything of one request that its page shows."""

    request: Request
    progress: Progress
    acts: tuple[ActRecord, ...]
    notices: tuple[RecipientNotice, ...]
    plan: Plans | None
    correction: Correction | None
    lift_on: date | None


async def request_page(visit: Visit) -> Response:
    """The page of one request."""
    return await shown(visit, visit.request.path_params["number"])


async def shown(
    visit: Visit, number: str, *, problem: TrothError | None = None, step: str = ""
) -> Response:
    """The page, with what was refused of it, and what had been typed for that step."""
    found = await at_the_desk(visit, lambda office: _read(office, number, visit.now))
    progress = found.progress
    return visit.page(
        "request",
        visit.w("request.title", number=number),
        code=409 if problem else 200,
        problem=problem,
        found=found,
        request=found.request,
        progress=progress,
        plan=found.plan,
        lines=tuple(lines_of(found.plan)) if found.plan is not None else (),
        corrected=_corrected(visit, found.correction),
        correctable=_correctable(visit),
        rights=MEANT,
        restriction_grounds=GROUNDS,
        policy_events=visit.desk.policy.events,
        recipients=visit.desk.policy.recipients,
        waiting_recipients=tuple(
            dict.fromkeys(one.recipient for one in found.notices if not one.settled)
        ),
        day=day_of(visit.now, visit.desk.zone),
        assigned=assigned_to(found.request, visit.now),
        stages=STAGES,
        steps=sorted(
            (one for one in progress.next if visit.may(permission_of(one))),
            key=lambda one: one in _BESIDE,
        ),
        kept=visit.kept(f"{step}-") if problem else {},
        kept_step=step,
        activities=visit.desk.policy.activities,
        places=visit.desk.policy.places,
        consents=visit.desk.policy.consents,
        categories=visit.desk.policy.categories,
        shown_detail=_SHOWN_DETAIL,
        events=found.request.events[::-1],
    )


def permission_of(step: str) -> str:
    """The permission that a step of the workflow needs."""
    if step in ("approve", "return", "approve-lifting", "return-lifting"):
        return "requests-approve"
    if step == "look-at-document":
        return "identity"
    return "requests-decide" if step in ("decide", "decide-lifting") else "requests-work"


def _read(office: Office, number: str, now: datetime) -> Shown:
    request, progress = look(office, number, now)
    with office.ledger.reading(office.organisation) as reading:
        acts = list_acts(reading, now, progress.acts) if progress.acts else ()
        notices = notices_of(reading, progress)
    planned = progress.plan
    plan = plan_shown(office, planned) if planned is not None else None
    correction = correction_shown(office, planned) if planned is not None else None
    lifting = progress.lifting
    ready = may_lift_on(office, lifting) if lifting is not None else None
    return Shown(request, progress, acts, notices, plan, correction, ready)


def _corrected(visit: Visit, correction: Correction | None) -> list[tuple[str, str | None]]:
    """What a plan writes, for whoever approves it; None for what the caller may not see."""
    found = []
    for text in correction.sets if correction is not None else ():
        name, _, new = text.partition("=")
        found.append((name.strip(), new if visit.sees_special else _plain(visit, name, new)))
    return found


def _plain(visit: Visit, name: str, new: str) -> str | None:
    """A value whose category is known, and not special."""
    policy = visit.desk.policy
    if visit.desk.settings.desk.special_categories != "practitioner":
        return new
    known = name.strip() in policy.categories
    return new if known and not is_special(policy, name.strip()) else None


def _correctable(visit: Visit) -> tuple[str, ...]:
    """What may be corrected by its name: categories, and kinds of identifiers."""
    spaces = {column.identity for _, column in columns_of(visit.desk.project().map)}
    return (*visit.desk.policy.categories, *sorted(one for one in spaces if one))


async def grounds_page(visit: Visit) -> Response:
    """What the stores hold of the person of a request, with every ground that keeps it."""
    return await grounds_shown(visit)


async def grounds_shown(visit: Visit, *, problem: Refused | None = None) -> Response:
    """The same, with what was refused of a decision, and what had been typed for it."""
    number = visit.request.path_params["number"]
    special = visit.sees_special

    def read(office: Office) -> tuple[Progress, PersonView]:
        progress = look(office, number, visit.now)[1]
        with office.ledger.reading(office.organisation) as reading:
            acts = list_acts(reading, visit.now, progress.acts) if progress.acts else ()
        if not acts:
            raise Refused(
                "nothing-recorded",
                "it is not recorded yet whom the request is about",
                help="record what the person asks first",
            )
        return progress, person_of_act(
            office.stores(),
            acts[0].act.persons,
            read_facts(office.ledger, office.organisation, visit.now),
            visit.now,
            moved=ask_moved(office.ledger, office.organisation),
            special=special,
        )

    progress, found = await at_the_desk(visit, read, stores=True)
    return visit.page(
        "person",
        visit.w("grounds.title", number=number),
        code=409 if problem else 200,
        problem=problem,
        kept=visit.kept("decide-") if problem else {},
        found=found,
        asked="",
        number=number,
        policy=visit.desk.policy,
        decide="decide" in progress.next and visit.may("requests-decide"),
        grounds=_refusable(progress),
        activities={
            name: one
            for name, one in visit.desk.policy.activities.items()
            if name in kept_by(found)
        },
    )


def kept_by(found: PersonView) -> set[str]:
    """The activities that are grounds of anything that is held."""
    return {
        ground.activity
        for table in found.tables
        for row in table.rows
        for stands in row.stands
        for ground in stands.grounds
        if ground.activity is not None
    }


def _refusable(progress: Progress) -> tuple[str, ...]:
    return AGAINST.get(progress.right, ())


async def document_page(visit: Visit) -> Response:
    """A sealed document of a request; identity documents and packages have ways of their own."""
    number, name = visit.request.path_params["number"], visit.request.path_params["document"]

    def read(office: Office) -> tuple[Any, bytes]:
        with office.ledger.reading(office.organisation) as reading:
            found = find_document(reading, name)
            if found.number != number or found.kind in ("identity", "correction", "package"):
                raise Refused("unknown-document", "the request has no such document")
            return found, open_document(reading, name, desk_key=office.key)

    found, content = await at_the_desk(visit, read)
    ending = {"application/pdf": "pdf", "application/zip": "zip", "application/json": "json"}
    file = f"{found.kind}-{number}.{ending.get(found.media, 'bin')}"
    return visit.answer(
        Response(
            content,
            media_type=found.media,
            headers={"Content-Disposition": f'attachment; filename="{file}"'},
        )
    )
