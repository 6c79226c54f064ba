"""Days as databases keep them: native, text in one of several formats, Unix seconds or ms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from troth.datamap.bindings import DateForm, TextFormat
from troth.plan.schema import TypeKind

NATIVE_KINDS: frozenset[TypeKind] = frozenset({"date", "timestamp", "timestamptz"})
_FORMATS: dict[TextFormat, tuple[re.Pattern[str], tuple[int, int, int]]] = {
    "YYYY-MM-DD hh:mm:ss": (
        re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T]\d\d:\d\d:\d\d(?:\.\d+)?"),
        (1, 2, 3),
    ),
    "YYYY-MM-DD": (re.compile(r"(\d{4})-(\d\d)-(\d\d)"), (1, 2, 3)),
    "DD/MM/YYYY": (re.compile(r"(\d\d)/(\d\d)/(\d{4})"), (3, 2, 1)),
    "MM/DD/YYYY": (re.compile(r"(\d\d)/(\d\d)/(\d{4})"), (3, 1, 2)),
    "DD.MM.YYYY": (re.compile(r"(\d\d)\.(\d\d)\.(\d{4})"), (3, 2, 1)),
    "YYYYMMDD": (re.compile(r"(\d{4})(\d\d)(\d\d)"), (1, 2, 3)),
}
assert set(_FORMATS) == set(get_args(TextFormat))
_SECONDS = (631_152_000, 4_102_444_800)  # 1990 to 2100, in Unix seconds
_ENOUGH = 0.9  # share of values in one form, below which the column is not a date
_SHORTEST_LIFE, _LONGEST_LIFE = 14, 105  # years of age of most people in a database
_BIRTHS_SPREAD = 15  # years between the early and the late births of a column


@dataclass(frozen=True)
class DateFacts:
    """How a column keeps days, judged on its sample; `form` is None where it keeps none.

    `share`: values in that form; `ambiguous`: day and month cannot be told apart; `zeros`: share of
    values such as 0000-00-00 or the empty text; `births`: whether the days lie as births do.
    """

    form: DateForm | None = None
    format: TextFormat = "YYYY-MM-DD"
    share: float = 0.0
    ambiguous: bool = False
    zeros: float = 0.0
    births: bool | None = None
    future: float = 0.0


def recognise(kind: TypeKind, values: Sequence[object], today: date) -> DateFacts:
    """How the sampled `values` of a column of `kind` tell days."""
    if kind in NATIVE_KINDS:
        days = [day for day in map(_native_day, values) if day is not None]
        share = len(days) / len(values) if values else 1.0
        return _facts("native", "YYYY-MM-DD", share, days, today)
    numbers = [int(v) for v in values if isinstance(v, int) and not isinstance(v, bool)]
    if numbers and len(numbers) == len(values):
        return _unix(numbers, today)
    texts = [v.strip() for v in values if isinstance(v, str)]
    return _text(texts, today) if texts and len(texts) == len(values) else DateFacts()


def _native_day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return _parse(value.strip(), "YYYY-MM-DD hh:mm:ss") or _parse(value.strip(), "YYYY-MM-DD")
    return None


def _unix(numbers: Sequence[int], today: date) -> DateFacts:
    for form, factor in (("unix", 1), ("unix-ms", 1000)):
        low, high = (bound * factor for bound in _SECONDS)
        inside = [n for n in numbers if low <= n < high]
        zeros = sum(n == 0 for n in numbers) / len(numbers)
        share = len(inside) / len(numbers)
        if inside and share + zeros >= _ENOUGH:
            days = [(_EPOCH + timedelta(seconds=n // factor)).date() for n in inside]
            chosen: DateForm = "unix" if form == "unix" else "unix-ms"
            return _facts(chosen, "YYYY-MM-DD", share, days, today, zeros)
    return DateFacts()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _text(texts: Sequence[str], today: date) -> DateFacts:
    zeros = sum(not t or set(t) <= set("0-/.: T") for t in texts) / len(texts)
    if zeros == 1:
        return DateFacts(zeros=zeros)
    best: DateFacts = DateFacts()
    for name in _FORMATS:
        days = [day for text in texts if (day := _parse(text, name)) is not None]
        share = len(days) / len(texts)
        if share > best.share and share + zeros >= _ENOUGH:
            best = _facts("text", name, share, days, today, zeros)
    return _with_ambiguity(best, texts)


def _with_ambiguity(found: DateFacts, texts: Sequence[str]) -> DateFacts:
    """Marks day and month as ambiguous where both readings fit the same share of values."""
    if found.format not in ("DD/MM/YYYY", "MM/DD/YYYY"):
        return found
    other: TextFormat = "MM/DD/YYYY" if found.format == "DD/MM/YYYY" else "DD/MM/YYYY"
    fits = sum(_parse(text, other) is not None for text in texts) / len(texts)
    return found if fits < found.share else _replace_ambiguous(found)


def _replace_ambiguous(found: DateFacts) -> DateFacts:
    return DateFacts(
        found.form, found.format, found.share, True, found.zeros, found.births, found.future
    )


def _parse(text: str, name: TextFormat) -> date | None:
    pattern, (year, month, day) = _FORMATS[name]
    match = pattern.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[year]), int(match[month]), int(match[day]))
    except ValueError:
        return None


def _facts(
    form: DateForm,
    name: TextFormat,
    share: float,
    days: Sequence[date],
    today: date,
    zeros: float = 0.0,
) -> DateFacts:
    if name == "YYYYMMDD" and any(not 1900 <= day.year <= today.year + 20 for day in days):
        return DateFacts()  # any eight digits are a day of some year
    future = sum(day > today for day in days) / len(days) if days else 0.0
    return DateFacts(form, name, share, False, zeros, _births(days, today), future)


def _births(days: Sequence[date], today: date) -> bool | None:
    """Whether most days lie in a life's span before today, and far apart; None for too few."""
    if len(days) < 5:
        return None
    alive = [d for d in days if _SHORTEST_LIFE <= today.year - d.year <= _LONGEST_LIFE]
    ordered = sorted(days)
    early, late = ordered[len(days) // 10], ordered[(9 * len(days)) // 10]
    return len(alive) >= 0.85 * len(days) and late.year - early.year >= _BIRTHS_SPREAD
