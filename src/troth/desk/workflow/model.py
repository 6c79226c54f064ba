"""What a request's events come to: its stage, its clock, what is open and what may come next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from troth.law.deadlines import Stop

Stage = Literal["received", "identity", "decision", "execution", "answer", "closed"]
STAGES: tuple[Stage, ...] = ("received", "identity", "decision", "execution", "answer", "closed")
Turn = Literal["desk", "approver", "person", "recipient", "nobody"]
"""Who has to do the next thing."""
Step = Literal[
    "ask-code",
    "show-code",
    "ask-document",
    "take-document",
    "look-at-document",
    "accept-identity",
    "clarify",
    "clarified",
    "correct-right",
    "record-act",
    "decide",
    "approve",
    "return",
    "extend",
    "plan",
    "execute",
    "make-package",
    "open-task",
    "finish-task",
    "acknowledge",
    "give-page",
    "write-letter",
    "send-letter",
    "close",
    "decide-lifting",
    "approve-lifting",
    "return-lifting",
    "lift",
]
Way = Literal["address", "code", "document", "session", "known", "not-needed", "unidentified"]
"""How somebody is known: a mail from the address on file, a code, a document, a login, by other
means that are written down; not needed for what asks nothing of it; or that it stayed open."""
Outcome = Literal["accepted", "partly", "refused"]
LetterKind = Literal[
    "receipt",
    "code",
    "page",
    "identity",
    "clarification",
    "extension",
    "decision",
    "answer",
    "lifting",
    "delay",
]
Owed = Literal[
    "identity",
    "act",
    "decision",
    "approval",
    "refusal",
    "execution",
    "task",
    "recipient",
    "answer",
]
"""What stands against closing; `refusal`: one that the person has not heard of."""


@dataclass(frozen=True)
class Rules:
    """How an organisation wants it: `two_people`: nobody approves what they decided themselves.

    `package_days`: how long a package lies ready at most; None: as the policy says.
    """

    two_people: bool = False
    package_days: int | None = None


@dataclass(frozen=True)
class Clock:
    """Until when it is answered. `due` None: the clock stands still since `stopped_since`.

    `term`: whose rule it is. `aim`: the working day to aim at. `extended`: put off, with notice.
    """

    due: date | None
    aim: date | None
    term: str
    stopped_since: date | None = None
    extended: bool = False
    late: bool = False


@dataclass(frozen=True)
class Identity:
    """How far it is known who asks; `asked`: a question waits. `reason`: the doubt or the means.

    `on_file`: what was proven is an address that a store has, not only the one that was given.
    """

    accepted: bool = False
    way: Way | None = None
    asked: Literal["code", "document"] | None = None
    asked_at: datetime | None = None
    reason: str = ""
    documents: tuple[str, ...] = ()
    on_file: bool = False


@dataclass(frozen=True)
class Question:
    """What a person was asked: which part of much data (`scope`), or what they `wish`.

    `heard`: they have written since, and somebody has to read it. `answer`: as it was understood.
    """

    about: Literal["scope", "wish"]
    text: str
    asked_at: datetime
    answer: str | None = None
    heard: bool = False


@dataclass(frozen=True)
class Item:
    """One part of a decision: for some activities (empty: for all that no other part names).

    `ground`: of a refusal, from the closed list; `reason`: facts and weighing; `case`: the file
    that legal claims need; `before`: numbers of the person's earlier requests, which show that
    this one is excessive; `proof`: what shows that it is unfounded, and where that lies.
    """

    outcome: Literal["accepted", "refused"]
    activities: tuple[str, ...] = ()
    ground: str | None = None
    reason: str = ""
    case: str | None = None
    before: tuple[str, ...] = ()
    proof: str = ""


@dataclass(frozen=True)
class Decided:
    """A decision: who made it, on which parts, and who approved it (None: not yet, or not wanted).

    `of_itself`: what a person asks takes effect by law, and there was nothing to decide.
    """

    by: str
    at: datetime
    items: tuple[Item, ...]
    approval_wanted: bool
    approved_by: str | None = None
    of_itself: bool = False

    @property
    def outcome(self) -> Outcome:
        found = {item.outcome for item in self.items}
        return "partly" if len(found) > 1 else next(iter(found), "accepted")

    @property
    def final(self) -> bool:
        """Nobody has to approve it any more."""
        return self.approved_by is not None or not self.approval_wanted

    @property
    def refusals(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.outcome == "refused")


@dataclass(frozen=True)
class Planned:
    """A plan that was shown: its digest, the sealed documents that hold it and what it leaves, and
    its approval. `values`: of a rectification, the sealed values, until they are written.
    """

    digest: str
    document: str
    kept: str | None
    by: str
    approval_wanted: bool
    approved_by: str | None = None
    values: str | None = None


@dataclass(frozen=True)
class Task:
    """What a human does where Troth cannot reach; `done` with its proof, sealed or in words."""

    id: str
    place: str
    what: str
    opened_at: datetime
    opened_by: str
    done_at: datetime | None = None
    done_by: str | None = None
    said: str = ""
    proof: str | None = None

    @property
    def open(self) -> bool:
        return self.done_at is None


@dataclass(frozen=True)
class Letter:
    """A letter to the person: its sealed document, by which way, and when it left."""

    kind: LetterKind
    document: str
    way: Literal["mail", "post"]
    written_at: datetime
    written_by: str
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Away:
    """A store that does not answer while a request is carried out: since when, which, and why.

    `noted_at`: when that was last noted. `rows`: what other stores have written by then.
    """

    since: datetime
    noted_at: datetime
    place: str
    why: str
    rows: int = 0


@dataclass(frozen=True)
class Lifting:
    """The end of a restriction, decided and not carried out yet (Art. 18(3)).

    `wish`: where the person's own word for it is; empty: it is the organisation's, and the person
    hears of it first. `earliest`: the day that their letter names; `told_at`: when it left.
    `kept`: rows that an attempt could not give back, because they changed meanwhile.
    """

    by: str
    at: datetime
    reason: str
    wish: str
    approval_wanted: bool
    approved_by: str | None = None
    earliest: date | None = None
    told_at: datetime | None = None
    kept: int = 0

    @property
    def final(self) -> bool:
        """Nobody has to approve it any more."""
        return self.approved_by is not None or not self.approval_wanted


@dataclass(frozen=True)
class Progress:
    """Where a request stands, and what may be done.

    `acts`: the recorded acts, `categories` the data that they are about. `run`: the run that
    carried it out, `package` the sealed package of an access or portability. `stops`: when the
    clock stood still. `directive`: the version of wishes that was recorded or revoked. `order`: to
    hand data over after a death; `receiver`: to whom a person wants theirs sent (Art. 20(2)).
    `withdrawn`: the person asks no longer. `away`: a store for which its execution waits.
    `lifting`: the end of its restriction, under way; `lifted_at`: when that ended. `owed`: what
    stands against closing, in the order in which it comes. `next`: the steps that may be taken
    now; those of a restriction go on after closing.
    """

    number: str
    right: str
    stage: Stage
    turn: Turn
    clock: Clock
    identity: Identity = field(default_factory=Identity)
    question: Question | None = None
    acts: tuple[str, ...] = ()
    decision: Decided | None = None
    plan: Planned | None = None
    executed: bool = False
    withdrawn: bool = False
    categories: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    run: str | None = None
    package: str | None = None
    directive: str | None = None
    order: str | None = None
    receiver: str = ""
    tasks: tuple[Task, ...] = ()
    letters: tuple[Letter, ...] = ()
    away: Away | None = None
    lifting: Lifting | None = None
    lifted_at: datetime | None = None
    owed: tuple[Owed, ...] = ()
    next: tuple[Step, ...] = ()

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.open)

    def letter(self, kind: LetterKind) -> Letter | None:
        """The newest letter of a kind."""
        return next((one for one in reversed(self.letters) if one.kind == kind), None)
