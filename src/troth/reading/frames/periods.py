"""Periods as prose writes them: "three years", "six (6) months", "entre 6 et 12 mois", "un an"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

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


_OTHER_COUNT = re.compile(r"[\d€$£%§°]|\b(?:art|section|paragraph|clause|chapter|annex|l\.)")


@dataclass(frozen=True)
class Mention:
    """A period in a text, `start` to `end`; a range has both ends, otherwise `most` is None.

    `bare`: a number alone, in the unit of the period before it ("two years, five for suppliers").
    """

    start: int
    end: int
    least: Period
    most: Period | None = None
    bare: bool = False


def mentions(characters: str, language: str, start: int, end: int) -> Iterator[Mention]:
    """The periods from `start` to `end` of folded characters, in order; hours are none."""
    whole = list(_whole(characters, language, start, end))
    for at, mention in enumerate(whole):
        yield mention
        stop = whole[at + 1].start if at + 1 < len(whole) else end
        yield from _bare(characters, language, mention, stop)


def _bare(characters: str, language: str, before: Mention, stop: int) -> Iterator[Mention]:
    """Numbers alone that stand for a period in the unit of the one before them."""
    unit = _unit(characters, language, before)
    for match in _bare_pattern(language).finditer(characters, before.end, stop):
        count = _number(match.group("low"), language) if match.group("low") else 1
        between = characters[before.end : match.start("number")]
        if unit is None or not count or count > _LONGEST[unit] or _OTHER_COUNT.search(between):
            return
        before = Mention(*match.span("number"), _period(count, unit), bare=True)
        yield before


def _unit(characters: str, language: str, mention: Mention) -> str | None:
    """The unit that a period is told in, the last where it has several."""
    pattern = _pattern(language)
    found = list(pattern.finditer(characters, mention.start, mention.end))
    return next((name for name in _LONGEST if found[-1].group(name)), None) if found else None


def _whole(characters: str, language: str, start: int, end: int) -> Iterator[Mention]:
    """The periods that are told with their unit."""
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
    if re.fullmatch(lexicon(language).numbers["the"], text.strip()):
        return 1  # "the week that follows"
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


def _words(numbers: Mapping[str, Any]) -> str:
    """A pattern of the numbers in words that the lexicon counts up to."""
    small, tens, others = (_either(numbers[kind]) for kind in ("small", "tens", "others"))
    return rf"(?:{tens})(?:(?:-| et | )(?:{small}))?|{small}|{others}"


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _bare_pattern(language: str) -> re.Pattern[str]:
    numbers = lexicon(language).numbers
    words = _words({**numbers, "small": numbers["small"][1:], "others": ()}).removesuffix("|")
    one = rf"{numbers['only-one']}\b|(?P<low>\d{{1,3}}|(?:{words}))\b"
    return re.compile(
        rf"(?:(?:[,;(–—]|\b(?:{numbers['bare-before']})) *(?:(?:{numbers['bare-between']}) )*"
        rf"|[,;] *(?:[a-zà-ÿ'-]+ ){{1,4}}(?:(?:for|after|pendant|après) "
        rf"|(?=(?:\d{{1,3}}|(?:{words}))\s?[,.;(])))"
        rf"(?P<number>{one})(?={numbers['bare-after']}|\s*(?:[,.;)]\s|\(|[,.;)]?$))"
    )


@cache
def _pattern(language: str) -> re.Pattern[str]:
    numbers = lexicon(language).numbers
    words = _words(numbers)
    hundreds = rf"(?:(?:{words}) )?(?:hundred|cents?)\b(?:(?: and)? (?:{words}))?"
    one = rf"(?:\d{{1,5}}|(?:{hundreds}|(?:{words}))\b)"
    one += rf"(?: ?\((?:\d+|{words})\))?(?: ?\((?:{words})\))?"
    one += rf"|(?:{numbers['the']})(?=[ ']?[\w-]+ (?:{numbers['next']}))"
    units = "|".join(rf"(?P<{name}>{numbers[name]})" for name in _LONGEST)
    return re.compile(
        rf"(?<![\w.,-])(?P<low>{one})(?P<half> {numbers['half']})?"
        rf"(?: ?(?:-|–|{_AT_MOST}|{numbers['to']}) ?(?P<high>{one}))?"
        rf"(?:[ -]|(?<=[\d']))(?:\w+ \()?(?:(?:{numbers['beside']}) )?(?:{units})\b"
        rf"(?P<more> {numbers['half']})?(?!\s*(?:hours|heures))"
    )
