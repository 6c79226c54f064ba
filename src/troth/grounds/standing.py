"""What a standing is: the grounds of a value, its state, and the first day without a ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class State(Enum):
    """The three values of standing; every value of every row has exactly one."""

    SUPPORTED = "supported"
    DUE = "due"
    UNKNOWN = "unknown"


class Waiting(Enum):
    """Why a ground has no end yet."""

    EVENT = "waits for its event"
    WARNING = "waits for an invitation and its delay"
    HOLD = "until the hold is lifted"
    RESTRICTION = "until the restriction ends"
    UNKNOWN = "cannot be decided"


@dataclass(frozen=True)
class Ground:
    """One ground of a value: the activity and rule (or the hold) that supports it, or did.

    `ends` is the first day without it. None while it is open (`waiting` says for what) and where
    it is unknown. `state` is SUPPORTED while it supports the value now, DUE once it has ended.
    """

    activity: str | None
    rule: str | None
    role: str | None
    clauses: tuple[str, ...]
    article: str
    state: State
    ends: date | None
    waiting: Waiting | None = None
    event: str | None = None
    hold: str | None = None
    act: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Standing:
    """The state of one value at one instant, with every ground that was considered.

    `ends`: the first day on which no ground supports it any more; None if open or unknown.
    `protected`: the map protects the row (staff, system, test); its state is SUPPORTED.
    """

    state: State
    grounds: tuple[Ground, ...]
    ends: date | None
    protected: bool = False
