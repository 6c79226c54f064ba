"""A text as one stream of plain characters, each with where it stands in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.text import Evidence

_NOTHING = frozenset("\u00ad\u200b\u2060\ufeff")


@dataclass(frozen=True)
class Stream:
    """`text` as every medium carries it; character n came from `starts[n]` to `ends[n]`."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def evidence(self, start: int, end: int) -> Evidence:
        """The original characters of a stretch that is not empty."""
        first, last = self.starts[start], self.ends[end - 1]
        return Evidence(first, last, self.original[first:last])

    def without(self, pattern: re.Pattern[str]) -> Stream:
        """The stream without what a pattern finds, and without the blanks that this doubles.

        What the pattern's group `kept` finds stays.
        """
        keep = [True] * len(self.text)
        for match in pattern.finditer(self.text):
            keep[match.start() : match.end()] = [False] * (match.end() - match.start())
            if "kept" in pattern.groupindex and match["kept"] is not None:
                keep[match.start("kept")] = True
        kept = [at for at, stays in enumerate(keep) if stays]
        kept = [
            at
            for n, at in enumerate(kept)
            if self.text[at] != " " or n == 0 or self.text[kept[n - 1]] != " "
        ]
        return Stream(
            self.original,
            "".join(self.text[at] for at in kept),
            tuple(self.starts[at] for at in kept),
            tuple(self.ends[at] for at in kept),
        )


def stream(original: str) -> Stream:
    """The text with single blanks, plain hyphens and composed letters."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(original):
        for letter in unicodedata.normalize("NFC", original[start:end]):
            if letter in _NOTHING:
                continue
            shown = " " if letter.isspace() else "-" if letter == "\u2011" else letter
            if shown == " " and (not text or text[-1] == " "):
                continue
            text.append(shown)
            starts.append(start)
            ends.append(end)
    return Stream(original, "".join(text), tuple(starts), tuple(ends))


def _clusters(original: str) -> Iterator[tuple[int, int]]:
    """Each letter with the marks that combine with it."""
    start = 0
    for at in range(1, len(original) + 1):
        if at == len(original) or not unicodedata.combining(original[at]):
            if at > start:
                yield start, at
            start = at
