"""`troth check`: promise and reality, for a person, a program, or a manager."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, ProjectFolder, day_option, print_json
from troth.cli.opening import At, open_stores, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troth.apply.schema_check import Difference

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

    with ready(project, "read") as here, telling(quiet=json) as told:
        now = here.instant(day)
        facts = here.facts(now)
        report = check(here.setting, facts, now, told)
    if json:
        from troth.report.as_json import check_json

        print_json(check_json(report))
    else:
        from troth.cli.show_check import show_check

        show_check(report)
    return 0 if report.clean else 1


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
