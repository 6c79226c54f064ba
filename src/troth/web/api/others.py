"""Disclosures, suppression, holds and health."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from troth.desk.told.disclosures import disclose
from troth.desk.told.suppression import ask
from troth.grounds.facts import Hold
from troth.ledger.disclosures import Disclosure
from troth.ledger.holds import open_holds
from troth.ledger.session import Writing
from troth.web.api.bodies import (
    Blocked,
    Contacts,
    Health,
    Holds,
    HoldShown,
    NewDisclosure,
    NewDisclosures,
    Recorded,
)
from troth.web.api.call import Call, Key, desk_of, needs, write_once

router = APIRouter()


@router.post("/disclosures", status_code=201, response_model=Recorded, tags=["disclosures"])
def record_disclosures(
    body: NewDisclosures, key: Key, call: Call = needs("disclosures:write")
) -> JSONResponse:
    """Record what left for recipients, all or none: whoever got it is told of what follows."""
    desk = call.desk

    def work(writing: Writing) -> Recorded:
        new = [_disclosure(one, call) for one in body.disclosures]
        count = disclose(writing, new, desk.policy, desk.map, by=call.by, at=call.now)
        return Recorded(recorded=count)

    return write_once(call, key, body, work)


@router.post("/suppression/ask", tags=["suppression"])
def ask_suppression(body: Contacts, call: Call = needs("suppression:read")) -> Blocked:
    """Which of these people may not be mailed or imported; nothing is noted of the asking."""
    desk = call.desk
    contacts = [[one.identifier() for one in names] for names in body.contacts]
    with desk.ledger.reading(desk.organisation) as reading:
        gate, _ = ask(reading, contacts, desk.map)
    return Blocked(asked=gate.asked, blocked=list(gate.blocked))


@router.get("/holds", tags=["holds"])
def holds(call: Call = needs("holds:read")) -> Holds:
    """The legal holds that are open, so that nothing is deleted elsewhere either."""
    desk = call.desk
    with desk.ledger.reading(desk.organisation) as reading:
        found = open_holds(reading, call.now)
    return Holds(holds=[_hold(hold) for hold in found])


@router.get("/health", tags=["health"])
def health(request: Request) -> Health:
    """That the API and its ledger answer; needs no token and says nothing of anybody."""
    desk = desk_of(request)
    with desk.ledger.reading(desk.organisation):
        pass
    versions = [version.id for version in desk.policy.versions]
    return Health(status="ok", policy=desk.organisation, version=versions[-1] if versions else "")


def _disclosure(new: NewDisclosure, call: Call) -> Disclosure:
    whose = new.person.identifier()
    return Disclosure(
        person=whose,
        recipient=new.recipient,
        categories=tuple(new.categories),
        at=new.at or call.now,
        basis=new.basis,
        country=new.country,
        known_as=new.known_as.identifier() if new.known_as is not None else whose,
    )


def _hold(hold: Hold) -> HoldShown:
    return HoldShown(
        id=hold.id,
        opened_at=hold.opened_at,
        review_on=hold.review_on,
        persons=len(hold.persons),
        tables=[f"{store}.{table}" for store, table in hold.tables],
        rows=len(hold.rows),
    )
