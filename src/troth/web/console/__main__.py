"""The process of the console: `python -m troth.web.console`, told by its environment what to open.

It ends with whoever started it, at the latest when the pipe on its standard input closes.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from troth.desk.fleet.organisations import Organisations
from troth.desk.intake.key import key_in
from troth.errors import Refused, TrothError
from troth.project.server import load_server
from troth.web.api.app import api_app, with_api
from troth.web.api.desk import open_api
from troth.web.console.app import console_app
from troth.web.console.desks import OpenDesk, open_desk
from troth.web.console.many import Desks


def main() -> None:
    """Serves until it is told to end; no line of its log names who called."""
    if "TROTH_SERVER" in os.environ:
        _serve_many(Path(os.environ["TROTH_SERVER"]))
        return
    folder = Path(os.environ["TROTH_PROJECT"])
    hosts = os.environ["TROTH_CONSOLE_HOSTS"].lower().split()
    try:
        key = key_in(folder / "postbox.key")
        with open_desk(folder, os.environ, key, datetime.now(UTC)) as desk:
            app = console_app(dict.fromkeys(hosts, desk), _clock)
            with ExitStack() as stack:
                _serve(_with_api(app, desk, hosts, stack))
    except TrothError as error:
        sys.exit(str(error))


def _with_api(app: ASGIApp, desk: OpenDesk, hosts: list[str], stack: ExitStack) -> ASGIApp:
    """The console with the API beside it; without it while the project's map is unfinished."""
    try:
        project = desk.project()
    except Refused as error:
        print(f"the API is not served: {error}", file=sys.stderr)  # noqa: T201  # the log of its process
        return app
    api = stack.enter_context(open_api(desk.ledger, project, _clock))
    return with_api(app, api_app(dict.fromkeys(hosts, api)))


def _clock() -> datetime:
    return datetime.now(UTC)


def _serve_many(file: Path) -> None:
    """The consoles of a server's organisations, each at its own host."""
    try:
        server = load_server(file, os.environ)
        with Organisations(server, os.environ, lambda: datetime.now(UTC)) as organisations:
            _serve(console_app(Desks(organisations, os.environ), lambda: datetime.now(UTC)))
    except TrothError as error:
        sys.exit(str(error))


def _serve(app: ASGIApp) -> None:
    config = uvicorn.Config(
        app,
        host=os.environ.get("TROTH_LISTEN", "127.0.0.1"),
        port=int(os.environ.get("TROTH_PORT", "8081")),
        access_log=False,
        server_header=False,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    server.run()
    if not server.started:
        sys.exit(1)


def _end_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    main()
