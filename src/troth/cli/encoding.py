"""Output where the terminal's encoding lacks our signs: plainer characters, never a failure."""

from __future__ import annotations

import codecs
import sys
import unicodedata

PLAINER = {"✓": "+", "✗": "x", "→": "->", "…": "...", "’": "'", "“": '"', "”": '"', "·": "-"}
_HANDLER = "troth-plainer"


def plainer(error: UnicodeError) -> tuple[str, int]:
    """What stands for the characters that an encoding lacks (an error handler of codecs)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    known = PLAINER.get(character)
    if known is not None:
        return known
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return letters or ("-" if unicodedata.category(character).startswith("S") else "?")


def write_anyway() -> None:
    """Lets stdout and stderr write every text, in plainer characters where they have to."""
    codecs.register_error(_HANDLER, plainer)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_HANDLER)


def only_ascii() -> bool:
    """Whether stdout cannot write every character, so that JSON escapes what it lacks."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return codecs.lookup(encoding).name != "utf-8"
