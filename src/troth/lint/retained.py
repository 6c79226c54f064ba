"""Where a text states how long something is kept."""

from __future__ import annotations

from collections.abc import Iterator

from troth.lint.cues import cues
from troth.lint.script import Script, Unit
from troth.reading.text import Kind

said = cues("retained")

CELLS = 2  # lines above a period that say what it is for, where a table lost its cells


def retained(script: Script) -> Iterator[tuple[Unit, ...]]:
    """Each period for which something is kept, last, after what says for what it is."""
    for unit in script.saying(said["period"]):
        cell = unit.kind is Kind.ROW or script.holds(said["starts-with-number"], unit)
        if (
            not cell
            and script.holds(said["other-periods"], unit)
            and not script.holds(said["retains"], unit)
        ):
            continue
        if not (script.holds(said["retains"], unit) or cell or _under(script, unit)):
            continue
        yield (*_what(script, unit, cell=cell), unit)


def spans(script: Script) -> Iterator[tuple[Unit, ...]]:
    """The same, with rows whose period is in words."""
    yield from retained(script)
    known = {units[-1].block for units in retained(script)}
    for unit in script.saying(said["span"]):
        if unit.block in known or script.holds(said["period"], unit):
            continue
        if unit.kind is Kind.ROW:
            yield (*_what(script, unit, cell=True), unit)


def _under(script: Script, unit: Unit) -> bool:
    head = script.sections[unit.section][0]
    return head.kind is Kind.HEADING and script.holds(said["about-keeping"], head)


def _what(script: Script, unit: Unit, *, cell: bool) -> tuple[Unit, ...]:
    if unit.kind is Kind.ROW:
        return tuple(u for u in script.units if u.block == unit.block and u is not unit)
    return script.near(unit, CELLS, 0)[:-1] if cell else ()
