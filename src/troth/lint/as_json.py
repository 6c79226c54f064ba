"""Findings as JSON."""

from __future__ import annotations

from typing import Any

from troth.lint.accepted import Sorted
from troth.lint.model import Flaw


def lint_json(found: Sorted, checked: tuple[Flaw, ...], language: str) -> dict[str, Any]:
    """`findings` that stand, what is `accepted` and why, and each item of completeness.

    `language`: of the messages and of what was looked for.
    """
    return {
        "language": language,
        "findings": [flaw_json(flaw) for flaw in found.standing],
        "accepted": [
            {**flaw_json(flaw), "reason": entry.reason, "by": entry.by}
            for flaw, entry in found.accepted
        ],
        "completeness": [flaw_json(flaw) for flaw in checked],
    }


def flaw_json(flaw: Flaw) -> dict[str, Any]:
    """One finding: positions are characters of the text, from 0; `places` are paths of files."""
    return {
        "code": flaw.code,
        "rule": flaw.rule,
        "severity": flaw.severity.value,
        "article": flaw.article,
        "message": flaw.message,
        "status": flaw.status.value,
        "evidence": [{"start": e.start, "end": e.end, "quote": e.quote} for e in flaw.evidence],
        "searched": list(flaw.searched),
        "places": list(flaw.places),
    }
