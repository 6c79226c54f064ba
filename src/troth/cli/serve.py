"""`troth serve`: the public pages, and the desk that takes what is written there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import ProjectFolder, clock

if TYPE_CHECKING:
    from troth.datamap.model import DataMap
    from troth.desk.intake.collect import Collected
    from troth.errors import Transient
    from troth.policy.model import Policy
    from troth.project.load import Settings


class LogForm(StrEnum):
    TEXT = "text"
    JSON = "json"


def command(
    port: Annotated[int, typer.Option(help="The port of the public pages.", min=1)] = 8080,
    listen: Annotated[
        str, typer.Option(help="The address of this machine to listen on.")
    ] = "127.0.0.1",
    host: Annotated[
        str | None,
        typer.Option(help="The host under which people reach them; default: the address."),
    ] = None,
    console_port: Annotated[
        int | None,
        typer.Option(help="The port of the console; default: the one after --port.", min=1),
    ] = None,
    console_listen: Annotated[
        str, typer.Option(help="The address of this machine on which the console listens.")
    ] = "127.0.0.1",
    console_host: Annotated[
        list[str] | None,
        typer.Option(help="A host under which the console is reached. Repeatable."),
    ] = None,
    work: Annotated[
        bool, typer.Option("--work/--no-work", help="Do the nightly work as well.")
    ] = True,
    server: Annotated[
        Path | None,
        typer.Option("--server", help="The file of a server: many organisations, by their hosts."),
    ] = None,
    log: Annotated[
        LogForm | None,
        typer.Option(help="How its log is written: text or json; default: what TROTH_LOG says."),
    ] = None,
    project: ProjectFolder = Path(),
) -> None:
    """Serve the public pages where people exercise their rights, and the console of the desk.

    The pages run in a process of their own, which can reach the post box (postbox.sqlite in the
    project folder) and nothing else. What people send is sealed for the desk, whose key is in
    postbox.key, becomes a request in the ledger within a second, and is listed by troth request
    inbox. Put a web server with TLS before it. Ctrl-C ends it.

    The console runs in another process, on this machine alone unless told otherwise; whom troth
    account add has let in signs in there. The nightly work runs in a third (see troth run); with
    --no-work it is left to cron or systemd.

    All of them log to stderr, without a name of anybody: each request that failed or took long,
    each job, each defect with its place in the code. /-/health answers on both ports.

    Example: troth serve --port 8080 --host your-data.example
    """
    import os

    from troth.logs import FORM, set_up

    if log is not None:
        os.environ[FORM] = log.value  # its processes write as it does
    set_up("desk")
    if server is not None:
        from troth.cli.serve_many import serve_server

        serve_server(server, listen, port, console_listen, console_port or port + 1, work=work)
        return
    import signal
    import threading

    from troth.desk.intake.key import KeyFile
    from troth.desk.intake.look import look_of
    from troth.ledger.ledger import open_ledger
    from troth.postbox.box import open_postbox
    from troth.project.load import load_policy, load_settings
    from troth.web.serve import Console, Desk, Listening, serve

    folder = project.resolve()
    settings = load_settings(folder, os.environ)
    policy = load_policy(settings.policy_file)
    box_file = str(folder / "postbox.sqlite")
    listening = Listening(listen, port, host or f"{listen}:{port}")
    own_port = console_port or port + 1
    asked = [*(console_host or ()), *([settings.desk.host] if settings.desk.host else ())]
    hosts = (*asked, f"localhost:{own_port}", f"{console_listen}:{own_port}")
    console = Console(folder, console_listen, own_port, hosts)
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())
    with (
        open_postbox(box_file, make=True) as box,
        open_ledger(settings.ledger.reveal(), at=clock()) as ledger,
    ):
        keys = KeyFile(folder / "postbox.key")
        desk = Desk(box, ledger, policy, keys, clock, _map(settings, policy), look_of(settings))
        typer.echo(f"{policy.organisation}: http://{listen}:{port}/ (Ctrl-C ends)")
        typer.echo(f"console: http://localhost:{own_port}/")
        _tell_draft(policy)
        serve(
            desk,
            box_file,
            listening,
            stop=stop,
            told=_tell,
            failed=_failed,
            console=console,
            worker=folder if work else None,
        )


def _map(settings: Settings, policy: Policy) -> DataMap | None:
    """The data map, where the project has one yet."""
    from troth.datamap.load import parse_map
    from troth.project.load import read_file

    if not settings.map_file.exists():
        return None
    name = settings.map_file.name
    return parse_map(read_file(settings.map_file, name), name, policy)[0]


def _tell_draft(policy: Policy) -> None:
    """That people read of a draft, where something of the policy is not settled."""
    from troth.notice.ready import stopping

    left = sum(1 for _ in stopping(policy))
    if left:
        told = f"{left} thing{'' if left == 1 else 's'} of the policy"
        typer.echo(f"{told} left to settle: its page says that it is a draft", err=True)


def _tell(found: Collected) -> None:
    from troth.logs import logger

    if found.taken or found.others:
        logger().info("letters-taken", requests=found.taken, others=found.others)
    for number in found.unreadable:
        logger().error("letter-unreadable", number=number)


def _failed(error: Transient) -> None:
    from troth.logs import logger

    logger().warning("not-collected", code=error.code, told=str(error))
