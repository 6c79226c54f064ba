"""A reply without what it quotes: our own words must not be read as the person's."""

from __future__ import annotations

import re

_OPENS = re.compile(
    r"^\s*(?:"
    r"-{2,}\s*(?:original message|message d.origine|message original|forwarded message|"
    r"message transf[ée]r[ée])\s*-*"
    r"|_{8,}"
    r"|on\b.{5,200}\bwrote\s*:"
    r"|le\b.{5,200}\ba [ée]crit\s*:"
    r"|(?:from|de)\s?:\s.{0,200}@.{0,200}"
    r")\s*$",
    re.I,
)
_QUOTED = re.compile(r"^\s*>")
_SIGNATURE = re.compile(r"^-- ?$")


def without_quotes(text: str) -> str:
    """The lines of the writer: those before a quotation and those not marked as quoted.

    Where nothing would be left (a forwarded mail without a word), all of it.
    """
    own: list[str] = []
    lines = text.split("\n")
    for at, line in enumerate(lines):
        together = f"{line} {lines[at + 1]}" if at + 1 < len(lines) else line
        if _OPENS.match(line) or (line.strip() and _OPENS.match(together) and len(line) < 100):
            if any(one.strip() for one in own):
                break
            continue
        if _SIGNATURE.match(line):
            break
        if not _QUOTED.match(line):
            own.append(line)
    return "\n".join(own).strip() or text
