"""`plan`: from policy, map, schemas and facts to ordered steps, without any side effect."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from troth.datamap.model import DataMap
from troth.grounds.facts import Facts
from troth.law.calendar import day_of
from troth.plan.again import NOTHING_AGAIN, Again
from troth.plan.alike import anonymity
from troth.plan.frame import Context, Frame
from troth.plan.invitations import invitation_steps
from troth.plan.kept import shown_across
from troth.plan.model import (
    ArchiveRows,
    DeleteRows,
    Digests,
    EraseValues,
    Limits,
    Notice,
    Plan,
    SendInvitations,
    Step,
    digest_of,
    policy_digest,
)
from troth.plan.notices import notices
from troth.plan.partitions import with_partitions
from troth.plan.rows import groups
from troth.plan.schema import StoreSchema
from troth.plan.steps import (
    archive_step,
    delete_step,
    erase_steps,
)
from troth.policy.model import Policy


def build(
    policy: Policy,
    datamap: DataMap,
    schemas: Mapping[str, StoreSchema],
    facts: Facts,
    now: datetime,
    limits: Limits | None = None,
    scope: tuple[str, ...] = (),
    again: Again = NOTHING_AGAIN,
) -> Plan:
    """The plan for the day of `now` (an aware instant), unmeasured; `Refused` for a map that fails.

    `scope`: acts of the facts whose persons the plan is about; empty: everybody. `again`: what a
    restored backup may have brought back, which goes as well.
    `schemas` may lack a store; then nothing is known of its foreign keys and side effects.
    """
    context = Context(policy, datamap, facts, day_of(now, policy.zoneinfo), scope)
    archives: list[ArchiveRows] = []
    deletes: list[DeleteRows] = []
    erasures: list[EraseValues] = []
    invitations: list[SendInvitations] = []
    for store, entry in datamap.stores.items():
        for table in entry.tables:
            frame = Frame(context, store, table)
            schema = schemas.get(store)
            parts = groups(frame)
            archive = archive_step(frame, parts)
            archives += [archive] if archive else []
            delete = delete_step(frame, parts, schema, archive, again.rows(frame))
            deletes += [delete] if delete else []
            erasures += erase_steps(frame, parts, archive, partial(again.values, frame))
            invitations += () if scope else invitation_steps(frame)
    writes: list[DeleteRows | EraseValues] = [*_children_first(deletes), *erasures]
    writes = [shown_across(step, context.sets) for step in writes]
    steps: tuple[Step, ...] = (*invitations, *archives, *writes)
    limits = limits or Limits()
    told: tuple[Notice, ...] = ()
    if limits.drop_partitions:
        steps, told = with_partitions(datamap, schemas, steps, context.sets)
    return Plan(
        organisation=policy.organisation,
        made_at=now,
        day=context.day,
        zone=policy.zone,
        scope=scope,
        digests=Digests(
            policy=policy_digest(policy),
            map=digest_of(datamap),
            schemas={name: schema_digest(schema) for name, schema in schemas.items()},
            facts_version=facts.version,
        ),
        limits=limits,
        sets=dict(sorted(context.sets.items())),
        steps=steps,
        notices=(
            *notices(datamap, schemas, steps),
            *anonymity(policy, datamap, steps),
            *told,
        ),
    )


def schema_digest(schema: StoreSchema) -> str:
    """A digest of what a plan depends on in a schema.

    Estimates of rows are left out, and so are partitions: they come and go with time, by the
    plan's own steps too, and are judged afresh before one is dropped.
    """
    bare = replace(
        schema,
        tables=tuple(
            replace(table, estimated_rows=None)
            for table in schema.tables
            if table.kind != "partition"
        ),
    )
    return hashlib.sha256(repr(bare).encode()).hexdigest()


def _children_first(steps: list[DeleteRows]) -> list[DeleteRows]:
    """Rows that reference others go before them; a cycle keeps the order of the map."""
    by_table = {(step.store, step.table): step for step in steps}
    ordered: list[DeleteRows] = []
    visiting: set[tuple[str, str]] = set()

    def visit(step: DeleteRows) -> None:
        here = (step.store, step.table)
        if step in ordered or here in visiting:
            return
        visiting.add(here)
        for child in step.children:
            below = by_table.get((step.store, child.table))
            if below is not None:
                visit(below)
        visiting.discard(here)
        ordered.append(step)

    for step in steps:
        visit(step)
    return ordered
