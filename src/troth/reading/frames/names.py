"""Names for elements, made of the text's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "as",
        "at",
        "by",
        "for",
        "from",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "of",
        "on",
        "or",
        "our",
        "such",
        "that",
        "the",
        "their",
        "them",
        "these",
        "this",
        "those",
        "to",
        "we",
        "which",
        "with",
        "you",
        "your",
        "us",
        "are",
        "be",
        "been",
        "has",
        "have",
        "not",
        "other",
        "au",
        "aux",
        "avec",
        "ce",
        "ces",
        "cette",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "en",
        "est",
        "et",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "ma",
        "mes",
        "mon",
        "ne",
        "nos",
        "notre",
        "nous",
        "ou",
        "où",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "sa",
        "se",
        "ses",
        "son",
        "sont",
        "sur",
        "un",
        "une",
        "vos",
        "votre",
        "vous",
        "d",
        "l",
        "n",
        "s",
        "c",
    ]
)


def slug(text: str, words: int = 4) -> str:
    """A name of a policy of the first meaningful words of `text`; empty where there are none."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    found = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    chosen = [word for word in found if word not in _SMALL][:words]
    name = "-".join(chosen)[:60].strip("-")
    return "" if name.isdecimal() else name  # a number alone would be read as one


def unused(name: str, taken: Container[str]) -> str:
    """`name`, or with the next number where it is taken."""
    if name not in taken:
        return name
    high = 2
    while f"{name}-{high}" in taken:
        high *= 2
    low = high // 2  # taken, or 1; numbers are given in order, so the first free one is between
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if f"{name}-{middle}" in taken else (low, middle)
    return f"{name}-{high}"
