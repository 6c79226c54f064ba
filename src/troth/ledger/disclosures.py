"""What left for recipients: whose data, which categories, when, why and where to (Art. 15, 19)."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from troth.errors import Problems, Refused
from troth.grounds.facts import Identifier
from troth.ledger.consents import REPORTED_LINES, parse_instant
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing
from troth.ledger.told_tables import disclosures

COLUMNS = ("namespace", "value", "recipient", "categories", "at", "basis")
OPTIONAL = ("country", "known_namespace", "known_value")


@dataclass(frozen=True)
class Disclosure:
    """Data of one person that one recipient received at an instant.

    `known_as`: the identifier by which the recipient knows the person. `country` is ISO 3166-1.
    `entry`: the number of the journal entry that recorded it.
    """

    person: Identifier
    recipient: str
    categories: tuple[str, ...]
    at: datetime
    basis: str
    country: str | None
    known_as: Identifier
    entry: int = field(default=0, compare=False)


def record_disclosures(
    writing: Writing, new: Sequence[Disclosure], *, by: str, at: datetime
) -> int:
    """Record what left, one journal entry each; how many.

    Refused: `disclosure-in-the-future`, `disclosure-without-basis`.
    """
    if any(one.at > at for one in new):
        raise Refused(
            "disclosure-in-the-future",
            "data cannot have left later than now",
            help="write the instant at which it left",
        )
    if any(not one.basis.strip() for one in new):
        raise Refused(
            "disclosure-without-basis",
            "a disclosure says why it was made",
            help="name the contract, the consent or the order behind it",
        )
    record_facts(writing, "disclosure-recorded", at, [_fact(one, by, at) for one in new])
    return len(new)


def _fact(one: Disclosure, by: str, at: datetime) -> NewFact:
    row = {
        "namespace": one.person.namespace,
        "value": one.person.value,
        "recipient": one.recipient,
        "categories": list(one.categories),
        "at": one.at,
        "basis": one.basis,
        "country": one.country,
        "known_namespace": one.known_as.namespace,
        "known_value": one.known_as.value,
        "recorded_at": at,
        "recorded_by": by,
    }
    payload = {"recipient": one.recipient, "categories": list(one.categories)}
    return NewFact(payload, [(disclosures, row)])


def read_disclosures(
    reading: Reading, namespaces: Collection[str] | None = None
) -> tuple[Disclosure, ...]:
    """What left, in order of recording: of everybody, or of persons named in those namespaces."""
    table = disclosures.c
    query = select(disclosures).where(table.organisation == reading.organisation)
    if namespaces is not None:
        query = query.where(table.namespace.in_(sorted(namespaces)))
    return tuple(
        _disclosure(row) for row in reading.connection.execute(query.order_by(table.entry))
    )


def _disclosure(row: Any) -> Disclosure:
    return Disclosure(
        person=Identifier(row.namespace, row.value),
        recipient=row.recipient,
        categories=tuple(row.categories),
        at=row.at,
        basis=row.basis,
        country=row.country,
        known_as=Identifier(row.known_namespace, row.known_value),
        entry=row.entry,
    )


def parse_disclosures(lines: Iterable[str], file: str) -> tuple[Disclosure, ...]:
    """The disclosures of a CSV text; several categories of a line are parted by spaces.

    Columns: namespace, value, recipient, categories, at, basis; and, where there is something to
    say, country, known_namespace and known_value. Problems name file and line and repeat no value.
    """
    reader = csv.reader(lines)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Refused(
            "disclosure-file-header",
            f"the first line lacks {', '.join(missing)}",
            place=f"{file}:1",
            help=f"begin the file with {','.join((*COLUMNS, *OPTIONAL))}",
        )
    found: list[Disclosure] = []
    problems: list[Refused] = []
    while len(problems) < REPORTED_LINES:
        try:
            row = next(reader)
            if any(cell.strip() for cell in row):
                found.append(_of_line(header, row))
        except StopIteration:
            break
        except (ValueError, csv.Error) as error:
            place = f"{file}:{reader.line_num}"
            problems.append(Refused("disclosure-file-line", str(error), place=place))
    if problems:
        raise Problems(problems)
    return tuple(found)


def _of_line(header: list[str], row: list[str]) -> Disclosure:
    if len(row) != len(header):
        raise ValueError(f"the line has {len(row)} fields, the first line has {len(header)}")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    for name in COLUMNS:
        if not cells[name]:
            raise ValueError(f"{name} is empty")
    person = Identifier(cells["namespace"], cells["value"])
    known, value = cells.get("known_namespace"), cells.get("known_value")
    if bool(known) != bool(value):
        raise ValueError("known_namespace and known_value go together")
    return Disclosure(
        person=person,
        recipient=cells["recipient"],
        categories=tuple(cells["categories"].split()),
        at=parse_instant(cells["at"]),
        basis=cells["basis"],
        country=cells.get("country") or None,
        known_as=Identifier(known, value) if known and value else person,
    )
