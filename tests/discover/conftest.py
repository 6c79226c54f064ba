"""What the tests of discovery share: the word lists, settings, and the made-up shop as surveyed."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from troth.discover.guess import StoreGuess
from troth.discover.lexicon import Lexicon, load_lexicon
from troth.discover.survey import Settings, survey

from .fakes import MemorySampler, schema_of
from .shop import DDL, rows

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="session")
def settings(lexicon: Lexicon) -> Settings:
    return Settings(lexicon=lexicon, today=TODAY, rng=Random(3))


@pytest.fixture(scope="session")
def shop(settings: Settings) -> StoreGuess:
    return survey(schema_of(DDL), MemorySampler(rows()), settings)
