"""The console over a ledger with 100,000 requests: how long its pages take (95th percentile).

    python -m benchmarks.console [--small] [--json]

The requests and their events are facts of a real ledger, bound to its journal; where each stands
is made from them by the fold. Pages are asked one after the other over HTTP of a console that is
served as ever, by a DPO who has signed in; the ratio is to a bare page ("hello") of the same
framework and server in the same run. `TROTH_BENCH_POSTGRES` names a server for the ledger instead
of SQLite. `--small`: 5,000 requests.
"""

from __future__ import annotations

import http.client
import os
import random
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from benchmarks.bench import address, options, report
from troth.desk.accounts.sessions import start_session
from troth.desk.standing.record import rebuild
from troth.ledger.accounts import add_account
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.request_tables import request_events, requests
from troth.ledger.session import Writing
from troth.ledger.standings import read_standings
from troth.web.console.app import console_app
from troth.web.console.cookies import SESSION
from troth.web.console.desks import OpenDesk, open_desk

FULL, SMALL = 100_000, 5_000
CALLS = 120  # of each page
WARM = 5  # calls before that do not count
LIMIT_MS = 200
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[1] / "src" / "troth" / "demo" / "softfil"
RIGHTS = ("access", "erasure", "objection", "rectification", "portability")
OPEN = 0.08  # the part of the requests that nobody has closed


def project(folder: Path, ledger: str) -> None:
    """SoftFil's policy, without stores: the pages measured read the ledger."""
    (folder / "policy.yaml").write_bytes((EXAMPLE / "policy.yaml").read_bytes())
    (folder / "map.yaml").write_text("troth: 1\nstores: {shop: {tables: {}}}\n")
    (folder / "troth.yaml").write_text(
        f"troth: 1\nstores: {{shop: 'sqlite:///shop.sqlite'}}\nledger: '{ledger}'\n"
    )


def fill(writing: Writing, number: int) -> None:
    """Requests over three years, nearly all of them closed, with a few events each."""
    chance = random.Random(20261126)
    received, moved, closed = [], [], []
    for at in range(number):
        came = NOW - timedelta(minutes=chance.randrange(3 * 365 * 24 * 60))
        name = f"{at:05X}-{chance.randrange(32**5):05X}"
        email = f"person{at}@mail.example"
        due = (came + timedelta(days=30)).date()
        received.append(
            NewFact({"request": name}, [(requests, _request(chance, name, came, due, email, at))])
        )
        if chance.random() < 0.9:
            moved.append(_event(name, "identity-accepted", came + timedelta(hours=5), way="code"))
        old = due < NOW.date() - timedelta(days=3)
        if old or chance.random() > OPEN:
            closed.append(_event(name, "closed", min(came + timedelta(days=9), NOW)))
        elif chance.random() < 0.3:
            to = chance.choice(("anna", "ben"))
            moved.append(_event(name, "assigned", min(came + timedelta(days=1), NOW), to=to))
    record_facts(writing, "request-received", NOW, received)
    record_facts(writing, "request-moved", NOW, [*moved, *closed])


def _request(
    chance: random.Random, name: str, came: datetime, due: date, email: str, at: int
) -> dict[str, object]:
    return {
        "number": name,
        "right_asked": chance.choice(RIGHTS),
        "channel": chance.choice(("portal", "mail", "post")),
        "received_at": came,
        "answer_by": due,
        "language": "fr",
        "contact": email,
        "names": {"email": email, "name": f"Person Number{at}"},
        "words": "I would like to know what you hold about me. " * 5,
        "behalf": "self",
        "link": None,
        "recorded_at": came,
        "recorded_by": "portal",
    }


def _event(name: str, kind: str, at: datetime, **detail: str) -> NewFact:
    row = {"number": name, "kind": kind, "at": at, "done_by": "dpo", "detail": detail}
    return NewFact({"request": name, "event": kind}, [(request_events, row)])


@contextmanager
def served(app: Callable[..., object] | Starlette) -> Iterator[int]:
    """The port of an application that is served as the console is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = uvicorn.Config(app, port=port, log_level="warning", access_log=False)  # type: ignore[arg-type]  # an ASGI application
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join()


@dataclass(frozen=True)
class Client:
    """One browser's connection to a served application."""

    port: int
    cookie: str
    bare: http.client.HTTPConnection

    def p95(self, path: str, form: str = "") -> tuple[float, float]:
        """Milliseconds of a page and of the bare page, at the 95th percentile.

        Both are asked by turns, so that a busy machine is as busy for the one as for the other.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Cookie": self.cookie, "Accept-Language": "en"}
        if form:
            origin = f"http://127.0.0.1:{self.port}"
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        method = "POST" if form else "GET"
        taken: list[tuple[float, float]] = []
        for _ in range(CALLS + WARM):
            page = _call(connection, method, path, form or None, headers)
            taken.append((page, _call(self.bare, "GET", "/", None, {})))
        connection.close()
        at = int(CALLS * 0.95)
        pages, bare = zip(*taken[WARM:], strict=True)
        return sorted(pages)[at], sorted(bare)[at]


def _call(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str | None,
    headers: dict[str, str],
) -> float:
    """Milliseconds of one call, its answer read to the end."""
    start = time.perf_counter()
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    taken = (time.perf_counter() - start) * 1000
    assert answer.status == 200, (path, answer.status, text[:300])
    return taken


async def _hello(_: object) -> Response:
    return HTMLResponse("<!doctype html><title>hello</title><p>hello</p>")


def measure(desk: OpenDesk, token: str) -> tuple[dict[str, float], dict[str, float]]:
    """By page, the ratio to a bare page, and milliseconds."""
    with desk.ledger.reading(desk.organisation) as reading:
        every = [one for one in read_standings(reading) if one.open]
    one, cookie = every[len(every) // 2].number, f"{SESSION}={token}"
    pages = {
        "today": "/",
        "requests": "/requests",
        "requests: all, newest": "/requests?state=all&order=received-last",
        "requests: closed, in the middle": "/requests?state=closed&after=2025-06-01~0",
        "requests: filtered": "/requests?state=all&right=erasure&channel=mail&from=2025-01-01",
        "requests: nothing fits": "/requests?state=all&channel=phone",
        "requests: mine": "/requests?assigned=me",
        "one request": f"/requests/{one}",
        "retention": "/retention",
        "holds": "/holds",
        "breaches": "/breaches",
        "journal": "/journal",
        "journal: one kind": "/journal?kind=hold-added",
        "register": "/register",
        "policy": "/policy",
        "map": "/map",
    }
    app = console_app(_AnyHost(desk), lambda: NOW)  # type: ignore[arg-type]  # a mapping of hosts
    bare_app = Starlette(routes=[Route("/", _hello)])
    with served(bare_app) as bare_port, served(app) as port:
        client = Client(port, cookie, http.client.HTTPConnection("127.0.0.1", bare_port))
        found = {name: client.p95(path) for name, path in pages.items()}
        for name, text in {"rare": "person4321", "common": "person"}.items():
            form = f"token={_token(port, cookie)}&q={text}"
            found[f"search: {name}"] = client.p95("/requests/search", form)
    ratios = {f"{name}, to a bare page": page / bare for name, (page, bare) in found.items()}
    told = {f"{name}, p95 in ms": page for name, (page, _) in found.items()}
    bares = sorted(bare for _, bare in found.values())
    return ratios, {"bare page, p95 in ms (median)": bares[len(bares) // 2], **told}


class _AnyHost(dict[str, OpenDesk]):
    """The one desk, whatever port it is asked at."""

    def __init__(self, desk: OpenDesk) -> None:
        self.desk = desk

    def get(self, *_: object) -> OpenDesk:  # type: ignore[override]  # always there
        return self.desk


def _token(port: int, cookie: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/requests", headers={"Cookie": cookie})
    page = connection.getresponse().read().decode()
    return page.split('name="token" value="')[1].split('"')[0]


@contextmanager
def ledger_address(folder: Path) -> Iterator[str]:
    """A SQLite file, or a fresh database of the server that is named."""
    given = os.environ.get("TROTH_BENCH_POSTGRES")
    if not given:
        yield str(folder / "ledger.sqlite")
        return
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_console")
        connection.execute("CREATE DATABASE bench_console")
    yield address(given, "bench_console")


def main() -> None:
    asked = options()
    number = SMALL if asked.small else FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with ledger_address(folder) as ledger:
            project(folder, ledger)
            with open_desk(folder, os.environ, bytes(32), NOW) as desk:
                start = time.perf_counter()
                with desk.ledger.writing(desk.organisation) as writing:
                    fill(writing, number)
                filled = time.perf_counter() - start
                start = time.perf_counter()
                with desk.ledger.writing(desk.organisation) as writing:
                    rebuild(writing, desk.policy, NOW)
                    account = add_account(writing, "anna", "dpo", by="bench", at=NOW)
                    token = start_session(writing, account, how="bench", at=NOW)
                made = time.perf_counter() - start
                ratios, absolute = measure(desk, token)
    absolute |= {"requests": number, "filling, s": filled, "standings made anew, s": made}
    slow = [name for name, value in absolute.items() if "p95" in name and value > LIMIT_MS]
    absolute["pages beyond 200 ms"] = ", ".join(slow) or "none"
    report(asked, ratios, absolute)


if __name__ == "__main__":
    main()
