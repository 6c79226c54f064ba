"""The marks that open list items and headings."""

from __future__ import annotations

import re

BULLET = re.compile(r"^\s*(?:[•●○◦▪■□‣·∙►▶➢➤✓✔♦❖\uf0b7\uf0a7]\s*|(?:[*+–—-]|o)\s+(?=\S))")
ORDINAL = re.compile(
    r"^\s*(?:\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)|(?:[a-z]|[ivx]{1,5}|\d{1,2})\)|(?:[a-z]|[ivx]{1,5}|\d{1,2})\.)\s+(?=\S)"
)
NUMBERED = re.compile(
    r"^(?P<number>\d{1,2}(?:\.\d{1,2}){1,4}\.?|\d{1,2}\.[a-z][.)]?|\d{1,2}\s?[.)]|\d{1,2}\s[-–—])\s+\S"
)
LETTERED = re.compile(r"^(?:\(?[a-zA-Z]\)|[a-zA-Z]\.)\s+\S")
ROMAN = re.compile(r"^(?:\(?[IVXLC]{1,6}\)|[IVXLC]{1,6}\s?[.)–—-])\s*\S")
CALLED = re.compile(
    r"^(?:article|section|part|chapter|appendix|annex|partie|chapitre|annexe|titre)\s+[\divxlc]{1,5}\b",
    re.I,
)


def without_bullet(line: str) -> str:
    """The line without its bullet; an ordinal stays, since other sentences may name it."""
    return BULLET.sub("", line, count=1)


def opens_item(line: str) -> bool:
    """Whether the line begins with a bullet or an ordinal."""
    return bool(BULLET.match(line) or ORDINAL.match(line))
