"""An organisation of a server as its jobs need it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from troth.desk.fleet.organisations import Organisations
from troth.desk.nightly.office import Office


def office_of(organisations: Organisations, name: str, clock: Callable[[], datetime]) -> Office:
    """The office of one organisation, with the server's post box; its errors where it is broken."""
    found = organisations.get(name)
    return Office(found.project, found.ledger, clock, organisations.server.postbox, found.key_file)
