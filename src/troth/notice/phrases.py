"""The words of a notice in one language: as they are shown, and as they are read back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from troth.documents.read import read_document
from troth.language import Language
from troth.law.calendar import Period, YearEnd
from troth.notice.kinds import BASE, Kind, Line

_SHY = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_SPACED = re.compile(r" (?=[:;?!»])|(?<=«) ")
_NO_BREAK = "\u00a0"


def plain(text: str) -> str:
    """The text as every medium carries it: one kind of space and hyphen, composed letters."""
    shown = unicodedata.normalize("NFC", text.translate(_SHY)).replace("\u2011", "-")
    return " ".join(shown.split())


class Phrases:
    """The patterns of one language. A word that is missing is a defect, so it raises `KeyError`."""

    def __init__(self, language: Language, data: Mapping[str, Any], countries: Mapping[str, str]):
        self.language = language
        self._data = data
        self._countries = countries

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def lead(self, kind: str, line: Line) -> str:
        """What opens a line."""
        entry = self._line(kind, line)
        return str(entry["lead"] if isinstance(entry, Mapping) else entry)

    def says(self, kind: str, line: Line) -> Mapping[str, str] | str:
        """The words of a closed list, or the pattern around the value."""
        entry = self._line(kind, line)
        return entry["says"] if isinstance(entry, Mapping) else "{}"

    def part(self, kind: Kind) -> str:
        """What opens an element that is part of another."""
        return str(self._data["kinds"][kind.name]["lead"])

    def head(self, kind: Kind) -> Mapping[str, str] | str:
        """The words, or the pattern, of the line that names an element."""
        found: Mapping[str, str] | str = self._data["kinds"][kind.name].get("head", "{}")
        return found

    def unnamed(self, kind: Kind) -> str:
        """What stands where an element has no name."""
        return str(self._data["kinds"][kind.name].get("unnamed", self._data["unnamed"]))

    def _line(self, kind: str, line: Line) -> Any:
        if kind == "about":
            return self._data["about"][line.field]
        own = self._data["kinds"][kind]["lines"]
        name = line.field or "until"
        if name in own:
            return own[name]
        assert line in BASE, f"no words for {kind}.{name}"
        return self._data["base"][name]

    def period(self, period: Period) -> str:
        """3 years; 1 year, 6 months; at once."""
        parts = [(unit, getattr(period, unit)) for unit in ("years", "months", "days")]
        said = [self._counted(unit, number) for unit, number in parts if number]
        return ", ".join(said) or str(self["at_once"])

    def read_period(self, text: str) -> Period:
        """The period of its words; ValueError for other words. Older notices say "0 days"."""
        if text == self["at_once"]:
            return Period()
        for unit in ("years", "months", "days"):
            if text == self._counted(unit, 0):
                return Period()
        found: dict[str, int] = {}
        for part in text.split(", "):
            number = int(part.split(" ")[0])
            units = [one for one in self["units"] if self._counted(one, number) == part]
            if not units or units[0] in found:
                raise ValueError(f"'{text}' is no period")
            found[units[0]] = number
        return Period(**found)

    def _counted(self, unit: str, number: int) -> str:
        one, many = self["units"][unit]
        single = number < self["one_below"] and (number > 0 or not self["zero_is_many"])
        return str(one if single else many).format(number)

    def day(self, day: date) -> str:
        """3 May 2026; 1er mai 2026."""
        return f"{self._day_of_month(day.month, day.day)} {day.year:04}"

    def read_day(self, text: str) -> str:
        """The day as YYYY-MM-DD; ValueError for other words."""
        rest, _, year = text.rpartition(" ")
        return f"{int(year):04}-{self.read_year_end(rest)}"

    def year_end(self, end: YearEnd) -> str:
        return self._day_of_month(end.month, end.day)

    def read_year_end(self, text: str) -> str:
        """The day of the year as MM-DD."""
        day, _, month = text.partition(" ")
        number = 1 if day == self["first_of_month"] else int(day)
        return f"{self['months'].index(month) + 1:02}-{number:02}"

    def _day_of_month(self, month: int, day: int) -> str:
        return f"{self['first_of_month'] if day == 1 else day} {self['months'][month - 1]}"

    def country(self, code: str) -> str:
        """Its name; the code itself where it has none."""
        return self._countries.get(code, code)

    def read_country(self, text: str) -> str:
        """The ISO 3166-1 code of a name."""
        return next((code for code, name in self._countries.items() if name == text), text)


@cache
def shown(language: Language) -> Phrases:
    """The words as people see them, with the spaces that French typography asks for."""
    return _phrases(language, _typeset if language == "fr" else str)


@cache
def full(language: Language) -> str:
    """The title of a whole notice, as it is read back: the first sign that a text is one."""
    lines = _folder().joinpath(f"{language}.yaml").read_text("utf-8").splitlines()
    return next(line.removeprefix("full: ") for line in lines if line.startswith("full: "))


@cache
def read(language: Language) -> Phrases:
    """The words as they are read back from any medium."""
    return _phrases(language, plain_pattern)


def plain_pattern(text: str) -> str:
    """A pattern with plain spaces; blanks at its ends stay, for they part it from values."""
    return re.sub(r"\s", " ", text)


def _typeset(text: str) -> str:
    return _SPACED.sub(_NO_BREAK, text)


def _folder() -> Traversable:
    return resources.files("troth.notice").joinpath("patterns")


def _phrases(language: Language, change: Any) -> Phrases:
    folder = _folder()
    name = f"{language}.yaml"
    document = read_document(folder.joinpath(name).read_bytes(), name)
    column = 1 if language == "en" else 2
    lines = folder.joinpath("countries.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    countries = {row[0]: plain(row[column]) for row in rows}
    return Phrases(language, _changed(document.data, change), countries)


def _changed(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _changed(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_changed(item, change) for item in value]
    return value
