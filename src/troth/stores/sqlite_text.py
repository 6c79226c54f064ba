"""What SQLite keeps only as the text of a CREATE statement: checks, triggers, full-text content."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?\*/ | '(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\]
      | \w+ | [()] | \s+ | .""",
    re.VERBOSE | re.DOTALL,
)
_EVENTS = {"DELETE": "delete", "INSERT": "insert", "UPDATE": "update"}
_CONTENT = re.compile(r"\bcontent\s*=\s*(?:'([^']+)'|\"([^\"]+)\"|([\w.]+))", re.IGNORECASE)


def _tokens(text: str) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        token = found.group()
        if not token.startswith(("--", "/*")):
            yield token


def check_clauses(create: str) -> tuple[str, ...]:
    """The conditions of the CHECK constraints of a CREATE TABLE, without their parentheses."""
    clauses: list[str] = []
    tokens = _tokens(create)
    for token in tokens:
        if token.upper() == "CHECK":
            clauses.append(_parenthesised(tokens))
    return tuple(clause for clause in clauses if clause)


def _parenthesised(tokens: Iterator[str]) -> str:
    depth, inside = 0, []
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth == 0 and token == ")":
            break
        inside.append(token)
    return "".join(inside).strip().removeprefix("(").strip()


def trigger_parts(create: str) -> tuple[str, str]:
    """Timing and event of a CREATE TRIGGER."""
    words = [token for token in _tokens(create) if not token.isspace()]
    # The name of the trigger may be one of these words: the last before ON counts.
    head: list[str] = []
    for word in words:
        if word.upper() == "ON" and any(past.upper() in _EVENTS for past in head):
            break
        head.append(word)
    event = next((_EVENTS[word.upper()] for word in head if word.upper() in _EVENTS), "other")
    upper = {word.upper() for word in head}
    if "INSTEAD" in upper:
        return "instead-of", event
    return ("after" if "AFTER" in upper else "before"), event


def external_content(create: str) -> str | None:
    """The table whose text an FTS table indexes without holding it; None: it holds the text."""
    found = _CONTENT.search(create)
    return next((name for name in found.groups() if name), None) if found else None
