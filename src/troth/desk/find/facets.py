"""Facets: the ways in which a row of a table names a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troth.datamap.model import Column, DataMap, Table
from troth.datamap.paths import path_end, resolve_path
from troth.desk.find.looks import Kind, words
from troth.discover.lexicon import Lexicon
from troth.discover.words import Phrase, contains

_EMAIL = frozenset({"email", "mail", "courriel", "e"})
_PHONE = frozenset({"phone", "telephone", "tel", "mobile", "portable", "gsm", "fax"})
_NAME = frozenset({"name", "nom", "fullname", "prenom"})
_ADDRESS = frozenset({"address", "adresse", "postal", "postcode", "street"})


@dataclass(frozen=True)
class Facet:
    """Rows of a table as one person: `identity` are the columns that name that person.

    `whole`: all the identity columns of the row, though they are those of several roles; so does a
    path from another table see it. `mention`: no role of the map takes the person from these
    columns, so what they hold is a hint and no more. `names`, `address`, `postcode` are columns
    that speak of the same person.
    """

    store: str
    table: str
    key: tuple[str, ...]
    identity: tuple[str, ...]
    whole: bool = False
    mention: bool = False
    names: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    postcode: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.store}.{self.table}"

    @property
    def set_name(self) -> str:
        """The name of the set that holds the keys of a person's rows."""
        return f"person-{self.label}-{'+'.join(self.identity)}"

    @property
    def columns(self) -> tuple[str, ...]:
        """What is read of a row, each column once."""
        return tuple(dict.fromkeys((*self.identity, *self.names, *self.address, *self.postcode)))


@dataclass(frozen=True)
class Facets:
    """Every facet of a map, and what each namespace holds."""

    all: tuple[Facet, ...]
    kinds: Mapping[str, Kind]
    tombstones: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    keyless: tuple[str, ...] = ()

    def of_role(self, datamap: DataMap, store: str, table: str, role: str) -> Facet | None:
        """The facet whose rows are the persons of a role; None where nothing names them."""
        entry = datamap.table(store, table)
        path = entry.roles[role].person
        end = path_end(store, table, resolve_path(datamap, store, table, path))
        wanted = _identity(datamap.table(*end), role if not path else None)
        found = (f for f in self.all if (f.store, f.table) == end and f.identity == wanted)
        return next((facet for facet in found if not facet.mention), None)

    def spaces(self, kind: Kind) -> tuple[str, ...]:
        """The namespaces of a kind, by name."""
        return tuple(sorted(name for name, found in self.kinds.items() if found == kind))

    def kinds_of_columns(self, datamap: DataMap) -> dict[tuple[str, str], Kind]:
        """What each identity column holds, by table (`store.table`) and column."""
        return {
            (facet.label, name): self.kinds[column.identity]
            for facet in self.all
            for name, column in datamap.table(facet.store, facet.table).personal.items()
            if column.identity is not None
        }


def facets_of(datamap: DataMap, lexicon: Lexicon) -> Facets:
    """The facets of a map; tables without a key have none, and are named."""
    reached = _reached(datamap)
    found: list[Facet] = []
    keyless: list[str] = []
    tombstones: dict[tuple[str, str, str], str] = {}
    for store, entry in datamap.stores.items():
        for name, table in entry.tables.items():
            for column, described in table.personal.items():
                if described.erased.form == "value":
                    tombstones[store, name, column] = str(described.erased.value)
            if not _identity(table, None):
                continue
            if not table.key:
                keyless.append(f"{store}.{name}")
                continue
            found += _of_table(store, name, table, (store, name) in reached, lexicon)
    return Facets(tuple(found), _kinds(datamap), tombstones, tuple(keyless))


def _reached(datamap: DataMap) -> set[tuple[str, str]]:
    return {
        path_end(store, name, resolve_path(datamap, store, name, role.person))
        for store, entry in datamap.stores.items()
        for name, table in entry.tables.items()
        for role in table.roles.values()
        if role.person
    }


def _of_table(store: str, name: str, table: Table, reached: bool, lexicon: Lexicon) -> list[Facet]:
    whole = _identity(table, None)
    own: dict[tuple[str, ...], str] = {}
    for role_name, role in table.roles.items():
        columns = _identity(table, role_name)
        if not role.person and columns:
            own.setdefault(columns, role_name)

    def facet(columns: tuple[str, ...], role: str | None, **marks: bool) -> Facet:
        about = {kind: _about(table, role, kind, lexicon) for kind in ("name", "address", "code")}
        return Facet(
            store,
            name,
            table.key,
            columns,
            names=about["name"],
            address=about["address"],
            postcode=about["code"],
            **marks,
        )

    found = [facet(columns, role) for columns, role in own.items()]
    if reached and whole not in own:
        found.append(facet(whole, None, whole=bool(own)))
    used = {column for one in found for column in one.identity}
    rest = tuple(column for column in whole if column not in used)
    if rest and any(role.person for role in table.roles.values()):
        found.append(facet(rest, None, mention=True))
    return found


def _identity(table: Table, role: str | None) -> tuple[str, ...]:
    """The identity columns, in the map's order; of `role` alone where it is given."""
    return tuple(
        name
        for name, column in table.personal.items()
        if column.identity is not None and _of(column, role)
    )


def _of(column: Column, role: str | None) -> bool:
    return role is None or not column.roles or role in column.roles


def _about(table: Table, role: str | None, what: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The personal columns that hold a name, an address or a postcode, told by their names."""
    if what == "name":
        given = tuple(
            name
            for name, column in table.personal.items()
            if column.identity and _of(column, role) and _kind(column.identity, ()) == "name"
        )
        if given:
            return given
    kind = {"name": "person-name", "address": "postal-address", "code": "postcode"}[what]
    entry = lexicon.kinds[kind]
    found = []
    for name, column in table.personal.items():
        spoken = lexicon.speller.words(name)
        if column.identity or not _of(column, role) or entry.unless & set(spoken):
            continue
        if any(_says(spoken, phrase) for phrase in (*entry.strong, *entry.weak[:2])):
            found.append(name)
    return tuple(found)


def _says(spoken: Phrase, phrase: Phrase) -> bool:
    return contains(spoken, phrase)


def _kinds(datamap: DataMap) -> dict[str, Kind]:
    compares: dict[str, set[str]] = {}
    for entry in datamap.stores.values():
        for table in entry.tables.values():
            for column in table.personal.values():
                if column.identity is not None:
                    compares.setdefault(column.identity, set()).add(column.compare)
    return {name: _kind(name, tuple(how)) for name, how in compares.items()}


def _kind(namespace: str, compares: tuple[str, ...]) -> Kind:
    if "email" in compares:
        return "email"
    if "phone" in compares:
        return "phone"
    said = words(namespace)
    if said & _EMAIL:
        return "email"
    if said & _PHONE:
        return "phone"
    if said & _ADDRESS:
        return "address"
    return "name" if said & _NAME and not said & {"user", "login", "screen"} else "number"
