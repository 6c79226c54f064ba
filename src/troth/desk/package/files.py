"""Files of a package: readable by their owner alone, and there either whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from troth.errors import Refused

CHUNK = 1 << 20
SUMS = "SHA256SUMS"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry of a zip: the same content makes the same file


@contextmanager
def private_folder(parent: Path) -> Iterator[Path]:
    """A new folder beside what is to be written (0700), which is gone afterwards in any case."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".troth-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_existing(*paths: Path) -> None:
    """Refused (`package-exists`) where something would be overwritten."""
    for path in paths:
        if path.exists():
            raise Refused(
                "package-exists",
                f"'{path}' is there already, and a package overwrites nothing",
                help="name another place with --out, or move it away",
            )


def place(made: Path, target: Path) -> None:
    """Moves a finished file or folder to its place, in one step."""
    refuse_existing(target)
    for path in (made, *made.rglob("*")) if made.is_dir() else (made,):
        path.chmod(0o700 if path.is_dir() else 0o600)
    made.rename(target)


def write_sums(folder: Path) -> None:
    """Writes the SHA-256 of every file of a folder, in the form that sha256sum checks."""
    names = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in names]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def write_zip(folder: Path, target: Path) -> None:
    """All files of a folder as one zip, which the same files always make the same."""
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with path.open("rb") as file, made.open(entry, "w", force_zip64=True) as inside:
                shutil.copyfileobj(file, inside, CHUNK)
