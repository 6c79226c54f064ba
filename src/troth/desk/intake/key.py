"""The desk's private key, which opens what people seal on the public pages; one line for each.

The first line is the key by which everything new is sealed. Those below it are older, and open what
was sealed while they were the first.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from troth.errors import Refused
from troth.ledger.desk_key import DeskKey
from troth.postbox.seal import new_key, public_part

_BYTES = len(new_key())


def key_in(file: Path) -> DeskKey:
    """The desk's private key from its file, which is made where it is missing.

    Refused (`key-file`) where the file holds no key, or others may read it.
    """
    with suppress(FileExistsError):
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as made:
            made.write(new_key().hex() + "\n")
    try:
        lines = file.read_text(encoding="ascii").split()
        keys = [bytes.fromhex(line) for line in lines]
        private = file.stat().st_mode & 0o077 == 0
    except (OSError, ValueError) as error:
        raise Refused(
            "key-file", "the file holds no key", place=str(file), help="restore it from its backup"
        ) from error
    if not private or not keys or any(len(key) != _BYTES for key in keys):
        raise Refused(
            "key-file",
            "others may read the key of the desk" if not private else "the file holds no key",
            place=str(file),
            help=f"chmod 600 {file.name}" if not private else "restore it from its backup",
        )
    return DeskKey(keys[0], tuple(keys[1:]))


def keep_keys(file: Path, keys: Sequence[bytes]) -> DeskKey:
    """Puts keys in the file, the newest first: all of them or, where that fails, those before."""
    beside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as made:
            made.write("".join(f"{key.hex()}\n" for key in keys))
            made.flush()
            os.fsync(made.fileno())
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Refused(
            "key-file",
            "the key file cannot be written",
            place=str(file),
            help="see that its folder can be written, and that there is room",
        ) from error
    return DeskKey(keys[0], tuple(keys[1:]))


def name_of(key: bytes) -> str:
    """A short name of a key by its public part, which opens nothing."""
    return sha256(b"troth desk key\0" + public_part(key)).hexdigest()[:12]
