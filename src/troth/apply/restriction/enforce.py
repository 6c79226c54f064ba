"""Restricting: recorded in the ledger first, then enforced row by row in the stores.

From the record on, no purge touches the rows. Each row is a transaction of its own in its store,
and is done once however often it is tried, so that a process that died is simply run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from troth.apply.restriction import own, quarantine, security
from troth.apply.restriction.choose import choose, target_of
from troth.apply.restriction.codec import Exact, shown
from troth.apply.restriction.model import NotPossible, Office, Outcome, RowOutcome, Target, Verdict
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.places import (
    Placed,
    at_work,
    by_store,
    in_store,
    slip_of,
    tables_there,
)
from troth.apply.restriction.rows import RowAt, row_at
from troth.apply.work import Work
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.ledger.moved import Moving, note_moved
from troth.ledger.restrictions import (
    Enforcement,
    RestrictedRow,
    Restriction,
    RestrictionGround,
    data_key,
    read_states,
    record_restriction,
    restriction_named,
    save_states,
)

DEFAULT_MARK = {
    "en": "Do not use - Right to restriction",
    "fr": "Ne pas utiliser - Droit à la limitation",
}


def restrict(
    office: Office,
    rows: Iterable[RestrictedRow],
    *,
    ground: RestrictionGround,
    by: str,
    mark: str = DEFAULT_MARK["en"],
    act: str | None = None,
    review_on: date | None = None,
) -> Outcome:
    """Records a restriction of rows and enforces it in their stores (Art. 18 GDPR).

    A row that cannot be restricted is `unknown` in the outcome, with the reason and the way out;
    the record stands all the same.
    """
    with office.ledger.writing(office.organisation) as writing:
        recorded = record_restriction(
            writing,
            rows,
            ground=ground,
            mark=mark,
            by=by,
            at=office.now,
            act=act,
            review_on=review_on,
        )
    return enforce(office, recorded.id)


def enforce(office: Office, id: str) -> Outcome:
    """Enforces what of a restriction is not enforced yet; also after a crash.

    Refused: `unknown-restriction`, `restriction-lifted`, `restriction-being-lifted`.
    """
    with office.ledger.reading(office.organisation) as reading:
        restriction = restriction_named(reading, id)
        if not restriction.in_force:
            raise Refused("restriction-lifted", f"'{id}' was lifted before")
        done, secret = read_states(reading, id), data_key(reading, id)
    found: list[RowOutcome] = []
    notes: dict[str, tuple[str, ...]] = {}
    with at_work(office) as works:
        for store, placed in by_store(restriction).items():
            todo = [
                each for each in placed if each[0] not in done or done[each[0]].state != "enforced"
            ]
            settled = [each for each in placed if each not in todo]
            found += [RowOutcome(at, row, done[at]) for at, row in settled]
            made = _Store(office, restriction, secret, works[store]).enforce(todo, notes)
            _remember(office, restriction, made)
            found += made
    return Outcome(id, tuple(sorted(found, key=lambda each: each.position)), notes)


def _remember(office: Office, restriction: Restriction, made: list[RowOutcome]) -> None:
    if not made:
        return
    counts: dict[str, int] = {}
    for each in made:
        counts[each.enforcement.mechanism] = counts.get(each.enforcement.mechanism, 0) + 1
    states = [(each.position, each.enforcement) for each in made]
    with office.ledger.writing(office.organisation) as writing:
        save_states(writing, restriction.id, states, at=office.now)
        payload = {
            "restriction": restriction.id,
            "store": made[0].row.store,
            "enforced": sum(each.enforcement.state == "enforced" for each in made),
            "unknown": sum(each.enforcement.state == "unknown" for each in made),
            "mechanisms": counts,
        }
        writing.append("restriction-enforced", office.now, payload)


class _Store:
    """One store while rows of one restriction are enforced in it."""

    def __init__(self, office: Office, restriction: Restriction, secret: bytes, work: Work) -> None:
        self.office, self.restriction, self.secret, self.work = office, restriction, secret, work
        self.roles = office.roles.get(work.name, ())
        self.tables: OwnTables | None = tables_there(work)
        self.begun = False
        self.verdicts: dict[tuple[str, tuple[str, ...]], Verdict] = {}

    def enforce(self, todo: list[Placed], notes: dict[str, tuple[str, ...]]) -> list[RowOutcome]:
        found = []
        for position, row in todo:
            try:
                target = target_of(self.office.setting.map, self.work, row.table)
                verdict = self._verdict(target, row)
                notes[target.label] = verdict.notes
                enforcement = self._row(target, verdict, position, row)
            except NotPossible as refusal:
                way_out = f"; {refusal.way_out}" if refusal.way_out else ""
                enforcement = Enforcement("none", "unknown", f"{refusal.why}{way_out}")
            found.append(RowOutcome(position, row, enforcement))
        return found

    def _verdict(self, target: Target, row: RestrictedRow) -> Verdict:
        name = target.name, row.columns
        if name not in self.verdicts:
            self.verdicts[name] = choose(self.work, target, row.columns, self.roles)
        return self.verdicts[name]

    def _row(
        self, target: Target, verdict: Verdict, position: int, row: RestrictedRow
    ) -> Enforcement:
        slip = slip_of(self.office, self.restriction.id, position, row)
        already = in_store(self.work, self.tables, slip)
        if already is not None:
            return Enforcement(already.mechanism, "enforced", verdict.why)
        if verdict.mechanism == "none":
            raise NotPossible(verdict.why, verdict.way_out)
        tables = self._begin()
        with self.work.session.writing() as connection:
            own.check_phase(
                self.work, connection, tables, slip.organisation, self.restriction.id, "on"
            )
            at = row_at(self.work, connection, target, row.key)
            if verdict.mechanism == "row-security":
                security.hide(
                    self.work,
                    connection,
                    tables,
                    at,
                    organisation=slip.organisation,
                    restriction=slip.restriction,
                    position=position,
                    mark=self.restriction.mark,
                )
            else:
                sealing = quarantine.Sealing(
                    slip=slip,
                    secret=self.secret,
                    number=self.restriction.number,
                    mark=self.restriction.mark,
                    randomness=self.office.ledger.randomness,
                )
                moved = quarantine.enclose(
                    self.work, connection, tables, at, verdict.hidden, sealing
                )
                self._note_names(at, row, moved)  # before the row is without them for anybody
        return Enforcement(verdict.mechanism, "enforced", verdict.why)

    def _note_names(self, at: RowAt, row: RestrictedRow, moved: Mapping[str, Exact]) -> None:
        """Names that the row is about to lose: later acts of the person find it by their hashes."""
        personal, found = at.target.entry.personal, []
        for name, value in moved.items():
            namespace = personal[name].identity
            text = shown(at.dialect, at.columns[name], value)
            if namespace is not None and text:
                found.append(
                    Moving(
                        row.store,
                        row.table,
                        row.key,
                        name,
                        personal[name].compare,
                        Identifier(namespace, text),
                    )
                )
        office = self.office
        if found:
            with office.ledger.writing(office.organisation) as writing:
                note_moved(writing, found, moved_by=self.restriction.id, at=office.now)

    def _begin(self) -> OwnTables:
        """Troth's tables, made if they are missing, in the phase in which rows are restricted."""
        if self.tables is None:
            self.tables = own.create(self.work)
        if not self.begun:
            own.set_phase(
                self.work, self.tables, self.office.organisation, self.restriction.id, "on"
            )
            self.begun = True
        return self.tables
