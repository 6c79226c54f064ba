"""Lifting: after the person has heard of it, every row gets back what it was, or stays sealed.

The phase in each store changes first, so that no process restricts any more; then row by row; the
ledger ends the restriction and destroys its key last, when nothing is sealed by it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from troth.apply.restriction import own, release, security
from troth.apply.restriction.choose import target_of
from troth.apply.restriction.model import Conflicts, NotPossible, Office, Outcome, RowOutcome
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.places import (
    InStore,
    Placed,
    at_work,
    by_store,
    in_store,
    slip_of,
    tables_there,
)
from troth.apply.restriction.release import Conflict, Keys
from troth.apply.restriction.rows import row_at
from troth.apply.restriction.seal import Slip
from troth.apply.work import Work
from troth.errors import Broken, Refused
from troth.law.calendar import add, day_of
from troth.ledger.restrictions import (
    Enforcement,
    Restriction,
    read_states,
    record_lift,
    restriction_named,
    save_states,
)


def lift(
    office: Office,
    id: str,
    *,
    reason: str,
    by: str,
    told_on: date | None,
    conflicts: Conflicts = "report",
) -> Outcome:
    """Lifts a restriction; rows that changed meanwhile stay restricted unless `conflicts` decides.

    `told_on`: the day on which the person was told (Art. 18(3)), at least the policy's warning
    before today. Refused: `lift-without-notice`, `lift-too-early`, `lift-without-reason`,
    `restriction-lifted`, `unknown-restriction`. Run it again after a crash.
    """
    if not reason.strip():
        raise Refused("lift-without-reason", "lifting a restriction has a reason", help="--reason")
    _refuse_unheard(office, told_on)
    with office.ledger.reading(office.organisation) as reading:
        restriction = restriction_named(reading, id)
        if not restriction.in_force:
            raise Refused("restriction-lifted", f"'{id}' was lifted before")
        states = read_states(reading, id)
    found: list[RowOutcome] = []
    with at_work(office) as works:
        begun = {store: _begin(office, works[store], id) for store in by_store(restriction)}
        for store, placed in by_store(restriction).items():
            lifting = _Lifting(office, restriction, works[store], begun[store], states, conflicts)
            found += [lifting.row(each) for each in placed]
        outcome = Outcome(id, tuple(sorted(found, key=lambda each: each.position)))
        _record(office, outcome, reason=reason.strip(), by=by, told_on=told_on)
        if outcome.clean:
            for store, tables in begun.items():
                _clean(office, works[store], tables, id)
    return outcome


def _refuse_unheard(office: Office, told_on: date | None) -> None:
    policy = office.setting.policy
    today = day_of(office.now, policy.zoneinfo)
    if told_on is None or told_on > today:
        raise Refused(
            "lift-without-notice",
            "the person is told before a restriction is lifted (Art. 18(3))",
            help="send the notice, then give its day: --told-on",
        )
    warnings = [
        right.warning
        for right in policy.rights.values()
        if right.right == "restriction" and right.warning is not None
    ]
    ready = max((add(told_on, warning) for warning in warnings), default=told_on)
    if ready > today:
        raise Refused(
            "lift-too-early",
            f"the policy promises a warning that runs until {ready}",
            help="lift it then",
        )


def _begin(office: Office, work: Work, id: str) -> OwnTables | None:
    tables = tables_there(work)
    if tables is not None:
        own.set_phase(work, tables, office.organisation, id, "off")
    return tables


def _record(
    office: Office, outcome: Outcome, *, reason: str, by: str, told_on: date | None
) -> None:
    with office.ledger.writing(office.organisation) as writing:
        states = [(each.position, each.enforcement) for each in outcome.rows]
        save_states(writing, outcome.restriction, states, at=office.now)
        payload = {
            "restriction": outcome.restriction,
            "released": outcome.count("released"),
            "conflicts": outcome.count("conflict"),
        }
        writing.append("restriction-released", office.now, payload)
        if outcome.clean:
            record_lift(
                writing, outcome.restriction, reason=reason, by=by, at=office.now, told_on=told_on
            )


def _clean(office: Office, work: Work, tables: OwnTables | None, id: str) -> None:
    """Only emptied seals are left, which say nothing to anybody."""
    if tables is None:
        return
    with work.session.writing() as connection:
        own.check_phase(work, connection, tables, office.organisation, id, "off")
        release.forget(connection, tables, office.organisation, id)


@dataclass(frozen=True)
class _Lifting:
    """One store while rows of one restriction are given back."""

    office: Office
    restriction: Restriction
    work: Work
    tables: OwnTables | None
    states: dict[int, Enforcement]
    conflicts: Conflicts

    def row(self, placed: Placed) -> RowOutcome:
        position, row = placed
        slip = slip_of(self.office, self.restriction.id, position, row)
        known = self.states.get(position)
        found = in_store(self.work, self.tables, slip)
        mechanism = found.mechanism if found else known.mechanism if known else "none"
        try:
            if found is not None and self.tables is not None:
                if not found.released:
                    self._give_back(self.tables, slip, found, row.table)
            elif known is not None and known == Enforcement("quarantine", "enforced", known.why):
                raise Broken(
                    "quarantine-missing",
                    f"what was moved out of a row of '{slip.table}' is in Troth's table no more",
                    help="restore the store's table from a backup before lifting",
                )
            enforcement = Enforcement(mechanism, "released", "lifted")
        except (Conflict, NotPossible) as conflict:
            enforcement = Enforcement(mechanism, "conflict", str(conflict))
        return RowOutcome(position, row, enforcement)

    def _give_back(self, tables: OwnTables, slip: Slip, found: InStore, table: str) -> None:
        target = target_of(self.office.setting.map, self.work, table)
        organisation, id = slip.organisation, slip.restriction
        with self.work.session.writing() as connection:
            own.check_phase(self.work, connection, tables, organisation, id, "off")
            if found.mechanism == "row-security":
                security.reveal(
                    self.work,
                    connection,
                    tables,
                    target,
                    organisation=organisation,
                    restriction=id,
                    position=slip.position,
                )
            else:
                row = row_at(self.work, connection, target, slip.key)
                keys = Keys(self.office.ledger, organisation, self.office.ledger.randomness)
                release.release(self.work, connection, tables, row, slip, keys, self.conflicts)
