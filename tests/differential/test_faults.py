"""Each planted fault is caught by the comparison; one that survives shows a gap in the worlds.

The hunt begins at the world of shown_by.json in which the fault was seen last, and goes on with the
others where it is not to be seen there (any more), as when the generator of worlds changes. Then
`.venv/bin/python scripts/planted_faults.py --sqlite --worlds 400 --remember` writes the file anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from differential.databases import Databases
from differential.faults import BEYOND, FAULTS, ONLY_ON, STAGED, TOGETHER
from differential.hunt import caught_by, caught_counting, caught_together

WORLDS = 60
RARE = ("erasure-leaves-everyday-use", "nobody-ignored")
RARE_WORLDS = 400  # what these need to show comes together seldom
SHOPS = 6


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(set(FAULTS) - set(BEYOND) - set(ONLY_ON)))
def test_a_planted_fault_is_caught(fault: str, sqlite_databases: Sequence[Databases]) -> None:
    worlds = RARE_WORLDS if fault in RARE else WORLDS
    assert caught_by(fault, sqlite_databases, worlds) is not None


@pytest.mark.slow
@pytest.mark.mariadb
@pytest.mark.postgres
@pytest.mark.parametrize("fault", sorted(ONLY_ON))
def test_a_fault_of_one_dialect_is_caught(fault: str, databases: Sequence[Databases]) -> None:
    one = [each for each in databases if each.dialect == ONLY_ON[fault]]
    assert caught_by(fault, one, WORLDS) is not None


@pytest.mark.postgres
@pytest.mark.parametrize("fault", sorted(TOGETHER))
def test_a_fault_of_counting_together_is_caught(fault: str, databases: Sequence[Databases]) -> None:
    (one,) = (each for each in databases if each.dialect == "postgresql")
    assert caught_together(fault, one, SHOPS) is not None


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(STAGED))
def test_a_fault_of_staged_tests_is_caught(
    fault: str, sqlite_databases: Sequence[Databases]
) -> None:
    (one,) = sqlite_databases
    assert caught_counting(fault, one, WORLDS) is not None
