"""From a sample to facts about it: the one place where sampled values are looked at.

What leaves here are counts, shares and names of ours; no value does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from troth.discover.chance import Tally, chance_of
from troth.discover.dates import DateFacts, recognise
from troth.discover.detectors import Detector, is_formatted_phone, is_json, is_opaque
from troth.discover.sample import ColumnSample
from troth.discover.words import Speller
from troth.plan.schema import ColumnSchema

MOST_TESTED = 200  # distinct values of a column that every test sees
MOST_TESTED_SLOWLY = 60  # of these, for tests that cost more (telephone numbers)
LONGEST_TESTED = 2_000  # characters of a value
FORMATTED_PHONE_CHANCE = 0.15
_COMMON_KEY = 0.05  # share of the JSON objects in which a key must occur to be looked at
_FEWEST_WITH_KEY = 3
_MOST_KEYS = 40


@dataclass(frozen=True)
class JsonKey:
    """A key of JSON objects whose every word is one of ours: it may be written down."""

    path: str
    words: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class ColumnFacts:
    """What was counted in a column's sample; shares are of the values that are present.

    `filled` are the present values that are no blank text.
    """

    name: str
    rows: int = 0
    present: int = 0
    filled: int = 0
    distinct: int = 0
    null_share: float = 0.0
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    dates: DateFacts = field(default_factory=DateFacts)
    opaque: float = 0.0
    numeric: float = 0.0
    with_digits: float = 0.0
    mean_length: float = 0.0
    json_keys: tuple[JsonKey, ...] = ()

    def share(self, test: str) -> float:
        tally = self.tallies.get(test)
        return tally.share if tally else 0.0


def measure(
    column: ColumnSchema,
    sample: ColumnSample,
    tests: Sequence[Detector],
    speller: Speller,
    today: date,
    rng: Random,
) -> ColumnFacts:
    """The facts of one column's sample; `rng` draws the random texts it is compared with."""
    distinct = sample.distinct
    texts = _texts(distinct)
    plain_dates = recognise(column.kind, sample.values, today)
    tested = rng.sample(texts, min(len(texts), MOST_TESTED))
    skip = column.kind in ("boolean", "binary", "date", "timestamp", "timestamptz")
    count = len(tested) or 1
    return ColumnFacts(
        name=column.name,
        rows=sample.rows,
        present=len(sample.values),
        filled=sum(not (isinstance(v, str) and not v.strip()) for v in sample.values),
        distinct=len(distinct) or len(texts),
        null_share=sample.null_share,
        tallies={} if skip else {test.name: _tally(test, tested, rng) for test in tests},
        dates=plain_dates,
        opaque=sum(map(is_opaque, tested)) / count,
        numeric=sum(text.lstrip("+-").isdigit() for text in tested) / count,
        with_digits=sum(any(c.isdigit() for c in text) for text in tested) / count,
        mean_length=sum(map(len, tested)) / count,
        json_keys=_json_keys(sample.values, speller),
    )


def _texts(values: Sequence[object]) -> list[str]:
    texts: list[str] = []
    for value in values:
        if isinstance(value, bytes | bytearray | memoryview | bool):
            continue
        text = str(value).strip()[:LONGEST_TESTED]
        if text:
            texts.append(text)
    return texts


def _tally(test: Detector, texts: Sequence[str], rng: Random) -> Tally:
    tried = texts[:MOST_TESTED_SLOWLY] if test.name == "phone" else texts
    passed = sum(map(test.test, tried))
    if test.chance is not None:
        return Tally(len(tried), passed, test.chance)
    if passed == 0:
        return Tally(len(tried), 0, 0.5)  # a test that no value passes needs no comparison
    trials = MOST_TESTED_SLOWLY if test.name == "phone" else 200
    chance = chance_of(test.test, tried, rng, trials)
    if test.name == "phone":
        formatted = sum(map(is_formatted_phone, tried)) / len(tried)
        chance = formatted * min(chance, FORMATTED_PHONE_CHANCE) + (1 - formatted) * chance
    return Tally(len(tried), passed, chance)


def _json_keys(values: Sequence[object], speller: Speller) -> tuple[JsonKey, ...]:
    """Keys of JSON objects that are made of our own words only, and occur often enough."""
    objects = 0
    seen: Counter[str] = Counter()
    for value in values[: 5 * MOST_TESTED]:
        loaded = value
        if isinstance(value, str) and is_json(value):
            loaded = json.loads(value)
        if isinstance(loaded, dict):
            objects += 1
            seen.update(set(_paths(loaded)))
    found = []
    for path, count in seen.most_common(_MOST_KEYS):
        words = tuple(word for part in path.split("/") for word in speller.words(part))
        if count >= max(_FEWEST_WITH_KEY, _COMMON_KEY * objects) and _ours(path, words, speller):
            found.append(JsonKey(path, words, count / objects))
    return tuple(sorted(found, key=lambda key: key.path))


def _ours(path: str, words: Sequence[str], speller: Speller) -> bool:
    letters = path.replace("/", "").replace("_", "").replace("-", "")
    return (
        bool(words)
        and letters.isascii()
        and letters.isalpha()
        and all(speller.knows(w) for w in words)
    )


def _paths(loaded: Mapping[str, object], before: str = "", depth: int = 2) -> list[str]:
    found: list[str] = []
    for key, value in loaded.items():
        path = f"{before}/{key}"
        if isinstance(value, Mapping) and depth > 1:
            found.extend(_paths(value, path, depth - 1))
        else:
            found.append(path)
    return found
