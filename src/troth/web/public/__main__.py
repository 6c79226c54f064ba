"""The public process: `python -m troth.web.public`, told by its environment where the box is.

It ends with whoever started it, at the latest when the pipe on its standard input closes.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import UTC, datetime

import uvicorn

from troth.postbox.box import open_postbox
from troth.web.public.app import public_app
from troth.web.public.limits import Limits


def main() -> None:
    """Serves until it is told to end; no line of its log names who called."""
    box = open_postbox(os.environ["TROTH_POSTBOX"])
    app = public_app(box, lambda: datetime.now(UTC), Limits(time.monotonic))
    config = uvicorn.Config(
        app,
        host=os.environ.get("TROTH_LISTEN", "127.0.0.1"),
        port=int(os.environ.get("TROTH_PORT", "8080")),
        # Whose X-Forwarded-For and -Proto count; the organisation is that of the Host header alone.
        forwarded_allow_ips=os.environ.get("TROTH_PROXIES", "127.0.0.1"),
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
