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
from troth.apply.restriction.release import Conflict, Keys, gone_astray
from troth.apply.restriction.rows import row_at
from troth.apply.restriction.seal import Slip
from troth.apply.work import Work
from troth.errors import Broken, Refused
from troth.law.calendar import add, day_of
from troth.ledger.acts import find_act
from troth.ledger.moved import forget_moved
from troth.ledger.restrictions import (
    Enforcement,
    Restriction,
    read_states,
    record_lift,
    restriction_named,
    save_states,
)
from troth.ledger.session import Reading


def lift(
    office: Office,
    id: str,
    *,
    reason: str,
    by: str,
    told_on: date | None,
    conflicts: Conflicts = "report",
    own_wish: bool = False,
) -> Outcome:
    """Lifts a restriction; rows that changed meanwhile stay restricted unless `conflicts` decides.

    `told_on`: the day on which the person was told (Art. 18(3)), at least the policy's warning
    before today. `own_wish`: the person asked for the lifting of what the person had asked for: no
    warning is due, and `reason` says where that wish is. Refused: `lift-without-notice`,
    `lift-too-early`, `lift-without-reason`, `not-their-restriction`, `restriction-lifted`,
    `unknown-restriction`. Run it again after a crash.
    """
    if not reason.strip():
        raise Refused("lift-without-reason", "lifting a restriction has a reason", help="--reason")
    if not own_wish:
        _refuse_unheard(office, told_on)
    with office.ledger.reading(office.organisation) as reading:
        restriction = restriction_named(reading, id)
        if not restriction.in_force:
            raise Refused("restriction-lifted", f"'{id}' was lifted before")
        if own_wish:
            _refuse_not_theirs(reading, restriction, office)
        states = read_states(reading, id)
    found: list[RowOutcome] = []
    with at_work(office) as works:
        begun = {store: _begin(office, works[store], id) for store in by_store(restriction)}
        for store, placed in by_store(restriction).items():
            lifting = _Lifting(office, restriction, works[store], begun[store], states, conflicts)
            found += [lifting.row(each) for each in placed]
        outcome = Outcome(id, tuple(sorted(found, key=lambda each: each.position)))
        _record(office, outcome, reason=reason.strip(), by=by, told_on=told_on, own_wish=own_wish)
        if outcome.clean:
            for store, tables in begun.items():
                _clean(office, works[store], tables, id)
    return outcome


def _refuse_not_theirs(reading: Reading, restriction: Restriction, office: Office) -> None:
    """A restriction beside an objection or an erasure ends with its decision, not by a wish."""
    if restriction.act is None:
        return
    act = find_act(reading, restriction.act, office.now).act
    if act.kind != "restriction":
        raise Refused(
            "not-their-restriction",
            f"'{restriction.id}' stands beside {act.kind} '{act.id}', not on a request to restrict",
            help="decide on that with `troth request decide`",
        )


def close(office: Office, restriction: Restriction, *, reason: str, by: str) -> Outcome:
    """Ends a restriction that was there for an erasure: what was not erased is given back.

    Nobody is told beforehand: it was no answer to anybody. Values that the application has written
    over, or whose row may be another one by now, stay sealed, and `troth restrict check` says so.
    """
    with office.ledger.reading(office.organisation) as reading:
        states = read_states(reading, restriction.id)
    found: list[RowOutcome] = []
    with at_work(office) as works:
        stores = by_store(restriction)
        begun = {store: _begin(office, works[store], restriction.id) for store in stores}
        for store, placed in stores.items():
            closing = _Lifting(office, restriction, works[store], begun[store], states, "report")
            found += [closing.row(each, gone="application") for each in placed]
        outcome = Outcome(restriction.id, tuple(sorted(found, key=lambda each: each.position)))
        _record(office, outcome, reason=reason, by=by, told_on=None, own_wish=False)
        if outcome.clean:
            for store, tables in begun.items():
                _clean(office, works[store], tables, restriction.id)
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
    office: Office,
    outcome: Outcome,
    *,
    reason: str,
    by: str,
    told_on: date | None,
    own_wish: bool,
) -> None:
    with office.ledger.writing(office.organisation) as writing:
        if not restriction_named(writing, outcome.restriction).in_force:
            return  # another process has lifted it meanwhile: there is nothing to add
        states = [(each.position, each.enforcement) for each in outcome.rows]
        save_states(writing, outcome.restriction, states, at=office.now)
        payload = {
            "restriction": outcome.restriction,
            "released": outcome.count("released"),
            "conflicts": outcome.count("conflict"),
        }
        writing.append("restriction-released", office.now, payload)
        if outcome.clean:
            forget_moved(writing, moved_by=outcome.restriction, at=office.now)
            record_lift(
                writing,
                outcome.restriction,
                reason=reason,
                by=by,
                at=office.now,
                told_on=told_on,
                own_wish=own_wish,
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

    def row(self, placed: Placed, *, gone: Conflicts | None = None) -> RowOutcome:
        """Gives one row back; `gone`: how a conflict is decided where the row is not there."""
        position, row = placed
        slip = slip_of(self.office, self.restriction.id, position, row)
        known = self.states.get(position)
        found = in_store(self.work, self.tables, slip)
        mechanism = found.mechanism if found else known.mechanism if known else "none"
        try:
            if found is not None and self.tables is not None:
                if not found.released:
                    self._give_back(self.tables, slip, found, row.table, gone)
            elif known is not None and known == Enforcement("quarantine", "enforced", known.why):
                raise gone_astray(slip)
        except Broken as error:
            # What another process gave back meanwhile, it tells the ledger before it clears away.
            if error.code != "quarantine-missing" or self._in_force():
                raise
            enforcement = Enforcement(mechanism, "released", "lifted")
        except (Conflict, NotPossible) as conflict:
            enforcement = Enforcement(mechanism, "conflict", str(conflict))
        else:
            enforcement = Enforcement(mechanism, "released", "lifted")
        return RowOutcome(position, row, enforcement)

    def _in_force(self) -> bool:
        with self.office.ledger.reading(self.office.organisation) as reading:
            return restriction_named(reading, self.restriction.id).in_force

    def _give_back(
        self, tables: OwnTables, slip: Slip, found: InStore, table: str, gone: Conflicts | None
    ) -> None:
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
                conflicts = self.conflicts
                if gone is not None and row.read() is None:
                    conflicts = gone
                release.release(self.work, connection, tables, row, slip, keys, conflicts)
