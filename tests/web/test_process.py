"""Processes of the desk: whose word on a call counts, and that they end with their parent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any, cast

import pytest

from troth.web.serve_many import _console_environment
from web.test_serve import free_port

SCHEME = """
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from troth.web.process import serve_until_told

def scheme(request):
    return PlainTextResponse(request.url.scheme)

serve_until_told(
    Starlette(routes=[Route("/", scheme)]), "tried", port=1, probe=lambda: None
)
"""


def asked(port: int) -> str:
    for _ in range(300):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/", headers={"X-Forwarded-Proto": "https"})
            return connection.getresponse().read().decode()
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the page never came")


@pytest.mark.parametrize(("proxies", "scheme"), [("127.0.0.1", "https"), ("192.0.2.1", "http")])
def test_only_a_proxy_that_is_named_says_that_a_call_came_by_tls(proxies: str, scheme: str) -> None:
    port = free_port()
    environ = {**os.environ, "TROTH_PORT": str(port), "TROTH_PROXIES": proxies}
    process = subprocess.Popen(
        [sys.executable, "-c", SCHEME], env=environ, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert asked(port) == scheme
    process.communicate(timeout=30)  # closes the pipe: it ends with whoever started it
    assert process.returncode == 0


def test_it_ends_in_silence_when_told_to_while_whoever_started_it_lives() -> None:
    port = free_port()
    environ = {**os.environ, "TROTH_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-c", SCHEME], env=environ, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    asked(port)
    process.terminate()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.communicate(timeout=30)


def test_the_console_of_a_server_hears_of_its_proxies() -> None:
    server: Any = SimpleNamespace(file="server.yaml", proxies=("192.0.2.1", "192.0.2.2"))
    environ = _console_environment(cast(Any, server), "127.0.0.1", 8081)
    assert environ["TROTH_PROXIES"] == "192.0.2.1,192.0.2.2"
