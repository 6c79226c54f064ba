"""The question whether data may be used, what is known beside the ledger, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from troth.grounds.facts import Identifier
from troth.grounds.standing import Standing, State
from troth.policy.terms import RefusalGround


@dataclass(frozen=True)
class Question:
    """May these data be used so? One purpose (an activity) or one case of a legal hold.

    - `persons`: all identifiers of the one person that the asker knows.
    - `recipient`: who receives it; None: nobody outside. `country`: where it goes or is read from,
      ISO 3166-1 alpha-2; None: where the recipient is.
    - `role`, `region`: who reads, and where. `subject`, `place`, `table` (`store.table`): whose
      value, and where it lies; None is not asked.
    - `despite`: why it is used although it is restricted, one of Art. 18(2) and of the policy.
    - `order`: the reference of the legal order that a disclosure answers (Art. 6(3), 48).
    - `instruction`: the recipient is only told to delete or to suspend, which always passes.
    """

    purpose: str | None
    category: str
    persons: tuple[Identifier, ...] = ()
    recipient: str | None = None
    country: str | None = None
    role: str | None = None
    region: str | None = None
    subject: str | None = None
    place: str | None = None
    table: str | None = None
    case: str | None = None
    despite: RefusalGround | None = None
    order: str | None = None
    instruction: Literal["delete", "suspend"] | None = None


@dataclass(frozen=True)
class Known:
    """What is known of the person beside the ledger; what is not said is unknown.

    - `true`, `false`: conditions of the policy. `birth`: the day of birth.
    - `state`: that of the purpose's own ground for the value (`state_of`); None: nobody looked.
    - `contract`: a contract of the activity runs. `withstands`: a legal duty or claim keeps the
      value against objection and erasure (Art. 17(3)); None: unknown where a rule could.
    - `accepted`: the version of the text that the person accepted.
    - `informed`: the notice of Art. 14 was delivered; `collected`: the day of collection.
    - `region`: where the person belongs, for readers who see their own region alone.
    """

    true: frozenset[str] = frozenset()
    false: frozenset[str] = frozenset()
    state: State | None = None
    contract: bool | None = None
    withstands: bool | None = None
    birth: date | None = None
    accepted: str | None = None
    informed: bool = False
    collected: date | None = None
    region: str | None = None


NOTHING = Known()


@dataclass(frozen=True)
class Deciding:
    """The ground on which a use is allowed: an activity and its basis, or a hold and its case."""

    activity: str | None
    basis: str
    article: str
    clauses: tuple[str, ...]
    hold: str | None = None

    @property
    def id(self) -> str:
        """A short name: the activity and its basis, or the case."""
        return f"{self.activity}:{self.basis}" if self.activity else f"case:{self.hold}"


@dataclass(frozen=True)
class Missing:
    """One part without which a use is not allowed, with the law and the place in the text."""

    code: str
    words: str
    article: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Allowed on a ground, or not, with every part that is missing."""

    allowed: bool
    ground: Deciding | None
    missing: tuple[Missing, ...] = ()


def state_of(standing: Standing, activity: str) -> State:
    """The state of an activity's own ground in a value's standing, under any role."""
    states = {ground.state for ground in standing.grounds if ground.activity == activity}
    if standing.protected or State.SUPPORTED in states:
        return State.SUPPORTED
    return State.UNKNOWN if State.UNKNOWN in states else State.DUE
