"""What a map must be beyond its form: names of the policy, tables, columns and paths that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from troth.datamap.bindings import ColumnDay
from troth.datamap.check_expressions import check_binding, check_filter, unknown_table
from troth.datamap.expected import needs
from troth.datamap.model import Column, DataMap, Relation, Role
from troth.datamap.paths import referenced_columns
from troth.datamap.spot import Spot, unknown
from troth.documents.document import Finding, Path
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.policy.model import Policy
from troth.policy.retention import ByChoice


def check_map(datamap: DataMap, policy: Policy) -> tuple[Finding, ...]:
    """Everything wrong in a map of right form; empty when it can be executed with the policy."""
    findings: list[Finding] = []
    for name, store in datamap.stores.items():
        if store.place is not None:
            findings += unknown(("stores", name, "place"), store.place, "place", policy.places)
        for table in set(store.ignored) & set(store.tables):
            path = ("stores", name, "ignored", table)
            findings.append(Finding(path, "ignored-and-mapped", f"'{table}' is mapped above"))
    for spot in _spots(datamap, policy):
        findings += _table(spot)
    for live, archive in datamap.archives.items():
        findings += _archive(datamap, policy, live, archive.table)
    return tuple(findings)


def remarks_on_map(datamap: DataMap, policy: Policy) -> tuple[Finding, ...]:
    """What works but leaves values unknown or unchangeable; only for a map without errors."""
    return tuple(remark for spot in _spots(datamap, policy) for remark in _remarks(spot))


def _spots(datamap: DataMap, policy: Policy) -> Iterator[Spot]:
    for name, store in datamap.stores.items():
        for table in store.tables:
            yield Spot(policy, datamap, name, table)


def _table(spot: Spot) -> Iterator[Finding]:
    path, entry, policy = spot.path, spot.entry, spot.policy
    if entry.place is not None:
        yield from unknown((*path, "place"), entry.place, "place", policy.places)
    for position, name in enumerate(entry.activities):
        place = (*path, "activities", position)
        yield from unknown(place, name, "processing activity", policy.activities)
    named = {"key": entry.key, "immutable": entry.immutable, "alike": entry.alike}
    for key, columns in named.items():
        for position, column in enumerate(columns):
            yield from spot.column((*path, key, position), column)
    yield from _alike(spot)
    for name, role in entry.roles.items():
        yield from _role(spot, (*path, "roles", name), role)
    for name, described in entry.personal.items():
        yield from _column(spot, (*path, "columns", name), described)
    for name, relation in entry.relations.items():
        yield from _relation(spot, (*path, "relations", name), relation)
    yield from _names(spot)
    yield from check_filter(spot, (*path, "protect"), entry.protect)
    if entry.personal and not entry.roles:
        message = f"table '{spot.table}' holds personal data, but of nobody"
        help = "say under 'roles' whose data it is"
        yield Finding(path, "roles-missing", message, help, at_key=True)


def _alike(spot: Spot) -> Iterator[Finding]:
    """What rows are compared in is what stays of them."""
    path, entry = spot.path, spot.entry
    if entry.alike and (entry.row != "keep" or not entry.key):
        message = "'alike' is about rows that stay without their personal values"
        yield Finding((*path, "alike"), "alike-without-keep", message, "add row: keep, and a key")
    for position, column in enumerate(entry.alike):
        if column in entry.personal:
            message = f"column '{column}' holds personal data, which the row loses"
            help = "name columns that stay: with the row's category empty"
            yield Finding((*path, "alike", position), "alike-personal", message, help)


def _names(spot: Spot) -> Iterator[Finding]:
    """Events, choices and conditions: names of the policy, each bound to something that exists."""
    path, entry, policy = spot.path, spot.entry, spot.policy
    for name, binding in entry.events.items():
        place = (*path, "events", name)
        yield from _keyed(unknown(place, name, "trigger event", policy.events))
        yield from check_binding(spot, place, name, binding)
    choices = _choices(policy)
    for name, column in entry.choices.items():
        place = (*path, "choices", name)
        yield from _keyed(unknown(place, name, "chosen_by", choices))
        yield from spot.column(place, column)
    for name, given in entry.conditions.items():
        place = (*path, "conditions", name)
        yield from _keyed(unknown(place, name, "condition", policy.conditions))
        yield from check_filter(spot, place, given)


def _keyed(findings: Iterator[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield Finding(finding.path, finding.code, finding.message, finding.help, at_key=True)


def _choices(policy: Policy) -> set[str]:
    return {
        limit.period.chosen_by
        for activity in policy.activities.values()
        for rule in activity.retention
        for limit in (*rule.limits, *(rule.archive.when.limits if rule.archive else ()))
        if isinstance(limit.period, ByChoice)
    } | {
        limit.period.chosen_by
        for cap in policy.caps
        for limit in cap.limits
        if isinstance(limit.period, ByChoice)
    }


def _role(spot: Spot, path: Path, role: Role) -> Iterator[Finding]:
    subjects = spot.policy.subjects
    yield from unknown((*path, "subject"), role.subject, "data subject category", subjects)
    yield from check_filter(spot, (*path, "when"), role.when)
    _, findings = spot.follow((*path, "person"), role.person, forward_only=True)
    yield from findings


def _column(spot: Spot, path: Path, column: Column) -> Iterator[Finding]:
    what, known = "personal data category", spot.policy.categories
    if column.category is not None:
        yield from unknown((*path, "category"), column.category, what, known)
    for key, category in column.inside.items():
        yield from unknown((*path, "inside", key), category, what, known)
    for position, role in enumerate(column.roles):
        if role not in spot.entry.roles:
            message = f"table '{spot.table}' has no role '{role}'"
            place = (*path, "roles", position)
            yield Finding(place, "unknown-role", message, advice(role, spot.entry.roles))


def _relation(spot: Spot, path: Path, relation: Relation) -> Iterator[Finding]:
    for position, column in enumerate(relation.columns):
        yield from spot.column((*path, "columns", position), column)
    yield from check_filter(spot, (*path, "where"), relation.where)
    try:
        columns = referenced_columns(spot.datamap, spot.store, relation)
    except Refused as error:
        yield Finding((*path, "references"), error.code, error.message, error.help)
        return
    target = spot.at(*spot.datamap.reference(spot.store, relation.references))
    for position, column in enumerate(columns if relation.to else ()):
        yield from target.column((*path, "to", position), column)


def _archive(datamap: DataMap, policy: Policy, live: str, archive: str) -> Iterator[Finding]:
    known = [f"{name}.{table}" for name, s in datamap.stores.items() for table in s.tables]
    path: Path = ("archives", live)
    if live not in known:
        yield from _keyed(unknown_table(path, live, known))
    if archive not in known:
        yield from unknown_table((*path, "table"), archive, known)
    if live not in known or archive not in known:
        return
    source = Spot(policy, datamap, *live.split(".", 1))
    target = Spot(policy, datamap, *archive.split(".", 1))
    place = datamap.place_of(target.store, target.table)
    if place not in policy.places or policy.places[place].kind != "archive":
        message = f"'{archive}' lies in '{place}', which is no archive of the policy"
        help = advice(place, [n for n, p in policy.places.items() if p.kind == "archive"])
        yield Finding((*path, "table"), "not-an-archive", message, help)
    for column in sorted(set(source.entry.columns) - set(target.entry.columns)):
        message = f"'{archive}' has no column '{column}', which '{live}' has"
        yield Finding((*path, "table"), "archive-lacks-column", message)


def _births(spot: Spot) -> Iterator[Finding]:
    """Births from which a consent reads an age, where older people would be of unknown age."""
    births = {consent.born for consent in spot.policy.consents.values()}
    for name, binding in spot.entry.events.items():
        if name in births and isinstance(binding, ColumnDay) and binding.not_before is None:
            message = (
                f"whoever was born before {spot.policy.since} is of unknown age: a day before the "
                "policy's 'since' is taken for an error"
            )
            path = (*spot.path, "events", name)
            yield Finding(path, "birth-before-since", message, "add not_before: 1900-01-01")


def _ages(spot: Spot) -> Iterator[Finding]:
    """Persons whose consent depends on an age that their own table does not show (Art. 8)."""
    policy = spot.policy
    for name, role in spot.entry.roles.items():
        if role.person:
            continue  # the person's own table shows the age
        lineage = set(policy.subject_lineage(role.subject))
        asked = [
            [one.consent for one in activity.legal_bases]
            + [one.consent for one in activity.special_conditions]
            for activity in policy.activities.values()
            if lineage & set(activity.subjects)
        ]
        for consent in sorted({name for some in asked for name in some if name is not None}):
            declared = policy.consents.get(consent)
            if declared is None or declared.minimum_age is None or declared.born is None:
                continue
            if declared.born not in spot.entry.events:
                message = (
                    f"table '{spot.table}' does not show the event '{declared.born}' that the "
                    f"consent '{consent}' looks at, so everybody's age is unknown there"
                )
                help = f"bind it under 'events'; unknown ages count as {declared.unknown_age}"
                path = (*spot.path, "roles", name)
                yield Finding(path, "birth-not-bound", message, help, at_key=True)


def _remarks(spot: Spot) -> Iterator[Finding]:
    path, entry = spot.path, spot.entry
    bound: dict[str, Mapping[str, object]] = {
        "events": entry.events,
        "choices": entry.choices,
        "conditions": entry.conditions,
    }
    for need in needs(spot):
        if need.name not in bound[need.kind]:
            what = {"events": "event", "choices": "choice", "conditions": "condition"}[need.kind]
            message = (
                f"table '{spot.table}' does not show the {what} '{need.name}' that {need.because} "
                "looks at, so its values are unknown"
            )
            help = f"bind it under '{need.kind}'"
            yield Finding(path, f"{what}-not-bound", message, help, at_key=True)
    for name, role in entry.roles.items():
        if not spot.identity_of(role):
            message = f"nothing names the person of role '{name}': no hold or consent can find them"
            help = "mark a column of the person's table with 'identity'"
            yield Finding((*path, "roles", name), "person-not-named", message, help, at_key=True)
    yield from _births(spot)
    yield from _ages(spot)
    if entry.personal and not entry.key:
        message = f"table '{spot.table}' has no key, so nothing in it can be changed"
        yield Finding(path, "key-missing", message, "list its primary key", at_key=True)
    part_of = any(relation.part_of for relation in entry.relations.values())
    if not entry.roles and not entry.because and not part_of and not entry.personal:
        message = f"table '{spot.table}' is said to hold no personal data"
        yield Finding(path, "reason-missing", message, "say why under 'because'", at_key=True)
