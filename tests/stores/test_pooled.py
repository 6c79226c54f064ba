"""A pooler before the database: by transaction it is refused, by session it is welcome."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from troth.errors import Refused
from troth.stores.opening import open_store

pytestmark = pytest.mark.postgres
STARTS_WITHIN_S = 20
Pooler = Callable[[str], str]


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def configuration(url: URL, port: int, mode: str) -> str:
    host = url.query.get("host") or url.host
    return (
        f"[databases]\n{url.database} = host={host} port={url.port or 5432} user={url.username}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = {mode}\nlogfile =\n"
        "ignore_startup_parameters = extra_float_digits\n"
    )


@pytest.fixture
def pooler(postgres_url: str) -> Iterator[Pooler]:
    """Starts pgbouncer in a mode before a fresh database; gives the address through it."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed (apt-get install pgbouncer)")
    url, started = make_url(postgres_url), []
    folder = Path(tempfile.mkdtemp())
    as_user = _as_owner(Path(str(url.query["host"])))

    def start(mode: str) -> str:
        port = free_port()
        file = folder / f"{mode}.ini"
        file.write_text(configuration(url, port, mode), encoding="utf-8")
        folder.chmod(0o755)
        process = subprocess.Popen(
            [program, *as_user, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        started.append(process)
        _wait_for(port, process)
        through = url.set(host="127.0.0.1", port=port, query={})
        return through.render_as_string(hide_password=False)

    yield start
    for process in started:
        process.terminate()
        process.wait(10)
        if process.stderr is not None:
            process.stderr.close()
    shutil.rmtree(folder)


def _as_owner(sockets: Path) -> list[str]:
    """Under root, which pgbouncer refuses, it runs as the user whose sockets it opens."""
    return ["-u", sockets.owner()] if os.geteuid() == 0 else []


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            told = process.stderr.read().decode() if process.stderr else ""
            pytest.fail(f"pgbouncer ended: {told}")
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("pgbouncer does not answer")


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pool_by_transaction_is_refused(pooler: Pooler, mode: str) -> None:
    with pytest.raises(Refused) as caught:
        open_store("shop", pooler(mode), purpose="write")
    assert caught.value.code == "pooled-connection"
    assert "session mode" in caught.value.help


def test_a_pool_by_session_serves(pooler: Pooler) -> None:
    store = open_store("shop", pooler("session"), purpose="write")
    with store.session() as session, session.told():
        assert session.connection.exec_driver_sql("SELECT 1").scalar() == 1
