"""A person whose erasure takes more than one transaction is set aside before the first of them.

What names the person is hidden from the application first: rows that go, by row-level security;
elsewhere the values that go, sealed as in any quarantine, but for those that find or link the
person, which the erasure itself needs until its end. Each batch takes what it erases out of the
seal in its own transaction, so that the end of the run gives back only what was not erased after
all. Such a restriction keeps no row: it is there for the erasure.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from troth.apply.picked import Component, Pick
from troth.apply.restriction import release
from troth.apply.restriction.choose import choose, target_of
from troth.apply.restriction.enforce import enforce, restrict
from troth.apply.restriction.lift import close
from troth.apply.restriction.model import NotPossible, Office
from troth.apply.restriction.own import own_tables
from troth.apply.restriction.places import slip_of
from troth.apply.restriction.release import Keys
from troth.apply.restriction.skeleton import staying
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.errors import Refused
from troth.grounds.facts import Key
from troth.ledger.restrictions import ERASURE, RestrictedRow, Restriction, list_restrictions
from troth.plan.model import DeleteRows, EraseValues, Plan

MARK = "Being erased"


@dataclass(frozen=True)
class Way:
    """How rows of one table that name persons are set aside: as a whole, or these columns.

    `why` says what stands against either.
    """

    store: str
    table: str
    whole: bool
    columns: tuple[str, ...]
    why: str = ""

    @property
    def possible(self) -> bool:
        return self.whole or bool(self.columns)


def ways(
    plan: Plan, datamap: DataMap, works: Mapping[str, Work], roles: Mapping[str, tuple[str, ...]]
) -> tuple[Way, ...]:
    """For each table of the plan whose rows name persons, how they are set aside."""
    named = dict.fromkeys(
        (step.store, step.table)
        for step in _writes(plan)
        if any(not role.person for role in datamap.table(step.store, step.table).roles.values())
    )
    return tuple(
        _way(plan, datamap, works[store], table, roles.get(store, ())) for store, table in named
    )


def set_aside(office: Office, plan: Plan, works: Mapping[str, Work], *, by: str) -> None:
    """Hides what names the plan's persons, and what an interrupted run has not hidden yet.

    Not more rows than the plan writes in one transaction: beyond, a plan is about many persons.
    """
    started = _open(office, plan.scope)
    for one in started:
        try:
            enforce(office, one.id)
        except Refused as refused:
            if refused.code != "restriction-being-lifted":
                raise
    known = {(row.store, row.table, row.key) for one in started for row in one.rows}
    found = [
        row
        for way in ways(plan, office.setting.map, works, office.roles)
        if way.possible
        for row in _rows(plan, works[way.store], way)
    ]
    fresh = [row for row in found if (row.store, row.table, row.key) not in known]
    if fresh and len(found) <= plan.limits.rows_at_once:
        restrict(office, fresh, ground=ERASURE, by=by, mark=MARK, act=plan.scope[0])


def give_back(office: Office, plan: Plan, *, by: str) -> None:
    """Ends what was set aside for the plan's persons, once nothing of it is due any more."""
    for one in _open(office, plan.scope):
        close(office, one, reason="the erasure is done", by=by)


def _open(office: Office, scope: Collection[str] = ()) -> list[Restriction]:
    """Those for erasures of these acts that are in force; of all acts without any."""
    with office.ledger.reading(office.organisation) as reading:
        return [
            one
            for one in list_restrictions(reading)
            if one.in_force and one.ground == ERASURE and (not scope or one.act in scope)
        ]


@dataclass
class Seals:
    """What lies sealed for the erasures in force, by store, table and key of its rows."""

    office: Office
    found: dict[tuple[str, str, Key], list[tuple[str, int, RestrictedRow]]] = field(
        default_factory=dict
    )

    @classmethod
    def of(cls, office: Office) -> Seals:
        """Of every act: whatever plan erases a value, nothing may bring it back."""
        seals = cls(office)
        for one in _open(office):
            for position, row in enumerate(one.rows):
                key = row.store, row.table, tuple(str(part) for part in row.key)
                seals.found.setdefault(key, []).append((one.id, position, row))
        return seals

    def strike(
        self, work: Work, connection: sa.Connection, component: Component, batch: int
    ) -> None:
        """Takes out of the seals what a batch is about to erase, in its transaction."""
        tables = {(store, table) for store, table, _ in self.found}
        for pick in component.picks:
            if (work.name, pick.step.table) not in tables:
                continue
            gone = None if isinstance(pick.step, DeleteRows) else tuple(pick.step.columns)
            for key in _keys(work, connection, pick, batch):
                for id, position, row in self.found.get((work.name, pick.step.table, key), ()):
                    slip = slip_of(self.office, id, position, row)
                    ledger = self.office.ledger
                    keys = Keys(ledger, self.office.organisation, ledger.randomness)
                    release.strike(work, connection, own_tables(work), slip, keys, gone)


def _keys(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> list[Key]:
    source = work.row(pick.step.table).source
    select = (
        sa.select(*(source.c[name] for name in pick.step.key))
        .select_from(source.join(pick.table, pick.is_key_of(source)))
        .where(pick.in_batch(batch))
    )
    return [tuple(str(part) for part in row) for row in connection.execute(select).all()]


def _writes(plan: Plan) -> list[DeleteRows | EraseValues]:
    return [step for step in plan.steps if isinstance(step, DeleteRows | EraseValues)]


def _way(plan: Plan, datamap: DataMap, work: Work, table: str, roles: tuple[str, ...]) -> Way:
    steps = [s for s in _writes(plan) if (s.store, s.table) == (work.name, table)]
    try:
        target = target_of(datamap, work, table)
    except NotPossible as refusal:
        return Way(work.name, table, whole=False, columns=(), why=refusal.why)
    whole = choose(work, target, (), roles)
    if whole.mechanism == "row-security" and all(isinstance(s, DeleteRows) for s in steps):
        return Way(work.name, table, whole=True, columns=())
    secure = whole.mechanism == "row-security"
    if any(step.archive_first for step in steps):  # the archive copies the values from the row
        why = "its values go to the archive from the row itself"
        return Way(work.name, table, whole=secure, columns=(), why=why)
    needed = _needed(plan) | set(staying(target)) | set(target.entry.immutable)
    going = [name for step in steps for name in step.columns]
    # A JSON column with places inside is not hidden: only some of it goes, place by place.
    plain = [n for n, column in target.entry.personal.items() if not column.inside]
    columns = tuple(n for n in plain if n in going and n not in needed)
    if not columns:
        why = "all that goes of it finds or links the person, or lies inside JSON that stays"
        return Way(work.name, table, whole=secure, columns=(), why=why)
    verdict = choose(work, target, columns, roles)
    if verdict.mechanism == "none":
        return Way(work.name, table, whole=secure, columns=(), why=verdict.why)
    return Way(work.name, table, whole=secure, columns=columns)


def _needed(plan: Plan) -> set[str]:
    """Names of columns that the plan reads somewhere, of whatever table: they stay where they are.

    One name too many hides a column less; one too few would hide what decides.
    """
    read: list[object] = [definition.model_dump(mode="json") for definition in plan.sets.values()]
    for step in _writes(plan):
        fields = {"due", "free", "children", "owners", "keeps", "shows"}
        read.append(step.model_dump(mode="json", include=fields))
    return set(_strings(json.loads(json.dumps(read))))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _rows(plan: Plan, work: Work, way: Way) -> Iterator[RestrictedRow]:
    """The rows of the plan's persons: each hidden whole where it goes, else the columns that go."""
    steps = [s for s in _writes(plan) if (s.store, s.table) == (way.store, way.table)]
    most = plan.limits.rows_at_once + 1
    columns: dict[Key, dict[str, None] | None] = {}
    for step in sorted(steps, key=lambda step: isinstance(step, EraseValues)):
        for key in _due(work, step, most):
            if isinstance(step, DeleteRows) and way.whole:
                columns[key] = None
                continue
            named = columns.setdefault(key, {})
            if named is not None:
                named.update(dict.fromkeys(_among(way.columns, step.columns)))
    for key, some in columns.items():
        if some is None or some:
            yield RestrictedRow(way.store, way.table, key, tuple(some or ()))


def _among(columns: Iterable[str], going: Collection[str]) -> list[str]:
    return [name for name in columns if name in going]


def _due(work: Work, step: DeleteRows | EraseValues, most: int) -> Iterator[Key]:
    row = work.row(step.table)
    select = (
        sa.select(*(row.source.c[name] for name in step.key))
        .select_from(row.source)
        .where(work.renderer().condition(step.due, row))
        .limit(most)
    )
    with work.session.told():
        for found in work.connection.execute(select).all():
            yield tuple(part if isinstance(part, int | str) else str(part) for part in found)
