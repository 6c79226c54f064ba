"""Where the process begins: Ctrl-C while the program still loads ends in one line, like later.

Nothing else is imported here, so that this stands before anything that takes time.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C has ended
_SAID = "stopped at your request"
_JSON = (
    f'{{"error": "error", "code": "interrupted", "message": "{_SAID}", "place": "", "help": ""}}'
)


def run() -> None:
    """The entry point of the command `troth`."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell's & ignores it
        signal.signal(signal.SIGINT, _leave)
    from troth.cli.main import run as command

    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        command()
    except KeyboardInterrupt:  # on the way into its own handling, or out of it
        if "--debug" in sys.argv:
            raise
        _leave(signal.SIGINT, None)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Nothing has been opened yet: there is nothing to close, and half a module to leave behind."""
    if "--json" in sys.argv:
        os.write(1, f"{_JSON}\n".encode())
    else:
        os.write(2, f"{_SAID} [interrupted]\n".encode())
    os._exit(INTERRUPTED)
