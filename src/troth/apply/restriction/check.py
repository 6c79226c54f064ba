"""Whether every restriction in force is still enforced in the stores, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from troth.apply.restriction import release, security
from troth.apply.restriction.choose import target_of
from troth.apply.restriction.model import NotPossible, Office, Target
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.places import at_work, by_store, in_store, slip_of, tables_there
from troth.apply.restriction.release import Keys
from troth.apply.restriction.rows import row_at
from troth.apply.restriction.seal import Slip
from troth.apply.restriction.security_probe import why_not
from troth.apply.work import Work
from troth.errors import Broken
from troth.law.calendar import day_of
from troth.ledger.restrictions import (
    ERASURE,
    Enforcement,
    RestrictedRow,
    Restriction,
    list_restrictions,
    read_states,
    restriction_named,
)


@dataclass(frozen=True)
class Shortfall:
    """What is not as a restriction in force says; `row` is None where it concerns the whole."""

    restriction: str
    why: str
    row: RestrictedRow | None = None


@dataclass(frozen=True)
class Checked:
    """How many restrictions and rows were looked at, and what was found."""

    restrictions: int
    rows: int
    shortfalls: tuple[Shortfall, ...]


def check(office: Office) -> Checked:
    """Looks at every restriction in force, in the ledger and in the stores; writes nothing."""
    with office.ledger.reading(office.organisation) as reading:
        running = [each for each in list_restrictions(reading) if each.in_force]
        states = {each.id: read_states(reading, each.id) for each in running}
    found: list[Shortfall] = []
    today = day_of(office.now, office.setting.policy.zoneinfo)
    with at_work(office) as works:
        for restriction in running:
            if restriction.ground == ERASURE:
                why = f"a large erasure has not ended: run `troth request run {restriction.act}`"
                found.append(Shortfall(restriction.id, why))
                continue
            if restriction.review_on is not None and restriction.review_on <= today:
                why = f"it was to be reviewed on {restriction.review_on}: ask the person, then lift"
                found.append(Shortfall(restriction.id, why))
            found += _rows(office, restriction, states[restriction.id], works)
    return Checked(len(running), sum(len(each.rows) for each in running), tuple(found))


def shortfalls_of(office: Office, restriction: str) -> list[Shortfall]:
    """The same of one restriction."""
    with office.ledger.reading(office.organisation) as reading:
        found = restriction_named(reading, restriction)
        states = read_states(reading, restriction)
    with at_work(office) as works:
        return _rows(office, found, states, works)


def _rows(
    office: Office,
    restriction: Restriction,
    states: Mapping[int, Enforcement],
    works: Mapping[str, Work],
) -> list[Shortfall]:
    found = []
    for store, placed in by_store(restriction).items():
        tables = tables_there(works[store])
        for position, row in placed:
            slip = slip_of(office, restriction.id, position, row)
            looking = _Looking(office, works[store], tables, slip, states.get(position))
            found += [Shortfall(restriction.id, why, row) for why in looking.faults()]
    return found


@dataclass(frozen=True)
class _Looking:
    """One restricted row in its store."""

    office: Office
    work: Work
    tables: OwnTables | None
    slip: Slip
    state: Enforcement | None

    def faults(self) -> list[str]:
        if self.state is None or self.state.state == "recorded":
            return ["it is not enforced yet: run `troth restrict on --resume`"]
        if self.state.state == "unknown":
            return [f"it is not enforced: {self.state.why}"]
        if self.state.state != "enforced":
            return [f"its lifting has begun and waits: {self.state.why}"]
        found = in_store(self.work, self.tables, self.slip)
        if found is not None and found.released:
            return ["its lifting was interrupted: run `troth restrict off` again"]
        if found is None or self.tables is None:
            return ["Troth's tables in the store know nothing of it any more"]
        try:
            target = target_of(self.office.setting.map, self.work, self._table)
            if found.mechanism == "row-security":
                return self._security(self.tables, target)
            return self._quarantine(self.tables, target)
        except NotPossible as refusal:
            return [refusal.why]
        except Broken as error:
            return [error.message]

    @property
    def _table(self) -> str:
        return self.slip.table.partition(".")[2]

    def _security(self, tables: OwnTables, target: Target) -> list[str]:
        slip = self.slip
        found = security.faults(
            self.work,
            tables,
            target,
            organisation=slip.organisation,
            restriction=slip.restriction,
            position=slip.position,
        )
        why = why_not(self.work, target, self.office.roles.get(self.work.name, ()))
        if why is not None:
            found.append(f"row-level security binds the application no longer: {why}")
        if self._read(target) is None:
            found.append("the row is not there any more")
        return found

    def _quarantine(self, tables: OwnTables, target: Target) -> list[str]:
        keys = Keys(self.office.ledger, self.office.organisation, self.office.ledger.randomness)
        moved = release.opened(self.work, tables, self.slip, keys)
        current = self._read(target)
        if moved is None or current is None:
            return ["the row is not there any more"]
        written = sorted(
            name
            for name, value in moved.skeleton.items()
            if current.get(name) != value and not self._younger(tables)
        )
        if written:
            return [f"the application wrote to {', '.join(written)}: decide before it is lifted"]
        return []

    def _younger(self, tables: OwnTables) -> bool:
        """Another restriction hides the same row since, so that its skeleton stands there."""
        return release.shared(self.work, tables, self.slip)

    def _read(self, target: Target) -> Mapping[str, str | None] | None:
        with self.work.session.reading() as connection:
            return row_at(self.work, connection, target, self.slip.key).read(lock=False)
