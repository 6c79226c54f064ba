"""`troth serve` as it runs: two processes, of which the public one knows only the post box."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
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


def test_every_receipt_that_was_seen_under_load_is_in_the_ledger_after_a_kill(
    project: Path,
) -> None:
    port, seen, ended = free_port(), set[str](), threading.Event()

    def people(network: int) -> None:
        """Sends forms, and looks at each receipt, until there is no more server."""
        for at in range(1, 250):
            try:
                number = receipt(port, f"127.{network}.{at}.1")
            except (OSError, HTTPException):
                if ended.is_set():
                    return
            else:
                seen.add(number)

    with served(project, port) as process:
        crowd = [threading.Thread(target=people, args=(one,)) for one in range(1, 7)]
        for one in crowd:
            one.start()
        while len(seen) < 30:
            time.sleep(0.05)
        ended.set()
        for pid in (process.pid, *children(process.pid)):
            os.kill(pid, signal.SIGKILL)
        for one in crowd:
            one.join()
    assert len(seen) >= 30
    with served(project, port):
        await_numbers(project, seen)


def receipt(port: int, address: str) -> str:
    """Sends a form from an address of this machine; the number on the receipt, as it is shown."""
    secret = secrets.token_urlsafe(16)
    connection = HTTPConnection("127.0.0.1", port, timeout=30, source_address=(address, 0))
    body = urlencode({"secret": secret, "email": "anna@mail.example"})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", "/en/access", body, form)
        answer = connection.getresponse()
        answer.read()
        connection.request("GET", answer.headers["location"])
        page = connection.getresponse().read().decode()
    finally:
        connection.close()
    number = re.search(r'class="number">([\w-]+)<', page)
    if number is None:
        raise HTTPException("no receipt")
    return number[1]


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
