"""Answers made for people of the house, and what is in them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apply.shop import POLICY
from desk.find.house import MAP, House
from troth.apply.planning import Setting
from troth.datamap.load import parse_map
from troth.desk.find.asked import asked_of
from troth.desk.find.find import finder
from troth.desk.package.access import Asking, Made, answer_access
from troth.desk.package.portability import answer_portability
from troth.grounds.facts import Facts
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
A, B = "anna@mail.example", "boris@other.example"
BOTH = (
    {"email": A, "full_name": "Anna Berg", "phone": "+33 6 12 34 56 78", "number": "C-1"},
    {"email": B, "full_name": "Boris Quill", "phone": "+33 6 99 88 77 66", "number": "C-2"},
)
OF_B = ("boris", "quill", "99887766", "99 88 77 66", "C-2", "marker-b")
"""Texts that stand in B's rows alone, as they would stand in a file."""


def put_both(house: House) -> None:
    """A and B with a marked row each in every table, and what they have together."""
    house.people(*BOTH)
    house.put(
        "orders",
        {"account_id": 1, "goods": "marker-a1"},
        {"account_id": 2, "goods": "marker-b1"},
        {"email": A, "guest_name": "Anna", "goods": "marker-a2"},
        {"email": B, "guest_name": "Boris", "goods": "marker-b2"},
    )
    house.put(
        "invoice",
        {"account_id": 1, "sent_to": A},
        {"account_id": 2, "sent_to": B},
    )
    house.put(
        "thread",
        {"from_email": A, "to_email": B, "body": "marker-both1"},
        {"from_email": B, "to_email": A, "body": "marker-both2"},
    )
    house.put(
        "note",
        {"kind": "account", "about_id": 1, "words": f"marker-a3 asked by {B} and {A}"},
        {"kind": "account", "about_id": 2, "words": "marker-b3"},
    )
    house.put(
        "meta",
        {"account_id": 1, "name": "size", "value": "marker-a4"},
        {"account_id": 2, "name": "size", "value": "marker-b4"},
    )
    house.put(
        "event",
        {"doc": {"user": {"id": 1}, "page": "marker-a5"}},
        {"doc": {"user": {"id": 2}, "page": "marker-b5"}},
    )
    house.put("reader", {"address": A.upper()}, {"address": B})
    house.put("opening", {"reader_id": 1, "at": "marker-a6"}, {"reader_id": 2, "at": "marker-b6"})
    house.put("legacy", {"mail": A, "name": "Anna Berg"}, {"mail": B, "name": "Boris Quill"})


MARKERS_OF_A = tuple(f"marker-a{number}" for number in range(1, 7))


@dataclass(frozen=True)
class Changes:
    """What a test changes of policy and map before they are read: old text, new text."""

    policy: Sequence[tuple[str, str]] = ()
    map: Sequence[tuple[str, str]] = ()


def setting_of(house: House, changes: Changes = Changes()) -> Setting:
    policy_text, map_text = POLICY, MAP
    for old, new in changes.policy:
        assert old in policy_text, old
        policy_text = policy_text.replace(old, new)
    for old, new in changes.map:
        assert old in map_text, old
        map_text = map_text.replace(old, new)
    policy = parse_policy(policy_text, "policy.yaml")
    datamap, _ = parse_map(map_text, "map.yaml", policy)
    stores = {name: open_store(name, url, purpose="read") for name, url in house.urls.items()}
    return Setting(policy, datamap, stores)


@contextmanager
def asking(
    house: House, facts: Facts = Facts(), changes: Changes = Changes(), **more: Any
) -> Iterator[Asking]:
    setting = setting_of(house, changes)
    with finder(setting) as desk:
        yield Asking(setting, desk, facts, NOW, more.pop("language", "en"), **more)


def answered(
    house: House, out: Path, *texts: str, facts: Facts = Facts(), **more: Any
) -> tuple[Made, Any]:
    """The answer to the person of these texts, and its data."""
    with asking(house, facts, **more) as stands:
        found = stands.desk.find(asked_of(stands.desk.facets, texts))
        made = answer_access(stands, found, out)
    return made, json.loads((out / "data.json").read_text(encoding="utf-8"))


def carried(
    house: House, target: Path, *texts: str, changes: Changes = Changes(), to: str | None = None
) -> tuple[Any, dict[str, bytes]]:
    """The export of the person of these texts: its data, and all its files."""
    with asking(house, changes=changes) as stands:
        found = stands.desk.find(asked_of(stands.desk.facets, texts))
        (_,) = answer_portability(stands, [found], [target], to)
    files = files_of(target)
    return json.loads(files["data.json"]), files


def files_of(target: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(target) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def table(data: Any, name: str) -> Any:
    """One table of a package."""
    return next(one for one in data["tables"] if one["table"] == name)


def texts_of(folder: Path) -> dict[str, str]:
    """Every file of an answer that is text."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.suffix != ".pdf"
    }
