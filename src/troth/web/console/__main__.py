"""The process of the console: `python -m troth.web.console`, told by its environment what to open.

It ends with whoever started it, at the latest when the pipe on its standard input closes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from troth.desk.fleet.organisations import Organisations
from troth.desk.intake.key import KeyFile
from troth.errors import TrothError
from troth.project.server import load_server
from troth.web.api.app import api_app, with_api
from troth.web.api.desks import ApiDesks
from troth.web.console.app import console_app
from troth.web.console.desks import OpenDesk, open_desk
from troth.web.console.many import Desks
from troth.web.console.queue import put_down, take_up
from troth.web.logged import Probe
from troth.web.process import serve_until_told


def main() -> None:
    """Serves until it is told to end; no line of its log names who called."""
    if "TROTH_SERVER" in os.environ:
        _serve_many(Path(os.environ["TROTH_SERVER"]))
        return
    folder = Path(os.environ["TROTH_PROJECT"])
    hosts = os.environ["TROTH_CONSOLE_HOSTS"].lower().split()
    try:
        keys = KeyFile(folder / "postbox.key")
        with open_desk(folder, os.environ, keys, datetime.now(UTC)) as desk:
            take_up(desk, _clock)
            try:
                _serve_desks(dict.fromkeys(hosts, desk), lambda: _ask(desk))
            finally:
                put_down(desk)
    except TrothError as error:
        sys.exit(str(error))


def _clock() -> datetime:
    return datetime.now(UTC)


def _serve_many(file: Path) -> None:
    """The consoles of a server's organisations, each at its own host."""
    try:
        server = load_server(file, os.environ)
        with Organisations(server, os.environ, _clock) as organisations:
            desks = Desks(organisations, os.environ, _clock)
            try:
                _serve_desks(desks, lambda: None)
            finally:
                desks.put_down()
    except TrothError as error:
        sys.exit(str(error))


def _ask(desk: OpenDesk) -> None:
    """Transient where the ledger does not answer."""
    with desk.ledger.reading(desk.organisation):
        pass


def _serve_desks(desks: Mapping[str, OpenDesk], probe: Probe) -> None:
    """The console with the API beside it, for the same hosts."""
    with ApiDesks(desks, _clock) as api:
        app = with_api(console_app(desks, _clock), api_app(api))
        serve_until_told(app, "console", port=8081, probe=probe)


if __name__ == "__main__":
    main()
