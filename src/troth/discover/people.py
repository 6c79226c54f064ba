"""Whose data a table holds: tables of people, tables that lead to them, and tables of nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from troth.discover.guess import ColumnGuess, Link, RoleGuess
from troth.discover.names import TableName
from troth.plan.schema import TableSchema

IDENTIFYING = frozenset(
    {
        *("email-address", "phone-number", "person-name", "login-name", "postal-address"),
        *("birth-date", "national-id", "identity-document", "iban", "device-id", "ip-address"),
    }
)
_DIRECT = IDENTIFYING - {"ip-address", "device-id", "postal-address"}
SURE_ENOUGH = 0.6
LONGEST_PATH = 4
_BY_RECORD = {
    "transaction": "customer",
    "communication": "contact",
    "usage": "visitor",
    "participation": "participant",
}
# Where a row references several people, the one it is about, before the staff who handled it.
_STAFF = ("employee", "user", "author", "supplier")


@dataclass(frozen=True)
class Subject:
    """What is known of a table before roles are given: its name, columns and relations."""

    table: TableSchema
    name: TableName
    columns: tuple[ColumnGuess, ...]
    links: tuple[Link, ...]

    @property
    def identifying(self) -> tuple[ColumnGuess, ...]:
        return tuple(
            guess
            for guess in self.columns
            if {guess.kind, *guess.holds} & IDENTIFYING and guess.confidence >= SURE_ENOUGH
        )

    @property
    def direct(self) -> int:
        """How many kinds of columns name a person directly."""
        kinds = {kind for guess in self.identifying for kind in (guess.kind, *guess.holds)}
        return len(kinds & _DIRECT)


def find_roles(subjects: Mapping[str, Subject], handled: frozenset[str]) -> dict[str, RoleGuess]:
    """The role of each table that holds data of people, by table name.

    `handled`: words of relations to the staff who handled a row, whom the row is rarely about.
    """
    roles = {
        name: role for name, subject in subjects.items() if (role := _own_role(subject)) is not None
    }
    roles = {n: r for n, r in roles.items() if not _is_extension(subjects[n], roles)}
    _inherit(subjects, roles, handled)
    for name, subject in subjects.items():
        if name not in roles and (role := _anonymous_role(subject)) is not None:
            roles[name] = role
    _inherit(subjects, roles, handled)
    return roles


def _own_role(subject: Subject) -> RoleGuess | None:
    """The table is one of people: by its name, with columns that show it."""
    name = subject.name
    shown = ", ".join(guess.column.name for guess in subject.identifying[:4])
    if name.subject is None:
        return None
    if shown:
        reason = f"the table is named for people, and its columns name them ({shown})"
        return RoleGuess(name.subject, (), 0.95, reason)
    if name.loose:
        return None
    return RoleGuess(name.subject, (), 0.7, "the table is named for people; no column names them")


def _is_extension(subject: Subject, roles: Mapping[str, RoleGuess]) -> bool:
    """One row of details per person of another table (`profile` of `user`)."""
    unique = {subject.table.key, *subject.table.unique}
    return any(
        link.columns in unique
        and link.store is None
        and link.references in roles
        and link.references != subject.table.name
        and (subject.name.subject == roles[link.references].subject or not subject.direct)
        for link in subject.links
    )


def _inherit(
    subjects: Mapping[str, Subject], roles: dict[str, RoleGuess], handled: frozenset[str]
) -> None:
    """Gives a role to every table that leads to a person by to-one relations, nearest first."""
    for _ in range(LONGEST_PATH):
        found: dict[str, RoleGuess] = {}
        for name, subject in subjects.items():
            if name in roles:
                continue
            options = [
                (link, roles[link.references])
                for link in subject.links
                if link.store is None and link.references in roles and link.references != name
            ]
            if options:
                found[name] = _through(
                    *min(options, key=lambda option: _distance(option, handled)), subject, handled
                )
        if not found:
            return
        roles.update({n: r for n, r in found.items() if len(r.path) <= LONGEST_PATH})


def _distance(
    option: tuple[Link, RoleGuess], staff_words: frozenset[str]
) -> tuple[bool, bool, bool, int, float]:
    link, role = option
    handled = bool(staff_words & set(link.name.split("-")))
    return (
        role.confidence < SURE_ENOUGH,
        handled and link.where is None,
        role.subject in _STAFF,
        len(role.path),
        -link.confidence,
    )


def _through(
    link: Link, role: RoleGuess, subject: Subject, staff_words: frozenset[str]
) -> RoleGuess:
    confidence = round(min(role.confidence, link.confidence), 2)
    if staff_words & set(link.name.split("-")) and link.where is None:
        confidence = round(confidence * 0.6, 2)
    if subject.name.thing and not subject.identifying:
        confidence = round(confidence * 0.6, 2)
    return RoleGuess(
        role.subject,
        (link.name, *role.path),
        confidence,
        f"its rows reference {link.references} by {', '.join(link.columns)}",
        when=link.where,
    )


def _anonymous_role(subject: Subject) -> RoleGuess | None:
    """People named in a table that is not of people and references none."""
    if not subject.identifying:
        return None
    if subject.name.thing and {guess.kind for guess in subject.identifying} <= {"postal-address"}:
        return None  # the address of a warehouse
    shown = ", ".join(guess.column.name for guess in subject.identifying[:4])
    name = subject.name
    role = name.mentions or _BY_RECORD.get(name.record or "", "contact")
    if subject.direct == 0 and not name.mentions and name.record != "transaction":
        role = "visitor"  # only a device or a connection is named
    confidence = 0.7 if (name.mentions or name.record) and not name.thing else 0.5
    if name.thing:
        return RoleGuess(role, (), 0.45, f"a table of things with columns of people ({shown})")
    return RoleGuess(role, (), confidence, f"its columns name people ({shown})")


def worth_a_role(role: RoleGuess | None, columns: Sequence[ColumnGuess]) -> bool:
    """A doubtful path alone makes no table personal; a column that holds personal data does."""
    return role is not None and (
        role.confidence >= SURE_ENOUGH or any(guess.kind is not None for guess in columns)
    )


def with_category(guess: ColumnGuess, kind: str, confidence: float, reason: str) -> ColumnGuess:
    """The guess as personal data of `kind`."""
    return replace(guess, kind=kind, confidence=confidence, reason=reason, suspected=None)
