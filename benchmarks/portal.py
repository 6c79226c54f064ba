"""Requests a second that the public pages take with nothing lost, to a bare page of the framework.

    python -m benchmarks.portal [--small] [--json] [--repeat N]

Both servers run as processes of one uvicorn worker; the same client, in this process, sends the
same form to one and then to the other, over 32 connections at once, each from a network of its own
(127.0.0.0/8) and each for eight forms, as the limit of a network allows. The bare page reads the
form and redirects. The portal checks the form, seals it (HPKE), and answers once it is durable in a
SQLite post box (fsync). Afterwards every answer that was a receipt must be a letter in the box that
the desk's key opens. Beside the rates stands the CPU time that each server spent for a form, which
says the same on a busy machine as on an idle one.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.bench import median, options, report
from troth.desk.intake.window import Look, window_of
from troth.postbox.box import open_postbox
from troth.postbox.content import read_letter
from troth.postbox.seal import fingerprint, new_key, open_seal
from troth.project.load import load_policy

EXAMPLE = Path(__file__).parents[1] / "examples" / "softfil" / "policy.yaml"
AT_ONCE = 32  # connections
OF_ONE_NETWORK = 8  # forms; the limit lets ten through at once
FULL, SMALL = 6_000, 600  # forms
BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

async def page(request):
    async with request.form() as form:
        return RedirectResponse("/en/request/" + str(form["secret"]), 303)

app = Starlette(routes=[Route("/en/{right}", page, methods=["GET", "POST"])])
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
"""


def main() -> None:
    """Runs both, checks the box, prints."""
    asked = options()
    forms = SMALL if asked.small else FULL
    rates: dict[str, list[float]] = {"bare": [], "portal": []}
    spent: dict[str, list[float]] = {"bare": [], "portal": []}
    slowest: list[float] = []
    for _ in range(asked.repeat):
        with _bare() as (port, pid):
            before = _cpu_seconds(pid)
            rates["bare"].append(asyncio.run(_load(port, forms))[0])
            spent["bare"].append((_cpu_seconds(pid) - before) / forms)
        with tempfile.TemporaryDirectory(prefix="troth-bench-") as folder:
            rate, late, cpu = _portal(Path(folder) / "postbox.sqlite", forms)
        rates["portal"].append(rate)
        spent["portal"].append(cpu)
        slowest.append(late)
    bare, portal = median(rates["bare"]), median(rates["portal"])
    bare_cpu, portal_cpu = median(spent["bare"]), median(spent["portal"])
    report(
        asked,
        {"portal/bare": portal / bare, "bare/portal, by CPU": bare_cpu / portal_cpu},
        {
            "portal, CPU milliseconds a form": portal_cpu * 1000,
            "bare page, CPU milliseconds a form": bare_cpu * 1000,
            "portal, forms a second": portal,
            "bare page, forms a second": bare,
            "portal, 95th percentile in milliseconds": median(slowest) * 1000,
            "forms lost": "none",
        },
    )


def _portal(file: Path, forms: int) -> tuple[float, float, float]:
    """Forms a second, the 95th percentile, and CPU seconds a form; none is lost."""
    key, port = new_key(), _free_port()
    policy = load_policy(EXAMPLE)
    host = f"127.0.0.1:{port}"
    with open_postbox(str(file), make=True) as box:
        today = datetime.now(UTC).date()
        window = window_of(policy, key, today, host, Look())
        box.show(policy.organisation, host, window.model_dump(mode="json"))
        environment = {
            **os.environ,
            "TROTH_POSTBOX": str(file),
            "TROTH_PORT": str(port),
        }
        with _running(["-m", "troth.web.public"], environment, port) as pid:
            before = _cpu_seconds(pid)
            rate, late, seen = asyncio.run(_load(port, forms))
            cpu = (_cpu_seconds(pid) - before) / forms
        kept = {letter.link: letter for letter in box.letters(policy.organisation)}
    assert len(seen) == forms
    for secret in seen:
        letter = kept[fingerprint(secret)]
        about = f"{letter.organisation} {letter.number}"
        assert read_letter(open_seal(letter.sealed, key, about))[0].secret == secret
    return rate, late, cpu


def _cpu_seconds(pid: int) -> float:
    """What a process and its threads have spent so far, user and system, as Linux tells it."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _bare() -> Iterator[tuple[int, int]]:
    port = _free_port()
    with _running(["-c", BARE, str(port)], dict(os.environ), port) as pid:
        yield port, pid


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    """Its process id, once it listens."""
    process = subprocess.Popen(
        [sys.executable, *command], env=environment, stdin=subprocess.PIPE, cwd="/"
    )
    try:
        for _ in range(600):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


async def _load(port: int, forms: int) -> tuple[float, float, list[str]]:
    """Forms a second, the 95th percentile in seconds, and the secrets of all receipts."""
    seen: list[str] = []
    times: list[float] = []
    networks = iter(range(1, 1 << 24))
    left = forms

    async def client() -> None:
        nonlocal left
        while left > 0:
            mine = min(left, OF_ONE_NETWORK)
            left -= mine
            at = next(networks)
            address = f"127.{1 + (at >> 16)}.{(at >> 8) & 255}.{at & 255}"
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(address, 0)
            )
            for _ in range(mine):
                began = time.perf_counter()
                secret = await _send(reader, writer, port)
                times.append(time.perf_counter() - began)
                seen.append(secret)
            writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    took = time.perf_counter() - began
    return forms / took, sorted(times)[int(len(times) * 0.95)], seen


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> str:
    """Sends one form; its secret, where the answer was its receipt."""
    secret = secrets.token_urlsafe(16)
    body = urlencode({"secret": secret, "email": "anna@mail.example", "words": "All of it."})
    writer.write(
        f"POST /en/erasure HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(
        int(line.split(":")[1])
        for line in head.lower().splitlines()
        if line.startswith("content-length")
    )
    await reader.readexactly(length)
    assert head.split()[1] == "303", head
    assert f"/en/request/{secret}" in head
    return secret


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
