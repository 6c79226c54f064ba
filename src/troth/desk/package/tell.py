"""From the policy and what was found of a person to the sheet of their answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from troth.datamap.inside import column_of
from troth.datamap.inside import columns_of as names_by_column
from troth.datamap.model import Table
from troth.desk.find.model import Doubtful
from troth.desk.package.disclose import category_of
from troth.desk.package.look import LookTable
from troth.desk.package.sheet import (
    Basis,
    Disclosure,
    Kept,
    MaskedHere,
    NotIncluded,
    Party,
    PolicyVersion,
    Purpose,
    Right,
    Sheet,
    ToldColumn,
    ToldRecipient,
    ToldTransfer,
)
from troth.desk.package.spool import Share, Spool
from troth.grounds.bases import ARTICLES
from troth.plan.model import digest_of
from troth.policy.model import Activity, LegalBasis, Policy, Version

POLICY_FILE = "policy.html"


@dataclass(frozen=True)
class Answer:
    """What the sheet of one person is made from; `number` is theirs in the run."""

    policy: Policy
    number: int
    spools: Sequence[Spool]
    doubtful: Sequence[Doubtful]
    left_out: Sequence[tuple[str, str]]
    disclosures: Sequence[Disclosure]
    now: datetime
    day: date

    def shares(self) -> Iterator[tuple[LookTable, Share]]:
        for spool in self.spools:
            share = spool.shares.get(self.number)
            if share is not None:
                yield spool.table, share


def sheet_of(answer: Answer) -> Sheet:
    """What the person is told beside their data."""
    policy = answer.policy
    purposes = tuple(_purposes(answer))
    named = dict.fromkeys(
        name for purpose in purposes for name in _recipients_of(policy, purpose.activity)
    )
    return Sheet(
        organisation=policy.organisation,
        made_at=answer.now,
        day=answer.day,
        controllers=tuple(_controllers(policy)),
        joint_controllers=tuple(_joint(policy, {one.activity for one in purposes})),
        officer=_officer(policy),
        policy=version_of(policy, answer.day),
        purposes=purposes,
        recipients=tuple(_recipient(policy, name) for name in named),
        disclosures=tuple(answer.disclosures),
        transfers=tuple(_transfers(policy, tuple(named))),
        rights=tuple(
            Right(
                right=terms.right,
                promise=terms.promise,
                channels=tuple(_contact(policy, name) for name in terms.channels),
            )
            for terms in policy.rights.values()
        ),
        authorities=tuple(
            Party(name=one.name, details=_given(one.address, one.url, one.country))
            for one in policy.authorities.values()
        ),
        automated_decisions=tuple(one.purpose for one in purposes if one.automated_decision),
        masked=tuple(_masked(answer)),
        not_included=tuple(_not_included(answer)),
    )


def columns_of(policy: Policy, table: LookTable, share: Share) -> tuple[ToldColumn, ...]:
    """The columns of a table that hold something of the person, masked or not."""
    entry = table.frame.entry
    shown = names_by_column((*share.columns, *(name for name, _ in share.masked)))
    return tuple(
        ToldColumn(
            name=name,
            categories=labels(policy, category_of(entry.personal[name])),
            provenance=_provenance(policy, table, name),
            inside={
                place: policy.categories[category].label
                for place, category in entry.personal[name].inside.items()
                if category in policy.categories
            },
        )
        for name in entry.personal
        if name in shown
    )


def labels(policy: Policy, categories: Sequence[str]) -> tuple[str, ...]:
    """What people read of categories."""
    return tuple(
        policy.categories[name].label if name in policy.categories else name for name in categories
    )


def version_of(policy: Policy, day: date) -> PolicyVersion:
    """The version of the policy's text that is in force on a day."""
    current: Version = policy.versions[0]
    for version in policy.versions:
        if version.effective is None or version.effective <= day:
            current = version
    return PolicyVersion(
        title=policy.title,
        version=current.id,
        effective=current.effective,
        digest=digest_of(policy),
        file=POLICY_FILE,
    )


def primary_purposes(answer: Answer, purposes: Sequence[Purpose]) -> dict[str, str]:
    """The purpose under which a table's values are shown: the first that supports most of them."""
    found: dict[str, str] = {}
    for table, share in answer.shares():
        order = [one.activity for one in purposes if one.activity in share.spans]
        if order:
            found[table.label] = max(order, key=lambda name: share.spans[name].rows)
    return found


def _purposes(answer: Answer) -> Iterator[Purpose]:
    for name, activity in answer.policy.activities.items():
        kept = [(table, share) for table, share in answer.shares() if name in share.spans]
        if kept:
            yield _purpose(answer.policy, name, activity, kept)


def _purpose(
    policy: Policy, name: str, activity: Activity, kept: Sequence[tuple[LookTable, Share]]
) -> Purpose:
    rules = dict.fromkeys(rule for _, share in kept for rule in share.spans[name].rules)
    articles = {article for _, share in kept for article in share.spans[name].articles}
    some = [_kept(policy, table, share, name) for table, share in kept]
    return Purpose(
        activity=name,
        purpose=activity.purpose,
        controllers=tuple(_controller(policy, one) for one in activity.controllers),
        bases=tuple(_basis(policy, one, articles) for one in activity.legal_bases),
        special_conditions=tuple(f"{c.article}: {c.detail}" for c in activity.special_conditions),
        categories=tuple(dict.fromkeys(label for one in some for label in one.categories)),
        sources=tuple(dict.fromkeys(source.provenance for source in activity.sources)),
        recipients=tuple(policy.recipients[one].name for one in _recipients_of(policy, name)),
        promises=tuple(rule.promise for rule in activity.retention if rule.id in rules),
        direct_marketing=activity.direct_marketing,
        automated_decision=activity.automated_decision,
        kept=tuple(some),
    )


def _kept(policy: Policy, table: LookTable, share: Share, activity: str) -> Kept:
    span = share.spans[activity]
    entry = table.frame.entry
    shown = names_by_column(share.columns)
    columns = tuple(name for name in span.columns if column_of(name) in shown)
    categories = dict.fromkeys(c for name in columns if (c := entry.values[name].category))
    return Kept(
        table=table.label,
        columns=columns,
        categories=labels(policy, tuple(categories)),
        rows=share.rows,
        until_first=span.first,
        until_last=span.last,
        waits=dict(span.waits),
    )


def _basis(policy: Policy, basis: LegalBasis, articles: set[str]) -> Basis:
    consent = policy.consents.get(basis.consent) if basis.consent is not None else None
    details = _given(
        basis.statute,
        basis.interest,
        basis.contract,
        consent.label if consent else None,
        consent.withdrawal if consent else None,
    )
    article = ARTICLES[basis.kind]
    return Basis(kind=basis.kind, article=article, details=details, counts=article in articles)


def _provenance(policy: Policy, table: LookTable, column: str) -> tuple[str, ...]:
    """Where a column's values come from: as the map says, else the activities that cover it."""
    described = table.frame.entry.personal[column]
    if described.provenance is not None:
        return (described.provenance,)
    activities = dict.fromkeys(
        part.covering.activity_name
        for reader in table.readers
        if column in names_by_column(reader.group.columns)
        for part in reader.group.standing.grounds
    )
    return tuple(
        dict.fromkeys(
            source.provenance for name in activities for source in policy.activities[name].sources
        )
    )


def _recipients_of(policy: Policy, activity: str) -> tuple[str, ...]:
    """The recipients of an activity: those that it names, and those that name it."""
    named = policy.activities[activity].recipients
    return tuple(
        name
        for name, one in policy.recipients.items()
        if (name in named or activity in one.activities) and one.allowed != "no"
    )


def _recipient(policy: Policy, name: str) -> ToldRecipient:
    one = policy.recipients[name]
    return ToldRecipient(
        name=one.name,
        role=one.role,
        task=one.task,
        country=one.country,
        safeguard=_safeguard(policy, one.safeguard),
        condition=one.condition,
    )


def _transfers(policy: Policy, recipients: tuple[str, ...]) -> Iterator[ToldTransfer]:
    for one in policy.transfers.values():
        if one.recipients and not set(one.recipients) & set(recipients):
            continue
        yield ToldTransfer(
            recipients=tuple(policy.recipients[name].name for name in one.recipients),
            countries=one.countries,
            allowed=one.allowed,
            safeguard=_safeguard(policy, one.safeguard),
            condition=one.condition,
        )


def _safeguard(policy: Policy, name: str | None) -> str | None:
    if name is None:
        return None
    one = policy.safeguards[name]
    return ", ".join(_given(one.kind.replace("-", " "), one.text, *one.measures))


def _controllers(policy: Policy) -> Iterator[Party]:
    for name, one in policy.controllers.items():
        contacts = (_contact(policy, contact) for contact in one.contacts)
        details = _given(one.legal_form, one.address, one.country, one.registration, *contacts)
        yield Party(name=one.name or name, details=details)


def _joint(policy: Policy, activities: set[str]) -> Iterator[Party]:
    """Those who decide too, on one of the activities."""
    for other in policy.joint_controllers.values():
        if activities & set(other.activities):
            contact = _contact(policy, other.contact_point) if other.contact_point else None
            yield Party(name=other.name, details=_given(other.arrangement, contact))


def _controller(policy: Policy, name: str) -> str:
    """The name of a controller, alone or joint."""
    if name in policy.controllers:
        return policy.controllers[name].name or name
    return policy.joint_controllers[name].name


def _officer(policy: Policy) -> Party | None:
    one = policy.data_protection_officer
    if one is None:
        return None
    return Party(
        name=one.name or "", details=tuple(_contact(policy, name) for name in one.contacts)
    )


def _contact(policy: Policy, name: str) -> str:
    one = policy.contacts[name]
    return ", ".join(_given(one.email, one.phone, one.post, one.url)) or one.purpose


def _masked(answer: Answer) -> Iterator[MaskedHere]:
    for table, share in answer.shares():
        entry = table.frame.entry
        for (column, reason), rows in share.masked.items():
            yield MaskedHere(
                table=table.label,
                column=column,
                category=labels(answer.policy, categories_of(entry, column)),
                reason=reason,
                rows=rows,
            )


def categories_of(entry: Table, name: str) -> tuple[str, ...]:
    """The category of a value, or those of all that a column holds."""
    one = entry.values.get(name)
    return category_of(entry.personal[name]) if one is None else category_of(one)


def _not_included(answer: Answer) -> Iterator[NotIncluded]:
    for one in answer.doubtful:
        label = one.match.face.facet.label
        yield NotIncluded(kind="doubtful", table=label, reason=one.reason, mark=one.mark)
    for label, why in answer.left_out:
        yield NotIncluded(kind="table", table=label, reason=why)


def _given(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
