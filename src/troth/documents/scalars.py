"""What a plain word of YAML means: the core schema of YAML 1.2, and nothing of YAML 1.1.

So `no`, `NO`, `on`, `12:30` and `12-31` are text, and so is a number with leading zeros, which
is a telephone number or a code more often than a quantity. A day (`2023-02-22`) stays text here;
it becomes a date where the model asks for one.
"""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_LONGEST_NUMBER = 40  # characters; beyond, it is no quantity, and converting it would cost


def plain(word: str) -> Scalar:
    """The value of an unquoted, untagged scalar."""
    if word in _WORDS:
        return _WORDS[word]
    if word[0] not in "+-.0123456789" or len(word) > _LONGEST_NUMBER:
        return word
    if _INTEGER.fullmatch(word):
        return int(word)
    if _OCTAL.fullmatch(word):
        return int(word[2:], 8)
    if _HEXADECIMAL.fullmatch(word):
        return int(word[2:], 16)
    return float(word) if _FLOAT.fullmatch(word) else word
