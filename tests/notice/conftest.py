"""The policies of the examples."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from troth.policy.load import parse_policy
from troth.policy.model import Policy

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "policy.yaml").exists())


@cache
def example(name: str) -> Policy:
    """A policy is frozen, so that tests may share it."""
    return parse_policy((EXAMPLES / name / "policy.yaml").read_bytes(), name)


@pytest.fixture
def settled() -> Policy:
    """A policy in which everything is decided."""
    text = (Path(__file__).parents[1] / "policy" / "minimal.yaml").read_text(encoding="utf-8")
    return parse_policy(text.replace("text: a reasonable time", "text: a while, ours: false"), "p")


class _Page(BaseHTTPRequestHandler):
    """A site with one page, `/there`."""

    def do_HEAD(self) -> None:
        self.send_response(200 if self.path == "/there" else 404)
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 (named by http.server)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def page() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Page)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
