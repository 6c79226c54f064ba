"""The few forms that nearly every rule takes: a saying, a clash of two sayings, a silence.

Each returns a function from a text to the occurrences of a defect, as the units to quote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from troth.lint.script import Cue, Script, Unit

Found = Iterable[tuple[Unit, ...]]
Find = Callable[[Script], Found]

MOST = 4  # quotes of one side of a finding


def shows(
    said: Cue,
    *,
    unless: Cue | None = None,
    beside: Cue | None = None,
    without: Cue | None = None,
    needs: Cue | None = None,
    lacks: Cue | None = None,
    apart: bool = False,
) -> Find:
    """A unit says it and does not say `unless` as well.

    `beside` (quoted too) must be said in the same section, `without` must not; `needs` (quoted
    too) must be said somewhere in the text, `lacks` nowhere. `apart`: one occurrence for each unit
    rather than one for the text.
    """

    def find(script: Script) -> Found:
        if lacks is not None and script.says(lacks):
            return
        needed = _some(script, needs, None)
        if needed is None:
            return
        found: list[tuple[Unit, ...]] = []
        for unit in script.saying(said):
            if unless is not None and script.holds(unless, unit):
                continue
            section = script.around(unit)
            if without is not None and script.says(without, section):
                continue
            by = _some(script, beside, section)
            if by is not None:
                found.append((unit, *by))
        if apart:
            yield from (quotes(one + needed) for one in found)
        elif found:
            yield quotes([one for units in found[:MOST] for one in units] + list(needed))

    return find


def clash(
    first: Cue,
    second: Cue,
    *,
    unless_first: Cue | None = None,
    unless_second: Cue | None = None,
    lacks: Cue | None = None,
) -> Find:
    """Two units of the text cannot both hold: one says `first`, another says `second`."""

    def find(script: Script) -> Found:
        if lacks is not None and script.says(lacks):
            return
        ones = list(islice(_said(script, first, unless_first), MOST))
        taken = {unit.position for unit in ones}
        others = [u for u in _said(script, second, unless_second) if u.position not in taken]
        if ones and others:
            yield quotes(ones + others[:MOST])

    return find


def quotes(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Units to quote, each once, in the order in which they come."""
    return tuple({unit.position: unit for unit in units}.values())


def _said(script: Script, cue: Cue, unless: Cue | None) -> Iterator[Unit]:
    for unit in script.saying(cue):
        if unless is None or not script.holds(unless, unit):
            yield unit


def _some(script: Script, cue: Cue | None, units: Iterable[Unit] | None) -> tuple[Unit, ...] | None:
    """The first unit that says it; empty where nothing is asked; None where none does."""
    if cue is None:
        return ()
    found = next(script.saying(cue, units), None)
    return None if found is None else (found,)
