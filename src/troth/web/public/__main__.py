"""The public process: `python -m troth.web.public`, told by its environment where the box is.

It ends with whoever started it, at the latest when the pipe on its standard input closes.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from troth.postbox.box import open_postbox
from troth.web.process import serve_until_told
from troth.web.public.app import public_app
from troth.web.public.limits import Limits


def main() -> None:
    """Serves until it is told to end; no line of its log names who called."""
    box = open_postbox(os.environ["TROTH_POSTBOX"])
    app = public_app(box, lambda: datetime.now(UTC), Limits(time.monotonic))

    def ask() -> None:
        box.window("")

    serve_until_told(app, "public", port=8080, probe=ask)


if __name__ == "__main__":
    main()
