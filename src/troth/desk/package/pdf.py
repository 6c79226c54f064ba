"""The answer as a PDF to print or to keep; long tables are shown in part, with where the rest is.

Made by a library in Python alone (reportlab, BSD licence), which reads nothing from a network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    TableStyle,
)

from troth.desk.package.pages import TableView
from troth.desk.package.sheet import Purpose, Sheet
from troth.desk.package.view import Shown
from troth.desk.package.words import Words
from troth.policy.model import Policy

ROWS_IN_PDF = 50  # of one table
LONGEST_TEXT = 300  # characters of one cell
_WIDTH = A4[0] - 40 * mm
_FOLDERS = ("/usr/share/fonts/truetype/dejavu", "")
_FONTS = (("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"), ("Vera.ttf", "VeraBd.ttf"))
"""The wider of the two where the system has it; the other comes with the library."""


def write_pdf(
    path: Path, policy: Policy, sheet: Sheet, tables: Sequence[TableView], words: Words
) -> None:
    """Writes the answer as a PDF with bookmarks, a title and its language."""
    who = ", ".join(one.name for one in sheet.controllers)
    document = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=words("title"),
        author=who,
        subject=words("kicker"),
        lang=words.language,
    )

    def foot(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont(_fonts()[0], 8)
        canvas.setFillColor(colors.HexColor("#55606c"))
        canvas.drawRightString(
            A4[0] - 20 * mm, 10 * mm, words("letter.page", n=canvas.getPageNumber())
        )
        canvas.restoreState()

    story = list(_story(policy, sheet, tables, words, who))
    document.build(story, onFirstPage=foot, onLaterPages=foot)


class _Heading(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A heading that the reader's list of contents shows."""

    def __init__(self, text: str, style: ParagraphStyle, level: int) -> None:
        super().__init__(escape(text), style)
        self._mark = (text, level)

    def draw(self) -> None:
        text, level = self._mark
        name = f"h{id(self)}"
        self.canv.bookmarkPage(name)
        self.canv.addOutlineEntry(text, name, level=level, closed=level > 0)
        super().draw()


def _story(
    policy: Policy, sheet: Sheet, tables: Sequence[TableView], words: Words, who: str
) -> Iterator[Flowable]:
    yield _text(words("kicker"), "soft")
    yield _Heading(words("title"), _style("title"), 0)
    yield _text(words("intro", who=who))
    yield _text(words("made", day=words.day(sheet.day)), "soft")
    if not tables:
        yield _text(words("nothing"))
    yield _Heading(words("why"), _style("h2"), 0)
    events = {name: one.label for name, one in policy.events.items()}
    for purpose in sheet.purposes:
        yield from _purpose(purpose, words, events)
        for table in tables:
            if table.under == purpose.activity:
                yield from _table(table, words)
    rest = [table for table in tables if table.under is None]
    if rest:
        yield _Heading(words("no-purpose"), _style("h3"), 1)
        yield _text(words("no-purpose.text"))
        for table in rest:
            yield from _table(table, words)
    yield from _receivers(sheet, words)
    yield from _rights(sheet, words)
    yield from _limits(sheet, words)


def _purpose(purpose: Purpose, words: Words, events: dict[str, str]) -> Iterator[Flowable]:
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
    rows = [[_text(name, "soft"), [_text(text) for text in texts]] for name, texts in pairs]
    table = LongTable(rows, colWidths=[36 * mm, _WIDTH - 36 * mm])
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    )
    yield KeepTogether([_Heading(purpose.purpose, _style("h3"), 1), table])
    if purpose.direct_marketing:
        yield _text(words("marketing"))


def _table(table: TableView, words: Words) -> Iterator[Flowable]:
    yield _text(f"{table.title}: {words.count('rows', table.count)}", "h4")
    for number, row in enumerate(islice(table.rows(), ROWS_IN_PDF), 1):
        yield from _row(number, row, table, words)
    if table.count > ROWS_IN_PDF:
        yield _text(words("more", n=words.number(table.count - ROWS_IN_PDF)), "soft")


def _row(number: int, row: Shown, table: TableView, words: Words) -> Iterator[Flowable]:
    """A row as a small list of what its columns say, which no number of columns makes too wide."""
    lines = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        told = [f"{place}: {text}" if place else text for place, _, text in cell.lines]
        told += [cell.masked] if cell.masked else []
        if told:
            text = "; ".join(told)
            short = text[:LONGEST_TEXT] + ("…" if len(text) > LONGEST_TEXT else "")
            lines.append([_text(column.name.replace("_", " "), "soft"), _text(short)])
    till = "; ".join(f"{columns}: {text}" if columns else text for columns, text in row.until)
    if till:
        lines.append([_text(words("until"), "soft"), _text(till)])
    if lines:
        head = [_text(f"{number}", "soft"), _text(f"{words('reference')} {row.reference}", "soft")]
        made = LongTable([head, *lines], colWidths=[36 * mm, _WIDTH - 36 * mm])
        made.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LINEABOVE", (0, 0), (-1, 0), 0.4, colors.HexColor("#d9d5cd")),
                    ("TOPPADDING", (0, 0), (-1, -1), 1),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                    ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ]
            )
        )
        yield made


def _receivers(sheet: Sheet, words: Words) -> Iterator[Flowable]:
    yield _Heading(words("receivers"), _style("h2"), 0)
    for one in sheet.recipients:
        where = one.country or words("country.unknown")
        more = "; ".join(part for part in (one.safeguard, one.condition) if part)
        yield _text(f"{one.name} ({words('role.' + one.role)}, {where}): {one.task} {more}")
    if not sheet.recipients:
        yield _text(words("recipients.none"))
    for told in sheet.disclosures:
        yield _text(f"{words.day(told.at.date())}: {told.recipient}, {', '.join(told.categories)}")
    if not sheet.disclosures:
        yield _text(words("disclosed.none"), "soft")
    yield _Heading(words("transfers"), _style("h2"), 0)
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


def _rights(sheet: Sheet, words: Words) -> Iterator[Flowable]:
    yield _Heading(words("rights"), _style("h2"), 0)
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
    yield _Heading(words("automated"), _style("h2"), 0)
    if sheet.automated_decisions:
        yield _text(words("automated.some"))
        yield from (_text(f"• {text}") for text in sheet.automated_decisions)
    else:
        yield _text(words("automated.none"))


def _limits(sheet: Sheet, words: Words) -> Iterator[Flowable]:
    yield _Heading(words("masked"), _style("h2"), 0)
    for one in sheet.masked:
        why, rows = words(f"mask.{one.reason}"), words.count("rows", one.rows)
        yield _text(f"{one.table}, {one.column}: {why} ({rows})")
    if not sheet.masked:
        yield _text(words("masked.none"))
    yield _Heading(words("left-out"), _style("h2"), 0)
    yield from (_text(f"{one.table}: {words(one.word)}") for one in sheet.not_included)
    if not sheet.not_included:
        yield _text(words("left-out.none"))
    yield _Heading(words("policy"), _style("h2"), 0)
    about = sheet.policy
    yield _text(
        words("policy.text", title=about.title, version=about.version, file=about.file)
        + f" {about.digest}"
    )


def _text(text: str, style: str = "body") -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), _style(style))


@cache
def _style(name: str) -> ParagraphStyle:
    plain, bold = _fonts()
    base = {"fontName": plain, "fontSize": 9, "leading": 13, "wordWrap": "LTR", "splitLongWords": 1}
    own: dict[str, dict[str, Any]] = {
        "body": {"spaceAfter": 2},
        "soft": {"textColor": colors.HexColor("#55606c"), "fontSize": 8, "spaceAfter": 2},
        "title": {"fontName": bold, "fontSize": 18, "leading": 23, "spaceAfter": 6},
        "h2": {"fontName": bold, "fontSize": 13, "leading": 17, "spaceBefore": 14, "spaceAfter": 5},
        "h3": {
            "fontName": bold,
            "fontSize": 10.5,
            "leading": 14,
            "spaceBefore": 9,
            "spaceAfter": 3,
        },
        "h4": {"fontName": bold, "spaceBefore": 7, "spaceAfter": 3},
    }
    return ParagraphStyle(name, **(base | own[name]))


@cache
def _fonts() -> tuple[str, str]:
    """A plain and a bold font with the letters of every European language, where there is one."""
    for folder, files in zip(_FOLDERS, _FONTS, strict=True):
        paths = [str(Path(folder) / file) if folder else file for file in files]
        if folder and not all(Path(path).exists() for path in paths):
            continue
        for name, path in zip(("troth", "troth-bold"), paths, strict=True):
            pdfmetrics.registerFont(TTFont(name, path))
        return "troth", "troth-bold"
    raise AssertionError("reportlab brings its own fonts")
