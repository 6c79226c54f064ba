"""The answer as a PDF to print or to keep; long tables are shown in part, with where the rest is.

It is tagged, titled and in its language, so that a screen reader reads it as it reads the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from troth.desk.package.pages import TableView
from troth.desk.package.sheet import Purpose, Sheet
from troth.desk.package.view import Shown
from troth.desk.package.words import Words
from troth.notice.typeset import typeset
from troth.policy.model import Policy

ROWS_IN_PDF = 50  # of one table
LONGEST_TEXT = 300  # characters of one cell

Part = dict[str, Any]
"""A heading, a text, pairs of a name and texts, or one row of a table, as the template takes it."""


def write_pdf(
    path: Path, policy: Policy, sheet: Sheet, tables: Sequence[TableView], words: Words
) -> None:
    """Writes the answer as PDF/UA with bookmarks, a title, its day and its language.

    A value with a letter that no font at hand has is shown with a box in its place, and the file
    then no longer says that it is PDF/UA; the page has every letter.
    """
    who = ", ".join(one.name for one in sheet.controllers)
    data = {
        "language": words.language,
        "title": words("title"),
        "author": who,
        "page": words("letter.page", n="{n}"),
        "parts": list(_story(policy, sheet, tables, words, who)),
    }
    template = resources.files("troth.desk.package").joinpath("answer.typ").read_bytes()
    made = datetime.combine(sheet.day, time(12), UTC)
    path.write_bytes(typeset(template, data, made, boxes=True))


def _story(
    policy: Policy, sheet: Sheet, tables: Sequence[TableView], words: Words, who: str
) -> Iterator[Part]:
    yield _text(words("kicker"), "soft")
    yield _heading(words("title"), 1)
    yield _text(words("intro", who=who))
    yield _text(words("made", day=words.day(sheet.day)), "soft")
    if not tables:
        yield _text(words("nothing"))
    yield _heading(words("why"), 2)
    events = {name: one.label for name, one in policy.events.items()}
    for purpose in sheet.purposes:
        yield from _purpose(purpose, words, events)
        for table in tables:
            if table.under == purpose.activity:
                yield from _table(table, words)
    rest = [table for table in tables if table.under is None]
    if rest:
        yield _heading(words("no-purpose"), 3)
        yield _text(words("no-purpose.text"))
        for table in rest:
            yield from _table(table, words)
    yield from _receivers(sheet, words)
    yield from _rights(sheet, words)
    yield from _limits(sheet, words)


def _purpose(purpose: Purpose, words: Words, events: dict[str, str]) -> Iterator[Part]:
    bases = [
        f"{words('basis.' + one.kind)} ({words.article(one.article)})"
        + (f": {'; '.join(one.details)}" if one.details else "")
        for one in purpose.bases
        if one.counts
    ]
    ends = []
    for one in purpose.kept:
        parts = [words.until(one.until_first, one.until_last)]
        parts += [words.waits(what, events) for what in one.waits]
        ends.append(f"{one.table}: {'; '.join(part for part in parts if part)}")
    pairs = [
        (words("basis"), bases),
        (words("controller"), list(purpose.controllers)),
        (words("categories"), [", ".join(purpose.categories)]),
        (words("sources"), ["; ".join(words(f"source.{one}") for one in purpose.sources)]),
        (words("recipients"), [", ".join(purpose.recipients) or words("recipients.none")]),
        (words("how-long"), [*purpose.promises, *ends]),
    ]
    yield _heading(purpose.purpose, 3)
    yield {"kind": "pairs", "pairs": [{"name": name, "texts": texts} for name, texts in pairs]}
    if purpose.direct_marketing:
        yield _text(words("marketing"))


def _table(table: TableView, words: Words) -> Iterator[Part]:
    yield _heading(f"{table.title}: {words.count('rows', table.count)}", 4)
    for number, row in enumerate(islice(table.rows(), ROWS_IN_PDF), 1):
        yield from _row(number, row, table, words)
    if table.count > ROWS_IN_PDF:
        yield _text(words("more", n=words.number(table.count - ROWS_IN_PDF)), "soft")


def _row(number: int, row: Shown, table: TableView, words: Words) -> Iterator[Part]:
    """A row as a small list of what its columns say, which no number of columns makes too wide."""
    lines = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        told = [f"{place}: {text}" if place else text for place, _, text in cell.lines]
        told += [cell.masked] if cell.masked else []
        if told:
            text = "; ".join(told)
            short = text[:LONGEST_TEXT] + ("…" if len(text) > LONGEST_TEXT else "")
            lines.append({"name": column.name.replace("_", " "), "texts": [short]})
    till = "; ".join(f"{columns}: {text}" if columns else text for columns, text in row.until)
    if till:
        lines.append({"name": words("until"), "texts": [till]})
    if lines:
        title = f"{number}. {words('reference')} {row.reference}"
        yield {"kind": "row", "title": title, "pairs": lines}


def _receivers(sheet: Sheet, words: Words) -> Iterator[Part]:
    yield _heading(words("receivers"), 2)
    for one in sheet.recipients:
        where = one.country or words("country.unknown")
        more = "; ".join(part for part in (one.safeguard, one.condition) if part)
        yield _text(f"{one.name} ({words('role.' + one.role)}, {where}): {one.task} {more}")
    if not sheet.recipients:
        yield _text(words("recipients.none"))
    for told in sheet.disclosures:
        yield _text(f"{words.day(told.day)}: {told.recipient}, {', '.join(told.categories)}")
    if not sheet.disclosures:
        yield _text(words("disclosed.none"), "soft")
    yield _heading(words("transfers"), 2)
    for transfer in sheet.transfers:
        names = ", ".join((*transfer.recipients, *transfer.countries))
        if not transfer.allowed:
            yield _text(
                f"{words('transfers.never')}: {names}" if names else words("transfers.never")
            )
        else:
            safe = transfer.safeguard or ""
            yield _text(f"{words('transfers.to', who=names)}. {safe}")
    if not sheet.transfers:
        yield _text(words("transfers.none"))


def _rights(sheet: Sheet, words: Words) -> Iterator[Part]:
    yield _heading(words("rights"), 2)
    yield _text(words("rights.text"))
    for one in sheet.rights:
        yield _text(f"• {one.promise}")
    for party in (*sheet.controllers, *sheet.joint_controllers):
        yield _text(f"{words('contact')}: {', '.join((party.name, *party.details))}")
    if sheet.officer is not None:
        named = ", ".join(part for part in (sheet.officer.name, *sheet.officer.details) if part)
        yield _text(f"{words('officer')}: {named}")
    found = [", ".join((one.name, *one.details)) for one in sheet.authorities]
    yield _text(f"{words('complaint')} {'; '.join(found) or words('complaint.any')}")
    yield _heading(words("automated"), 2)
    if sheet.automated_decisions:
        yield _text(words("automated.some"))
        yield from (_text(f"• {text}") for text in sheet.automated_decisions)
    else:
        yield _text(words("automated.none"))


def _limits(sheet: Sheet, words: Words) -> Iterator[Part]:
    yield _heading(words("masked"), 2)
    for one in sheet.masked:
        why, rows = words(f"mask.{one.reason}"), words.count("rows", one.rows)
        yield _text(f"{one.table}, {one.column}: {why} ({rows})")
    if not sheet.masked:
        yield _text(words("masked.none"))
    yield _heading(words("left-out"), 2)
    yield from (_text(f"{one.table}: {words(one.word)}") for one in sheet.not_included)
    if not sheet.not_included:
        yield _text(words("left-out.none"))
    yield _heading(words("policy"), 2)
    about = sheet.policy
    yield _text(
        words("policy.text", title=about.title, version=about.version, file=about.file)
        + f" {about.digest}"
    )
    if sheet.accepted is not None:
        yield _text(words("policy.accepted", file=sheet.accepted))


def _heading(text: str, level: int) -> Part:
    return {"kind": "heading", "text": text, "level": level}


def _text(text: str, kind: str = "body") -> Part:
    return {"kind": kind, "text": text}
