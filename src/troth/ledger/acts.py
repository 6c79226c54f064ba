"""Acts of persons (Art. 17, 18, 21 GDPR): recorded as they come, decided with their reasons.

Nothing is ever changed: an act is recorded once, and each decision on it stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, insert, select

from troth.errors import Refused
from troth.grounds.facts import Act, ActKind, Decision, Identifier
from troth.ledger.binding import bound, fact_text
from troth.ledger.extensions import Extension, read_extensions
from troth.ledger.quick import Quick
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import act_decisions, act_persons, acts

ANSWERED: tuple[ActKind, ...] = ("access", "portability", "rectification")
"""Requests that are answered, and touch no ground."""
RECORDED_AT_ONCE = 10_000  # acts per statement and journal chunk


@dataclass(frozen=True)
class Verdict:
    """Who decided on an act and why: the burden of proof lies on the controller (Art. 5(2))."""

    decision: Decision
    decided_by: str
    ground: str | None = None
    reason: str | None = None
    case: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True)
class ActRecord:
    """An act with who recorded it, every decision on it, and the extension of its deadline.

    The act's own `answer_by` is the extended one.
    """

    act: Act
    recorded_at: datetime
    recorded_by: str
    verdicts: tuple[Verdict, ...]
    extension: Extension | None = None

    def overdue(self, today: date) -> bool:
        """Whether an answer is late: what takes effect undecided is not, it is granted."""
        if self.act.kind not in ANSWERED or self.verdicts or self.act.answer_by is None:
            return False
        return self.act.answer_by < today


def record_acts(writing: Writing, new: Sequence[Act], *, by: str, at: datetime) -> tuple[Act, ...]:
    """Record acts as they were received, one journal entry each; with the ids that they get.

    `at` is the instant of recording; each act has its own, which may lie before. Refused:
    `act-without-person`, `act-in-the-future`.
    """
    for act in new:
        if not act.persons or any(not person.value.strip() for person in act.persons):
            raise Refused(
                "act-without-person",
                "an act names the person whose it is",
                help="add --person namespace=value",
            )
        if act.at > at:
            raise Refused(
                "act-in-the-future",
                "an act cannot be received later than now",
                help="write the instant at which it was received",
            )
    named = [replace(act, id=act.id or writing.new_id(act.kind), decisions=()) for act in new]
    for start in range(0, len(named), RECORDED_AT_ONCE):
        _record(writing, named[start : start + RECORDED_AT_ONCE], by, at)
    return tuple(named)


def _record(writing: Writing, new: Sequence[Act], by: str, at: datetime) -> None:
    rows = [_row(act, by, at) for act in new]
    persons = [_persons(act) for act in new]
    payloads = [
        bound(
            {
                "act": act.id,
                "kind": act.kind,
                "activities": list(act.activities),
                "answer_by": act.answer_by.isoformat() if act.answer_by else None,
            },
            fact_text([(acts, row), *((act_persons, person) for person in named)]),
        )
        for act, row, named in zip(new, rows, persons, strict=True)
    ]
    entries = writing.append_facts("act-recorded", at, payloads)
    own = {"organisation": writing.organisation}
    writing.connection.execute(
        insert(acts),
        [{**own, "entry": entry, **row} for entry, row in zip(entries, rows, strict=True)],
    )
    writing.connection.execute(
        insert(act_persons),
        [
            {**own, "entry": entry, **person}
            for entry, named in zip(entries, persons, strict=True)
            for person in named
        ],
    )


def _row(act: Act, by: str, at: datetime) -> dict[str, Any]:
    return {
        "id": act.id,
        "kind": act.kind,
        "at": act.at,
        "activities": list(act.activities),
        "categories": list(act.categories),
        "places": list(act.places),
        "answer_by": act.answer_by,
        "review_on": act.review_on,
        "recorded_at": at,
        "recorded_by": by,
    }


def _persons(act: Act) -> list[dict[str, Any]]:
    return [
        {"act": act.id, "position": position, "namespace": name.namespace, "value": name.value}
        for position, name in enumerate(dict.fromkeys(act.persons))
    ]


def record_verdicts(
    writing: Writing, verdicts: Sequence[tuple[str, Verdict]], *, at: datetime
) -> None:
    """Add decisions on acts, one journal entry each; what they may say is checked by the caller."""
    rows = [
        {
            "act": act,
            "outcome": verdict.decision.outcome,
            "at": verdict.decision.at,
            "activities": list(verdict.decision.activities),
            "ground": verdict.ground,
            "reason": verdict.reason,
            "case_number": verdict.case,
            "decided_by": verdict.decided_by,
            "approved_by": verdict.approved_by,
            "recorded_at": at,
        }
        for act, verdict in verdicts
    ]
    payloads = [
        bound(
            {"act": row["act"], "outcome": row["outcome"], "ground": row["ground"]},
            fact_text([(act_decisions, row)]),
        )
        for row in rows
    ]
    entries = writing.append_facts("act-decided", at, payloads)
    if rows:
        writing.connection.execute(
            insert(act_decisions),
            [
                {"organisation": writing.organisation, "entry": entry, **row}
                for entry, row in zip(entries, rows, strict=True)
            ],
        )


def read_acts(reading: Reading, at: datetime) -> tuple[Act, ...]:
    """Every act that touches grounds, as it stands at the instant `at`, in order of recording."""
    return tuple(record.act for record in list_acts(reading, at) if record.act.kind not in ANSWERED)


_CHANGED = tuple(
    Quick(
        select(name).where(
            name.table.c.organisation == bindparam("own"),
            name.table.c.entry > bindparam("after"),
        )
    )
    for name in (acts.c.id, act_decisions.c.act)
)
"""Ask for the acts that came, and for those that were decided on."""


def changed_acts(reading: Reading, after: int, at: datetime) -> dict[str, Act]:
    """The acts that entries after a number recorded or decided, as `read_acts` has them, by id."""
    since = {"own": reading.organisation, "after": after}
    ids = {name for asked in _CHANGED for (name,) in asked.rows(reading.connection, since)}
    return {
        one.act.id: one.act for one in list_acts(reading, at, ids) if one.act.kind not in ANSWERED
    }


def opt_outs_of(reading: Reading, person: Identifier) -> tuple[tuple[str, ...], ...]:
    """The activities of each opt-out that names a person so; empty ones are about all marketing."""
    named = (
        select(acts.c.activities)
        .join(
            act_persons,
            (act_persons.c.organisation == acts.c.organisation) & (act_persons.c.act == acts.c.id),
        )
        .where(
            acts.c.organisation == reading.organisation,
            acts.c.kind == "opt-out",
            act_persons.c.namespace == person.namespace,
            act_persons.c.value == person.value,
        )
    )
    return tuple(tuple(row.activities) for row in reading.connection.execute(named))


def find_act(reading: Reading, act: str, at: datetime) -> ActRecord:
    """One act with its decisions; Refused (`unknown-act`) where there is none of that name."""
    for record in list_acts(reading, at, [act]):
        return record
    raise Refused("unknown-act", f"there is no act '{act}'", help="`troth request list` shows them")


def list_acts(
    reading: Reading, at: datetime, only: Iterable[str] | None = None
) -> tuple[ActRecord, ...]:
    """Acts with their decisions at the instant `at`, oldest first; of all, or of those named."""
    wanted = None if only is None else list(only)
    persons: dict[str, list[Identifier]] = defaultdict(list)
    asked = _ALL if wanted is None else _ONLY
    values = {"own": reading.organisation, "at": at, "only": wanted}
    for row in reading.connection.execute(asked.persons, values):
        persons[row.act].append(Identifier(row.namespace, row.value))
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    for row in reading.connection.execute(asked.verdicts, values):
        verdicts[row.act].append(_verdict(row))
    longer = read_extensions(reading, at, wanted)
    return tuple(
        _act_record(row, tuple(persons[row.id]), tuple(verdicts[row.id]), longer.get(row.id))
        for row in reading.connection.execute(asked.acts, values)
    )


@dataclass(frozen=True)
class _Asked:
    """What reads acts, with the names and the decisions on them."""

    persons: Select[Any]
    acts: Select[Any]
    verdicts: Select[Any]

    @classmethod
    def of(cls, *, only: bool) -> _Asked:
        """Of all acts up to an instant, or of those that are named."""
        own: BindParameter[str] = bindparam("own")
        at = bindparam("at", type_=acts.c.recorded_at.type)
        named: BindParameter[str] = bindparam("only", expanding=True)
        persons = select(act_persons).where(act_persons.c.organisation == own)
        found = select(acts).where(acts.c.organisation == own, acts.c.recorded_at <= at)
        verdicts = select(act_decisions).where(
            act_decisions.c.organisation == own, act_decisions.c.recorded_at <= at
        )
        if only:
            persons = persons.where(act_persons.c.act.in_(named))
            found = found.where(acts.c.id.in_(named))
            verdicts = verdicts.where(act_decisions.c.act.in_(named))
        return cls(
            persons.order_by(act_persons.c.act, act_persons.c.position),
            found.order_by(acts.c.entry),
            verdicts.order_by(act_decisions.c.entry),
        )


_ALL, _ONLY = _Asked.of(only=False), _Asked.of(only=True)


def _verdict(row: Any) -> Verdict:
    return Verdict(
        decision=Decision(row.outcome, row.at, tuple(row.activities)),
        decided_by=row.decided_by,
        ground=row.ground,
        reason=row.reason,
        case=row.case_number,
        approved_by=row.approved_by,
    )


def _act_record(
    row: Any,
    persons: tuple[Identifier, ...],
    verdicts: tuple[Verdict, ...],
    extension: Extension | None,
) -> ActRecord:
    kind: ActKind = row.kind
    act = Act(
        id=row.id,
        kind=kind,
        persons=persons,
        at=row.at,
        activities=tuple(row.activities),
        categories=tuple(row.categories),
        places=tuple(row.places),
        answer_by=extension.until if extension is not None else row.answer_by,
        review_on=row.review_on,
        decisions=tuple(verdict.decision for verdict in verdicts),
    )
    return ActRecord(act, row.recorded_at, row.recorded_by, verdicts, extension)
