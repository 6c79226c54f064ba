"""Instants as people write them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def instant_option(text: str | None, option: str) -> datetime | None:
    """The instant given to an option; Refused (`not-an-instant`) for one without its offset."""
    from troth.errors import Refused
    from troth.ledger.consents import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Refused("not-an-instant", str(error), place=option) from None
