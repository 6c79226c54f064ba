"""Findings as they are shown: counted, and those of one rule together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troth.lint.accepted import Sorted
from troth.lint.model import Flaw, Severity
from troth.lint.words import Words


def counts(found: Sorted, words: Words) -> str:
    """How many findings there are, by severity."""
    numbers = {s: sum(flaw.severity is s for flaw in found.standing) for s in Severity}
    parts = words("comma").join(words.counted(s.value, n) for s, n in numbers.items() if n)
    counted = words.counted("finding", len(found.standing))
    return words("head", counted=counted, parts=parts) if parts else words("none")


def together(flaws: Sequence[Flaw]) -> list[Flaw]:
    """Findings of one rule and message as one, with the places of all; quotes are not mixed."""
    found: dict[tuple[str, str, str], Flaw] = {}
    for number, flaw in enumerate(flaws):
        key = (flaw.code, flaw.rule, flaw.message if flaw.places else str(number))
        first = found.get(key)
        found[key] = replace(first, places=first.places + flaw.places) if first else flaw
    return list(found.values())
