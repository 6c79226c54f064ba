"""Random schemas: tables of several stores, their keys, relations, and columns that hold days."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Literal

from worlds.chance import chance, pick, weighted
from worlds.world import ColumnType, Kind, OnDelete

Place = tuple[str, str]
FORMATS = (
    "YYYY-MM-DD",
    "YYYY-MM-DD hh:mm:ss",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD.MM.YYYY",
    "YYYYMMDD",
)


@dataclass(frozen=True)
class DayColumn:
    """A column (or a path in a JSON column) that holds days in one form."""

    column: str
    form: Literal["native", "text", "unix", "unix-ms"]
    format: str = "YYYY-MM-DD"
    json: str | None = None
    zone: str | None = None


@dataclass(frozen=True)
class DraftRelation:
    """A reference of `columns` to columns of another table."""

    columns: tuple[str, ...]
    target: Place
    to: tuple[str, ...]
    declared: bool = False
    on_delete: OnDelete = "no-action"
    compare: str = "exact"
    where: dict[str, Any] | None = None
    json: str | None = None
    part_of: bool = False


@dataclass
class Draft:
    """A table before it has rows: what the generator of the map and of the rows agree on.

    `plain`: its events are seen in its own rows.
    """

    place: Place
    kind: Literal["person", "dependent", "part", "periods", "archive", "unmapped"]
    key: tuple[str, ...]
    columns: dict[str, ColumnType] = field(default_factory=dict)
    days: list[DayColumn] = field(default_factory=list)
    identities: dict[str, tuple[str, str]] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    relations: dict[str, DraftRelation] = field(default_factory=dict)
    copy_of: Place | None = None
    plain: bool = False


def drafts(
    rng: Random, stores: tuple[str, ...], vault: str | None, *, plain: bool = False
) -> dict[Place, Draft]:
    """The tables of a world, in an order in which they can be created and filled.

    `plain`: keys of one column, no row of two persons, and always a family beside them.
    """
    made: dict[Place, Draft] = {}

    def add(draft: Draft) -> Draft:
        draft.plain = plain
        made[draft.place] = draft
        return draft

    member = add(_person(rng, (stores[0], "member"), plain=plain))
    for store in stores[1:]:
        if chance(rng, 45):
            subscriber = add(_person(rng, (store, "subscriber")))
            _across(rng, subscriber, member, "member")
            break
    for name in ("orders", "ticket", "visit")[: 1 + rng.randrange(3)]:
        store = stores[0] if chance(rng, 70) else pick(rng, stores)
        add(_dependent(rng, (store, name), made, plain=plain))
    if chance(rng, 30):
        whole = pick(rng, [d for d in made.values() if d.kind in ("dependent", "person")])
        add(_part(rng, whole))
    if chance(rng, 22):
        _cycle(rng, member, list(made.values()))
    if chance(rng, 65):
        add(_periods(stores[0]))
    if vault is not None:
        add(_archive(vault, member))
    if chance(rng, 15):
        add(_unmapped(rng, member))
    # chance of its own, so that worlds without a family are what they would be without this
    own = Random(repr(sorted((place, tuple(draft.columns)) for place, draft in made.items())))
    if plain or chance(own, 40):
        for draft in _family(own, stores[0], plain=plain):
            add(draft)
    return made


def _body(rng: Random, draft: Draft) -> Draft:
    """The columns that every table with personal data has."""
    draft.columns |= {
        "name": ColumnType("text", nullable=chance(rng, 60)),
        "note": ColumnType("text"),
        "flag": ColumnType("bool"),
        "kind": ColumnType("text"),
        "level": ColumnType("int"),
    }
    draft.personal = ("name", "note", "level") if chance(rng, 30) else ("name", "note")
    if chance(rng, 40):
        draft.columns["doc"] = ColumnType("json")
        if chance(rng, 50):
            draft.personal += ("doc",)
    for number in range(2 + rng.randrange(2)):
        draft.days.append(_day_column(rng, draft, f"day_{number}"))
    if chance(rng, 20):
        draft.personal += (draft.days[0].column,) if draft.days[0].json is None else ()
    return draft


def _day_column(rng: Random, draft: Draft, name: str) -> DayColumn:
    zone = pick(rng, ("UTC", "America/New_York", "Asia/Tokyo")) if chance(rng, 25) else None
    kind = weighted(
        rng,
        [
            (4, "date"),
            (4, "timestamp"),
            (3, "timestamptz"),
            (6, "text"),
            (2, "unix"),
            (2, "unix-ms"),
        ],
    )
    if "doc" in draft.columns and chance(rng, 35):
        path = f"/{name}" if chance(rng, 50) else f"/dates/{name}"
        if kind in ("unix", "unix-ms"):
            return DayColumn("doc", "unix" if kind == "unix" else "unix-ms", json=path)
        return DayColumn("doc", "text", format=pick(rng, FORMATS), json=path, zone=zone)
    if kind == "text":
        draft.columns[name] = ColumnType("text")
        return DayColumn(name, "text", format=pick(rng, FORMATS), zone=zone)
    if kind in ("unix", "unix-ms"):
        draft.columns[name] = ColumnType("text" if chance(rng, 25) else "int")
        return DayColumn(name, "unix" if kind == "unix" else "unix-ms")
    native: dict[str, Kind] = {
        "date": "date",
        "timestamp": "timestamp",
        "timestamptz": "timestamptz",
    }
    draft.columns[name] = ColumnType(native[kind])
    return DayColumn(name, "native", zone=zone if kind == "timestamp" else None)


def _person(rng: Random, place: Place, *, plain: bool = False) -> Draft:
    draft = Draft(place, "person", ("id",))
    draft.columns["id"] = ColumnType("int", nullable=False)
    if not plain and chance(rng, 22):
        draft.columns["region"] = ColumnType(pick(rng, ("text", "int")), nullable=False)
        draft.key = ("region", "id")
    draft.columns["email"] = ColumnType("text")
    draft.identities["email"] = ("email", "email")
    if chance(rng, 50):
        draft.columns["number"] = ColumnType("int")
        draft.identities["number"] = ("number", "exact")
    if chance(rng, 25):
        draft.columns["phone"] = ColumnType("text")
        draft.identities["phone"] = ("phone", "phone")
    _body(rng, draft)
    draft.personal = (*draft.identities, *draft.personal)
    return draft


def _dependent(
    rng: Random, place: Place, made: dict[Place, Draft], *, plain: bool = False
) -> Draft:
    draft = Draft(place, "dependent", ("id",))
    member = next(iter(made.values()))
    parents = [d for d in made.values() if d.place[0] == place[0] and d.kind != "part"]
    text_key = not plain and chance(rng, 12)
    draft.columns["id"] = ColumnType("text" if text_key else "int", nullable=False)
    if parents and (place[0] == member.place[0] or chance(rng, 60)):
        parent = pick(rng, parents)
        _reference(rng, draft, parent, "owner", declared=chance(rng, 50))
        if parent is member and not plain and chance(rng, 45):
            _reference(rng, draft, member, "receiver", declared=chance(rng, 50))
        if not plain and chance(rng, 12):
            draft.key = (*draft.relations["owner"].columns, "id")
            _not_null(draft, draft.relations["owner"].columns)
    else:
        _across(rng, draft, member, "owner")
    _body(rng, draft)
    if chance(rng, 30):
        _self_reference(rng, draft)
    if not plain and member.key == ("id",) and place[0] == member.place[0]:
        _loose_references(rng, draft, member)
    return draft


def _reference(rng: Random, draft: Draft, parent: Draft, name: str, *, declared: bool) -> None:
    columns = tuple(f"{name}_{column}" for column in parent.key)
    for column, referenced in zip(columns, parent.key, strict=True):
        draft.columns[column] = ColumnType(parent.columns[referenced].kind)
    on_delete: OnDelete = pick(rng, ("no-action", "cascade", "set-null", "restrict"))
    draft.relations[name] = DraftRelation(
        columns, parent.place, parent.key, declared, on_delete if declared else "no-action"
    )


def _not_null(draft: Draft, columns: tuple[str, ...]) -> None:
    for column in columns:
        draft.columns[column] = ColumnType(draft.columns[column].kind, nullable=False)
    for name, relation in draft.relations.items():
        if set(relation.columns) & set(columns) and relation.on_delete == "set-null":
            draft.relations[name] = DraftRelation(
                relation.columns, relation.target, relation.to, relation.declared
            )


def _across(rng: Random, draft: Draft, member: Draft, name: str) -> None:
    """A reference by e-mail (normalised) or by customer number, as another store would hold it."""
    if draft.place[0] != member.place[0] and "number" in member.columns and chance(rng, 40):
        draft.columns["member_number"] = ColumnType("int")
        draft.relations[name] = DraftRelation(("member_number",), member.place, ("number",))
        return
    crosses = draft.place[0] != member.place[0]
    draft.columns.setdefault("email", ColumnType("text"))
    compare = "email" if crosses else "exact"
    draft.relations[name] = DraftRelation(("email",), member.place, ("email",), compare=compare)


def _self_reference(rng: Random, draft: Draft) -> None:
    """A tree; or, where the database does not enforce it, perhaps a ring."""
    columns = tuple(f"up_{column}" for column in draft.key)
    for column, referenced in zip(columns, draft.key, strict=True):
        draft.columns[column] = ColumnType(draft.columns[referenced].kind)
    draft.relations["up"] = DraftRelation(columns, draft.place, draft.key, chance(rng, 40))


def _loose_references(rng: Random, draft: Draft, member: Draft) -> None:
    """References that no database can declare: polymorphic, or inside JSON."""
    if chance(rng, 28):
        draft.columns |= {"about_type": ColumnType("text"), "about_id": ColumnType("int")}
        where = {"column": "about_type", "is": "member"}
        draft.relations["about"] = DraftRelation(("about_id",), member.place, ("id",), where=where)
    if "doc" in draft.columns and chance(rng, 55):
        draft.relations["inside"] = DraftRelation(
            ("doc",), member.place, ("id",), json=pick(rng, ("/ref", "/links/ref"))
        )


def _family(rng: Random, store: str, *, plain: bool = False) -> list[Draft]:
    """A person, and one to three tables below that enforced foreign keys hang on it: a tree."""
    found = [_person(rng, (store, "guest"), plain=plain)]
    for name in ("stay", "item", "charge")[: 1 + rng.randrange(3)]:
        whole = pick(rng, found)
        draft = _part(rng, whole, name, declared=True)
        (relation,) = draft.relations.values()
        firm: OnDelete = pick(rng, ("no-action", "restrict"))
        draft.relations = {"whole": replace(relation, on_delete=firm)}
        found.append(draft)
    return found


def _part(rng: Random, whole: Draft, name: str = "line", *, declared: bool | None = None) -> Draft:
    """Lines without personal data (seldom with), that go with the row they belong to."""
    draft = Draft((whole.place[0], name), "part", ("id",))
    draft.columns = {"id": ColumnType("int", nullable=False), "kind": ColumnType("text")}
    enforced = chance(rng, 60) if declared is None else declared
    _reference(rng, draft, whole, "whole", declared=enforced)
    relation = draft.relations["whole"]
    draft.relations["whole"] = DraftRelation(
        relation.columns, relation.target, relation.to, relation.declared, part_of=True
    )
    if chance(rng, 25):
        draft.columns["note"] = ColumnType("text")
        draft.personal = ("note",)
    return draft


def _cycle(rng: Random, member: Draft, made: list[Draft]) -> None:
    """The person's row references a row that may reference the person."""
    targets = [d for d in made if d.kind == "dependent" and d.place[0] == member.place[0]]
    if targets:
        target = pick(rng, targets)
        _reference(rng, member, target, "last", declared=False)


def _periods(store: str) -> Draft:
    draft = Draft((store, "period"), "periods", ("id",))
    draft.columns = {
        "id": ColumnType("int", nullable=False),
        "starts_on": ColumnType("date"),
        "ends_on": ColumnType("date"),
        "closed": ColumnType("bool"),
    }
    return draft


def _archive(vault: str, member: Draft) -> Draft:
    draft = Draft((vault, "member_archive"), "archive", member.key, copy_of=member.place)
    draft.columns = dict(member.columns)
    draft.days = list(member.days)
    draft.identities = dict(member.identities)
    draft.personal = member.personal
    return draft


def _unmapped(rng: Random, member: Draft) -> Draft:
    draft = Draft((member.place[0], "legacy"), "unmapped", ("id",))
    draft.columns = {"id": ColumnType("int", nullable=False)}
    _reference(rng, draft, member, "member", declared=True)
    return draft
