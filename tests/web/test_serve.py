"""`troth serve` as it runs: two processes, of which the public one knows only the post box."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from troth.ledger.ledger import open_ledger
from troth.ledger.requests import read_requests
from web.conftest import EXAMPLE, NOON

SECRET_URL = "postgresql://troth:hunter2@db.softfil.example/shop"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(EXAMPLE.read_text())
    stores = "stores: {shop: {url: '${SHOP_URL}'}}\nledger: ledger.sqlite\n"
    (tmp_path / "troth.yaml").write_text(f"troth: 1\n{stores}")
    return tmp_path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def console_port() -> tuple[str, str]:
    """A port for the console that nobody else was given."""
    return "--console-port", str(free_port())


@contextmanager
def served(project: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "troth.cli", "serve", "--port", str(port), *console_port()],
        cwd=project,
        env={**os.environ, "SHOP_URL": SECRET_URL},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _await(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _await(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            page(port, "/en/")
        except (URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the pages never came")


def page(port: int, path: str, **fields: str) -> str:
    data = urlencode(fields).encode() if fields else None
    with urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=30) as answer:
        return str(answer.read().decode())


def ask(port: int) -> str:
    """Sends a request; the number on its receipt."""
    secret = re.search(r'name="secret" value="([\w-]+)"', page(port, "/en/access"))
    assert secret
    receipt = page(port, "/en/access", secret=secret[1], email="anna@mail.example")
    number = re.search(r'class="number">([\w-]+)<', receipt)
    assert number
    return number[1]


def numbers(project: Path) -> list[str]:
    with (
        open_ledger(str(project / "ledger.sqlite"), at=NOON) as ledger,
        ledger.reading("softfil") as reading,
    ):
        return [request.number for request in read_requests(reading)]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    if not tasks.exists():
        pytest.skip("this system does not show the children of a process")
    return [int(child) for child in tasks.read_text().split()]


def await_numbers(project: Path, wanted: set[str]) -> None:
    for _ in range(300):
        if wanted <= set(numbers(project)):
            return
        time.sleep(0.1)
    assert wanted <= set(numbers(project))


def test_an_attacker_in_the_public_process_finds_no_way_to_a_store(project: Path) -> None:
    port = free_port()
    with served(project, port) as process:
        public, console, worker = children(process.pid)
        assert b"--watch" in Path(f"/proc/{worker}/cmdline").read_bytes()
        assert b"troth.web.console" in Path(f"/proc/{console}/cmdline").read_bytes()
        environment = Path(f"/proc/{public}/environ").read_bytes()
        opened = [str(link.readlink()) for link in Path(f"/proc/{public}/fd").iterdir()]
    names = {part.split(b"=")[0].decode() for part in environment.split(b"\0") if part}
    assert {"TROTH_POSTBOX", "TROTH_LISTEN", "TROTH_PORT"} <= names
    assert not any("URL" in name for name in names)
    assert b"hunter2" not in environment
    assert not any(file in path for path in opened for file in ("ledger", "postbox.key"))


def test_every_receipt_is_in_the_ledger_after_both_were_killed(project: Path) -> None:
    port = free_port()
    with served(project, port) as process:
        seen = {ask(port) for _ in range(3)}
        for pid in (process.pid, *children(process.pid)):
            os.kill(pid, signal.SIGKILL)
    with served(project, port):
        seen.add(ask(port))
        await_numbers(project, seen)
    assert sorted(numbers(project)) == sorted(seen)


def test_the_public_process_ends_with_the_one_that_started_it(project: Path) -> None:
    port = free_port()
    with served(project, port) as process:
        os.kill(process.pid, signal.SIGKILL)
        for _ in range(100):
            try:
                page(port, "/en/")
            except (URLError, ConnectionError):
                break
            time.sleep(0.1)
        with pytest.raises(URLError):
            page(port, "/en/")


def test_a_port_in_use_is_said_and_nothing_is_left_running(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "troth.cli", "serve"),
                *("--port", str(taken.getsockname()[1]), *console_port()),
            ],
            cwd=project,
            env={**os.environ, "SHOP_URL": SECRET_URL},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 2
    assert "[public-pages-ended]" in ran.stderr
    assert "Traceback" not in ran.stderr
