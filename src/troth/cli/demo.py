"""`troth demo`: a made-up organisation with broken promises, checked, planned for and repaired."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.check import telling
from troth.cli.opened import AsJson, clock, day_option, print_json
from troth.cli.opening import Ready, ready

if TYPE_CHECKING:
    from troth.apply.outcome import Outcome
    from troth.apply.promises import CheckReport, Finding, PromiseState
    from troth.demo.history import History
    from troth.plan.model import Plan
    from troth.report.page import Insight

PEOPLE = 3_000
WORST = 3  # broken promises that are told one by one
APPROVED_FOR = timedelta(hours=1)


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where to put it; default: troth-demo.")
    ] = Path("troth-demo"),
    postgres: Annotated[
        bool, typer.Option("--postgres", help="On a PostgreSQL that the demo starts itself.")
    ] = False,
    people: Annotated[int, typer.Option(min=30, max=100_000, help="How many people.")] = PEOPLE,
    day: Annotated[
        str | None,
        typer.Option(help="The day on which the story is told; only today's plan is applied."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make an older demo in that folder anew.")
    ] = False,
    json: AsJson = False,
) -> int:
    """Show everything on a made-up organisation, without any set-up; leaves a project to try.

    SoftFil has ten databases, ten years of history and many broken promises. They are checked,
    planned for, repaired and checked again. Exit status: 0, or 2 where it could not run.

    Example: troth demo my-demo --people 1000
    """
    told = _Telling(day_option(day, "--day"), people, quiet=json)
    from troth.demo.folder import prepare_folder

    prepare_folder(folder, force=force)
    with _databases(folder, postgres=postgres) as addresses:
        result = _run(folder, addresses, told)
    if json:
        print_json(result)
    else:
        told.farewell(folder, postgres=postgres)
    return 0


@contextmanager
def _databases(folder: Path, *, postgres: bool) -> Iterator[Mapping[str, str]]:
    if not postgres:
        from troth.demo.folder import database_files

        yield database_files(folder)
        return
    from troth.demo.server import postgresql

    with postgresql(folder) as addresses:
        yield addresses


@dataclass
class _Telling:
    """What is told, line by line; nothing of it under `--json`."""

    day: date | None
    people: int
    quiet: bool

    def say(self, line: str) -> None:
        if not self.quiet:
            typer.echo(line)

    def farewell(self, folder: Path, *, postgres: bool) -> None:
        self.say(f"\nTo go on: cd {folder}")
        if postgres:
            self.say(f"  {Path(sys.executable).name} -m troth.demo.server .   starts PostgreSQL")
        self.say("  troth check                     the promises, as the databases keep them now")
        self.say("  troth plan --at 2028-01-01      what will fall due until another day")
        self.say("  troth hold list                 the case that keeps two old papers")
        self.say("  troth journal verify            nothing in the history was changed")
        self.say("  troth account add me --role dpo   a code for /enrol, to sign in at the console")
        self.say("  troth serve                     the pages for people's rights, and the console")
        self.say("Or edit policy.yaml (say, P3Y to P1Y), and check again.")


def _run(folder: Path, addresses: Mapping[str, str], told: _Telling) -> dict[str, Any]:
    from troth.demo.folder import write_project
    from troth.demo.history import history
    from troth.demo.world import build
    from troth.law.calendar import day_of
    from troth.project.load import load_policy

    write_project(folder, addresses)
    today = day_of(clock(), load_policy(folder / "policy.yaml").zoneinfo)
    made = history(told.day or today, people=told.people)
    build(addresses, made.rows)
    rows = sum(len(found) for found in made.rows.values())
    told.say(
        f"SoftFil, a made-up maker of devices, on {(told.day or today).isoformat()}: "
        f"{rows:,} rows of some {told.people:,} people in {len(addresses)} databases."
    )
    with ready(folder, "write") as here:
        return _story(folder, here, made, told)


def _story(folder: Path, here: Ready, made: History, told: _Telling) -> dict[str, Any]:
    from troth.apply.forecast import forecast
    from troth.apply.plan_file import write_plan
    from troth.apply.planning import make_plan
    from troth.demo.record import record
    from troth.report.page import Insight

    now = here.instant(told.day)
    record(here.ledger, here.organisation, made, min(now, here.now))
    told.say(
        f"Its ledger holds {len(made.consents):,} consents and {len(made.holds)} legal hold; its "
        f"policy {len(here.project.policy.activities)} processing activities."
    )
    before = _checked(here, now, told)
    _tell_check(before, told)
    with telling(quiet=told.quiet) as status:
        plan = make_plan(here.setting, here.facts(now), now, status)
    write_plan(plan, folder / "plan.json")
    _write_report(folder / "report-before.html", before, here, Insight(None, plan.notices))
    rows = _rows_by_kind(plan)
    told.say(
        f"Plan: delete {rows['delete-rows']:,} rows, erase values in {rows['erase-values']:,}, and "
        f"keep {rows['archive-rows']:,} of them in the archive (plan.json, {plan.digest()[:12]})."
    )
    found: dict[str, Any] = {
        "folder": str(folder),
        "day": plan.day.isoformat(),
        "before": _counted(before),
        "plan": {"digest": plan.digest(), "steps": len(plan.steps), "rows": rows},
    }
    if plan.day != here.today():
        told.say("This plan is of another day: it shows what will be due, and cannot be applied.")
        told.say("Report: report-before.html.")
        return found
    outcome = _applied(plan, here, told)
    after = _checked(here, clock(), told)
    told.say(
        f"Check again: {len(after.having('kept'))} of {len(after.promises)} promises kept, "
        f"{len(after.having('broken'))} broken, {len(after.having('unknown'))} unknown: what no "
        "date or proof decides stays, and is reported."
    )
    verified = _verified(here, told)
    with telling(quiet=told.quiet) as status:
        months = forecast(here.setting, here.facts(after.at), after.at, status)
    _write_report(folder / "report.html", after, here, Insight(months, ()))
    told.say("Reports: report-before.html, and report.html with what falls due in two years.")
    _open(folder / "report.html", quiet=told.quiet)
    return found | {
        "apply": {"written": sum(outcome.written.values()), "remaining": dict(outcome.remaining)},
        "journal": verified,
        "after": _counted(after),
    }


def _checked(here: Ready, now: datetime, told: _Telling) -> CheckReport:
    from troth.apply.check import check

    with telling(quiet=told.quiet) as status:
        return check(here.setting, here.facts(now), now, status)


def _tell_check(report: CheckReport, told: _Telling) -> None:
    broken = report.having("broken")
    told.say(
        f"Check: {len(report.having('kept'))} of {len(report.promises)} promises kept, "
        f"{len(broken)} broken, {len(report.having('unknown'))} unknown. The most rows:"
    )
    for state, most in _worst(broken):
        told.say(
            f"  {most.due:,} in {most.store}.{most.table}: {state.promise.sentence} "
            f"[{', '.join(state.promise.clauses)}]"
        )
    names = [
        f"{one.store}.{'.'.join((one.table, *one.columns))}"
        for one in report.undeclared
        if one.kind in ("table", "column")
    ]
    if names:
        told.say(f"Not in the map, so nobody answers for it: {', '.join(names)}.")


def _worst(broken: Sequence[PromiseState]) -> list[tuple[PromiseState, Finding]]:
    """The promises broken by the most rows, each of another table."""
    most = [(state, max(state.findings, key=lambda one: one.due)) for state in broken]
    by_table: dict[tuple[str, str], tuple[PromiseState, Finding]] = {}
    for state, finding in sorted(most, key=lambda each: -each[1].due):
        by_table.setdefault((finding.store, finding.table), (state, finding))
    return list(by_table.values())[:WORST]


def _applied(plan: Plan, here: Ready, told: _Telling) -> Outcome:
    from troth.apply.run import apply_plan
    from troth.cli.show_progress import shown_progress
    from troth.demo.record import BY
    from troth.ledger.plans import approve_plan

    began = clock()
    with here.ledger.writing(here.organisation) as writing:
        approve_plan(writing, plan.digest(), by=BY, at=began, expires_at=began + APPROVED_FOR)
    with shown_progress(plan, quiet=told.quiet) as progress:
        outcome = apply_plan(plan, here.setting, here.ledger, clock, by=BY, progress=progress)
    seconds = (clock() - began).total_seconds()
    left = sum(outcome.remaining.values())
    told.say(
        f"Apply: {sum(outcome.written.values()):,} rows written in {outcome.batches} batches, "
        f"{seconds:.0f} s. A fresh look finds {'nothing' if not left else f'{left:,} rows'} "
        "of it still due."
    )
    return outcome


def _verified(here: Ready, told: _Telling) -> dict[str, Any]:
    from troth.ledger.verify import verify

    with here.ledger.reading(here.organisation) as reading:
        found = verify(reading)
    told.say(
        f"The journal of {found.entries:,} entries is {'intact' if found.ok else 'NOT intact'}."
    )
    return {"entries": found.entries, "ok": found.ok}


def _write_report(file: Path, report: CheckReport, here: Ready, insight: Insight) -> None:
    from troth.report.page import page

    file.write_text(page(report, here.project.policy, insight, "en"), encoding="utf-8")


def _open(file: Path, *, quiet: bool) -> None:
    """Shows the report to a person at a screen; what goes wrong with that is no failure."""
    import os
    import webbrowser

    screen = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if quiet or not screen or not sys.stdout.isatty():
        return
    with suppress(OSError, webbrowser.Error):
        webbrowser.open(file.resolve().as_uri())


def _rows_by_kind(plan: Plan) -> dict[str, int]:
    rows = {"delete-rows": 0, "erase-values": 0, "archive-rows": 0, "send-invitations": 0}
    for step in plan.steps:
        rows[step.kind] += step.counts.rows if step.counts is not None else 0
    return rows


def _counted(report: CheckReport) -> dict[str, int]:
    return {
        "promises": len(report.promises),
        **{status: len(report.having(status)) for status in ("kept", "broken", "unknown")},
    }
