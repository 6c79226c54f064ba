"""Wishes for after death: what a version may say, and which one counts (Loi 78-17, art. 85(I))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from troth.datamap.model import DataMap
from troth.desk.told.known import known_names, known_persons, same_person
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.grounds.identity import normalise
from troth.ledger.directives import (
    Directive,
    DirectiveEnd,
    Trusted,
    end_directive,
    find_directive,
    record_directive,
)
from troth.ledger.session import Writing
from troth.policy.model import Policy


def add_directive(
    writing: Writing, new: Directive, policy: Policy, datamap: DataMap, *, at: datetime
) -> Directive:
    """Record a version of a person's wishes, given on a signed form of its own.

    Refused: `directive-without-person`, `directive-without-form`, `directive-without-instruction`,
    `directive-without-trusted`, `hand-over-without-recipient`, `keep-unclear`,
    `directive-in-the-future`, and names that policy or map do not know.
    """
    persons = known_persons(new.persons, datamap)
    _refuse_incomplete(new, at)
    places = dict.fromkeys(every_place(policy, datamap))
    for one in new.instructions:
        known_names(one.categories, policy.categories, "category")
        known_names(one.places, places, "place")
    return record_directive(writing, replace(new, persons=persons), at=at)


def _refuse_incomplete(new: Directive, at: datetime) -> None:
    if not new.persons:
        raise Refused(
            "directive-without-person",
            "a directive names the person whose wishes it holds",
            help="add --person namespace=value",
        )
    if not new.form.strip():
        raise Refused(
            "directive-without-form",
            "a directive is taken by a signed form of its own, not by general terms "
            "(Loi 78-17, art. 85(I))",
            help="add --form with where the signed form lies",
        )
    if not new.instructions:
        raise Refused(
            "directive-without-instruction",
            "a directive says what is to be done",
            help="add --erase, --keep or --hand-over with its scope",
        )
    if any(one.action == "keep" and one.categories and one.places for one in new.instructions):
        raise Refused(
            "keep-unclear",
            "what is to be kept is named by its categories or by its places, not by both",
            help="give two instructions, --keep twice",
        )
    if any(one.action == "hand-over" and one.to is None for one in new.instructions):
        raise Refused(
            "hand-over-without-recipient",
            "a hand-over names who receives the data",
            help="add --to 'Name <contact>'",
        )
    if not new.trusted or any(not one.name.strip() for one in new.trusted):
        raise Refused(
            "directive-without-trusted",
            "a directive names the person in charge of carrying it out (Loi 78-17, art. 85(I))",
            help="add --trusted 'Name <contact>'",
        )
    if new.given_at > at:
        raise Refused(
            "directive-in-the-future",
            "a directive cannot be given later than now",
            help="write the instant at which it was given",
        )


def revoke(writing: Writing, directive: str, *, by: str, at: datetime) -> Directive:
    """End a version by its author's will; Refused: `unknown-directive`, `directive-ended`.

    Only the newest can be in force, so no earlier version comes back.
    """
    end_directive(writing, directive, DirectiveEnd("revoked", at, by), at=at)
    return find_directive(writing, directive)


def versions_of(
    every: Sequence[Directive], persons: Sequence[Identifier], datamap: DataMap
) -> tuple[Directive, ...]:
    """The versions of one person, oldest first."""
    mine = [one for one in every if same_person(persons, one.persons, datamap)]
    return tuple(sorted(mine, key=lambda one: (one.given_at, one.entry)))


def valid_at(versions: Sequence[Directive], death: datetime) -> Directive | None:
    """The version in force at a death: the newest given before it, unless it was revoked before.

    An earlier version does not come back when the newest is revoked.
    """
    given = [one for one in versions if one.given_at <= death]
    if not given:
        return None
    newest = given[-1]
    end = newest.end
    revoked = end is not None and end.how == "revoked" and end.at <= death
    return None if revoked else newest


def names(one: Directive, asked_by: str) -> bool:
    """Whether a version puts this person in charge, by name or contact."""
    wanted = normalise(asked_by, "text")
    return any(
        wanted in (normalise(trusted.name, "text"), normalise(trusted.contact or "", "text"))
        for trusted in one.trusted
    )


def parse_trusted(text: str) -> Trusted:
    """`Name <contact>`, or a name alone."""
    name, found, rest = text.partition("<")
    contact = rest.rstrip().removesuffix(">").strip() if found else ""
    return Trusted(name.strip(), contact or None)


def every_place(policy: Policy, datamap: DataMap) -> list[str]:
    """The places of the policy and those of the map, which may name stores that it does not."""
    mapped = [
        datamap.place_of(store, table)
        for store, entry in datamap.stores.items()
        for table in entry.tables
    ]
    return list(dict.fromkeys([*policy.places, *mapped]))
