"""A process of its own for an application, started and ended by `troth serve`."""

from __future__ import annotations

import os
import sys
import threading

import uvicorn
from starlette.types import ASGIApp

from troth.logs import set_up
from troth.web.logged import Logged, Probe


def serve_until_told(app: ASGIApp, name: str, *, port: int, probe: Probe) -> None:
    """Serves where the environment says (`TROTH_LISTEN`, `TROTH_PORT`; default: `port`).

    `name`: the process as its log names it. `probe`: what its health page tries. It ends with
    whoever started it, at the latest when the pipe on its standard input closes; the process ends
    with status 1 where it could not listen. No line of its log names who called.
    """
    set_up(name)
    config = uvicorn.Config(
        Logged(app, probe),
        host=os.environ.get("TROTH_LISTEN", "127.0.0.1"),
        port=int(os.environ.get("TROTH_PORT", str(port))),
        # Whose X-Forwarded-For and -Proto count; the organisation is that of the Host header alone.
        forwarded_allow_ips=os.environ.get("TROTH_PROXIES", "127.0.0.1"),
        access_log=False,
        server_header=False,
        log_config=None,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    server.run()
    if not server.started:
        sys.exit(1)


def _end_with_parent(server: uvicorn.Server) -> None:
    # by the descriptor: a thread that waits inside sys.stdin makes Python's own end fatal
    while os.read(sys.stdin.fileno(), 1):
        pass
    server.should_exit = True
