"""One made-up policy in every format: written from the same blocks."""

from __future__ import annotations

import html
import io
from dataclasses import dataclass

import docx
import typst

from troth.reading.text import Kind, Text


@dataclass(frozen=True)
class Made:
    """A block to be written. `cells` of a row, otherwise `words`."""

    kind: Kind
    words: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()


def heading(words: str, level: int) -> Made:
    return Made(Kind.HEADING, words, level)


def paragraph(words: str) -> Made:
    return Made(Kind.PARAGRAPH, words)


def item(words: str, level: int = 1) -> Made:
    return Made(Kind.ITEM, words, level)


def row(*cells: str) -> Made:
    return Made(Kind.ROW, cells=cells)


HARBOUR = (
    heading("Privacy notice of Harbour Cycles", 1),
    paragraph(
        "Harbour Cycles rents bicycles in two towns, and this page tells what becomes of all that "
        "riders tell us while they ride, pay or write to our little workshop by the quay."
    ),
    heading("1. Who we are", 2),
    paragraph(
        "Harbour Cycles Ltd, 4 Quay Lane, Northport, decides why and how the data of its riders "
        "are used. Write to privacy@harbour.example whenever something on this page is unclear."
    ),
    heading("2. What we keep", 2),
    paragraph("Whoever rents a bicycle is asked for:"),
    item("a name and an e-mail address;"),
    item("a telephone number;"),
    item("only where text messages are wanted", 2),
    item("the places where the rental starts and ends."),
    heading("3. How long we keep it", 2),
    paragraph("No file stays here for longer than the table says, unless a court asks for it."),
    row("Data", "Purpose", "Retention period"),
    row("Rental contracts", "Accounts", "10 years from the end of the year"),
    row("Newsletter address", "Newsletter", "3 years from the last opening"),
    row("Messages", "Answers", "12 months"),
    heading("3.1 Exceptions", 3),
    paragraph(
        "A court may ask us to keep one file for longer than the table says, and then we keep that "
        "file alone, away from daily work, until the matter has been settled by the court."
    ),
)
"""A policy with everything that every format can carry."""


def seen(text: Text) -> list[tuple[str, int, str]]:
    """Kind, rank and words of each block."""
    return [(block.kind.value, block.level, text.of(block)) for block in text.blocks]


def expected(blocks: tuple[Made, ...]) -> list[tuple[str, int, str]]:
    return [(made.kind.value, made.level, "\t".join(made.cells) or made.words) for made in blocks]


def as_plain(blocks: tuple[Made, ...], *, width: int = 0) -> str:
    """Plain text: blank lines between blocks, one cell a line; wrapped to `width` if given."""
    lines: list[str] = []
    before: Made | None = None
    for made in blocks:
        if before is None or not (made.kind == before.kind and made.kind in (Kind.ITEM, Kind.ROW)):
            lines.append("")
        if made.kind is Kind.ROW:
            lines += made.cells
        elif made.kind is Kind.ITEM:
            lines.append(f"{'  ' * made.level}• {made.words}")
        else:
            lines += _wrapped(made.words, width) if width else [made.words]
        before = made
    return "\n".join(lines).strip() + "\n"


def _wrapped(words: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in words.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def as_html(blocks: tuple[Made, ...]) -> str:
    """A page with a menu, a cookie banner and a script around the text."""
    inner, depth, table = [], 0, False
    for made in blocks:
        if made.kind is Kind.ITEM:
            while depth < made.level:
                inner.append("<ul>")
                depth += 1
            while depth > made.level:
                inner.append("</ul>")
                depth -= 1
            inner.append(f"<li>{html.escape(made.words)}")
            continue
        inner += ["</ul>"] * depth
        depth = 0
        if made.kind is Kind.ROW:
            tag = "td" if table else "th"
            cells = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in made.cells)
            inner.append(("" if table else "<table>") + f"<tr>{cells}</tr>")
            table = True
            continue
        if table:
            inner.append("</table>")
            table = False
        tag = f"h{made.level}" if made.kind is Kind.HEADING else "p"
        inner.append(f"<{tag}>{html.escape(made.words)}</{tag}>")
    return (
        "<!doctype html><html lang=en><head><title>Cycles</title><style>p{color:red}</style></head>"
        "<body><nav><a href=/>Home</a> <a href=/rent>Rent</a></nav>"
        "<div class='cookie-banner'>This site uses cookies. <button>Accept</button></div>"
        f"<main>{''.join(inner)}</main><footer>Harbour Cycles on the web</footer>"
        "<script>var text = 'none of this';</script></body></html>"
    )


def as_markdown(blocks: tuple[Made, ...]) -> str:
    lines: list[str] = []
    heads = True
    for made in blocks:
        if made.kind is Kind.HEADING:
            lines += ["", f"{'#' * made.level} {made.words}", ""]
        elif made.kind is Kind.ITEM:
            lines.append(f"{'    ' * (made.level - 1)}- {made.words}")
        elif made.kind is Kind.ROW:
            lines.append("| " + " | ".join(made.cells) + " |")
            if heads:
                lines.append("|" + "---|" * len(made.cells))
            heads = False
        else:
            lines += ["", made.words, ""]
    return "\n".join(lines)


def as_pdf(
    blocks: tuple[Made, ...], *, columns: int = 1, paper: str = "a5", running: str = ""
) -> bytes:
    """Numbered pages, justified and hyphenated, by typst; `running` is the head of each."""
    lines = [
        f'#set page(paper: "{paper}", columns: {columns}, margin: 12%, header: [{running}], '
        "footer: context [Page #counter(page).display() / 2])",
        '#set text(lang: "en", hyphenate: true)',
        "#set par(justify: true)",
    ]
    table: list[str] = []
    for made in (*blocks, paragraph("")):
        if made.kind is Kind.ROW:
            table.append(", ".join(f"[{_typst(cell)}]" for cell in made.cells))
            continue
        if table:
            width = table[0].count("[")
            lines.append(f"#table(columns: {width}, {', '.join(table)})")
            table = []
        if made.kind is Kind.HEADING:
            lines.append(f"{'=' * made.level} {_typst(made.words)}")
        elif made.kind is Kind.ITEM:
            lines.append(f"{'  ' * (made.level - 1)}- {_typst(made.words)}")
        else:
            lines += ["", _typst(made.words), ""]
    return typst.compile("\n".join(lines).encode())


def _typst(words: str) -> str:
    return "".join(f"\\{char}" if char in "#$*_@<>`~[]\\" else char for char in words)


def as_docx(blocks: tuple[Made, ...]) -> bytes:
    document = docx.Document()
    table = None
    for made in blocks:
        if made.kind is Kind.ROW:
            if table is None:
                table = document.add_table(rows=0, cols=len(made.cells))
            for cell, words in zip(table.add_row().cells, made.cells, strict=True):
                cell.text = words
            continue
        table = None
        if made.kind is Kind.HEADING:
            document.add_heading(made.words, made.level)
        elif made.kind is Kind.ITEM:
            style = "List Bullet" if made.level == 1 else f"List Bullet {made.level}"
            document.add_paragraph(made.words, style=style)
        else:
            document.add_paragraph(made.words)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
