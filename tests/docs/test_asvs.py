"""The table of security requirements: whole, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from troth.desk.accounts.reference import page as roles_page

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
STATES = {"met", "partly", "open", "operator", "none"}

# The requirements of levels 1 and 2 of OWASP ASVS 5.0.0, by section: its last number, without those
# of level 3.
SECTIONS: dict[str, tuple[int, set[int]]] = {
    "1.1": (2, set()),
    "1.2": (10, {10}),
    "1.3": (12, {12}),
    "1.4": (3, set()),
    "1.5": (3, {3}),
    "2.1": (3, set()),
    "2.2": (3, set()),
    "2.3": (5, {5}),
    "2.4": (2, {2}),
    "3.2": (3, {3}),
    "3.3": (5, {5}),
    "3.4": (8, {7, 8}),
    "3.5": (8, {6, 7, 8}),
    "3.7": (5, {3, 4, 5}),
    "4.1": (5, {4, 5}),
    "4.2": (5, {2, 3, 4, 5}),
    "4.3": (2, set()),
    "4.4": (4, set()),
    "5.1": (1, set()),
    "5.2": (6, {4, 5, 6}),
    "5.3": (3, {3}),
    "5.4": (3, set()),
    "6.1": (3, set()),
    "6.2": (12, set()),
    "6.3": (8, {5, 6, 7, 8}),
    "6.4": (6, {5, 6}),
    "6.5": (8, {6, 7, 8}),
    "6.6": (4, {4}),
    "6.8": (4, set()),
    "7.1": (3, set()),
    "7.2": (4, set()),
    "7.3": (2, set()),
    "7.4": (5, set()),
    "7.5": (3, {3}),
    "7.6": (2, set()),
    "8.1": (4, {3, 4}),
    "8.2": (4, {4}),
    "8.3": (3, {2, 3}),
    "8.4": (2, {2}),
    "9.1": (3, set()),
    "9.2": (4, set()),
    "10.1": (2, set()),
    "10.2": (3, {3}),
    "10.3": (5, {5}),
    "10.4": (16, {12, 13, 14, 15, 16}),
    "10.5": (5, set()),
    "10.6": (2, set()),
    "10.7": (3, set()),
    "11.1": (4, {3, 4}),
    "11.2": (5, {4, 5}),
    "11.3": (5, {4, 5}),
    "11.4": (4, set()),
    "11.5": (2, {2}),
    "11.6": (2, {2}),
    "12.1": (5, {4, 5}),
    "12.2": (2, set()),
    "12.3": (5, {5}),
    "13.1": (4, {2, 3, 4}),
    "13.2": (6, {6}),
    "13.3": (4, {3, 4}),
    "13.4": (7, {6, 7}),
    "14.1": (2, set()),
    "14.2": (8, {5, 6, 7, 8}),
    "14.3": (3, set()),
    "15.1": (5, {4, 5}),
    "15.2": (5, {4, 5}),
    "15.3": (7, set()),
    "16.1": (1, set()),
    "16.2": (5, set()),
    "16.3": (4, set()),
    "16.4": (3, set()),
    "16.5": (4, {4}),
    "17.1": (2, {2}),
    "17.2": (8, {5, 6, 7, 8}),
    "17.3": (2, set()),
}


def rows() -> Iterator[list[str]]:
    for line in (REFERENCE / "asvs.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| V"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def requirements(cell: str) -> Iterator[str]:
    """`V1.2.6–V1.2.8, V1.3.1`, each by itself."""
    for part in cell.split(","):
        first, _, last = part.strip().partition("–")
        section, number = first.rsplit(".", 1)
        end = last.rsplit(".", 1)[1] if last else number
        assert not last or last.rsplit(".", 1)[0] == section
        yield from (f"{section}.{one}" for one in range(int(number), int(end) + 1))


def functions_in(file: Path) -> set[str]:
    found = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {one.name for one in found if isinstance(one, ast.FunctionDef)}


def test_every_requirement_of_the_two_levels_is_there_once() -> None:
    wanted = [
        f"V{section}.{number}"
        for section, (last, third) in SECTIONS.items()
        for number in range(1, last + 1)
        if number not in third
    ]
    assert len(wanted) == 253  # as many as the standard has
    found = [one for row in rows() for one in requirements(row[0])]
    assert sorted(found) == sorted(wanted)


def test_every_row_has_a_state_and_a_reason() -> None:
    for cells in rows():
        assert len(cells) == 4, cells
        assert cells[1] in STATES, cells
        assert cells[2], cells


def test_every_test_that_is_named_exists() -> None:
    named = [one for row in rows() for one in re.findall(r"`([^`]+)`", row[3])]
    assert len(named) > 80
    for name in named:
        file, _, function = name.partition("::")
        assert (ROOT / file).is_file(), name
        assert not function or function in functions_in(ROOT / file), name


def test_the_page_of_roles_is_what_the_table_says() -> None:
    assert (REFERENCE / "roles.md").read_text(encoding="utf-8") == roles_page()
