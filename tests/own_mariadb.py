"""A MariaDB of the tests' own, in memory: the machine's server would write each table to the disk.

It is made anew in about two seconds, and shared with nobody: accounts and settings of a test reach
no other run.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pymysql

MEMORY = Path("/dev/shm")
NEEDED = 1024**3
"""Bytes of memory that have to be free for databases to lie there."""
STARTS_WITHIN_S = 60.0
ROOM = ("--innodb-log-file-size=32M", "--innodb-buffer-pool-size=128M")
FAST_AND_UNSAFE = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
    "--skip-log-bin",
)
AS_ON_DEBIAN = ("--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci")


def can_start() -> bool:
    """Whether the server's programs are on this machine."""
    return all(_found(name) for name in ("mariadbd", "mariadb-install-db"))


@contextmanager
def own_mariadb() -> Iterator[str]:
    """The address of a server that starts here, stopped and deleted at the end."""
    memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= NEEDED
    with tempfile.TemporaryDirectory(
        prefix="troth-mariadb-", dir=MEMORY if memory else None, ignore_cleanup_errors=True
    ) as directory:
        where = Path(directory)
        common = ["--no-defaults", f"--datadir={where / 'data'}"]
        if os.getuid() == 0:
            common.append("--user=root")  # the server asks for the word before it runs as root
        _install(common)
        port = _free_port()
        server = [*_ends_with_us(), _found("mariadbd") or "mariadbd", *common, *ROOM]
        server += [*FAST_AND_UNSAFE, *AS_ON_DEBIAN, f"--socket={where / 'socket'}"]
        server += [f"--pid-file={where / 'pid'}", f"--port={port}", "--bind-address=127.0.0.1"]
        with (where / "log").open("wb") as log, subprocess.Popen(server, stderr=log) as process:
            try:
                _wait(process, port, where / "log")
                yield f"mariadb://root@127.0.0.1:{port}/"
            finally:
                process.terminate()


def _install(common: list[str]) -> None:
    command = [_found("mariadb-install-db") or "", *common, "--skip-test-db"]
    command += ["--auth-root-authentication-method=normal", ROOM[0]]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        raise RuntimeError(f"mariadb-install-db: {found.stdout[-2000:]}{found.stderr[-2000:]}")


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(pymysql.err.OperationalError):
            pymysql.connect(host="127.0.0.1", port=port, user="root", ssl_disabled=True).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"mariadbd did not start: {log.read_text(errors='replace')[-2000:]}")


def _ends_with_us() -> list[str]:
    """A server whose tests were killed ends as well, where the system can see to it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _found(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
