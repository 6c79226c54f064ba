"""Judging a column against chance: how much more often than random text of its shape does it pass?

A Luhn check passes a tenth of random numbers, a telephone parser most nine-digit codes. So a test
counts for as much as its hit rate exceeds what the same test gives on text of the same shape, with
the positions that never change in the column left as they are.
"""

from __future__ import annotations

import math
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from random import Random

MOST_EVIDENCE = 25  # values of one column are alike: more than this many add nothing
_CONSTANT_SHARE = 0.97
_FEWEST_FOR_CONSTANT = 4
_TRIALS = 200
_FLOOR, _CEILING = 0.001, 0.995


@dataclass(frozen=True)
class Tally:
    """A test on a column: values tried, values that passed, and the share that chance passes."""

    tried: int
    passed: int
    chance: float

    @property
    def share(self) -> float:
        return self.passed / self.tried if self.tried else 0.0


def same_shape(values: Sequence[str], rng: Random, trials: int = _TRIALS) -> list[str]:
    """Random texts of the shapes of `values`: digits for digits, letters for letters."""
    if not values:
        return []
    constant = _constant_positions(values)
    return [
        _scramble(values[rng.randrange(len(values))], constant, rng)
        for _ in range(min(trials, 4 * len(values) + 40))
    ]


def chance_of(
    test: Callable[[str], bool], values: Sequence[str], rng: Random, trials: int = _TRIALS
) -> float:
    """The share of random texts of the same shapes that pass `test`."""
    texts = same_shape(values, rng, trials)
    return sum(test(text) for text in texts) / len(texts) if texts else 1.0


def weight(tally: Tally, expected: float, up: float, down: float) -> float:
    """What a tally adds to the belief that the column is of the kind: logarithm of the odds.

    The likelihood of the hits if a share `expected` of true values passes, against their
    likelihood by chance; bounded by `up` and `-down`.
    """
    if tally.tried == 0:
        return 0.0
    chance = min(max(tally.chance, _FLOOR), _CEILING)
    likely = expected if expected > chance else (1 + chance) / 2
    true = min(max(likely, tally.share), _CEILING)
    size = min(tally.tried, MOST_EVIDENCE)
    hits, misses = tally.share * size, (1 - tally.share) * size
    ratio = hits * math.log(true / chance) + misses * math.log((1 - true) / (1 - chance))
    return max(-down, min(up, ratio))


def _constant_positions(values: Sequence[str]) -> dict[int, set[int]]:
    """By length of text: the positions at which nearly all values have the same character."""
    by_length: dict[int, list[str]] = defaultdict(list)
    for value in values:
        by_length[len(value)].append(value)
    return {
        length: {
            at
            for at in range(length)
            if Counter(value[at] for value in group).most_common(1)[0][1]
            >= _CONSTANT_SHARE * len(group)
        }
        for length, group in by_length.items()
        if len(group) >= _FEWEST_FOR_CONSTANT
    }


def _scramble(text: str, constant: dict[int, set[int]], rng: Random) -> str:
    kept: Set[int] = constant.get(len(text), frozenset())
    return "".join(char if at in kept else _random_like(char, rng) for at, char in enumerate(text))


def _random_like(char: str, rng: Random) -> str:
    if char.isdigit():
        return rng.choice(string.digits)
    if char.isalpha():
        return rng.choice(string.ascii_uppercase if char.isupper() else string.ascii_lowercase)
    return char
