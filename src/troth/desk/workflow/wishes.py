"""A wish for after death, recorded of a request: a version of a directive, or its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from troth.desk.directives.wishes import add_directive, revoke, versions_of
from troth.desk.workflow.office import Case, Office
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.ledger.directives import (
    ACTIONS,
    Directive,
    Instruction,
    Trusted,
    read_directives,
)

WISH, TRUSTED, CONTACT = "wish", "trusted", "trusted-contact"
"""What the form of the public pages asked for, among the names of its request."""
REVOKE = "revoke"


def record_wish(
    case: Case,
    office: Office,
    persons: Sequence[Identifier],
    instructions: Sequence[Instruction],
    trusted: Sequence[Trusted],
    registered_with: str,
    *,
    by: str,
    now: datetime,
) -> str:
    """Record what the request says as a version of the person's directive, or end the newest.

    Empty `instructions` and `trusted`: what the form says. The form is one of its own, and who
    sends it is known by now, so it is the specific consent of Loi 78-17, art. 85(I).
    Refused: `no-directive` where there is none to revoke, and what `add_directive` refuses.
    """
    names = case.request.names
    if names.get(WISH) == REVOKE and not instructions:
        return _revoked(case, office, persons, by=by, now=now)
    given = [Trusted(names[TRUSTED], names.get(CONTACT))] if names.get(TRUSTED) else []
    chosen = tuple(trusted) or tuple(given)
    new = Directive(
        id="",
        persons=tuple(persons),
        given_at=case.request.received_at,
        form=f"request {case.request.number}",
        instructions=tuple(instructions) or _asked(names.get(WISH, ""), chosen),
        trusted=chosen,
        recorded_by=by,
        registered_with=registered_with,
    )
    return add_directive(case.writing, new, office.policy, office.map, at=now).id


def _revoked(
    case: Case, office: Office, persons: Sequence[Identifier], *, by: str, now: datetime
) -> str:
    versions = versions_of(read_directives(case.writing), persons, office.map)
    newest = next((one for one in reversed(versions) if one.end is None), None)
    if newest is None or newest is not versions[-1]:
        raise Refused(
            "no-directive",
            "the person has no directive in force that could be revoked",
            help="tell them so; a new wish is a version of its own",
        )
    return revoke(case.writing, newest.id, by=by, at=now).id


def _asked(wish: str, trusted: Sequence[Trusted]) -> tuple[Instruction, ...]:
    action = next((one for one in ACTIONS if one == wish), None)
    if action is None:
        return ()
    to = trusted[0] if action == "hand-over" and trusted else None
    return (Instruction(action, to=to),)
