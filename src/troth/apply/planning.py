"""From a project to a measured plan: open the stores, read their schemas, resolve the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from troth.apply.archive_access import access_notices, archive_access
from troth.apply.concerned import concerned_steps
from troth.apply.link import NO_LINKS
from troth.apply.measure import measured
from troth.apply.missing import refuse_missing
from troth.apply.prepared.program import Compiled
from troth.apply.recall import NO_RECALLS, Recalls, as_of_copy
from troth.apply.resolve import Resolution, resolve
from troth.apply.work import Work, working
from troth.datamap.model import DataMap
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.ledger.links import Links
from troth.plan.again import NOTHING_AGAIN, Again
from troth.plan.asking import sets_asked
from troth.plan.build import build
from troth.plan.model import Limits, Plan
from troth.plan.schema import StoreSchema
from troth.policy.model import Policy
from troth.stores.reflect import reflect
from troth.stores.store import Store

Told = Callable[[str], None]


def store_clock(store: Store) -> datetime:
    """What the store's own clock says, in UTC."""
    with store.session() as session, session.told():
        return store.dialect.clock(session.connection)


@dataclass(frozen=True)
class Setting:
    """What planning and applying stand on: the promise, the map, and the open stores.

    `clocks` asks a store for its time, which is compared with ours before anything is written.
    `readers`: by store and role of the policy, the store's accounts under which that role works.
    `roles`: by store, the database roles under which applications work. `compiled`: what
    plans about persons have in common, for as long as whoever makes settings keeps it.
    """

    policy: Policy
    map: DataMap
    stores: Mapping[str, Store]
    limits: Limits = field(default_factory=Limits)
    clocks: Callable[[Store], datetime] = store_clock
    readers: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compiled: Compiled = field(default_factory=Compiled, repr=False, compare=False)

    def __post_init__(self) -> None:
        missing = [name for name in self.map.stores if name not in self.stores]
        if missing:
            raise Refused(
                "store-without-address",
                f"the map's store '{missing[0]}' has no address",
                help=f"add it to troth.yaml: stores: {{{missing[0]}: …}}",
            )


@dataclass(frozen=True)
class Restored:
    """Stores that were restored: what the ledger remembers of each, and what of it counts."""

    recalls: Recalls
    again: Again


def schemas_of(setting: Setting, told: Told = lambda _: None) -> dict[str, StoreSchema]:
    """The schema of every store, read now."""
    found = {}
    for name, store in setting.stores.items():
        told(f"reading the schema of {name}")
        found[name] = reflect(store)
    return found


def opened(
    setting: Setting, schemas: Mapping[str, StoreSchema]
) -> AbstractContextManager[dict[str, Work]]:
    """A session of every mapped store; no set is resolved yet."""
    mapped = {name: store for name, store in setting.stores.items() if name in setting.map.stores}
    return working(mapped, schemas, setting.map, setting.policy.zoneinfo)


@contextmanager
def at_work(
    setting: Setting,
    schemas: Mapping[str, StoreSchema],
    plan: Plan,
    facts: Facts,
    now: datetime,
    links: Links = NO_LINKS,
    recalls: Recalls = NO_RECALLS,
    only: frozenset[str] | None = None,
) -> Iterator[dict[str, Work]]:
    """Every store with a session in which the plan's sets are resolved; `only` these, if given.

    `links` are those that an interrupted run of the plan has taken away; `recalls` what the ledger
    remembers of each store that may have been restored.
    """
    with opened(setting, schemas) as works:
        policy, datamap = setting.policy, setting.map
        found = Resolution(plan, policy, datamap, facts, now, works, links, recalls)
        resolve(replace(found, only=only))
        yield works


def make_plan(
    setting: Setting,
    facts: Facts,
    now: datetime,
    told: Told = lambda _: None,
    scope: tuple[str, ...] = (),
    after: Restored | None = None,
    links: Links = NO_LINKS,
) -> Plan:
    """The plan for the day of `now`, with the counts found in the stores; nothing is changed.

    `scope`: acts of the facts whose persons it is about; empty: everybody. `after`: stores that
    were restored, which the plan is about alone, with what the ledger remembers of them. `links`:
    what interrupted runs have taken away from stores that read each other.
    """
    schemas = schemas_of(setting, told)
    again = after.again if after is not None else NOTHING_AGAIN
    facts = as_of_copy(facts, again.since)
    plan = _built(setting, schemas, facts, now, scope, again)
    if after is not None:
        steps = tuple(step for step in plan.steps if step.store in after.recalls)
        plan = plan.model_copy(update={"steps": steps, "restored_at": again.since})
    refuse_missing(plan, setting.map, schemas)
    recalls = after.recalls if after is not None else NO_RECALLS
    with opened(setting, schemas) as works:
        policy, datamap = setting.policy, setting.map
        stands = Resolution(plan, policy, datamap, facts, now, works, links, recalls)
        asked = concerned_steps(stands) if scope and after is None else plan
        resolve(replace(stands, only=sets_asked(asked.steps, plan.sets)))
        told("counting what is due")
        found = measured(asked, works, told)
    accesses = archive_access(setting, schemas)
    return found.model_copy(update={"notices": (*found.notices, *access_notices(found, accesses))})


def _built(
    setting: Setting,
    schemas: Mapping[str, StoreSchema],
    facts: Facts,
    now: datetime,
    scope: tuple[str, ...],
    again: Again,
) -> Plan:
    """The unmeasured plan; about persons from the one about anybody, where that was made before."""
    policy, datamap, limits = setting.policy, setting.map, setting.limits
    if scope and again is NOTHING_AGAIN:
        return setting.compiled.of(policy, datamap, limits, schemas).plan(facts, now, scope)
    return build(policy, datamap, schemas, facts, now, limits, scope, again)
