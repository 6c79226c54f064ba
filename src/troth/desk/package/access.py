"""Answering requests for access (Art. 15): one person, or many in one pass over every table."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from troth.apply.planning import Setting
from troth.apply.restriction.sealed import Sealed
from troth.desk.find.find import Finder
from troth.desk.find.model import Found
from troth.desk.package.disclose import EVERYTHING, Only
from troth.desk.package.export import TableExport, write_csv, write_json
from troth.desk.package.files import (
    place,
    private_folder,
    refuse_existing,
    sha256,
    write_sums,
    write_zip,
)
from troth.desk.package.look import Look, look_at_persons
from troth.desk.package.pages import TableView, write_pages, write_policy
from troth.desk.package.pdf import write_pdf
from troth.desk.package.sheet import Disclosures, NoDisclosures, Sheet
from troth.desk.package.spool import Spool
from troth.desk.package.tell import Answer, columns_of, primary_purposes, sheet_of
from troth.desk.package.words import Words
from troth.grounds.facts import Facts
from troth.language import Language
from troth.law.calendar import day_of

Told = Callable[[str], None]


@dataclass(frozen=True)
class Asking:
    """What answers stand on: the project, its open stores, the facts, the instant, the language.

    `only`: what an order to hand over is about. `sealed`: what restrictions have moved out of rows.
    `accepted`: the text that the person accepted when the data was collected, attached as it is.
    """

    setting: Setting
    desk: Finder
    facts: Facts
    now: datetime
    language: Language
    disclosures: Disclosures = field(default_factory=NoDisclosures)
    told: Told = lambda _: None
    only: Only = EVERYTHING
    sealed: Sealed = field(default_factory=Sealed, repr=False)
    accepted: Path | None = None


@dataclass(frozen=True)
class Made:
    """A package that was made; `digest` is the SHA-256 of the zip, in hexadecimal.

    `folder` is None where there is a zip alone. `masked` counts values that are not shown, and
    `left_out` what somebody has to decide or to look at.
    """

    folder: Path | None
    zip: Path
    digest: str
    rows: int
    tables: int
    masked: int
    left_out: int


def answer_access(asking: Asking, found: Found, out: Path) -> Made:
    """Writes the answer for a person whose sets are loaded: the folder `out` and `out`.zip.

    Both are there whole or not at all. Refused: `package-exists`.
    """
    target = out.with_name(out.name + ".zip")
    refuse_existing(out, target)
    with private_folder(out.absolute().parent) as work:
        look = look_at_persons(
            asking.setting,
            asking.desk,
            [found.identifiers],
            asking.facts,
            asking.now,
            asking.told,
            asking.only,
            asking.sealed,
        )
        spools = collect(look, work, asking.told)
        made = work / out.name
        sheet, counts = _write(asking, look, spools, 0, found, made)
        packed = work / target.name
        write_zip(made, packed)
        digest = sha256(packed)
        place(packed, target)
        try:
            place(made, out)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return _made(out, target, digest, sheet, counts)


def answer_many(
    asking: Asking, found: Sequence[Found], names: Sequence[str], out: Path
) -> Iterator[Made]:
    """Writes an answer for each person of a run, as `out`/NAME.zip; each table is read once.

    The sets of all of them are loaded, numbered by position. Refused: `package-exists`.
    """
    refuse_existing(*(out / f"{name}.zip" for name in names))
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with private_folder(out.absolute()) as work:
        persons = [one.identifiers for one in found]
        look = look_at_persons(
            asking.setting,
            asking.desk,
            persons,
            asking.facts,
            asking.now,
            asking.told,
            sealed=asking.sealed,
        )
        spools = collect(look, work, asking.told)
        for number, (one, name) in enumerate(zip(found, names, strict=True)):
            with private_folder(work) as own:
                made = own / name
                sheet, counts = _write(asking, look, spools, number, one, made)
                packed, target = own / f"{name}.zip", out / f"{name}.zip"
                write_zip(made, packed)
                digest = sha256(packed)
                place(packed, target)
            yield _made(None, target, digest, sheet, counts)


def collect(look: Look, folder: Path, told: Told) -> tuple[Spool, ...]:
    """The rows of all persons, table by table, on their way through `folder`."""
    found = []
    for number, table in enumerate(look.tables):
        told(table.label)
        spool = Spool(table, folder / f"{number}.rows")
        spool.fill(look.records(table))
        if spool.shares:
            found.append(spool)
    return tuple(found)


def _write(
    asking: Asking, look: Look, spools: Sequence[Spool], number: int, found: Found, made: Path
) -> tuple[Sheet, tuple[int, int]]:
    made.mkdir(mode=0o700)
    policy, words = asking.setting.policy, Words(asking.language)
    answer = Answer(
        policy,
        number,
        spools,
        found.doubtful,
        look.left_out,
        asking.disclosures.of(number),
        asking.now,
        day_of(asking.now, policy.zoneinfo),
    )
    sheet = sheet_of(answer)
    if asking.accepted is not None:
        name = f"accepted-{file_name(asking.accepted.stem)}{asking.accepted.suffix}"
        shutil.copyfile(asking.accepted, made / name)
        sheet = sheet.model_copy(update={"accepted": name})
    mine = [spool for spool in spools if number in spool.shares]
    exports = [_export(answer, spool, at) for at, spool in enumerate(mine, 1)]
    under = primary_purposes(answer, sheet.purposes)
    views = [
        TableView(
            one.table,
            one.file.removesuffix(".csv"),
            under.get(one.table),
            one.columns,
            spool.shares[number].rows,
            one.lines,
            words,
        )
        for one, spool in zip(exports, mine, strict=True)
    ]
    write_json(made / "data.json", sheet.model_dump(mode="json"), exports)
    for one in exports:
        write_csv(made / one.file, one, lambda why: words("masked.here", why=words(f"mask.{why}")))
    write_policy(made, policy, sheet, words)
    write_pages(made, policy, sheet, views, words)
    write_pdf(made / "index.pdf", policy, sheet, views, words)
    write_sums(made)
    return sheet, (sum(spool.shares[number].rows for spool in mine), len(mine))


def _export(answer: Answer, spool: Spool, at: int) -> TableExport:
    table, share = spool.table, spool.shares[answer.number]
    frame = table.frame
    return TableExport(
        table.label,
        frame.place,
        f"table-{at:02}-{file_name(frame.table)}.csv",
        frame.entry.key,
        columns_of(answer.policy, table, share),
        lambda: spool.lines(answer.number),
    )


def file_name(table: str) -> str:
    """A table's name as part of a file's."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in table)[:60]


def _made(
    folder: Path | None, target: Path, digest: str, sheet: Sheet, counts: tuple[int, int]
) -> Made:
    masked = sum(one.rows for one in sheet.masked)
    left = sum(one.waits for one in sheet.not_included)
    return Made(folder, target, digest, *counts, masked, left)
