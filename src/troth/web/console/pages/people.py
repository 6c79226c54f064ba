"""One person's standing, with all grounds; asked by a form, so that no address names anybody."""

from __future__ import annotations

from starlette.responses import Response

from troth.desk.overview.person import PersonView, person_of
from troth.desk.workflow.office import Office
from troth.errors import Refused
from troth.ledger.facts import read_facts
from troth.ledger.moved import ask_moved
from troth.web.console.pages.office import at_the_desk
from troth.web.console.visit import Visit

LONGEST = 200  # characters of what is looked for


async def ask_for_person(visit: Visit) -> Response:
    """The form."""
    return visit.page("people", visit.w("people"), problem=None, asked="", reason="")


async def person_found(visit: Visit) -> Response:
    """Whoever is meant: every row with its grounds. The look is journaled before anything is read.

    Why somebody looks is asked, and stands in the journal beside a keyed hash of what was typed.
    """
    asked, reason = visit.text("person")[:LONGEST], visit.text("reason")[:LONGEST]
    if not asked or not reason:
        problem = Refused(
            "look-without-reason",
            visit.w("people.incomplete"),
        )
        return visit.page(
            "people", visit.w("people"), code=422, problem=problem, asked=asked, reason=reason
        )
    await visit.looked("person", visit.hidden(asked), reason)
    special = visit.sees_special

    def read(office: Office) -> PersonView:
        return person_of(
            office.stores(),
            [asked],
            read_facts(office.ledger, office.organisation, visit.now),
            visit.now,
            moved=ask_moved(office.ledger, office.organisation),
            confirm=visit.text("confirm").replace(",", " ").split(),
            special=special,
        )

    try:
        found = await at_the_desk(visit, read, stores=True)
    except Refused as error:
        return visit.page(
            "people", visit.w("people"), code=422, problem=error, asked=asked, reason=reason
        )
    return visit.page(
        "person",
        visit.w("person.title"),
        problem=None,
        kept={},
        found=found,
        asked=asked,
        reason=reason,
        number="",
        decide=False,
        policy=visit.desk.policy,
    )
