"""What must become of everybody, written by hand: while runs are killed, and once all is done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from fire.application import FIRST, Committed
from fire.house import House, State, kind_of
from troth.apply.restriction.erasing import MARK

Fate = Literal["stays", "goes", "nameless", "renamed", "noteless", "hidden", "moves", "either"]
"""Of a person's rows of one table: `nameless` loses name and address, `renamed` bears the right
name, `noteless` loses its note, `hidden` may be set aside for a while and comes back as it was,
`moves` is in the archive, `either` is nobody's promise."""

TABLES = ("customer", "orders", "line", "invoice", "contact", "reader")
ALL: dict[str, dict[str, Fate]] = {
    "due": dict.fromkeys(TABLES, "goes"),
    "recent": dict.fromkeys(TABLES, "stays"),
    "held": dict.fromkeys(TABLES, "stays"),
    "billed": {**dict.fromkeys(TABLES, "goes"), "customer": "nameless", "invoice": "stays"},
    "archived": {**dict.fromkeys(TABLES, "goes"), "invoice": "moves"},
    "erased": dict.fromkeys(TABLES, "goes"),
    # an erasure ends everyday use, and with it begins the archive of what the law keeps
    "erased-billed": {**dict.fromkeys(TABLES, "goes"), "invoice": "moves"},
    "objector": {**dict.fromkeys(TABLES, "stays"), "contact": "noteless"},
    "opted-out": {**dict.fromkeys(TABLES, "stays"), "reader": "goes"},
    "dead": {**dict.fromkeys(TABLES, "stays"), "reader": "goes"},
    "restricted": dict.fromkeys(TABLES, "hidden"),
    "lifted": dict.fromkeys(TABLES, "hidden"),
    "corrected": {**dict.fromkeys(TABLES, "stays"), "customer": "renamed", "orders": "renamed"},
    "returning": {**dict.fromkeys(TABLES, "either"), "reader": "goes"},
}
NAMES = ("name", "ship_to")


def lost(house: House, before: State, now: State, book: Sequence[Committed]) -> Iterator[str]:
    """What is gone or altered that no run may ever touch, in words; nothing in a good world."""
    for table, rows in before.items():
        if table == "attic":
            continue
        for key, was in rows.items():
            fate = _fate(table, person_of(table, key))
            kept = now[table].get(key)
            if fate == "moves":
                billed = kept or now["attic"].get(key)
                if billed is None or billed["billed_to"] != was["billed_to"]:
                    yield f"{table} {key}: neither here nor in the archive"
            elif fate not in ("goes", "either"):
                if kept is None:
                    yield f"{table} {key}: gone, and it {fate}"
                else:
                    yield from _altered(table, key, fate, was, kept)
    yield from _written(before, now, book)


def unfinished(
    before: State, now: State, book: Sequence[Committed], spent: Collection[int]
) -> Iterator[str]:
    """What is not yet as it must be in the end, in words; `spent`: persons whose erasure
    is carried out."""
    for table, rows in before.items():
        if table == "attic":
            continue
        for key, was in rows.items():
            fate, kept = _fate(table, person_of(table, key)), now[table].get(key)
            if fate in ("goes", "moves") and kept is not None:
                yield f"{table} {key}: still there, and it {fate}"
            if fate == "moves" and key not in now["attic"]:
                yield f"{table} {key}: not in the archive"
            if fate == "nameless" and kept and (kept["name"], kept["email"]) != (None, None):
                yield f"{table} {key}: still has a name"
            if fate == "noteless" and kept and kept["note"] is not None:
                yield f"{table} {key}: still has a note"
            if (
                fate == "renamed"
                and kept
                and any(kept[name] != _right(table, key) for name in NAMES if name in kept)
            ):
                yield f"{table} {key}: still bears the wrong name"
            if fate == "hidden" and kept is not None and kept != was:
                differ = [f"{n} {v!r} as {kept[n]!r}" for n, v in was.items() if kept[n] != v]
                yield f"{table} {key} came back other than it was: {', '.join(differ)}"
    for one in book:
        erased = kind_of(one.person) == "erased"
        if (
            erased
            and one.id in now[one.table]
            and not (one.person in spent and one.table == "reader")
        ):
            yield f"{one.table} {one.id}: written for an erased person, and still there"


def _altered(table: str, key: int, fate: Fate, was: Any, kept: Any) -> Iterator[str]:
    free: dict[Fate, tuple[str, ...]] = {
        "nameless": ("name", "email"),
        "noteless": ("note",),
        "renamed": NAMES,
        "hidden": tuple(was),
    }
    for name, cell in was.items():
        written = table == "contact" and name == "note" and kind_of(key) == "recent"
        if kept[name] == cell or written:
            continue
        # whoever is erased in batches bears the mark before
        allowed = {None, _right(table, key)} if fate == "renamed" else {None, MARK}
        if name not in free.get(fate, ()) or (fate != "hidden" and kept[name] not in allowed):
            yield f"{table} {key}: {name} was altered, and it {fate}"


def _written(before: State, now: State, book: Sequence[Committed]) -> Iterator[str]:
    """What the application committed for those who may be kept is there, with its customer."""
    notes = {}
    for one in book:
        kind = kind_of(one.person)
        if kind == "erased":
            continue
        if one.id >= FIRST and one.id not in now[one.table]:
            yield f"{one.table} {one.id}: written by the application for a {kind} one, and gone"
        if one.table == "orders" and one.person not in now["customer"]:
            yield f"customer {one.person}: has a new order, and is gone"
        if one.table == "contact":
            notes[one.person] = one
    for person in notes:
        note = now["contact"].get(person, {}).get("note")
        if not str(note).startswith("note "):
            yield f"contact {person}: what the application wrote is gone"
    for table in ("customer", "contact"):
        for key in now[table]:
            if key not in before[table] and key < FIRST:
                yield f"{table} {key}: nobody has written it"


def person_of(table: str, key: int) -> int:
    """Whose row it is."""
    return key // 2 if table in ("orders", "line") else key


def _fate(table: str, person: int) -> Fate:
    kind = kind_of(person)
    if table == "log":
        old = ("due", "held", "billed", "archived", "restricted", "returning")
        return "goes" if kind in old else "stays"
    return ALL[kind][table]


def _right(table: str, key: int) -> str:
    return f"Right {person_of(table, key)}"
