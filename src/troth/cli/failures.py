"""How a failure reaches a person: one clear message, or one JSON object, never a traceback."""

from __future__ import annotations

import errno
import json as _json
from contextlib import suppress

import typer

from troth.cli.encoding import only_ascii
from troth.cli.entry import INTERRUPTED
from troth.errors import Problems, TrothError

COULD_NOT_RUN = 2


def report(error: BaseException, *, json: bool) -> int:
    """Print `error` (on stderr; under `--json` the object on stdout) and return the exit status."""
    shown = _known(error)
    try:
        if json:
            typer.echo(_json.dumps(_as_json(shown), ensure_ascii=only_ascii()))
        else:
            typer.echo(str(shown), err=True)
    except OSError:
        _tell_otherwise(shown, json=json)
    return INTERRUPTED if shown.code == "interrupted" else COULD_NOT_RUN


def _tell_otherwise(error: TrothError, *, json: bool) -> None:
    """Where stdout takes nothing any more, stderr may; else the exit status alone tells."""
    if json:
        with suppress(OSError):
            typer.echo(str(error), err=True)


def _known(error: BaseException) -> TrothError:
    """The error in our own form; of a stranger only its kind is told, its text may hold data."""
    match error:
        case TrothError():
            return error
        case KeyboardInterrupt() | typer.Abort():
            return TrothError("interrupted", "stopped at your request")
        case typer.TyperException():
            message = error.format_message().rstrip(".")
            return TrothError("usage", message[:1].lower() + message[1:], help=_usage(error))
        case OSError(errno=errno.ENOSPC | errno.EIO | errno.EDQUOT):
            why = (error.strerror or "it is closed").lower()
            return TrothError(
                "output-unwritable",
                f"the output cannot be written: {why}",
                help="free some space, or send it elsewhere",
            )
        case UnicodeEncodeError():
            return TrothError(
                "text-not-encodable",
                f"a text holds what the encoding {error.encoding} cannot write",
                help="use a UTF-8 locale: export LANG=C.UTF-8",
            )
        case MemoryError():
            return TrothError("out-of-memory", "there is not enough memory")
        case _:
            name = type(error).__name__
            return TrothError(
                "unexpected",
                f"an unexpected failure ({name}); this is a defect of troth",
                help="run the same command with --debug, and report what it shows",
            )


def _usage(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", None) or "troth"
    return f"see {path} --help"


def _as_json(error: TrothError) -> dict[str, object]:
    shown: dict[str, object] = dict(error.as_json())
    if isinstance(error, Problems):
        shown["problems"] = [problem.as_json() for problem in error.problems]
    return shown
