"""Notices of a plan for a reader: what is said of several places is said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from troth.plan.model import Notice


@dataclass(frozen=True)
class SharedNotice:
    """One notice and every place (a store, or a table of it) of which it is true."""

    code: str
    severity: Literal["info", "warning", "blocking"]
    message: str
    help: str
    places: tuple[str, ...]


def folded(notices: Iterable[Notice]) -> tuple[SharedNotice, ...]:
    """The notices in their order, those that say the same of several places as one."""
    places: dict[tuple[str, str, str, str], list[str]] = {}
    first: dict[tuple[str, str, str, str], Notice] = {}
    for one in notices:
        same = (one.code, one.severity, one.message, one.help)
        first.setdefault(same, one)
        places.setdefault(same, []).append(f"{one.store}.{one.table}" if one.table else one.store)
    return tuple(
        SharedNotice(one.code, one.severity, one.message, one.help, tuple(sorted(places[same])))
        for same, one in first.items()
    )
