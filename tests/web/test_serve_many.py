"""`troth serve --server`: organisations by their hosts, in real processes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from desk.fleet.town import make_town
from troth.ledger.ledger import open_ledger
from troth.ledger.requests import read_requests
from web.test_serve import free_port


@contextmanager
def served(file: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    arguments = ["--server", str(file), "--port", str(port), "--console-port", str(free_port())]
    process = subprocess.Popen(
        [sys.executable, "-m", "troth.cli", "serve", "--no-work", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def call(port: int, host: str, path: str, form: str = "", **more: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": host, **{name.replace("_", "-"): value for name, value in more.items()}}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("POST" if form else "GET", path, form or None, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def await_page(port: int, host: str) -> str:
    for _ in range(600):
        try:
            code, text = call(port, host, "/en/")
        except OSError:
            code, text = 0, ""
        if code == 200:
            return text
        time.sleep(0.1)
    raise AssertionError(f"the pages of {host} never came")


def numbers(file: Path, name: str) -> list[str]:
    ledger_file = str(file.parent / name / "ledger.sqlite")
    with (
        open_ledger(ledger_file, at=datetime.now(UTC)) as ledger,
        ledger.reading(name) as reading,
    ):
        return [request.number for request in read_requests(reading)]


def test_the_organisation_is_that_of_the_host_and_a_broken_one_is_reported(tmp_path: Path) -> None:
    file = make_town(tmp_path, ["acme", "bolt", "cafe"])
    (tmp_path / "cafe" / "policy.yaml").write_text("troth: 1\n")
    port = free_port()
    with served(file, port) as process:
        await_page(port, "acme.example")
        await_page(port, "bolt.example")
        # no other header says whose pages they are, and the broken one has none yet
        other = {"X_Forwarded_Host": "acme.example", "Forwarded": "host=acme.example"}
        assert call(port, "cafe.example", "/en/", **other)[0] == 404
        assert call(port, "unknown.example", "/en/")[0] == 404
        secret = re.search(
            r'name="secret" value="([\w-]+)"', call(port, "bolt.example", "/en/access")[1]
        )
        assert secret
        form = urlencode({"secret": secret[1], "email": "anna@mail.example"})
        code, receipt = call(
            port, "bolt.example", "/en/access", form, X_Forwarded_Host="acme.example"
        )
        assert code in (200, 303), receipt
        for _ in range(300):
            if numbers(file, "bolt"):
                break
            time.sleep(0.1)
    output = process.stdout.read() if process.stdout else ""
    told = [line for line in output.splitlines() if "organisation=cafe" in line]
    assert len(told) == 1, "told once, and not with every try"
    assert "event=not-served" in told[0]
    assert "policy.yaml" in told[0]
    assert len(numbers(file, "bolt")) == 1
    assert numbers(file, "acme") == []
    keys = {(tmp_path / name / "postbox.key").read_text() for name in ("acme", "bolt")}
    assert len(keys) == 2
