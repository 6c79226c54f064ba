"""The nearest right word to a wrong one, for the help of an error."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SIMILAR = 0.6  # ratio below which a suggestion would mislead more than help
_LISTED = 8  # words of a closed list that are still readable in one line


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word of `words` that looks most like `word`; None when none is similar."""
    folded = {candidate.casefold(): candidate for candidate in words}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=_SIMILAR)
    if found:
        return folded[found[0]]
    parts = [name for key, name in folded.items() if word and word.casefold() in key.split(".")]
    return parts[0] if len(parts) == 1 else None


def advice(word: str, words: Iterable[str]) -> str:
    """One line of help: the nearest word, or the words there are when they are few; else empty."""
    known = sorted(set(words))
    close = nearest(word, known)
    if close is not None:
        return f"did you mean '{close}'?"
    if 0 < len(known) <= _LISTED:
        return f"known: {', '.join(known)}"
    return "" if known else "there are none yet"
