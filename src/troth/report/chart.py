"""The chart of what falls due, as inline SVG: stacked bars, one for each month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from troth.report.words import Words

WIDTH, HEIGHT = 960, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 8, 24, 40
_TICKS = 4
_GAP = 6  # between bars
_LAST_WITH_YEAR = 8  # a chart that begins later names its first year only at January


@dataclass(frozen=True)
class Series:
    """One promise, or the rest: its name and its rows by month."""

    name: str
    rows: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.rows)


def stacked(series: Sequence[Series], most: int, rest: str) -> tuple[Series, ...]:
    """The `most` largest series, and the others together under the name `rest`."""
    ordered = sorted((one for one in series if one.total), key=lambda one: -one.total)
    if len(ordered) <= most + 1:
        return tuple(ordered)
    others = [one.rows for one in ordered[most:]]
    summed = tuple(sum(column) for column in zip(*others, strict=True))
    return (*ordered[:most], Series(rest, summed))


def bars(series: Sequence[Series], months: Sequence[date], words: Words, title: str) -> Markup:
    """The chart; every bar says its month and number, for a pointer and for a screen reader."""
    top = nice_ceiling(max((sum(column) for column in _columns(series)), default=0))
    parts = [*_grid(top, words), *_months(series, months, top, words)]
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{title}" '
        'preserveAspectRatio="xMidYMid meet">{body}</svg>'
    ).format(w=WIDTH, h=HEIGHT, title=title, body=Markup("").join(parts))


def nice_ceiling(number: int) -> int:
    """The least of 4, 8, 12, 20, 40, 80, 120, 200… that is not below a number."""
    scale = 1
    while True:
        for step in (4, 8, 12, 20):
            if step * scale >= number:
                return step * scale
        scale *= 10


def _columns(series: Sequence[Series]) -> list[tuple[int, ...]]:
    return list(zip(*(one.rows for one in series), strict=True))


def _height(rows: int, top: int) -> float:
    return rows / top * (HEIGHT - _TOP - _BOTTOM)


def _grid(top: int, words: Words) -> list[Markup]:
    found = []
    for tick in range(_TICKS + 1):
        value = top * tick // _TICKS
        y = HEIGHT - _BOTTOM - _height(value, top)
        found.append(
            Markup(
                '<line class="grid" x1="{x1}" x2="{x2}" y1="{y:.1f}" y2="{y:.1f}"/>'
                '<text class="tick" x="{x}" y="{t:.1f}" text-anchor="end">{text}</text>'
            ).format(
                x1=_LEFT,
                x2=WIDTH - _RIGHT,
                y=y,
                x=_LEFT - 8,
                t=y + 4,
                text=words.number(value),
            )
        )
    return found


def _months(
    series: Sequence[Series], months: Sequence[date], top: int, words: Words
) -> list[Markup]:
    slot = (WIDTH - _LEFT - _RIGHT) / len(months)
    found = []
    for at, month in enumerate(months):
        x = _LEFT + at * slot + _GAP / 2
        total = sum(one.rows[at] for one in series)
        label = f"{words.month(month)}: {words.count('rows', total)}"
        found.append(Markup("<g><title>{}</title>").format(label))
        found += _stack(series, at, top, x, slot - _GAP)
        found.append(Markup("</g>"))
        if at == 0 or month.month in (1, 4, 7, 10):
            short = words(f"short.{month.month}")
            found.append(_label(x, HEIGHT - _BOTTOM + 18, short, "tick month"))
        if month.month == 1 or (at == 0 and month.month <= _LAST_WITH_YEAR):
            found.append(_label(x, HEIGHT - _BOTTOM + 34, str(month.year), "tick"))
    return found


def _stack(series: Sequence[Series], at: int, top: int, x: float, width: float) -> list[Markup]:
    found = []
    y = float(HEIGHT - _BOTTOM)
    for number, one in enumerate(series):
        height = _height(one.rows[at], top)
        if height <= 0:
            continue
        y -= height
        found.append(
            Markup(
                '<rect class="s{n}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"/>'
            ).format(n=number, x=x, y=y, w=width, h=height)
        )
    return found


def _label(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{}">{}</text>').format(kind, x, y, text)
