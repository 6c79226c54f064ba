"""Suppression: acts that give birth to it, and the gate that a re-import has to pass (Art. 21(3)).

An opt-out must be remembered to be honoured, by a keyed hash and nothing else (Art. 17(3)(b)).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from troth.datamap.model import DataMap
from troth.datamap.namespaces import namespaces
from troth.desk.told.known import forms_of
from troth.errors import Refused
from troth.grounds.facts import Act, ConsentFact, Identifier
from troth.law.calendar import day_of
from troth.ledger.acts import record_acts
from troth.ledger.consents import read_consents, record_consents
from troth.ledger.ledger import Ledger
from troth.ledger.session import Reading, Writing
from troth.ledger.suppression import (
    forget_suppressions,
    note_blocked,
    only_withdrawn,
    suppress,
    suppressed,
)
from troth.policy.model import Policy

READ_ONE_BY_ONE = 200  # persons whose consents are asked for by name; beyond, all are read once


def record_and_suppress(
    writing: Writing,
    new: Sequence[Act],
    policy: Policy,
    datamap: DataMap,
    *,
    by: str,
    at: datetime,
) -> tuple[Act, ...]:
    """Record acts, and the suppression that they give birth to, in one transaction."""
    made = record_acts(writing, new, by=by, at=at)
    named = [person for act in made if gives_birth(act, policy) for person in act.persons]
    forms = forms_of(named, datamap)
    if forms:
        suppress(writing, forms, day=day_of(at, policy.zoneinfo), at=at)
    return made


def gives_birth(act: Act, policy: Policy) -> bool:
    """Whether nobody may be contacted again by this act: it reaches direct marketing.

    An opt-out does; an objection and an erasure do unless they are about other activities or
    categories alone, or about certain places; an erasure of everything does in any case.
    """
    if act.kind == "opt-out":
        return True
    if act.kind not in ("objection", "erasure") or act.places:
        return False
    if act.kind == "erasure" and not act.activities and not act.categories:
        return True
    return any(
        activity.direct_marketing
        and (not act.activities or name in act.activities)
        and (not act.categories or _meets(act.categories, activity.categories, policy))
        for name, activity in policy.activities.items()
    )


def _meets(some: Iterable[str], others: Sequence[str], policy: Policy) -> bool:
    return any(
        one in policy.lineage(other) or other in policy.lineage(one)
        for one in some
        for other in others
    )


def consent_and_suppress(
    writing: Writing,
    facts: Sequence[ConsentFact],
    policy: Policy,
    datamap: DataMap,
    *,
    by: str,
    at: datetime,
) -> int:
    """Record consents, and what follows of those that direct marketing rests on; how many.

    One taken back gives birth to suppression. One given anew, later, ends what only that had
    given birth to; an opt-out stays.
    """
    count = record_consents(writing, facts, by=by, at=at)
    asked = {
        basis.consent
        for activity in policy.activities.values()
        for basis in activity.legal_bases
        if activity.direct_marketing and basis.kind == "consent"
    }
    mine = [fact for fact in facts if fact.consent in asked and fact.by == "person"]
    said = {fact.person for fact in mine if fact.state == "given"}
    back = {fact.person for fact in mine if fact.state == "withdrawn"}
    already = {form[0] for form in suppressed(writing, forms_of(said, datamap))}
    newest = _newest(writing, back | already, asked, at)
    gone = forms_of((one for one in back if newest[one] == "withdrawn"), datamap)
    if gone:
        suppress(writing, gone, day=day_of(at, policy.zoneinfo), at=at, why="withdrawn")
    anew = forms_of((one for one in already if newest[one] == "given"), datamap)
    digests = only_withdrawn(writing, suppressed(writing, anew).values())
    if digests:
        forget_suppressions(writing, digests, reason="the consent was given anew", at=at)
    return count


def _newest(
    reading: Reading, persons: Collection[Identifier], asked: Container[str | None], at: datetime
) -> dict[Identifier, str]:
    """What each person said last, of the consents that direct marketing rests on."""
    many = len(persons) > READ_ONE_BY_ONE
    found = (
        read_consents(reading, at)
        if many
        else [fact for person in persons for fact in read_consents(reading, at, person)]
    )
    own = [fact for fact in found if fact.consent in asked and fact.by == "person"]
    return {fact.person: fact.state for fact in sorted(own, key=lambda fact: fact.at)}


@dataclass(frozen=True)
class Gate:
    """What came of a gate: how many contacts were asked about, and which may not be mailed.

    `blocked`: positions, from 0, of contacts one of whose identifiers is suppressed.
    """

    asked: int
    blocked: tuple[int, ...]


def ask(
    reading: Reading, contacts: Sequence[Sequence[Identifier]], datamap: DataMap
) -> tuple[Gate, tuple[str, ...]]:
    """Who of the contacts is suppressed, asked in sets; and the digests that matched."""
    by_form: dict[tuple[Identifier, str], list[int]] = {}
    forms = []
    for position, contact in enumerate(contacts):
        for form in forms_of(contact, datamap):
            if form not in by_form:
                forms.append(form)
            by_form.setdefault(form, []).append(position)
    found = suppressed(reading, forms)
    blocked = sorted({position for form in found for position in by_form[form]})
    return Gate(len(contacts), tuple(blocked)), tuple(found.values())


def block(
    ledger: Ledger,
    organisation: str,
    contacts: Sequence[Sequence[Identifier]],
    policy: Policy,
    datamap: DataMap,
    *,
    at: datetime,
) -> Gate:
    """The same as a real attempt to mail or import them: what it blocks renews the entries.

    The asking, which may take seconds for a long file, holds up no writer of the ledger.
    """
    with ledger.reading(organisation) as reading:
        gate, digests = ask(reading, contacts, datamap)
    if digests:
        with ledger.writing(organisation) as writing:
            note_blocked(writing, digests, day=day_of(at, policy.zoneinfo), at=at)
    return gate


@dataclass(frozen=True)
class ContactFile:
    """A file of contacts: its header, its lines, and the identifiers of each."""

    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    contacts: tuple[tuple[Identifier, ...], ...]


def parse_contacts(
    lines: Iterable[str], file: str, datamap: DataMap, named: dict[str, str]
) -> ContactFile:
    """The contacts of a CSV text whose first line names its columns.

    A column that bears the name of a namespace of the map holds its identifiers; `named` says so
    of others (column to namespace). Refused (`contact-file-columns`, `contact-file-line`): no
    value is repeated.
    """
    known = namespaces(datamap)
    reader = csv.reader(lines)
    header = tuple(name.strip() for name in next(reader, []))
    columns = [
        (position, namespace)
        for position, name in enumerate(header)
        if (namespace := named.get(name, name.lower())) in known
    ]
    missing = [column for column in named if column not in header]
    if not columns or missing:
        raise Refused(
            "contact-file-columns",
            f"the first line lacks the column {', '.join(missing)}"
            if missing
            else "no column of the first line is a namespace of the map",
            place=f"{file}:1",
            help=f"it knows {', '.join(known) or 'none'}; name it with --column NAMESPACE=NAME",
        )
    rows: list[tuple[str, ...]] = []
    try:
        for row in reader:
            if len(row) > max(position for position, _ in columns):
                rows.append(tuple(row))
            elif any(cell.strip() for cell in row):
                raise ValueError(f"the line has {len(row)} fields, the first has {len(header)}")
    except (ValueError, csv.Error) as error:
        place = f"{file}:{reader.line_num}"
        raise Refused("contact-file-line", str(error), place=place) from None
    contacts = tuple(
        tuple(
            Identifier(namespace, row[position].strip())
            for position, namespace in columns
            if row[position].strip()
        )
        for row in rows
    )
    return ContactFile(header, tuple(rows), contacts)
