"""A tutorial as its reader meets it: fenced blocks that are files, commands, and their output.

An info string says what a block is: `python make_shop.py` and `yaml map.yaml` are files to save,
`sh` (or `sh exit=1`) is to be run, `text output` is what the command before it prints. A line `…`
of an output stands for any lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^```(\S+)[ ]?(.*)$")
_CHANGING = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
    (re.compile(r"\b(hold|run)-[0-9a-f]{12}\b"), r"<\1>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*"), "<instant>"),
    (re.compile(r"\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b"), "<day>"),
)
ANY_LINES = "…"


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the rest of its info string, its text, its line."""

    language: str
    about: str
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a Markdown page, in order."""
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        end = lines.index("```", number)
        text = "\n".join(lines[number + 1 : end]) + "\n"
        yield Block(opening[1], opening[2], text, number + 1)
        number = end + 1


def normalised(output: str) -> list[str]:
    """The lines of an output without what differs at every run, and without trailing space."""
    for pattern, word in _CHANGING:
        output = pattern.sub(word, output)
    return [line.rstrip() for line in output.strip().splitlines()]


def matches(expected: list[str], found: list[str]) -> bool:
    """Whether the lines found are those expected, where `…` stands for any lines."""
    if not expected:
        return not found
    if expected[0] == ANY_LINES:
        return any(matches(expected[1:], found[n:]) for n in range(len(found) + 1))
    return bool(found) and found[0] == expected[0] and matches(expected[1:], found[1:])
