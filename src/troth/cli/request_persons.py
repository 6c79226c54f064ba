"""Whom the answers to requests are about, and what they all stand on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opening import Ready
from troth.cli.request_find import Reason as Reason
from troth.cli.request_find import marks
from troth.errors import Refused

if TYPE_CHECKING:
    from troth.desk.find.facets import Facets
    from troth.desk.find.find import Finder
    from troth.desk.find.model import Asked, Found
    from troth.desk.package.access import Asking

Persons = Annotated[
    list[str] | None,
    typer.Option("--person", help="A name of the person, as namespace=value. Repeatable."),
]
PersonsFile = Annotated[
    Path | None,
    typer.Option("--file", help="Many persons: a CSV file with a column for each namespace."),
]
Confirm = Annotated[
    str | None, typer.Option(help="Doubtful matches that are the person: 1,3 or their marks.")
]
Reject = Annotated[str | None, typer.Option(help="Doubtful matches that are not the person.")]
OfRequest = Annotated[
    str | None,
    typer.Option("--request", help="A recorded request: its person; it is noted as answered."),
]
Language = Annotated[
    str | None, typer.Option("--locale", help="The person's language, fr or en; default: ours.")
]
Was = Annotated[
    list[str] | None,
    typer.Option(metavar="[NAME=]VALUE", help="The wrong value, where there are several."),
]
Except = Annotated[
    list[str] | None,
    typer.Option("--except", help="A column to be left as it is: store.table.column."),
]
ConfirmShared = Annotated[
    bool, typer.Option("--confirm-shared", help="Also values that are somebody else's too.")
]
MOST_PERSONS = 100_000  # of one file


@dataclass(frozen=True)
class Named:
    """Persons asked for, and how the files of each are named: by the line of the file."""

    persons: tuple[Asked, ...] = field(repr=False)
    names: tuple[str, ...] = ()

    def find(self, desk: Finder, confirm: str | None, reject: str | None) -> Found:
        """The one person; their sets are loaded."""
        (asked,) = self.persons
        return desk.find(asked, confirm=marks(confirm), reject=marks(reject))


def one_target(
    out: Path | None, person: Sequence[str] | None, file: Path | None, *recorded: str | None
) -> Path:
    """Where to write. Refused: `nobody-asked` unless there is one of a person, a file, a recorded
    request or order; and `no-target` without a place."""
    ways = [bool(person), file is not None, *(one is not None for one in recorded)]
    if sum(ways) != 1:
        raise Refused(
            "nobody-asked",
            "say whose data is asked for, in one way",
            help="--person namespace=value, --file persons.csv, or --request ID",
        )
    if out is None:
        raise Refused("no-target", "say where to write the answer", help="add --out PLACE")
    return out


def recorded_persons(here: Ready, request: str, right: str) -> list[str]:
    """The persons of a recorded request under a right, as `--person` writes them.

    Refused: `unknown-act`, `request-of-another-right`, `request-answered`.
    """
    from troth.ledger.acts import find_act

    with here.ledger.reading(here.organisation) as reading:
        record = find_act(reading, request, here.now)
    if record.act.kind != right:
        raise Refused(
            "request-of-another-right",
            f"'{request}' asks for {record.act.kind}, not for {right}",
            place="--request",
            help="`troth request list` shows what each asks for",
        )
    if record.verdicts:
        raise Refused(
            "request-answered",
            f"'{request}' was answered before",
            place="--request",
            help="name the person instead, for another copy",
        )
    return [f"{one.namespace}={one.value}" for one in record.act.persons]


def answered(here: Ready, request: str | None) -> None:
    """Notes that a recorded request was answered, in its own record."""
    from troth.cli.opened import who
    from troth.grounds.facts import Decision
    from troth.ledger.acts import Verdict, record_verdicts

    if request is not None:
        verdict = Verdict(Decision("accepted", here.now), decided_by=who(None))
        with here.ledger.writing(here.organisation) as writing:
            record_verdicts(writing, [(request, verdict)], at=here.now)


def asked_persons(facets: Facets, persons: Sequence[str], file: Path | None) -> Named:
    """The persons named by the options or the file. Refused: `unknown-namespace`,
    `not-a-person`, `persons-unreadable`."""
    from troth.desk.find.asked import asked_of

    if file is None:
        return Named((asked_of(facets, ids=persons),))
    rows = _rows(file)
    return Named(
        tuple(asked_of(facets, ids=row) for _, row in rows),
        tuple(f"person-{line:06}" for line, _ in rows),
    )


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    import csv

    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, restval="")
            found = [
                (reader.line_num, [f"{n}={v.strip()}" for n, v in row.items() if n and v.strip()])
                for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error, AttributeError):
        raise Refused(
            "persons-unreadable",
            "the file of persons cannot be read",
            place=str(file),
            help="a CSV file in UTF-8; its first line: the namespaces, as email,customer-number",
        ) from None
    found = [(line, row) for line, row in found if row]
    if not found or len(found) > MOST_PERSONS:
        raise Refused(
            "persons-unreadable",
            f"the file names {len(found)} persons",
            place=str(file),
            help=f"one to {MOST_PERSONS} lines, below a first line with the namespaces",
        )
    return found


def asking_of(here: Ready, desk: Finder, locale: str | None, told: Callable[[str], None]) -> Asking:
    """What answers stand on, now. Refused: `unknown-language`."""
    from troth.apply.restriction.sealed import sealed_rows
    from troth.desk.package.access import Asking
    from troth.language import LANGUAGES

    wanted = locale or here.project.locale
    language = next((one for one in LANGUAGES if one == wanted), None)
    if language is None:
        raise Refused(
            "unknown-language",
            f"answers are not written in '{wanted}'",
            place="--locale",
            help="use fr or en",
        )
    return Asking(
        here.setting,
        desk,
        here.facts(here.now),
        here.now,
        language,
        told=told,
        sealed=sealed_rows(here.ledger, here.organisation),
    )


def journaled(
    here: Ready,
    kind: str,
    counts: Mapping[str, Any],
    files: Sequence[Path | None],
) -> None:
    """Notes an answer in the journal, by counts and digest; where that fails, no file stays."""
    try:
        with here.ledger.writing(here.organisation) as writing:
            writing.append(kind, here.now, dict(counts))
    except BaseException:
        for file in files:
            if file is not None and file.is_dir():
                shutil.rmtree(file, ignore_errors=True)
            elif file is not None:
                file.unlink(missing_ok=True)
        raise
