"""Whether an intermediate archive has the readers that the policy promises, and nobody else.

The policy names roles, `troth.yaml` the accounts under which they work, and the store says who can
read. What it grants beyond the list is broken; what cannot be told is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from troth.grounds.audience import archive_readers
from troth.plan.model import ArchiveRows, Notice, Plan
from troth.plan.rows import physical_name
from troth.plan.schema import StoreSchema
from troth.stores.readers import Readers

if TYPE_CHECKING:
    from troth.apply.planning import Setting


@dataclass(frozen=True)
class ArchiveAccess:
    """One archive in one store: who may read it, who can, and the statements that put it right.

    `readers` are the policy's roles, `always` accounts that no right keeps out; `why` is one line
    for each thing that is not as promised, or not known.
    """

    store: str
    place: str
    tables: tuple[str, ...]
    readers: tuple[str, ...]
    status: Literal["kept", "broken", "unknown"]
    clauses: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


def archive_access(
    setting: Setting, schemas: Mapping[str, StoreSchema]
) -> tuple[ArchiveAccess, ...]:
    """Every archive of the map that has tables and a list of readers, compared with that list."""
    return tuple(
        _compared(setting, store, place, tables)
        for store in setting.map.stores
        for place, tables in _archives(setting, store, schemas.get(store)).items()
        if archive_readers(setting.policy, place)[0]
    )


def access_notices(plan: Plan, accesses: tuple[ArchiveAccess, ...]) -> Iterator[Notice]:
    """What somebody should know before rows are moved to an archive that others read."""
    filled = {step.to_store for step in plan.steps if isinstance(step, ArchiveRows)}
    for access in accesses:
        if access.store in filled and access.status != "kept":
            yield _told(access)


def _told(access: ArchiveAccess) -> Notice:
    why, store = "; ".join(access.why), access.store
    help = "; ".join(access.statements) or "see docs/how-to/archive.md"
    if access.status == "broken":
        return Notice(
            code="archive-readers-broken",
            severity="warning",
            store=store,
            table=None,
            message=why,
            help=help,
        )
    return Notice(
        code="archive-readers-unknown",
        severity="warning",
        store=store,
        table=None,
        message=why,
        help=help,
    )


def _archives(
    setting: Setting, store: str, schema: StoreSchema | None
) -> dict[str, tuple[str, ...]]:
    """The tables of each place of kind archive that the store has, by their own names."""
    found: dict[str, tuple[str, ...]] = {}
    for name, entry in setting.map.stores[store].tables.items():
        place = setting.map.place_of(store, name)
        known = setting.policy.places.get(place)
        real = schema.table(physical_name(name, entry)) if schema is not None else None
        if known is not None and known.kind == "archive" and real is not None:
            found[place] = (*found.get(place, ()), real.name)
    return found


def _compared(setting: Setting, store: str, place: str, tables: tuple[str, ...]) -> ArchiveAccess:
    roles, clauses = archive_readers(setting.policy, place)
    named = setting.readers.get(store, {})
    allowed = tuple(dict.fromkeys(account for role in roles for account in named.get(role, ())))
    unnamed = tuple(role for role in roles if role not in named)
    at = setting.stores[store]
    with at.session() as session, session.told():
        found = session.dialect.who_reads(session.connection, tables, allowed)
    status, why = _verdict(found, unnamed, store)
    # Whoever reads may be a role that troth.yaml has not named yet: nobody is shut out blindly.
    settled = found if status != "unknown" else found.without_statements()
    return ArchiveAccess(
        store, place, tables, roles, status, clauses, why, found.always, settled.statements
    )


def _verdict(
    found: Readers, unnamed: tuple[str, ...], store: str
) -> tuple[Literal["kept", "broken", "unknown"], tuple[str, ...]]:
    if found.untold:
        return "unknown", (found.untold,)
    names = f"troth.yaml does not name the accounts of {', '.join(unnamed)}"
    missing = (f"{names} (stores: {store}: readers)",) if unnamed else ()
    if found.strangers:
        reads = f"it is read by {', '.join(found.strangers)}"
        if found.everybody or not unnamed:
            return "broken", (f"{reads}, not on the list", *missing)
        return "unknown", (reads, *missing)
    lacking = (f"{', '.join(found.lacking)} may read it and cannot",) if found.lacking else ()
    return "kept", lacking
