"""`troth check`: promise and reality, for a person, a program, or a manager."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, ProjectFolder, day_option, print_json
from troth.cli.opening import At, open_stores, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from troth.apply.promises import CheckReport
    from troth.apply.schema_check import Difference
    from troth.cli.opening import Ready
    from troth.grounds.facts import Facts
    from troth.language import Language
    from troth.project.load import Project
    from troth.report.page import Insight

SchemaOnly = Annotated[
    bool, typer.Option("--schema", help="Compare map and databases only; for an application's CI.")
]


def command(
    schema: SchemaOnly = False,
    html: Annotated[
        Path | None, typer.Option(help="Also write the report as one HTML file.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language of the HTML report: en or fr.")] = None,
    at: At = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Compare what the policy promises with what the databases hold; nothing is changed.

    Exit status: 0 every promise is kept, 1 something is broken, unknown or undeclared, 2 it could
    not run.

    Example: troth check --html report.html
    """
    if schema:
        return _check_schema(project, json=json)
    day = day_option(at, "--at")
    from troth.apply.check import check

    language = _language(lang)
    if html is not None:
        _refuse_unwritable(html)
    with ready(project, "read") as here, telling(quiet=json) as told:
        now = here.instant(day)
        facts = here.facts(now)
        found = check(here.setting, facts, now, told)
        report = replace(found, remarks=here.project.remarks)
        if day is None:
            report = _with_silences(here, report)
        if html is not None:
            insight = _insight(here, facts, now, told)
            _write(html, report, here.project, insight, language or here.project.locale)
    if json:
        from troth.report.as_json import check_json

        print_json(check_json(report))
    else:
        from troth.cli.show_check import show_check

        show_check(report)
    return 0 if report.clean else 1


def _language(text: str | None) -> Language | None:
    from troth.errors import Refused
    from troth.language import LANGUAGES

    found = next((one for one in LANGUAGES if one == text), None)
    if text is not None and found is None:
        raise Refused(
            "unknown-language",
            f"there is no report in '{text}'",
            place="--lang",
            help=f"choose {' or '.join(LANGUAGES)}",
        )
    return found


def _refuse_unwritable(file: Path) -> None:
    """Before hours of counting: a report that has no folder, or whose name is a folder's."""
    from troth.errors import Refused

    why = "is a directory" if file.is_dir() else "" if file.parent.is_dir() else "no such directory"
    if why:
        raise Refused("file-unwritable", why, place=str(file), help="name another file")


def _with_silences(here: Ready, report: CheckReport) -> CheckReport:
    """The report with rules that fell silent since earlier checks; this one's counts are kept."""
    from troth.apply.silence import governed, silences
    from troth.desk.overview import checked
    from troth.errors import TrothError
    from troth.ledger.matches import read_matches, record_matches

    rows = governed(report)
    with here.ledger.reading(here.organisation) as reading:
        history = read_matches(reading, report.as_of)
    try:
        with here.ledger.writing(here.organisation) as writing:
            record_matches(writing, report.as_of, rows)
            checked.keep(writing, report)  # for the console
    except TrothError as error:
        # whoever may only read the ledger, or meets a writer, still gets the answer
        if error.code not in ("ledger-read-only", "ledger-locked"):
            raise
    return replace(report, silent=silences(rows, history, report.as_of))


def _insight(here: Ready, facts: Facts, now: datetime, told: Callable[[str], None]) -> Insight:
    """What the HTML report shows beside the check."""
    from troth.apply.forecast import forecast
    from troth.apply.planning import schemas_of
    from troth.plan.build import build
    from troth.report.page import Insight

    setting = here.setting
    schemas = schemas_of(setting)
    plan = build(setting.policy, setting.map, schemas, facts, now, setting.limits)
    return Insight(forecast(setting, facts, now, told), plan.notices)


def _write(
    file: Path, report: CheckReport, project: Project, insight: Insight, language: Language
) -> None:
    from troth.errors import Refused
    from troth.report.page import page

    text = page(report, project.policy, insight, language)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        why = (error.strerror or "the file cannot be written").lower()
        raise Refused("file-unwritable", why, place=str(file)) from None


@contextmanager
def telling(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line on stderr that says what is being looked at; nothing where nobody looks."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status("opening the stores") as status:
        yield status.update


def _check_schema(folder: Path, *, json: bool) -> int:
    import os

    from troth.apply.planning import Setting, schemas_of
    from troth.apply.schema_check import differences
    from troth.project.load import load_project

    project = load_project(folder, os.environ)
    stores = open_stores(project, "read")
    setting = Setting(project.policy, project.map, stores, project.limits)
    found = differences(project.map, schemas_of(setting))
    if json:
        print_json({"differences": [_difference(one) for one in found]})
    else:
        for one in found:
            typer.echo(f"{one}  [{one.code}]")
        typer.echo(_summary(len(found)))
    return 1 if found else 0


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "code": one.code,
        "store": one.store,
        "table": one.table,
        "column": one.column,
        "message": str(one),
    }


def _summary(number: int) -> str:
    if not number:
        return "map and databases agree"
    differences = "1 difference" if number == 1 else f"{number} differences"
    return f"{differences}: complete map.yaml, or list tables to leave alone under 'ignored'"
