"""Files as bytes, with one clear error where they cannot be read."""

from __future__ import annotations

from pathlib import Path

from troth.errors import Refused


def read_file(file: Path, name: str) -> bytes:
    """The bytes of `file`; `Refused` (file-missing, file-unreadable) when it cannot be read."""
    name = name or str(file)  # a folder such as '.' has no name
    try:
        return file.read_bytes()
    except FileNotFoundError:
        help = f"looked for {file.absolute()}"
        raise Refused("file-missing", "there is no such file", place=name, help=help) from None
    except OSError as error:
        why = (error.strerror or "the file cannot be read").lower()
        raise Refused("file-unreadable", why, place=name) from None
