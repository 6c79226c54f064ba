"""The promises of a policy that a database can keep or break, and what was found of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from troth.apply.archive_access import ArchiveAccess
from troth.documents.document import Remark
from troth.policy.model import Policy
from troth.policy.retention import Archive, ByParameter, Cap, Limit, RetentionRule
from troth.policy.versions import texts_at_hand

Kind = Literal["retention", "cap", "never-stored"]
Status = Literal["kept", "broken", "unknown"]


@dataclass(frozen=True)
class Promise:
    """One promise: a retention rule, a cap on a place, or a category that must not exist.

    `id` is that of the rule or cap, or the category's name; `assumptions` are the parameters
    behind its period whose value is ours and not the text's.
    """

    kind: Kind
    id: str
    activity: str | None
    clauses: tuple[str, ...]
    sentence: str
    statute: str | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why values are unknown, or a promise is: a stable code, what it is about, how many rows.

    The words for a reader are made from it in the reader's language. `about` holds names of the
    map and the policy, never a value of a row.
    """

    code: str
    about: tuple[tuple[str, str], ...] = ()
    rows: int | None = None

    def __getitem__(self, name: str) -> str:
        return dict(self.about).get(name, "")


@dataclass(frozen=True)
class Finding:
    """One group of columns of one table under one promise, counted in rows.

    `rows` are those that the promise governs; `due` are past their end and still there, `unknown`
    cannot be decided, `kept` are the rest. `oldest` is the day of the oldest trigger among the
    due, `overdue_since` the first day on which that row should have been gone (None: not told).
    """

    store: str
    table: str
    columns: tuple[str, ...]
    status: Status
    rows: int
    due: int
    unknown: int
    kept: int
    oldest: date | None = None
    overdue_since: date | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class TableSum:
    """One table under one promise, its groups of columns together.

    A row counts once: the numbers are those of the group in which most rows are due, or unknown.
    """

    store: str
    table: str
    columns: tuple[str, ...]
    status: Status
    due: int
    unknown: int
    oldest: date | None
    overdue_since: date | None


@dataclass(frozen=True)
class PromiseState:
    """A promise and what the databases show of it.

    Without findings it is unknown, save that what is never to be stored is in no table.
    """

    promise: Promise
    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        states = {finding.status for finding in self.findings}
        if "broken" in states:
            return "broken"
        unseen = not states and self.promise.kind != "never-stored"
        return "unknown" if "unknown" in states or unseen else "kept"

    @property
    def tables(self) -> tuple[TableSum, ...]:
        """The findings by table, those with most due rows first."""
        together: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.findings:
            together.setdefault((finding.store, finding.table), []).append(finding)
        sums = [_summed(found) for found in together.values()]
        return tuple(sorted(sums, key=lambda one: (-one.due, -one.unknown)))

    @property
    def due(self) -> int:
        """Rows that break it, each counted once for its table."""
        return sum(table.due for table in self.tables)

    @property
    def unknown(self) -> int:
        """Rows that leave it unknown, each counted once for its table."""
        return sum(table.unknown for table in self.tables)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is unknown, without repetition; most rows first."""
        most: dict[tuple[object, ...], Reason] = {}
        for finding in self.findings:
            for reason in finding.reasons:
                label = (reason.code, reason.about)
                if label not in most or (most[label].rows or 0) < (reason.rows or 0):
                    most[label] = reason
        return tuple(sorted(most.values(), key=lambda reason: -(reason.rows or 0)))

    @property
    def overdue_since(self) -> date | None:
        return min((f.overdue_since for f in self.findings if f.overdue_since), default=None)


def _summed(findings: list[Finding]) -> TableSum:
    states = {finding.status for finding in findings}
    concerned = [finding for finding in findings if finding.status != "kept"] or findings
    return TableSum(
        findings[0].store,
        findings[0].table,
        tuple(name for finding in concerned for name in finding.columns),
        "broken" if "broken" in states else "unknown" if "unknown" in states else "kept",
        max(finding.due for finding in findings),
        max(finding.unknown for finding in findings),
        min((f.oldest for f in findings if f.oldest), default=None),
        min((f.overdue_since for f in findings if f.overdue_since), default=None),
    )


@dataclass(frozen=True)
class GroupCount:
    """All rows of a table for one group of columns: due, unknown and kept are the rows."""

    store: str
    table: str
    columns: tuple[str, ...]
    rows: int
    due: int
    unknown: int
    kept: int


@dataclass(frozen=True)
class Undeclared:
    """Data that the map, or the policy, does not mention.

    `table`: the map does not know it; `column`: the map's table does not; `category`: no activity
    of the policy covers these columns.
    """

    kind: Literal["table", "column", "category"]
    store: str
    table: str
    columns: tuple[str, ...] = ()
    category: str = ""
    rows: int | None = None


@dataclass(frozen=True)
class Waiting:
    """Rows of persons whose silence is complete and who have not yet been invited to act.

    Of `unreachable` rows no address is known, so they wait for ever. `columns` may hold one, in the
    row of the person under `role`; the map names none where it is empty.
    """

    rule: str
    store: str
    table: str
    rows: int
    unreachable: int = 0
    columns: tuple[str, ...] = ()
    role: str = ""


@dataclass(frozen=True)
class Silence:
    """A promise that governed rows of a table for months, and now governs none.

    `last`: the day of the last check that saw rows, and how many; `matched_since`: of the first of
    the checks in a row that did.
    """

    promise: str
    table: str
    last: date
    rows: int
    matched_since: date


@dataclass(frozen=True)
class CheckReport:
    """Promise and reality on one day. Rows are counted, never named."""

    organisation: str
    title: str
    as_of: date
    at: datetime
    promises: tuple[PromiseState, ...]
    groups: tuple[GroupCount, ...]
    undeclared: tuple[Undeclared, ...]
    waiting: tuple[Waiting, ...] = ()
    silent: tuple[Silence, ...] = ()
    remarks: tuple[Remark, ...] = ()  # on the map; what works as it stands breaks no promise
    archives: tuple[ArchiveAccess, ...] = ()

    def having(self, status: Status) -> tuple[PromiseState, ...]:
        """The promises of one status, in the order of the policy."""
        return tuple(state for state in self.promises if state.status == status)

    @property
    def score(self) -> int:
        """Promises kept, in per cent, rounded down; an unknown one is not kept."""
        return percent(len(self.having("kept")), len(self.promises))

    @property
    def rows_score(self) -> int:
        """Values (rows of each group of columns) that are where they may be, in per cent."""
        return percent(sum(g.kept for g in self.groups), sum(g.rows for g in self.groups))

    @property
    def due(self) -> int:
        """Rows in which something is past its end and still there, each counted once.

        Where groups of columns of one table differ, the count is that of the group with most.
        """
        most: dict[tuple[str, str], int] = {}
        for group in self.groups:
            label = (group.store, group.table)
            most[label] = max(most.get(label, 0), group.due)
        return sum(most.values())

    @property
    def clean(self) -> bool:
        """Nothing is broken, unknown, undeclared, suddenly without any row, or beyond inviting.

        Nor is an archive read by others than its list says, or may be.
        """
        if self.undeclared or self.silent or any(one.unreachable for one in self.waiting):
            return False
        if any(one.status != "kept" for one in self.archives):
            return False
        return len(self.having("kept")) == len(self.promises)


def percent(part: int, whole: int) -> int:
    """`part` of `whole`, rounded down, so that 100 means all; all of nothing is 100."""
    return part * 100 // whole if whole else 100


def promises_of(policy: Policy, today: date | None = None) -> tuple[Promise, ...]:
    """Every promise on how long data stays, in the order of the policy.

    With a day, also those of the earlier texts under which some people stay on it.
    """
    texts = texts_at_hand(policy, today) if today is not None else (policy,)
    found: dict[tuple[str, str], Promise] = {}
    for text in texts:
        for each in _promises(text):
            found.setdefault((each.kind, each.id), each)
    return tuple(found.values())


def _promises(policy: Policy) -> Iterator[Promise]:
    for name, activity in policy.activities.items():
        for rule in activity.retention:
            yield Promise(
                "retention",
                rule.id,
                name,
                rule.clauses,
                rule.promise,
                rule.statute,
                _assumptions(policy, rule),
            )
    for cap in policy.caps:
        yield Promise(
            "cap", cap.id, None, cap.clauses, cap.promise, assumptions=_assumptions(policy, cap)
        )
    for name, category in policy.categories.items():
        if category.never_stored:
            yield Promise("never-stored", name, None, category.clauses, category.label)


def _assumptions(policy: Policy, part: RetentionRule | Cap) -> tuple[str, ...]:
    limits: tuple[Limit, ...] = part.limits
    archive: Archive | None = part.archive if isinstance(part, RetentionRule) else None
    if archive is not None:
        limits += archive.when.limits
    names = [limit.period.parameter for limit in limits if isinstance(limit.period, ByParameter)]
    return tuple(name for name in dict.fromkeys(names) if policy.parameters[name].ours)
