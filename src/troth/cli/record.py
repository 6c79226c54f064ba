"""`troth record`: the record of processing activities that Art. 30 asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from troth.cli.opened import AsJson, ProjectFolder, print_json

if TYPE_CHECKING:
    from troth.datamap.model import DataMap
    from troth.policy.model import Policy
    from troth.record.model import Record
    from troth.record.words import Words

Format = Literal["xlsx", "ods", "csv", "json", "jsonld"]
ENDINGS: dict[str, Format] = {
    ".xlsx": "xlsx",
    ".ods": "ods",
    ".zip": "csv",
    ".csv": "csv",
    ".json": "json",
    ".jsonld": "jsonld",
}


def command(
    out: Annotated[
        Path | None,
        typer.Option(
            help="The file to write: .xlsx, .ods, .json, .jsonld, .zip (CSV); or a folder for CSV."
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", help="xlsx, ods, csv, json or jsonld; default: by the file."),
    ] = None,
    processors: Annotated[
        bool,
        typer.Option("--processors", help="The record of the processors instead (Art. 30(2))."),
    ] = False,
    language: Annotated[
        str | None, typer.Option(help="fr or en; default: the project's, else the policy's.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="One policy file alone, without a project.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there already.")
    ] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Write the record of processing activities, and list what Art. 30 requires and is missing.

    A spreadsheet after the CNIL's simplified model (a list, and a form for each
    activity), CSV, JSON, or JSON-LD in the W3C Data Privacy Vocabulary. With the map of a project,
    the systems of each activity are named. What the policy does not say is marked and listed, and
    never made up. The same policy and map give the same bytes.

    Exit status 1: something that Art. 30 requires is missing. No database is opened.

    Example: troth record --out registre.ods --language fr
    """
    from troth.record.build import record
    from troth.record.lacking import of_paragraph
    from troth.record.words import Words

    source = _read(policy, project)
    made = of_paragraph(record(source.policy, source.map, source.addresses), 2 if processors else 1)
    words = Words(_language(language, source.locale))
    if out is None and format is not None and format not in ("json", "jsonld"):
        raise _unclear("a spreadsheet needs a file", "name it with --out, as --out registre.ods")
    if out is not None:
        kind = _format(format, out)
        _write(_contents(made, words, kind, processors=processors), out, kind, force=force)
    if out is None and format == "jsonld":
        print_json(_jsonld(made, words, processors=processors))
    elif json or (out is None and format == "json"):
        print_json(_json(made, processors=processors))
    else:
        _tell(made, out, processors=processors)
    return 1 if made.lacking else 0


@dataclass(frozen=True)
class Source:
    """What a record is made of; without a project, of a policy alone."""

    policy: Policy
    locale: str
    map: DataMap | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)


def _read(policy: Path | None, project: Path) -> Source:
    """The policy, the map where the project has one, the language, and recipients' addresses."""
    import os

    from troth.datamap.load import parse_map
    from troth.project.load import load_policy, load_settings, read_file

    if policy is not None:
        alone = load_policy(policy)
        return Source(alone, alone.languages[0])
    settings = load_settings(project, os.environ)
    found = load_policy(settings.policy_file)
    locale = settings.locale or found.languages[0]
    if not settings.map_file.exists():
        return Source(found, locale, addresses=settings.recipients)
    name = settings.map_file.name
    datamap, _ = parse_map(read_file(settings.map_file, name), name, found)
    return Source(found, locale, datamap, settings.recipients)


def _language(asked: str | None, default: str) -> Literal["en", "fr"]:
    chosen = asked or default
    if chosen == "fr":
        return "fr"
    if chosen == "en":
        return "en"
    raise _unclear(f"there is no record in '{chosen}'", "say fr or en")


def _format(asked: str | None, out: Path) -> Format:
    known = ("xlsx", "ods", "csv", "json", "jsonld")
    for each in known:
        if asked == each:
            return each  # type: ignore[return-value]  # one of the names of Format
    if asked is not None:
        raise _unclear(f"there is no format '{asked}'", f"say one of {', '.join(known)}")
    found = ENDINGS.get(out.suffix.lower())
    if found is None and not out.suffix:
        return "csv"
    if found is None:
        raise _unclear(
            f"the ending of '{out.name}' names no format",
            "end it in .ods, .xlsx, .zip, .json or .jsonld, or say --format",
        )
    return found


def _contents(
    record: Record, words: Words, format: Format, *, processors: bool
) -> dict[str, bytes]:
    """The file, or for CSV the files by their names."""
    from troth.record.csv_files import csv_files
    from troth.record.ods import as_ods
    from troth.record.processor_sheets import processor_sheets
    from troth.record.sheets import sheets
    from troth.record.xlsx import as_xlsx

    if format == "json":
        return {"": _bytes(_json(record, processors=processors))}
    if format == "jsonld":
        return {"": _bytes(_jsonld(record, words, processors=processors))}
    pages = processor_sheets(record, words) if processors else sheets(record, words)
    if format == "csv":
        return csv_files(pages)
    title = words("record.processor" if processors else "record")
    make = as_xlsx if format == "xlsx" else as_ods
    return {"": make(pages, f"{title} – {record.title}", words.language)}


def _write(files: Mapping[str, bytes], out: Path, format: Format, *, force: bool) -> None:
    """Writes a file, or the files of a folder; each is there as a whole or not at all."""
    from troth.record.zipped import zipped

    if out.exists() and not force:
        raise _exists(out)
    folder = format == "csv" and out.suffix.lower() != ".zip"
    if not folder:
        _place(out, zipped(files) if format == "csv" else files[""])
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _place(out / name, content)


def _place(file: Path, content: bytes) -> None:
    from troth.errors import Refused

    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        why = (error.strerror or "it cannot be written").lower()
        raise Refused("file-unwritable", why, place=str(file), help="name another place") from None


def _bytes(value: Any) -> bytes:
    import json

    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _json(record: Record, *, processors: bool) -> dict[str, Any]:
    """The controller's part or the processors', each with what both share."""
    from troth.record.as_json import as_json

    whole = as_json(record)
    del whole["entries" if processors else "processors"]
    return whole


def _jsonld(record: Record, words: Words, *, processors: bool) -> dict[str, Any]:
    from troth.record.dpv import as_jsonld

    return as_jsonld(record, words, processors=processors)


def _tell(record: Record, out: Path | None, *, processors: bool) -> None:
    from troth.record.words import Words

    words = Words("en")  # the terminal's language; the file has its own
    count = len(record.processors if processors else record.entries)
    what = "processor" if processors else "processing activit"
    ending = ("" if count == 1 else "s") if processors else ("y" if count == 1 else "ies")
    typer.echo(f"{f'{out}: ' if out is not None else ''}{count} {what}{ending}")
    if not record.lacking:
        typer.echo("nothing is missing of what Article 30 requires")
        return
    typer.echo(f"{len(record.lacking)} missing of what Article 30 requires:")
    for each in record.lacking:
        said = words(f"lacks.{each.code}")
        typer.echo(f"  - {said}: {each.where}")
        typer.echo(f"    {each.code} (GDPR {each.article}; {each.path})")


def _exists(out: Path) -> Exception:
    from troth.errors import Refused

    return Refused(
        "record-exists",
        f"'{out}' is there already",
        help="name another place, or write over it with --force",
    )


def _unclear(message: str, help: str) -> Exception:
    from troth.errors import Refused

    return Refused("record-unclear", message, help=help)
