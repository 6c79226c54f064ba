"""`troth serve --server`: the pages and consoles of many organisations."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from troth.cli.opened import clock
from troth.logs import logger

if TYPE_CHECKING:
    from troth.desk.intake.collect import Collected
    from troth.errors import TrothError


def serve_server(
    file: Path, listen: str, port: int, console_listen: str, console_port: int, *, work: bool
) -> None:
    """Serves until Ctrl-C."""
    from troth.desk.fleet.organisations import Organisations
    from troth.postbox.box import open_postbox
    from troth.project.server import load_server
    from troth.web.serve import Listening
    from troth.web.serve_many import serve_many

    server = load_server(file, os.environ)
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())
    consoles = any(entry.console for entry in server.organisations)
    with (
        open_postbox(server.postbox, make=True) as box,
        Organisations(server, os.environ, clock) as organisations,
    ):
        number = len(server.organisations)
        typer.echo(f"{number} organisations: http://{listen}:{port}/ by their hosts (Ctrl-C ends)")
        serve_many(
            organisations,
            box,
            Listening(listen, port, ""),
            clock=clock,
            stop=stop,
            told=_tell,
            failed=_failed,
            console_port=console_port if consoles else None,
            console_address=console_listen,
            work=work,
        )


def _tell(organisation: str, found: Collected) -> None:
    if found.taken:
        logger().info("letters-taken", organisation=organisation, requests=found.taken)
    for number in found.unreadable:
        logger().error("letter-unreadable", organisation=organisation, number=number)


def _failed(organisation: str, error: TrothError) -> None:
    logger().warning("not-served", organisation=organisation, code=error.code, told=str(error))
