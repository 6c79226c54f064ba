"""A rectification as steps of its request (Art. 16): its plan shown, approved, written, told.

The values lie sealed under a key of their own until they are written, then they are deleted with
it: of the wrong one nothing stays, not even a hash. A run that died goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from pydantic import TypeAdapter

from troth.desk.find.find import finder
from troth.desk.find.model import Found
from troth.desk.rectify.asked import asked_of, place_of, settled
from troth.desk.rectify.copies import Site
from troth.desk.rectify.model import Looked, Rectification, Target
from troth.desk.rectify.propose import names_after, propose
from troth.desk.rectify.run import Order, Outcome, carry_out, refuse_unfinished, resume
from troth.desk.rectify.sealed import Work
from troth.desk.told.notify import Promise, kind_of, open_for, queue_letters
from troth.desk.told.recipients import Cell, cells_of
from troth.desk.workflow.decision import APPROVED_FOR
from troth.desk.workflow.model import Planned, Progress
from troth.desk.workflow.office import Office, look
from troth.errors import Refused
from troth.grounds.facts import Act, Decision
from troth.ledger.acts import Verdict, find_act, record_verdicts
from troth.ledger.documents import delete_documents, open_document
from troth.ledger.facts import read_facts
from troth.ledger.moved import ask_moved
from troth.ledger.plans import approval_of, approve_plan
from troth.ledger.rectifications import list_rectifications, unseal
from troth.ledger.runs import finished_run, remained
from troth.ledger.session import Writing

JSON = "application/json"


@dataclass(frozen=True)
class Correction:
    """What is to be right: `sets` as NAME=VALUE, `was` as [NAME=]VALUE where there are several.

    NAME is a category, a kind of identifier, or store.table.column. `excepted`: columns that stay.
    `confirm_shared`: also what is somebody else's too. `beside`: papers that stay get the right
    value beside them.
    """

    sets: tuple[str, ...] = field(repr=False)
    was: tuple[str, ...] = field(default=(), repr=False)
    excepted: tuple[str, ...] = ()
    confirm_shared: bool = False
    beside: bool = True

    def write(self) -> bytes:
        """As it is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def read(cls, text: bytes) -> Correction:
        """What `write` has written."""
        return _CORRECTION.validate_json(text)


_CORRECTION: TypeAdapter[Correction] = TypeAdapter(Correction)


def proposed(
    office: Office, progress: Progress, correction: Correction, now: datetime
) -> Rectification:
    """What would be written, and what stays; nothing is changed."""
    refuse_unfinished(office.ledger, office.organisation)
    with _site(office, progress, correction, now) as (_, looked, _act):
        return looked.plan


def correct(
    office: Office, number: str, planned: Planned, *, by: str, clock: Callable[[], datetime]
) -> Outcome:
    """Write what was shown and approved, look afresh, and tell the recipients (Art. 19).

    Refused: `plan-stale` where the databases are not as they were shown, and what
    `rectify.run.carry_out` refuses.
    """
    found = _gone_on(office, planned, clock)
    if found is not None:
        outcome, targets = found
        _, progress = look(office, number, clock())
        _tell(office, progress, outcome.run, targets, by=by, now=clock())
        return outcome
    now = clock()
    _, progress = look(office, number, now)
    with office.ledger.reading(office.organisation) as reading:
        text = open_document(reading, planned.values or "", desk_key=office.key)
    correction = Correction.read(text)
    with _site(office, progress, correction, now) as (site, looked, act):
        looked = replace(looked, plan=replace(looked.plan, about=planned.values or ""))
        if looked.plan.digest() != planned.digest:
            raise Refused(
                "plan-stale",
                "the databases are not as they were when the plan was shown",
                help="make the plan again",
            )
        person = Found(identifiers=act.persons)
        order = Order(by, names_after(person, site.changes), None, correction.beside)
        _approve(office, planned, by=by, now=now)
        outcome = carry_out(looked, site, office.ledger, clock, order)
    _tell(office, progress, outcome.run, looked.targets, by=by, now=clock())
    return outcome


def forget_values(writing: Writing, number: str, *, at: datetime) -> None:
    """The values are written, or not asked any more: they go with their key."""
    delete_documents(writing, number, "correction", at=at)


def _gone_on(
    office: Office, planned: Planned, clock: Callable[[], datetime]
) -> tuple[Outcome, Sequence[Target] | None] | None:
    """The run of this plan that died in between, brought to its end; None before the first."""
    with office.ledger.reading(office.organisation) as reading:
        waiting = unseal(reading)
        done = finished_run(reading, planned.digest)
        if done is not None and remained(reading, done):
            raise Refused(
                "plan-stale",
                "the plan was written, and copies remain that were not in it",
                help="make the plan again: it is about what remains",
            )
    if waiting is not None and Work.read(waiting[1]).digest == planned.digest:
        outcome = resume(office.stores(), office.ledger, clock)
        if outcome is not None:
            return outcome, Work.read(waiting[1]).targets
    return (Outcome(done), None) if done is not None else None


def _approve(office: Office, planned: Planned, *, by: str, now: datetime) -> None:
    """Where one person suffices, who carries it out has approved what was shown."""
    with office.ledger.writing(office.organisation) as writing:
        if planned.approval_wanted and approval_of(writing, planned.digest, now) is not None:
            return
        if not planned.approval_wanted:
            approve_plan(writing, planned.digest, by=by, at=now, expires_at=now + APPROVED_FOR)


@contextmanager
def _site(
    office: Office, progress: Progress, correction: Correction, now: datetime
) -> Iterator[tuple[Site, Looked, Act]]:
    setting = office.stores()
    facts = read_facts(office.ledger, office.organisation, now)
    with office.ledger.reading(office.organisation) as reading:
        act = find_act(reading, progress.acts[0], now).act
    with finder(setting, ask_moved(office.ledger, office.organisation)) as desk:
        desk.load_named([act.persons])
        wanted = asked_of(office.policy, office.map, correction.sets, correction.was)
        changes = [settled(desk, office.policy, one) for one in wanted]
        left = [place_of(office.map, text) for text in correction.excepted]
        site = Site(desk, setting, facts, now, changes, correction.confirm_shared, left)
        yield site, propose(site), act


def _tell(
    office: Office,
    progress: Progress,
    run: str,
    targets: Sequence[Target] | None,
    *,
    by: str,
    now: datetime,
) -> None:
    """The act is granted, and whoever had what was corrected is told; nobody twice."""
    promise = Promise(office.policy, office.map)
    with office.ledger.writing(office.organisation) as writing:
        done = [
            one.rectification
            for one in list_rectifications(writing)
            if one.rectification.run == run
        ]
        names = tuple(name for one in done for name in one.persons)
        id = progress.acts[0]
        if not find_act(writing, id, now).verdicts:
            granted = Verdict(Decision("accepted", now), decided_by=by)
            record_verdicts(writing, [(id, granted)], at=now)
        act = find_act(writing, id, now).act
        asked = replace(act, persons=tuple(dict.fromkeys((*act.persons, *names))))
        kind = kind_of(asked, office.policy, now)
        if kind is None or (targets is not None and not targets):
            return
        cells = None if targets is None else _cells(office, targets)
        open_for(writing, asked, kind, promise, by=by, at=now, cells=cells)
        language = office.policy.languages[0]
        queue_letters(writing, asked, promise, office.recipients, language, at=now)


def _cells(office: Office, targets: Sequence[Target]) -> frozenset[Cell]:
    columns: dict[tuple[str, str], set[str]] = {}
    for target in targets:
        columns.setdefault((target.store, target.table), set()).add(target.name)
    return frozenset(
        cell
        for (store, table), names in columns.items()
        for cell in cells_of(office.map, store, table, names)
    )
