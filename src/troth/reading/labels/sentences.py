"""Where the sentences of a passage begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"(?<=[.!?;])[\"'”’)\]]*\s+(?=[A-Z0-9À-Ý“\"'(\[•‣·-])|\n+|(?<=[a-z)][.!?])(?=[A-Z][a-z])"
)
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|co|corp|no|art|vs|mr|mrs|ms|dr|st|p\.o|cf|approx|al|ex|n°|m|mme"
    r"|pvt|llc|dept|sec|tel|resp|para|lit|abs)|\b[A-Za-z]|^\W*(?:\d+|[ivx]+))\.$",
    re.IGNORECASE,
)

_LONGEST_SHORTENED = 10


def sentences(characters: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, in order; together they hold all that is not white space."""
    start = 0
    for cut in _END.finditer(characters):
        if cut.group() and _SHORTENED.search(
            characters, max(start, cut.start() - _LONGEST_SHORTENED), cut.start()
        ):
            continue
        if characters[start : cut.start()].strip():
            yield start, cut.start()
            start = cut.end()
    if characters[start:].strip():
        yield start, len(characters)
