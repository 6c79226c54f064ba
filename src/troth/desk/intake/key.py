"""The desk's private key, which opens what people seal on the public pages; one line for each.

The first line is the key by which everything new is sealed. Those below it are older, and open what
was sealed while they were the first.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from troth.errors import Refused, Transient
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
    return _read(file)


class KeyFile:
    """The key of a running server: its file is read again where it has changed."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, threading.Lock()
        self._seen = _stamp(file)
        self._key = key_in(file)

    def now(self) -> DeskKey:
        """The key as the file has it now; it is never made here.

        Transient (`key-file-changed`) while the file is away, or is not whole: somebody is putting
        another one in its place.
        """
        seen = _stamp(self._file)
        with self._lock:
            if seen != self._seen:
                try:
                    self._key = _read(self._file)
                except Refused as error:
                    raise Transient(
                        "key-file-changed",
                        "the key file of the desk changed, and is not whole",
                        place=str(self._file),
                        help="restore it from its backup; it is read again by itself",
                    ) from error
                self._seen = seen  # as it was before it was read: what came after is read again
            return self._key


Keys = bytes | KeyFile


def key_now(keys: Keys) -> bytes:
    """The key that counts now."""
    return keys.now() if isinstance(keys, KeyFile) else keys


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        told = file.stat()
    except OSError:
        return ()
    return told.st_mtime_ns, told.st_size, told.st_ino, told.st_mode


def _read(file: Path) -> DeskKey:
    """Every key of a file; Refused (`key-file`)."""
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
