"""The desk's private key, which opens what people seal on the public pages."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from troth.errors import Refused
from troth.postbox.seal import new_key


def key_in(file: Path) -> bytes:
    """The desk's private key from its file, which is made where it is missing.

    Refused (`key-file`) where the file holds no key, or others may read it.
    """
    with suppress(FileExistsError):
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as made:
            made.write(new_key().hex() + "\n")
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
        private = file.stat().st_mode & 0o077 == 0
    except (OSError, ValueError) as error:
        raise Refused(
            "key-file", "the file holds no key", place=str(file), help="restore it from its backup"
        ) from error
    if not private or len(key) != len(new_key()):
        raise Refused(
            "key-file",
            "others may read the key of the desk" if not private else "the file holds no key",
            place=str(file),
            help=f"chmod 600 {file.name}" if not private else "restore it from its backup",
        )
    return key
