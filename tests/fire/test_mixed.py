"""Mixed runs under fire, as far as a few seconds allow; scripts/under_fire.py does the rest."""

from __future__ import annotations

import pytest

from fire.places import on_files, on_postgres
from fire.rounds import under_fire

KILLS = 2  # at least; a world is brought to its end whatever happens


def test_on_files() -> None:
    tally = under_fire(on_files(), KILLS, seed=3)
    assert tally.kills >= KILLS
    assert tally.worlds >= 1


@pytest.mark.postgres
def test_on_postgresql(postgres_server: str) -> None:
    tally = under_fire(on_postgres(postgres_server), KILLS, seed=5)
    assert tally.kills >= KILLS
    assert tally.worlds >= 1
