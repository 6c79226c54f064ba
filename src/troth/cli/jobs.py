"""`troth run`: the work that is due, done once or again and again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, ProjectFolder, clock, print_json

if TYPE_CHECKING:
    from troth.desk.nightly.office import Office
    from troth.desk.nightly.worker import Done, Job, Standing

LOOK_SECONDS = 15.0
SUPERVISED = "TROTH_SUPERVISED"
"""In the environment of a worker that ends with the process that started it."""


def command(
    list_: Annotated[
        bool, typer.Option("--list", help="Show the jobs, when each is due and how it went.")
    ] = False,
    job: Annotated[
        list[str] | None, typer.Option(help="Do this job now, due or not. Repeatable.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on doing what falls due, until Ctrl-C.")
    ] = False,
    server: Annotated[
        Path | None,
        typer.Option("--server", help="The file of a server: all of its organisations."),
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Do the work that is due: check, plan, approved rules, letters, reminders.

    Each job is done by one process alone, however many servers share the ledger; one that fails is
    tried again later, and the others go on. From cron or systemd it runs what is due and ends;
    troth serve does the same while it runs. Exit status: 1 where a job failed or something waits
    for a person.

    Example: troth run --list
    """
    if server is not None:
        from troth.cli.jobs_of_many import run_many

        return run_many(server, job or [], list_=list_, watch=watch, json=json)
    import os

    from troth.desk.nightly.jobs import jobs_of
    from troth.desk.nightly.office import Office
    from troth.desk.nightly.worker import holder_name, run_due, standings
    from troth.ledger.ledger import open_ledger
    from troth.project.load import load_project

    loaded = load_project(project, os.environ)
    with open_ledger(loaded.ledger.reveal(), at=clock()) as ledger:
        office = Office(
            loaded,
            ledger,
            clock,
            postbox=str(loaded.folder / "postbox.sqlite"),
            key_file=loaded.folder / "postbox.key",
        )
        jobs = jobs_of(loaded.nightly)
        check_names(jobs, job or [])
        if list_:
            return _list(office, standings(office, jobs), json=json)
        if watch:
            holder = holder_name()
            watched(lambda: _run(office, jobs, holder))
            return 0
        found = run_due(
            office, jobs, holder=holder_name(), only=job or [], told=_silent if json else tell
        )
    if json:
        print_json({"jobs": [done_json(one) for one in found]})
    elif not found:
        typer.echo("nothing is due")
    return 0 if all(well(one) for one in found) else 1


def watched(turn: Callable[[], object]) -> None:
    """Does a turn again and again, until Ctrl-C, or until whoever started it has gone."""
    import os
    import signal
    import sys
    import threading

    from troth.logs import set_up

    set_up("worker")
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())

    def end_with_parent() -> None:
        # by the descriptor: a thread that waits inside sys.stdin makes Python's own end fatal
        while os.read(sys.stdin.fileno(), 1):
            pass
        stop.set()

    if SUPERVISED in os.environ:
        threading.Thread(target=end_with_parent, daemon=True).start()
    while not stop.is_set():
        turn()
        stop.wait(LOOK_SECONDS)


def _run(office: Office, jobs: tuple[Job, ...], holder: str) -> None:
    from troth.desk.nightly.worker import run_due
    from troth.errors import TrothError
    from troth.logs import logger

    name = office.organisation
    try:
        run_due(office, jobs, holder=holder, told=lambda done: log_done(done, name))
    except TrothError as error:  # the ledger is away for a while
        logger().error("no-work", organisation=name, code=error.code, told=str(error))


def well(done: Done) -> bool:
    """It was done, and nothing of it waits for a person."""
    return done.result is not None and done.result.state == "done"


def _silent(_done: Done) -> None:
    """Nothing is told while it runs."""


def _list(office: Office, found: list[Standing], *, json: bool) -> int:
    if json:
        print_json({"jobs": [standing_json(one) for one in found]})
    else:
        list_lines(office, found, office.clock())
    return 1 if any(one.record.state in ("failed", "waiting") for one in found) else 0


def list_lines(office: Office, found: list[Standing], now: datetime) -> None:
    """The jobs of one organisation on the terminal."""
    zone = office.project.policy.zoneinfo
    for one in found:
        last = one.record.ended_at
        when = f"{last.astimezone(zone):%Y-%m-%d %H:%M}" if last else "never"
        state = "running" if one.running else one.record.state
        code = f" [{one.record.code}]" if one.record.code else ""
        due = "now" if one.due <= now else f"{one.due.astimezone(zone):%Y-%m-%d %H:%M}"
        typer.echo(f"{one.job.name:<10}  {state}{code}  last {when}, next {due}")
        typer.echo(f"            {one.job.purpose}{_counts(one.record.counts)}")


def tell(done: Done) -> None:
    """How a job went, on one line; a failure on stderr."""
    if done.error is not None:
        typer.echo(f"{done.job}: {done.error}", err=True)
    elif done.result is not None and (any(done.result.counts.values()) or _nightly(done.job)):
        waiting = "" if done.result.state == "done" else "  (something waits for a person)"
        typer.echo(f"{done.job}{_counts(done.result.counts)}{waiting}")


def log_done(done: Done, organisation: str) -> None:
    """How a job went, as a line of the log of whoever goes on working."""
    from troth.logs import logger

    if done.error is not None:
        told = {"code": done.error.code, "told": str(done.error)}
        logger().error("job-failed", organisation=organisation, job=done.job, **told)
    elif done.result is not None and (any(done.result.counts.values()) or _nightly(done.job)):
        about = {"state": done.result.state, **done.result.counts}
        logger().info("job", organisation=organisation, job=done.job, **about)


def done_json(done: Done) -> dict[str, Any]:
    """How a job went, in plain values."""
    return {
        "job": done.job,
        "state": done.result.state if done.result else "failed",
        "counts": dict(done.result.counts) if done.result else {},
        "error": done.error.as_json() if done.error else None,
    }


def standing_json(one: Standing) -> dict[str, Any]:
    """How a job stands, in plain values; instants in UTC."""

    def text(at: datetime | None) -> str | None:
        return at.isoformat() if at is not None else None

    record = one.record
    return {
        "job": one.job.name,
        "purpose": one.job.purpose,
        "state": "running" if one.running else record.state,
        "code": record.code,
        "failures": record.failures,
        "started_at": text(record.started_at),
        "ended_at": text(record.ended_at),
        "night": record.night.isoformat() if record.night else None,
        "due_at": text(one.due),
        "counts": dict(record.counts),
        "holder": record.holder if one.running else None,
    }


def _counts(counts: Any) -> str:
    shown = ", ".join(f"{name} {number}" for name, number in counts.items())
    return f": {shown}" if shown else ""


def _nightly(job: str) -> bool:
    return job in ("check", "retention")


def check_names(jobs: tuple[Job, ...], wanted: list[str]) -> None:
    from troth.documents.nearest import advice
    from troth.errors import Refused

    known = [job.name for job in jobs]
    for name in wanted:
        if name not in known:
            raise Refused(
                "unknown-job",
                f"there is no job '{name}'",
                help=advice(name, known) or f"one of {', '.join(known)}",
            )
