"""Periods as prose writes them: "three years", "six (6) months", "entre 6 et 12 mois", "un an"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from troth.law.calendar import Period
from troth.reading.frames.lexicon.load import lexicon

_LONGEST = {  # longer is a slip
    "day": 40_000,
    "week": 5_000,
    "fortnight": 2_500,
    "month": 1_200,
    "quarter": 400,
    "semester": 200,
    "year": 150,
    "decade": 15,
}
_AT_MOST = (
    r"(?:and|et|to) (?:(?:a|of|at|an absolute|au|un) )?(?:maximum|most|more than|plus)"
    r"(?: of| de| d')?"
)
_LEAST = r"(?:minimum|min\.?|at least|au moins|au minimum)"
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS = {"month": 1, "quarter": 3, "semester": 6}
_HALVES = {
    "week": Period(days=3),
    "month": Period(days=15),
    "year": Period(months=6),
    "decade": Period(years=5),
}
_HUNDRED = re.compile(r"(?P<count>.*?)\b(?:hundred|cents?)\b(?: and\b)?(?P<rest>.*)")


@dataclass(frozen=True)
class Mention:
    """A period in a text, `start` to `end`; a range has both ends, otherwise `most` is None."""

    start: int
    end: int
    least: Period
    most: Period | None = None


def mentions(characters: str, language: str, start: int, end: int) -> Iterator[Mention]:
    """The periods from `start` to `end` of folded characters, in order; hours are none."""
    pattern = _pattern(language)
    before: Mention | None = None
    for match in pattern.finditer(characters, start, end):
        found = _mention(match, language)
        if found is None:
            continue
        if before is not None and _adds(characters[before.end : found.start], before, found):
            most = _sum(before.least, found.least)
            before = Mention(before.start, found.end, most)
            continue
        if before is not None and _spans(characters[before.end : found.start], language):
            before = Mention(before.start, found.end, before.least, found.least)
            continue
        if before is not None:
            yield before
        before = found
    if before is not None:
        yield before


def _mention(match: re.Match[str], language: str) -> Mention | None:
    unit = next(name for name in _LONGEST if match.group(name))
    low = _number(match.group("low"), language)
    high = _number(match.group("high"), language) if match.group("high") else None
    if low is None or low > _LONGEST[unit] or (high is not None and high > _LONGEST[unit]):
        return None
    most = _period(high, unit) if high is not None and high > low else None
    least = _period(low, unit)
    half = match.string.endswith("half ", 0, match.start())
    if half and unit in _HALVES and low == 1:
        return Mention(match.start() - 5, match.end(), _HALVES[unit])
    if most is None and (match.group("half") or match.group("more")) and unit in _HALVES:
        least = _sum(least, _HALVES[unit])
    return Mention(match.start(), match.end(), least, most)


def _period(count: int, unit: str) -> Period:
    if unit in _DAYS:
        return Period(days=_DAYS[unit] * count)
    if unit in _MONTHS:
        return Period(months=_MONTHS[unit] * count)
    return Period(years=10 * count if unit == "decade" else count)


def _number(text: str, language: str) -> int | None:
    digits = re.search(r"\d+", text)
    if digits:
        return int(digits.group())
    words: dict[str, int] = lexicon(language).numbers["words"]
    hundreds = _HUNDRED.fullmatch(text.strip())
    if hundreds is None:
        return words.get(text.strip())
    count = words.get((hundreds.group("count") or "").strip(), 1)
    rest = words.get((hundreds.group("rest") or "").strip(), 0)
    return 100 * count + rest


def _adds(between: str, first: Mention, second: Mention) -> bool:
    """One period after the other makes a sum: "one year and six months"."""
    rising = (first.least.years and (second.least.months or second.least.days)) or (
        first.least.months and second.least.days
    )
    plain = between.strip() in ("and", "et")
    return bool(plain and rising and first.most is None and second.most is None)


def _spans(between: str, language: str) -> bool:
    to = "to" if language == "en" else "à"
    joined = rf"\s*(?:{_LEAST},?\s*)?(?:{to}|-|–|{_AT_MOST})\s*|\s*{_LEAST}(?:,|;| and| et)?\s*"
    return re.fullmatch(joined, between) is not None


def _sum(first: Period, second: Period) -> Period:
    return Period(
        first.years + second.years, first.months + second.months, first.days + second.days
    )


@cache
def _pattern(language: str) -> re.Pattern[str]:
    numbers = lexicon(language).numbers
    words = "|".join(sorted(map(re.escape, numbers["words"]), key=len, reverse=True))
    hundreds = rf"(?:(?:{words}) )?(?:hundred|cents?)\b(?:(?: and)? (?:{words}))?"
    one = rf"(?:\d{{1,5}}|(?:{hundreds}|(?:{words}))\b)"
    one += rf"(?: ?\((?:\d+|{words})\))?(?: ?\((?:{words})\))?"
    units = "|".join(rf"(?P<{name}>{numbers[name]})" for name in _LONGEST)
    return re.compile(
        rf"(?<![\w.,-])(?P<low>{one})(?P<half> {numbers['half']})?"
        rf"(?: ?(?:-|–|{_AT_MOST}|{numbers['to']}) ?(?P<high>{one}))?"
        rf"(?:[ -]|(?<=[\d']))(?:\w+ \()?(?:(?:{numbers['beside']}) )?(?:{units})\b"
        rf"(?P<more> {numbers['half']})?(?!\s*(?:hours|heures))"
    )
