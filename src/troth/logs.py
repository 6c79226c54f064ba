"""What a server process writes of itself, for whoever runs it: events with fields, one a line.

No line names a person. An error is told by its kinds, its codes and the places in the code; its
text stays out, because the text of a stranger may hold a value of a row or a word of a form.
`TROTH_LOG=json` makes each line a JSON object, `TROTH_LOG_LEVEL=debug` shows every call. Lines go
to stderr; instants are in UTC.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, get_args

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from troth.errors import TrothError

Form = Literal["text", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
FORM, LEVEL = VARIABLES = ("TROTH_LOG", "TROTH_LOG_LEVEL")
"""The variables of the environment: `text` or `json`; `debug` shows every call of a page."""
_LEVELS = {"debug": logging.DEBUG, "warning": logging.WARNING, "error": logging.ERROR}
_OWN = "troth"
_FRAMES = 12  # the innermost of an error
_SPEAKS_PLAINLY = "uvicorn"  # its messages are about sockets and protocols
_ROOT = Path(__file__).parent.parent


def form_in(environ: Mapping[str, str]) -> Form:
    """The form that an environment asks for; text unless it says json."""
    return "json" if environ.get(FORM) == "json" else "text"


def set_up(process: str, form: Form | None = None, *, libraries: bool = True) -> None:
    """Lets everything that this process logs leave in one form, our own and the libraries'."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _named(process),
        _broken_where,
    ]
    line = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_foreign, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _renderer(form or form_in(os.environ)),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(line)
    level = _LEVELS.get(os.environ.get(LEVEL, ""), logging.INFO)
    own = logging.getLogger(_OWN)
    own.setLevel(level)
    own.handlers[:] = [handler]
    own.propagate = False
    if libraries:
        root = logging.getLogger()
        root.setLevel(logging.WARNING)
        root.handlers[:] = [handler]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def logger() -> FilteringBoundLogger:
    """Where events go: `logger().info("mail-sent", letters=3)`."""
    if not structlog.is_configured():
        set_up(_OWN, libraries=False)
    log: FilteringBoundLogger = structlog.get_logger(_OWN)
    return log


def defect(error: BaseException, **about: object) -> None:
    """Logs an error that nobody thought of."""
    logger().error("defect", exc_info=error, **about)


def kinds_of(error: BaseException) -> list[str]:
    """The kinds of an error and of those behind it, ours with their codes."""
    return [
        f"{type(one).__name__}[{one.code}]" if isinstance(one, TrothError) else type(one).__name__
        for one in _chain(error)
    ]


def places_of(error: BaseException) -> list[str]:
    """Where the error that began it broke, outermost first: `desk/told.py:31 send`."""
    *_, first = _chain(error)
    return list(_frames(first.__traceback__))[-_FRAMES:]


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        behind = None if found.__suppress_context__ else found.__context__
        found = found.__cause__ or behind


def _frames(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{_short(Path(code.co_filename))}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


def _short(file: Path) -> str:
    """A file as it is named in the code, wherever it is installed."""
    if file.is_relative_to(_ROOT):
        return file.relative_to(_ROOT).as_posix()
    parts = file.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return file.name


def _named(process: str) -> structlog.typing.Processor:
    def name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return name


def _broken_where(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An error becomes its kinds and places."""
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = kinds_of(error)
        event["where"] = places_of(error)
    return event


def _foreign(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A line of a library: its own words only where they are about the network."""
    record: logging.LogRecord = event["_record"]
    event["library"] = record.name
    if record.name.startswith(_SPEAKS_PLAINLY):
        event["event"] = record.getMessage().strip()
    else:
        event["event"] = f"{_short(Path(record.pathname))}:{record.lineno}"
    if record.exc_info:
        event["exc_info"] = record.exc_info
    return event


def _renderer(form: Form) -> structlog.typing.Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=True)
    fields = structlog.processors.LogfmtRenderer(
        key_order=["at", "level", "process", "event"], drop_missing=True, bool_as_flag=False
    )

    def line(log: WrappedLogger, method: str, event: EventDict) -> str:
        flat = {key: " < ".join(v) if isinstance(v, list) else v for key, v in event.items()}
        return fields(log, method, flat)

    return line
