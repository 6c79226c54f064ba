"""Small draws from a source of chance, which hypothesis may steer and shrink."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(rng: Random, percent: int) -> bool:
    """True in about `percent` of a hundred draws; shrinks to false."""
    return rng.randrange(100) >= 100 - percent


def pick(rng: Random, options: Sequence[T]) -> T:
    """One of `options`; shrinks to the first."""
    return options[rng.randrange(len(options))]


def weighted(rng: Random, options: Sequence[tuple[int, T]]) -> T:
    """One of `options`, by weight; shrinks to the first."""
    point = rng.randrange(sum(weight for weight, _ in options))
    for weight, option in options:
        if point < weight:
            return option
        point -= weight
    raise AssertionError("weights cover the range")


def some(rng: Random, options: Sequence[T], low: int, high: int) -> tuple[T, ...]:
    """Between `low` and `high` distinct options, in a random order."""
    rest, taken = list(options), []
    for _ in range(min(len(rest), low + rng.randrange(high - low + 1))):
        taken.append(rest.pop(rng.randrange(len(rest))))
    return tuple(taken)
