"""Whether a document had links whose targets its text does not show."""

from __future__ import annotations

from pathlib import PurePath

_SIGNS = {
    ".html": b"href",
    ".htm": b"href",
    ".xhtml": b"href",
    ".md": b"](",
    ".markdown": b"](",
}
_ALWAYS = frozenset((".pdf", ".docx"))  # compressed: whether there are links cannot be seen


def targets_lost(data: bytes, name: str) -> bool:
    """Whether 'click here' may have had a target in this file that reading leaves out."""
    ending = PurePath(name).suffix.lower()
    sign = _SIGNS.get(ending)
    return ending in _ALWAYS or (sign is not None and sign in data.lower())
