"""Findings in the language of whoever reads them; the words are data.

English stands beside the rules and in `data/codes.toml`; `data/french.toml` says the same in
French. What stands around findings, on a screen or a page, is in `data/words.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal

from troth.lint.accepted import Sorted
from troth.lint.catalogue import CODES
from troth.lint.model import Code, Flaw, RuleLine
from troth.lint.required import REQUIREMENTS

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")

_SOUGHT = {one.code: one.sought for one in REQUIREMENTS}
_PREFIX = "ART13_"


@dataclass(frozen=True)
class Words:
    """The words of one language; a key that is missing is a defect, so it raises `KeyError`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        return str(_data("words")[self.language][key]).format_map(values)

    def counted(self, key: str, number: int) -> str:
        """1 error, 2 errors; key: `error`, `warning`, `info` or `finding`."""
        one = number < 2 and (number == 1 or self.language == "fr")
        return f"{number} {self(key if one else f'{key}s')}"

    def item(self, code: str) -> str:
        """The short name of an item of Art. 13 and 14."""
        return str(_data("words")[self.language]["items"][code.removeprefix(_PREFIX)])

    def code(self, code: str) -> Code:
        """What a code means."""
        return (
            CODES[code] if self.language == "en" else Code(code, **_data("french")["codes"][code])
        )

    def rule(self, line: RuleLine) -> RuleLine:
        """A rule as its page shows it."""
        if self.language == "en":
            return line
        message = _data("french")["rules"][f"{line.code}/{line.name}"]
        return replace(line, message=message, searched=self._sought(line.searched))

    def flaw(self, flaw: Flaw) -> Flaw:
        """A finding: its message and what was looked for. Quotes and places stay as they are."""
        if self.language == "en":
            return flaw
        french = _data("french")
        if flaw.template:
            message = french["filled"][flaw.template].format_map(dict(flaw.values))
        else:
            message = french["rules"][f"{flaw.code}/{flaw.rule}"]
        searched = flaw.searched
        if flaw.searched and flaw.code in _SOUGHT:
            searched = (_SOUGHT[flaw.code],)  # names of cues are English
        return replace(flaw, message=message, searched=self._sought(searched))

    def sorted(self, found: Sorted) -> Sorted:
        """The same findings, in this language."""
        return replace(
            found,
            standing=tuple(map(self.flaw, found.standing)),
            accepted=tuple((self.flaw(flaw), entry) for flaw, entry in found.accepted),
        )

    def _sought(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """What was looked for; names of tables are the same in every language."""
        known: Mapping[str, str] = _data("french")["sought"]
        return tuple(known.get(one, one) for one in words)


@cache
def _data(name: str) -> dict[str, Any]:
    file = resources.files("troth.lint") / "data" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
