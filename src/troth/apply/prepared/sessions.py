"""Open sessions of all stores, with the statements that are prepared in them for one program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from troth.apply.measure import with_counts
from troth.apply.missing import refuse_missing
from troth.apply.planning import Setting, opened, schemas_of
from troth.apply.prepared.direct import Direct
from troth.apply.prepared.persons import FactsIndex
from troth.apply.prepared.program import Program, Programs, about
from troth.apply.prepared.schema_mark import mark_of
from troth.apply.prepared.unfit import UnfitError
from troth.apply.resolve import Resolution
from troth.apply.work import Work, mapped_tables
from troth.grounds.facts import Facts
from troth.plan.model import Plan
from troth.plan.schema import StoreSchema


class StaleError(Exception):
    """A schema has changed since the statements were made."""


@dataclass
class Sessions:
    """Open sessions of all stores; not to be shared by threads."""

    setting: Setting
    works: dict[str, Work]
    programs: Programs
    directs: dict[str, dict[str, Direct] | str] = field(default_factory=dict, repr=False)
    index: FactsIndex = field(default_factory=FactsIndex, repr=False)

    def resolution(self, plan: Plan, facts: Facts, now: datetime) -> Resolution:
        """What the facts are resolved from at an instant."""
        setting = self.setting
        return Resolution(plan, setting.policy, setting.map, facts, now, self.works)

    def ready(self, program: Program) -> dict[str, Direct] | str:
        """The stores of a program with their statements; or why they cannot go by these."""
        if program.digest not in self.directs:
            self.directs = {program.digest: self._made(program)}
        return self.directs[program.digest]

    def count(self, ready: Mapping[str, Direct], resolution: Resolution) -> dict[str, int]:
        """How many rows each step would take, as of one moment in each store.

        `StaleError` where a schema has changed; unfit persons as `Direct.classes` says.
        """
        counts: dict[str, int] = {}
        for direct in ready.values():
            with direct.moment():
                (mark,), meant = direct.meant(resolution, [direct.asks_mark], lock=False)
                if mark_of(mark) != direct.mark:
                    raise StaleError
                classes = direct.classes(resolution, meant)
                direct.load(classes)
                counts |= direct.count(classes, last=True)
        return counts

    def renew(self) -> None:
        """Reads the schemas again and forgets what was made for older ones."""
        setting = self.setting
        schemas = schemas_of(setting)
        self.programs = programs_of(setting, schemas)
        for name, work in self.works.items():
            work.schema = schemas[name]
            work.tables = mapped_tables(setting.map, name, schemas[name])
            work.templates.clear()
            work.settled.clear()
        for ready in self.directs.values():
            for direct in ready.values() if not isinstance(ready, str) else ():
                direct.close()
        self.directs = {}

    def _made(self, program: Program) -> dict[str, Direct] | str:
        plan, setting = program.bare, self.setting
        found: dict[str, Direct] = {}
        try:
            refuse_missing(plan, setting.map, self.programs.schemas)
            for name in dict.fromkeys(step.store for step in plan.steps):
                work, key = self.works[name], (program.digest, name)
                direct = Direct.of(
                    work, plan, setting.map, setting.policy, self.programs.statements.get(key)
                )
                self.programs.statements[key] = direct.statements
                direct.index = self.index
                direct.tables_for(direct.statements.namings)
                found[name] = direct
        except UnfitError as unfit:
            for direct in found.values():
                direct.close()
            return str(unfit)
        return found


@contextmanager
def sessions(setting: Setting, schemas: Mapping[str, StoreSchema]) -> Iterator[Sessions]:
    """Sessions that end with the block."""
    with opened(setting, schemas) as works:
        yield Sessions(setting, works, programs_of(setting, schemas))


def programs_of(setting: Setting, schemas: Mapping[str, StoreSchema]) -> Programs:
    """The programs of a setting, with those that were made before where they fit."""
    return setting.compiled.of(setting.policy, setting.map, setting.limits, schemas)


def plan_directly(
    setting: Setting, facts: Facts, now: datetime, scope: tuple[str, ...]
) -> Plan | None:
    """The measured plan about the persons of some acts; None where it is made the general way."""
    schemas = schemas_of(setting)
    programs = programs_of(setting, schemas)
    program = programs.of(facts, now)
    with sessions(setting, schemas) as at:
        ready = at.ready(program)
        if isinstance(ready, str):
            return None
        plan = about(program.bare, scope, facts, now)
        try:
            return with_counts(plan, at.count(ready, at.resolution(plan, facts, now)))
        except (UnfitError, StaleError):
            return None


def counts_of(plan: Plan) -> dict[str, int]:
    """The rows that the steps of a measured plan would take."""
    return {step.id: step.counts.rows for step in plan.steps if step.counts is not None}


def too_many(plan: Plan, counts: Mapping[str, int]) -> str:
    """Why a person's rows do not go in one transaction: the general way sets them aside first."""
    rows: Counter[str] = Counter()
    for step in plan.steps:
        rows[step.store] += counts.get(step.id, 0)
    most = max(rows.values(), default=0)
    if most <= plan.limits.rows_together * len(plan.scope):
        return ""
    return f"{most} rows are more than one transaction takes"
