"""`troth lint`: a policy against the law, against itself, and against the data map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, ProjectFolder, print_json

if TYPE_CHECKING:
    from datetime import date

    from troth.lint.accepted import AcceptedFile
    from troth.lint.model import Flaw, Severity
    from troth.lint.words import Language
    from troth.project.model import ProjectFile


def command(
    file: Annotated[
        Path | None, typer.Argument(help="A policy in prose; absent: the project's policy.yaml.")
    ] = None,
    severity: Annotated[
        str, typer.Option(help="The least severity to show: error, warning or info.")
    ] = "info",
    explain: Annotated[
        str | None, typer.Option(help="Explain a code, and how to mend what it finds.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write them as one HTML file.")] = None,
    language: Annotated[
        str | None, typer.Option(help="en or fr; default: the project's, else the text's.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Find where a policy falls short of the law, contradicts itself, or promises nothing real.

    FILE is prose (txt, Markdown, HTML, PDF, docx; English or French): defects are shown as quotes,
    and each item of Art. 13 and 14 as present, doubtful or absent. Without FILE, policy.yaml of the
    project is examined, and map.yaml with it where there is one; no database is opened. Findings
    that lint.yaml accepts, with a reason, are counted and not shown.

    Findings are told in English or French; codes, rules and places are the same in both.

    Exit status: 0 nothing was found, 1 something was, 2 it could not run.

    Example: troth lint privacy-policy.pdf --severity warning
    """
    given = _language(language)
    if explain is not None:
        return _explain(explain, given or "en", json=json)
    least = _severity(severity)
    from troth.cli.opened import clock
    from troth.lint.accepted import sort
    from troth.lint.model import Severity
    from troth.lint.words import Words

    today = clock().date()
    lines: dict[str, str] = {}
    if file is None or file.suffix in (".yaml", ".yml"):
        folder = project if file is None else file.parent
        flaws, lines, name, own = _project(folder, file or _named(folder, "policy"), today)
        checked: tuple[Flaw, ...] = ()
    else:
        flaws, checked, own = _prose(file)
        folder, name = file.parent, str(file)
    words = Words(given or _locale(folder) or ("fr" if own == "fr" else "en"))
    found = words.sorted(sort(flaws, _accepted(folder), today).of(least))
    checked = tuple(map(words.flaw, checked))
    if html is not None:
        from troth.cli.notice_files import write
        from troth.lint.page import as_html

        page = as_html(found, checked, name, lines, words, text_language=own, day=today)
        write(html, page.encode("utf-8"))
    if json:
        from troth.lint.as_json import lint_json

        print_json(lint_json(found, checked, words.language))
    else:
        from troth.cli.show_lint import show_lint

        show_lint(found, checked, name, lines, every=least is Severity.INFO, words=words)
    return 1 if found.standing else 0


def _language(text: str | None) -> Language | None:
    from troth.errors import Refused
    from troth.lint.words import LANGUAGES

    found = next((one for one in LANGUAGES if one == text), None)
    if text is not None and found is None:
        raise Refused(
            "unknown-language",
            f"findings are not told in '{text}'",
            place="--language",
            help="write en or fr",
        )
    return found


def _locale(folder: Path) -> Language | None:
    """The language that the project sets, where there is a project that does."""
    settings = _settings(folder)
    return settings.locale if settings is not None else None


def _prose(file: Path) -> tuple[tuple[Flaw, ...], tuple[Flaw, ...], str]:
    """Findings about a text, each item of completeness, and the language of the text."""
    from troth.lint.links import targets_lost
    from troth.lint.whole import examine_text
    from troth.project.load import read_file
    from troth.reading.documents.load import read_text

    data = read_file(file, file.name)
    text = read_text(data, file.name)
    flaws, checked = examine_text(text, links_lost=targets_lost(data, file.name))
    return flaws, checked, text.language


def _project(
    folder: Path, file: Path, today: date
) -> tuple[tuple[Flaw, ...], dict[str, str], str, str]:
    """Findings about a typed policy, and its map where there is one; where they are; names.

    Last comes the first language of the policy.
    """
    from troth.cli.lint_places import lines_of
    from troth.datamap.load import parse_map
    from troth.documents.read import read_document
    from troth.lint.whole import examine_project
    from troth.policy.load import parse_policy
    from troth.project.load import read_file

    map_file = _named(folder, "map")
    written = read_file(file, file.name)
    policy = parse_policy(written, file.name)
    name, datamap, map_document = str(file), None, None
    if map_file.exists():
        mapped = read_file(map_file, map_file.name)
        datamap, _ = parse_map(mapped, map_file.name, policy)
        map_document = read_document(mapped, map_file.name)
        name = f"{file} with {map_file.name}"
    flaws = examine_project(policy, datamap, today)
    places = [place for flaw in flaws for place in flaw.places]
    document = read_document(written, file.name)
    lines = lines_of(places, policy, document, datamap, map_document)
    return flaws, lines, name, policy.languages[0]


def _named(folder: Path, what: str) -> Path:
    """policy.yaml or map.yaml, or what troth.yaml names."""
    settings = _settings(folder)
    if settings is not None:
        return folder / (settings.policy if what == "policy" else settings.map)
    return folder / f"{what}.yaml"


def _settings(folder: Path) -> ProjectFile | None:
    """What troth.yaml says, where there is one; its secrets are not asked for."""
    from troth.documents.read import read_document
    from troth.documents.validate import validate
    from troth.project.load import FILE, read_file
    from troth.project.model import ProjectFile

    if not (folder / FILE).exists():
        return None
    document = read_document(read_file(folder / FILE, FILE), FILE)
    return validate(document, ProjectFile, secret=True)


def _accepted(folder: Path) -> AcceptedFile | None:
    from troth.lint.accepted import FILE, parse_accepted
    from troth.project.load import read_file

    return parse_accepted(read_file(folder / FILE, FILE)) if (folder / FILE).exists() else None


def _severity(text: str) -> Severity:
    from troth.errors import Refused
    from troth.lint.model import Severity

    found = next((one for one in Severity if one.value == text), None)
    if found is None:
        raise Refused(
            "unknown-severity",
            f"there is no severity '{text}'",
            place="--severity",
            help="choose error, warning or info",
        )
    return found


def _explain(code: str, language: Language, *, json: bool) -> int:
    from dataclasses import asdict

    from troth.documents.nearest import advice
    from troth.errors import Refused
    from troth.lint.catalogue import CODES, rules_of
    from troth.lint.reference import entry
    from troth.lint.words import Words

    wanted = code.upper().replace("-", "_")
    if wanted not in CODES:
        raise Refused(
            "unknown-finding",
            f"no finding has the code '{code}'",
            place="--explain",
            help=advice(wanted, CODES) or "docs/reference/lint.md lists them all",
        )
    if json:
        words = Words(language)
        rules = [asdict(words.rule(one)) for one in rules_of(wanted)]
        print_json({**asdict(words.code(wanted)), "rules": rules})
    else:
        typer.echo(entry(wanted, language).rstrip())
    return 0
