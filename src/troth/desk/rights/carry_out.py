"""Carrying out acts: a plan about their persons alone, by the same engine as retention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from troth.apply.planning import Setting, make_plan, opened, schemas_of
from troth.apply.resolve import known_anywhere
from troth.datamap.model import DataMap
from troth.errors import Refused
from troth.grounds.facts import Decision, Facts
from troth.grounds.phases import Phase, phase
from troth.law.calendar import day_of
from troth.ledger.acts import Verdict, read_acts, record_verdicts
from troth.ledger.ledger import Ledger
from troth.plan.model import Plan
from troth.policy.model import Policy


def plan_of_acts(setting: Setting, facts: Facts, acts: Sequence[str], now: datetime) -> Plan:
    """What has to go of the persons of these acts, measured; nothing is changed.

    What stays has a ground that the standing of its values names. Refused: `unknown-act`.
    """
    known = {act.id for act in facts.acts}
    for act in acts:
        if act not in known:
            raise Refused(
                "unknown-act", f"there is no act '{act}'", help="`troth request list` shows them"
            )
    return make_plan(setting, facts, now, scope=tuple(dict.fromkeys(acts)))


def close_spent(
    setting: Setting, ledger: Ledger, acts: Sequence[str], *, by: str, now: datetime
) -> tuple[str, ...]:
    """Records which of the erasures are carried out: those whose person no everyday table names.

    Such an erasure has nothing left to do, and whoever comes back under the same name later is a
    new customer to it. Where a contract still runs the person is named, and it stays in force.
    """
    policy, organisation = setting.policy, setting.policy.organisation
    with ledger.reading(organisation) as reading:
        recorded = [act for act in read_acts(reading, now) if act.id in acts]
    today = day_of(now, policy.zoneinfo)
    effective = [
        act
        for act in recorded
        if act.kind == "erasure" and phase(act, None, False, now, today) is Phase.EFFECTIVE
    ]
    if not effective:
        return ()
    everyday = _everyday(setting.map, policy)
    with opened(setting, schemas_of(setting)) as works:
        spent = [act.id for act in effective if not known_anywhere(everyday, works, act.persons)]
    done = Verdict(Decision("carried-out", now), decided_by=by)
    if spent:
        with ledger.writing(organisation) as writing:
            record_verdicts(writing, [(act, done) for act in spent], at=now)
    return tuple(spent)


def _everyday(datamap: DataMap, policy: Policy) -> DataMap:
    """The map without the tables of archives."""

    def live(store: str, table: str) -> bool:
        place = policy.places.get(datamap.place_of(store, table))
        return place is None or place.kind != "archive"

    stores = {
        name: store.model_copy(
            update={"tables": {t: e for t, e in store.tables.items() if live(name, t)}}
        )
        for name, store in datamap.stores.items()
    }
    return datamap.model_copy(update={"stores": stores})
