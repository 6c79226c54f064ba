"""How right a scan is on ordinary schemas that are not ours: floors, on each database.

`scripts/discovery.py` prints the whole table. The word lists were tuned on four of the schemas; the
held-out one was written before it was first measured, and is never tuned on.
"""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from troth.datamap.model import DataMap
from troth.discover.draft import draft_yaml
from troth.discover.guess import StoreGuess
from troth.discover.lexicon import Lexicon
from troth.discover.scan import scan_stores
from troth.discover.survey import Settings
from troth.documents.read import read_document
from troth.documents.validate import validate

from .ordinary.build import HELD_OUT, SCHEMAS, build, filled
from .ordinary.score import Scores, score
from .ordinary.truth import truth_of

TODAY = date(2026, 3, 2)
PERSONAL = KINDS = RELATIONS = EVENTS = 0.9
SUBJECTS = 0.8
LONG_ENOUGH_TO_TELL = 9  # characters of a value that no schema name or word of ours repeats

ON = [
    *[pytest.param(name, "sqlite", id=f"{name}-sqlite") for name in SCHEMAS],
    *[
        pytest.param(name, "postgres", id=f"{name}-postgres", marks=pytest.mark.postgres)
        for name in ("clinic", "erp", HELD_OUT)
    ],
    *[
        pytest.param(name, "mariadb", id=f"{name}-mariadb", marks=pytest.mark.mariadb)
        for name in ("shop", HELD_OUT)
    ],
]


@pytest.mark.parametrize(("name", "database"), ON)
def test_a_scan_finds_most_and_invents_little(
    name: str, database: str, lexicon: Lexicon, request: pytest.FixtureRequest
) -> None:
    url: str = request.getfixturevalue(f"{database}_url")
    build(name, url)
    settings = Settings(lexicon=lexicon, today=TODAY, rng=Random(3))
    (found,) = scan_stores({"store": url}, settings)
    scores = score(found, truth_of(SCHEMAS[name]))
    _at_least(scores, ("personal columns",), PERSONAL)
    _at_least(scores, ("their kinds",), KINDS)
    _at_least(scores, ("declared", "undeclared", "polymorphic", "from JSON"), RELATIONS)
    _at_least(scores, ("data subjects",), SUBJECTS)
    _at_least(scores, ("events",), EVENTS)
    _is_a_map_without_values(found, name)


def _at_least(scores: Scores, measures: tuple[str, ...], floor: float) -> None:
    right = sum(len(scores[m].right) for m in measures)
    wrong = sorted(place for m in measures for place in scores[m].wrong)
    missed = sorted(place for m in measures for place in scores[m].missed)
    assert right, measures
    assert right >= floor * (right + len(wrong)), (measures, wrong)
    assert right >= floor * (right + len(missed)), (measures, missed)


def _is_a_map_without_values(found: StoreGuess, name: str) -> None:
    text = draft_yaml((found,), TODAY)
    validate(read_document(text, "map.yaml"), DataMap)
    rows = filled(name)
    for table, truth in truth_of(SCHEMAS[name]).items():
        guess = found.table(table)
        names = [column.column.name for column in guess.columns] if guess else []
        for column in set(truth.columns) & set(names):
            at = names.index(column)
            told = {
                value
                for row in rows[table]
                if isinstance(value := row[at], str)
                and len(value) >= LONG_ENOUGH_TO_TELL
                and value in text
            }
            assert not told, (table, column)
