"""A restriction as steps of its request (Art. 18): what would be set aside is shown, then enforced.

Where a database has no way to set rows aside, it becomes a task of somebody's, with its proof.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from troth.apply.restriction.check import shortfalls_of
from troth.apply.restriction.choose import choose, target_of
from troth.apply.restriction.enforce import DEFAULT_MARK, enforce, restrict
from troth.apply.restriction.model import NotPossible, Outcome
from troth.apply.restriction.model import Office as Store
from troth.apply.restriction.places import at_work
from troth.desk.rights.set_aside import rows_of_act
from troth.desk.told.notify import Promise, kind_of, open_for, queue_letters
from troth.desk.workflow.model import Progress
from troth.desk.workflow.office import Case, Office
from troth.desk.workflow.shown import Aside, AsideTable
from troth.desk.workflow.tasks import open_here
from troth.desk.workflow.words import language_of
from troth.errors import Refused
from troth.grounds.facts import Act
from troth.ledger.acts import find_act
from troth.ledger.requests import Request
from troth.ledger.restrictions import RestrictedRow, RestrictionGround, list_restrictions

GROUNDS: tuple[RestrictionGround, ...] = ("accuracy", "unlawful", "needed-for-claim", "objection")
"""Art. 18(1)(a) to (d)."""


def aside_of(office: Office, progress: Progress, ground: str, about: str, now: datetime) -> Aside:
    """Which rows would be set aside, and how; nothing is changed. Refused (`unknown-ground`)."""
    return _aside(office, _act(office, progress, now), known_ground(ground), about, now)[0]


def set_aside(
    office: Office, request: Request, progress: Progress, shown: Aside, *, by: str, now: datetime
) -> Outcome | None:
    """Set aside what was shown, look afresh, and tell the recipients to suspend.

    None where no store has a row of the person. Refused (`plan-stale`) where the databases are not
    as they were shown. A restriction that was begun before goes on.
    """
    act = _act(office, progress, now)
    store = _store(office, now)
    with office.ledger.reading(office.organisation) as reading:
        begun = [one for one in list_restrictions(reading) if one.act == act.id and one.in_force]
    outcome: Outcome | None = None
    if begun:
        outcome = enforce(store, begun[-1].id)
    else:
        found, rows = _aside(office, act, known_ground(shown.ground), shown.about, now)
        if found.digest() != shown.digest():
            raise Refused(
                "plan-stale",
                "the databases are not as they were when the plan was shown",
                help="make the plan again",
            )
        if rows:
            outcome = restrict(
                store,
                rows,
                ground=known_ground(shown.ground),
                by=by,
                mark=DEFAULT_MARK[language_of(request, office.policy)],
                act=act.id,
                review_on=act.review_on,
            )
    if outcome is not None:
        _refuse_shortfall(store, outcome)
    _tell(office, act, by=by, now=now)
    return outcome


def tasks_of(case: Case, outcome: Outcome, *, by: str, now: datetime) -> None:
    """What no mechanism holds becomes a task for each table."""
    left: Counter[tuple[str, str, str]] = Counter(
        (each.row.store, each.row.table, each.enforcement.why)
        for each in outcome.rows
        if each.enforcement.state == "unknown"
    )
    for (store, table, why), rows in left.items():
        what = f"restriction: set aside {rows} rows of {table} by hand; {why}"
        open_here(case, f"{store}.{table}", what, by=by, now=now)


def known_ground(text: str) -> RestrictionGround:
    """A ground of Art. 18(1); Refused (`unknown-ground`)."""
    for one in GROUNDS:
        if one == text:
            return one
    raise Refused(
        "unknown-ground",
        f"'{text}' is no ground of a restriction" if text else "say why it is restricted",
        help=f"Art. 18(1) has {', '.join(GROUNDS)}",
    )


def _act(office: Office, progress: Progress, now: datetime) -> Act:
    with office.ledger.reading(office.organisation) as reading:
        return find_act(reading, progress.acts[0], now).act


def _store(office: Office, now: datetime) -> Store:
    setting = office.stores()
    return Store(setting, office.ledger, office.organisation, now, setting.roles)


def _aside(
    office: Office, act: Act, ground: RestrictionGround, about: str, now: datetime
) -> tuple[Aside, list[RestrictedRow]]:
    setting, rows = office.stores(), rows_of_act(office.stores(), act)
    counted = Counter((one.store, one.table, one.columns) for one in rows)
    tables = []
    with at_work(_store(office, now)) as works:
        for (store, table, columns), number in sorted(counted.items()):
            roles = setting.roles.get(store, ())
            try:
                target = target_of(setting.map, works[store], table)
                verdict = choose(works[store], target, columns, roles)
                way = f"; {verdict.way_out}" if verdict.way_out else ""
                how, why = verdict.mechanism, f"{verdict.why}{way}"
            except NotPossible as refusal:
                how, why = "none", refusal.why
            tables.append(AsideTable(store, table, number, columns, how, why))
    return Aside(act.id, ground, tuple(tables), about), rows


def _refuse_shortfall(store: Store, outcome: Outcome) -> None:
    """The fresh look: what was enforced is found so in its store."""
    wrong = [
        one
        for one in shortfalls_of(store, outcome.restriction)
        if one.row is not None and not one.why.startswith("it is not enforced:")
    ]
    if wrong:
        raise Refused(
            "not-carried-out-whole",
            f"{len(wrong)} rows are not set aside: {wrong[0].why}",
            help="the same step goes on where it stopped",
        )


def _tell(office: Office, act: Act, *, by: str, now: datetime) -> None:
    promise = Promise(office.policy, office.map)
    kind = kind_of(act, office.policy, now)
    if kind is None:
        return
    with office.ledger.writing(office.organisation) as writing:
        open_for(writing, act, kind, promise, by=by, at=now)
        language = office.policy.languages[0]
        queue_letters(writing, act, promise, office.recipients, language, at=now)
