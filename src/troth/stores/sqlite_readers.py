"""Who can read a SQLite file: the permissions of the file and of those that SQLite puts beside it.

SQLite knows no accounts. Access lists beyond the permission bits (ACLs) are not read.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Sequence
from pathlib import Path

from troth.stores.readers import Readers

_BESIDE = ("", "-wal", "-shm", "-journal")
EVERYBODY = "every account of this machine"


def who_reads(file: Path, allowed: Sequence[str]) -> Readers:
    """The groups that the permission bits let read; `allowed` names groups or users."""
    if os.name != "posix":
        return Readers(untold="the permissions of files are read on POSIX systems alone")
    import grp
    import pwd

    strangers: dict[str, None] = {}
    statements: list[str] = []
    owners: dict[str, None] = {"root": None}
    for path in (Path(f"{file}{suffix}") for suffix in _BESIDE):
        if not path.is_file():
            continue
        found = path.stat()
        owners[_named(pwd.getpwuid, found.st_uid)] = None
        named = shlex.quote(str(path))
        if found.st_mode & (stat.S_IROTH | stat.S_IWOTH):
            strangers[EVERYBODY] = None
            statements.append(f"chmod o= {named}")
        group = _named(grp.getgrgid, found.st_gid)
        if found.st_mode & (stat.S_IRGRP | stat.S_IWGRP) and group not in allowed:
            strangers[f"group {group}"] = None
            statements.append(f"chmod g= {named}")
    return Readers(
        strangers=tuple(strangers),
        everybody=EVERYBODY in strangers,
        always=tuple(owners),
        statements=tuple(statements),
    )


def _named(look_up: object, number: int) -> str:
    """The account's name; its number where the system has none."""
    try:
        return str(look_up(number)[0])  # type: ignore[operator]  # of pwd or grp, which not every system has
    except KeyError:
        return str(number)
