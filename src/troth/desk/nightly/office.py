"""What the jobs of one organisation stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from troth.ledger.ledger import Ledger
from troth.project.load import Project

BY = "nightly run"
"""Who did what a job did, where nobody is named."""


@dataclass(frozen=True)
class Office:
    """One organisation at work: its project, its ledger and the clock.

    `postbox` is the address of the post box and `key_file` the desk's key for it. `still_ours`
    raises Transient (`lease-lost`) where another process has taken the job over: what reaches the
    outside (a letter) asks it just before.
    """

    project: Project
    ledger: Ledger
    clock: Callable[[], datetime]
    postbox: str
    key_file: Path
    still_ours: Callable[[], None] = lambda: None

    @property
    def organisation(self) -> str:
        return self.project.organisation

    def held(self, ledger: Ledger, still_ours: Callable[[], None]) -> Office:
        """The same for the holder of a lease."""
        return replace(self, ledger=ledger, still_ours=still_ours)


@dataclass(frozen=True)
class Result:
    """What a job did, in numbers; `waiting`: the rest is for a person."""

    state: Literal["done", "waiting"] = "done"
    counts: Mapping[str, int] = field(default_factory=dict)
