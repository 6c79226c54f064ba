"""`troth run --server`: the work of every organisation of a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from troth.cli.jobs import (
    check_names,
    done_json,
    list_lines,
    log_done,
    standing_json,
    tell,
    watched,
    well,
)
from troth.cli.opened import clock, print_json

if TYPE_CHECKING:
    from troth.desk.fleet.organisations import Organisations
    from troth.desk.nightly.worker import Done

AT_ONCE = 4  # organisations worked for at the same time


def run_many(file: Path, only: list[str], *, list_: bool, watch: bool, json: bool) -> int:
    """Does what is due for each; one that is broken is reported and stops no other."""
    from troth.desk.fleet.organisations import Organisations
    from troth.desk.nightly.jobs import jobs_of
    from troth.project.model import NightlySettings
    from troth.project.server import load_server

    check_names(jobs_of(NightlySettings()), only)
    server = load_server(file, os.environ)
    with Organisations(server, os.environ, clock) as organisations:
        if list_:
            return _list(organisations, json=json)
        if watch:
            _watch(organisations)
            return 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            names = organisations.names
            found = dict(
                zip(names, pool.map(lambda n: _work(organisations, n, only), names), strict=True)
            )
    return _tell(found, json=json)


def _work(organisations: Organisations, name: str, only: list[str]) -> list[Done]:
    """The jobs of one organisation; an error of the organisation itself is one more."""
    from troth.desk.fleet.office import office_of
    from troth.desk.nightly.jobs import jobs_of
    from troth.desk.nightly.worker import Done, holder_name, run_due
    from troth.errors import TrothError

    try:
        office = office_of(organisations, name, clock)
        jobs = jobs_of(office.project.nightly)
        return run_due(office, jobs, holder=holder_name(), only=only)
    except TrothError as error:
        return [Done("opening", None, error)]


def _watch(organisations: Organisations) -> None:
    """Each organisation in its turn, none twice at once; what is broken is told when it changes."""
    told: dict[str, str] = {}
    running: dict[str, Future[list[Done]]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def turn() -> None:
            for name in organisations.names:
                before = running.get(name)
                if before is not None:
                    if not before.done():
                        continue
                    for done in _changed(name, before.result(), told):
                        log_done(done, name)
                running[name] = pool.submit(_work, organisations, name, [])

        watched(turn)


def _changed(name: str, found: list[Done], told: dict[str, str]) -> Iterator[Done]:
    """Those of which there is something new to tell: a failure counts once until it changes."""
    for done in found:
        code = done.error.code if done.error else ""
        key = f"{name}/{done.job}"
        if code and told.get(key) == code:
            continue
        told[key] = code
        yield done


def _tell_one(name: str, done: Done) -> None:
    if done.error is not None or done.result is None:
        typer.echo(f"{name}: {done.job}: {done.error}", err=True)
    elif any(done.result.counts.values()):
        typer.echo(f"{name}: ", nl=False)
        tell(done)


def _tell(found: dict[str, list[Done]], *, json: bool) -> int:
    if json:
        shown: list[dict[str, Any]] = [
            {"organisation": name, "jobs": [done_json(one) for one in done]}
            for name, done in found.items()
        ]
        print_json({"organisations": shown})
    else:
        for name, done in found.items():
            for one in done:
                _tell_one(name, one)
    return 0 if all(well(one) for done in found.values() for one in done) else 1


def _list(organisations: Organisations, *, json: bool) -> int:
    from troth.desk.fleet.office import office_of
    from troth.desk.nightly.jobs import jobs_of
    from troth.desk.nightly.worker import standings
    from troth.errors import TrothError

    shown: list[dict[str, Any]] = []
    status = 0
    for name in organisations.names:
        try:
            office = office_of(organisations, name, clock)
            found = standings(office, jobs_of(office.project.nightly))
        except TrothError as error:
            status = 1
            shown.append({"organisation": name, "error": error.as_json(), "jobs": []})
            if not json:
                typer.echo(f"{name}: {error}", err=True)
            continue
        if any(one.record.state in ("failed", "waiting") for one in found):
            status = 1
        shown.append(
            {"organisation": name, "error": None, "jobs": [standing_json(one) for one in found]}
        )
        if not json:
            typer.echo(name)
            list_lines(office, found, clock())
    if json:
        print_json({"organisations": shown})
    return status
