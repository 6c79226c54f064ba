"""Disclosures, checked against policy and map before they are recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from troth.datamap.model import DataMap
from troth.datamap.namespaces import namespaces
from troth.desk.told.known import compared, known_names, known_persons
from troth.grounds.facts import Identifier
from troth.ledger.disclosures import Disclosure, read_disclosures, record_disclosures
from troth.ledger.session import Reading, Writing
from troth.policy.model import Policy


def disclose(
    writing: Writing,
    new: Sequence[Disclosure],
    policy: Policy,
    datamap: DataMap,
    *,
    by: str,
    at: datetime,
) -> int:
    """Record what left, all of it or nothing; how many.

    Refused: `unknown-namespace`, `unknown-recipient`, `unknown-category`, and those of
    `record_disclosures`. The identifier that a recipient knows may be of its own namespace.
    """
    known_persons((one.person for one in new), datamap)
    known_names(_sorted(one.recipient for one in new), policy.recipients, "recipient")
    categories = _sorted(name for one in new for name in one.categories)
    known_names(categories, policy.categories, "category")
    filled = [_with_country(one, policy) for one in new]
    return record_disclosures(writing, filled, by=by, at=at)


def disclosures_of(
    reading: Reading, persons: Iterable[Identifier], datamap: DataMap
) -> tuple[Disclosure, ...]:
    """What left of one person, whose names are compared as the map does."""
    known = namespaces(datamap)
    whose = compared(persons, known)
    return tuple(
        one
        for one in read_disclosures(reading, {namespace for namespace, _, _ in whose})
        if not compared([one.person], known).isdisjoint(whose)
    )


def _with_country(one: Disclosure, policy: Policy) -> Disclosure:
    """The recipient's own country, where no other is said."""
    return one if one.country else replace(one, country=policy.recipients[one.recipient].country)


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))
