"""A planted fault ends with its block: nothing of it stays behind, and nothing hides it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from differential import hunt
from differential.databases import Databases
from differential.faults import FAULTS, TOGETHER, planted
from troth.plan.predicate import TextIs
from troth.plan.schema import ColumnSchema
from troth.stores import compare
from troth.stores.leaves import test_of_column as of_column

UTC = ZoneInfo("UTC")


def email_is_written() -> str:
    """How the test of a column is written for MariaDB, whose collations fold texts."""
    column = ColumnSchema("email", "text", "varchar(200)", nullable=True)
    test = TextIs(column="email", value="ann@mail.example")
    return "".join(map(str, of_column("mariadb", column, UTC, test, alone=False).pieces))


def test_what_a_fault_wrote_is_not_remembered_and_what_was_remembered_does_not_hide_it() -> None:
    right = email_is_written()
    with planted("collation-trusted"):
        assert email_is_written() != right
    assert email_is_written() == right


def test_a_fault_ends_where_its_block_breaks_off() -> None:
    right = email_is_written()

    def break_off() -> None:
        with planted("collation-trusted"):
            email_is_written()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert email_is_written() == right


def test_a_module_imported_under_a_fault_does_not_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    right = compare.same_text
    late = ModuleType("troth.late")
    monkeypatch.setitem(sys.modules, "troth.late", late)
    with planted("collation-trusted"):
        late.same_text = compare.same_text  # type: ignore[attr-defined]  # as `from … import` does
    assert late.same_text is compare.same_text is right


def bound() -> Iterator[tuple[str, str, object]]:
    """What each module and class of Troth calls by which name."""
    for place, module in list(sys.modules.items()):
        if place.partition(".")[0] == "troth":
            for name, value in list(vars(module).items()):
                yield place, name, value
                if isinstance(value, type) and value.__module__ == place:
                    yield from ((f"{place}.{name}", each, its) for each, its in vars(value).items())


@pytest.mark.parametrize("fault", sorted(FAULTS | TOGETHER))
def test_each_fault_changes_something_and_puts_it_back(fault: str) -> None:
    before = {(place, name): id(value) for place, name, value in bound()}
    with planted(fault):
        assert {(place, name): id(value) for place, name, value in bound()} != before
    assert {(place, name): id(value) for place, name, value in bound()} == before


@pytest.mark.parametrize(("remembered", "found"), [({"fault": 7}, 7), ({"fault": 4}, 5), ({}, 5)])
def test_a_hunt_looks_first_where_the_fault_was_shown_and_goes_on_if_it_is_not(
    remembered: dict[str, int], found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    class Result:
        def __init__(self, differences: list[str]) -> None:
            self.differences = differences

    def compared(seed: int, _databases: list[Databases]) -> dict[str, Result]:
        looked.append(seed)
        return {"sqlite": Result(["x"] if seed in (5, 7) else [])}

    monkeypatch.setitem(FAULTS, "fault", lambda _stack: None)
    monkeypatch.setattr(hunt, "shown_by", lambda: remembered)
    monkeypatch.setattr(hunt, "world_of", lambda seed, _fold: seed)
    monkeypatch.setattr(hunt, "compare", compared)
    assert hunt.caught_by("fault", [], 10) == found
    assert looked == {7: [7], 4: [4, 0, 1, 2, 3, 5]}.get(
        remembered.get("fault", -1), [0, 1, 2, 3, 4, 5]
    )
    assert hunt.caught_by("fault", [], 4) == (7 if remembered.get("fault") == 7 else None)
