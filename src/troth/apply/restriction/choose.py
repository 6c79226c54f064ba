"""Which mechanism holds for a table: row-level security, quarantine, or none, and why."""

from __future__ import annotations

from collections.abc import Collection

from troth.apply.restriction import own
from troth.apply.restriction.model import NotPossible, Target, Verdict
from troth.apply.restriction.security_probe import why_not
from troth.apply.restriction.skeleton import hidden_columns, staying
from troth.apply.work import Work
from troth.datamap.model import DataMap


def target_of(datamap: DataMap, work: Work, table: str) -> Target:
    """The table as map and database have it; `NotPossible` where one of them has it not."""
    entry = datamap.stores[work.name].tables.get(table)
    schema = work.tables.get(table)
    if entry is None or schema is None:
        where = "map" if entry is None else "database"
        raise NotPossible(f"the {where} has no table '{work.name}.{table}'", "see check --schema")
    return Target(work.name, table, entry, schema)


def choose(work: Work, target: Target, columns: Collection[str], roles: tuple[str, ...]) -> Verdict:
    """The mechanism for one table; a scope by columns is never one for row-level security."""
    try:
        _refuse_untransactional(work, target)
    except NotPossible as refusal:
        return Verdict("none", refusal.why, refusal.way_out)
    if columns:
        why = "single columns are restricted, and a policy hides whole rows"
    else:
        found = why_not(work, target, roles)
        if found is None:
            why = f"policies bind {', '.join(roles)}, and nothing reads the table as another role"
            return Verdict("row-security", why, notes=_security_notes(target))
        why = found
    try:
        hidden = hidden_columns(target, columns)
    except NotPossible as refusal:
        return Verdict("none", f"{refusal.why} (no row-level security: {why})", refusal.way_out)
    return Verdict("quarantine", why, hidden=hidden, notes=_quarantine_notes(target, columns))


def _refuse_untransactional(work: Work, target: Target) -> None:
    if not target.entry.key:
        raise NotPossible(
            f"the map names no key for {target.label}, so no row of it can be named",
            "give the table a key in the map",
        )
    if target.schema.kind not in ("table", "partitioned", "partition"):
        raise NotPossible(
            f"{target.label} is no table that holds rows itself", "restrict the rows behind it"
        )
    if not target.schema.transactional:
        raise NotPossible(
            f"{target.label} is not transactional: a crash would leave values in two places",
            "convert the table to InnoDB",
        )
    may = work.store.capabilities.may_create
    if not own.exist(work) and not may.yes:
        raise NotPossible(
            f"Troth may not make its own tables in store '{work.name}': {may.why}",
            "grant it (least privilege: restrictions), or make the tables for it",
        )


def _security_notes(target: Target) -> tuple[str, ...]:
    notes = ["unique checks and foreign keys still see the row, and can tell that it is there"]
    if target.schema.triggers:
        notes.append("what triggers copied elsewhere before is not hidden by it")
    return tuple(notes)


def _quarantine_notes(target: Target, columns: Collection[str]) -> tuple[str, ...]:
    notes = [
        f"'{name}' stays in the clear: {why}"
        for name, why in staying(target).items()
        if not columns or name in columns
    ]
    if any(trigger.event == "update" for trigger in target.schema.triggers):
        notes.append("a trigger on UPDATE sees the values that are moved, and may copy them")
    if target.schema.history_of is not None:
        notes.append(f"old versions of the row stay in '{target.schema.history_of}'")
    return tuple(notes)
