"""Whom a request surely means: by the address that was proven, never by a name alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from troth.desk.find.asked import asked_of
from troth.desk.find.find import Finder, finder
from troth.desk.find.model import Asked, Found
from troth.desk.workflow.model import Identity
from troth.desk.workflow.office import Office
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.grounds.identity import normalise
from troth.ledger.moved import ask_moved
from troth.ledger.requests import Request

NOBODY = Found()


def on_file(office: Office, request: Request) -> str | None:
    """The address on file by which the person may be asked; None where no store knows one.

    The address given, where a store has it; else the one address of whoever is meant by the
    reference given, such as a customer number.
    """
    with _finder(office) as desk:
        return _on_file(desk, request)


def meant(office: Office, request: Request, identity: Identity, confirm: Sequence[str]) -> Found:
    """The person of a request, as every store knows them; nobody where none is surely theirs.

    By the address that was proven; what several persons share it is theirs once it is confirmed.
    Whoever is known by other means is looked for by the address
    and the reference, which have to mean the same person. Refused (`two-persons`) otherwise.
    `confirm`: doubtful matches that are the person, by their marks.
    """
    with _finder(office) as desk:
        by_address = _find(desk, email=request.contact, confirm=confirm)
        by_reference = _find(desk, reference=request.names.get("reference", ""), confirm=confirm)
        if identity.way in ("address", "code"):
            if by_address.persons:
                return by_address
            proven = identity.on_file and by_reference.persons
            return by_reference if proven else NOBODY
        if by_address.persons and by_reference.persons:
            if set(by_address.identifiers).isdisjoint(by_reference.identifiers):
                raise Refused(
                    "two-persons",
                    "the address and the reference of the request are two persons'",
                    help="name the person who was identified, with --person",
                )
            return by_reference
        return by_reference if by_reference.persons else by_address


def address_of(office: Office, request: Request) -> tuple[Identifier, ...]:
    """The address given, as the map names persons by; empty where it names nobody by mail."""
    with _finder(office) as desk:
        return tuple(Identifier(space, request.contact) for space in desk.facets.spaces("email"))


def _on_file(desk: Finder, request: Request) -> str | None:
    shown = _find(desk, email=request.contact)
    if shown.persons or any(one.match.by for one in shown.doubtful):  # whosever it is
        return request.contact
    found = _find(desk, reference=request.names.get("reference", ""))
    spaces = desk.facets.spaces("email")
    known = {normalise(one.value, "email") for one in found.identifiers if one.namespace in spaces}
    return known.pop() if found.persons and len(known) == 1 else None


def _find(
    desk: Finder, *, email: str = "", reference: str = "", confirm: Sequence[str] = ()
) -> Found:
    if not (("@" in email) or reference):
        return NOBODY
    try:
        asked = asked_of(
            desk.facets, [reference] if reference else [], emails=[email] * bool(email)
        )
    except Refused:
        return NOBODY  # the map names nobody by such a thing
    return desk.find(Asked(asked.identifiers), confirm=list(confirm))


def _finder(office: Office) -> AbstractContextManager[Finder]:
    return finder(office.stores(), ask_moved(office.ledger, office.organisation))
