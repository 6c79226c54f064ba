"""A web page to its pieces, without what surrounds the text: menus, scripts, cookie banners."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from troth.reading.documents.grid import Cell, head_of, spread
from troth.reading.documents.marks import BULLET, without_bullet
from troth.reading.documents.pieces import Piece, row, tidy
from troth.reading.text import Kind


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


_LEFT_OUT = _words(
    """
    script style noscript template nav iframe svg canvas audio video object embed button
    input select textarea option dialog footer aside head title link meta map area
    """
)
_BLOCKS = _words(
    """
    p div section article main header body form fieldset blockquote pre address figure
    figcaption details center dl dt dd hr legend
    """
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset(("b", "strong"))
_ROLES = _words(
    """
    navigation dialog alertdialog search menu menubar complementary contentinfo toolbar
    """
)
_AROUND = re.compile(
    r"(?:cookie|consent|gdpr|rgpd|cmp)s?[-_]?(?:banner|bar|notice|popup|modal|law|overlay|dialog|box)|"
    r"onetrust|didomi|axeptio|tarteaucitron|orejime|klaro|cc-window|cookiebot|usercentrics|complianz|"
    r"iubenda-cs|eu-cookie|skip-?(?:link|to)|breadcrumb|nav-?bar|side-?bar|site-?footer|back-to-top|"
    r"(?:social|share)-(?:share|buttons|links)|newsletter-?(?:signup|form)",
    re.I,
)
_SPACE = re.compile(r"\s+")
_DEEPEST = 150  # nested elements that are looked into one by one
_LONGEST_BOLD = 100
_MAIN_SHARE = 0.5


def html_pieces(characters: str) -> list[Piece]:
    """The headings, paragraphs, items and rows of a page, in order."""
    tree = LexborHTMLParser(characters)
    body = tree.body
    if body is None:
        return []
    root = _main(body)
    page = _Page(len(body.text()), inside=root is not body)
    if root is not body and not root.css("h1"):
        for title in body.css("h1")[:1]:
            page.heading(title, 1)
    page.walk(root, 0)
    page.flush()
    return page.pieces


def _is_around(node: LexborNode, whole: int, *, inside: bool) -> bool:
    """Whether a node is what surrounds the text of a page; never what holds most of it.

    `inside`: it lies in what the page marks as its main part.
    """
    tag = node.tag or ""
    if tag in ("body", "main", "article"):
        return False
    named = node.attributes.get("class") or ""
    if not inside:  # a section of the text may be called after what it tells of
        named += f" {node.attributes.get('id') or ''}"
    around = (node.attributes.get("role") or "") in _ROLES or _AROUND.search(named) is not None
    return around and len(node.text()) < whole / 2


def _main(body: LexborNode) -> LexborNode:
    whole = len(body.text())
    inner = body.css("main, article, [role=main]")
    best = max(inner, key=lambda node: len(node.text()), default=body)
    return best if len(best.text()) >= _MAIN_SHARE * whole else body


class _Page:
    """The pieces found so far, and the running text that no block has ended yet."""

    def __init__(self, whole: int, *, inside: bool) -> None:
        self.pieces: list[Piece] = []
        self._inside = inside  # what is taken is the main part of the page
        self._whole = whole  # characters of the page
        self._running: list[tuple[str, bool]] = []  # characters, and whether they are bold
        self._rank = 1  # of the last heading that the markup names
        self._item = 0  # depth of the list item whose first text is still to come
        self._depth = 0  # of the list that is open
        self._tables = 0

    def walk(self, node: LexborNode, deep: int, *, bold: bool = False) -> None:
        """Takes all that a node holds."""
        if deep > _DEEPEST:
            self._running.append((_SPACE.sub(" ", node.text()), bold))
            return
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                self._running.append((_SPACE.sub(" ", child.text()), bold))
            elif tag == "br":
                self._running.append(("\n", bold))
            elif tag.startswith(("-", "_", "!")) or self._leaves_out(child):
                continue
            elif tag in _HEADINGS:
                self.flush()
                self.heading(child, _HEADINGS[tag])
            elif tag == "summary" or _opens_panel(child):
                self.flush()
                self._running.append((_flat(child), True))
                self.flush()
            elif tag in ("ul", "ol", "menu"):
                self._list(child, deep)
            elif tag == "table":
                self._table(child, deep)
            elif tag in _BLOCKS or tag in ("li", "td", "tr", "tbody"):
                self.flush()
                self.walk(child, deep + 1)
                self.flush()
            else:
                self.walk(child, deep + 1, bold=bold or tag in _BOLD)

    def _leaves_out(self, node: LexborNode) -> bool:
        left_out = node.tag in _LEFT_OUT and not _opens_panel(node)
        return left_out or _is_around(node, self._whole, inside=self._inside)

    def heading(self, node: LexborNode, rank: int) -> None:
        """Takes a heading."""
        characters = tidy(_flat(node))
        if characters:
            self._rank = rank
            self._item = 0
            self.pieces.append(Piece(Kind.HEADING, characters, rank))

    def flush(self) -> None:
        """Ends the running text: paragraphs, an item, or a heading where a line is bold."""
        running, self._running = self._running, []
        for line, bold in _lines(running):
            if bold and not self._item and _may_head(line):
                self.pieces.append(Piece(Kind.HEADING, line, min(self._rank + 1, 6)))
            elif self._item:
                self.pieces.append(Piece(Kind.ITEM, without_bullet(line), self._item))
                self._item = 0
            elif BULLET.match(line):
                self.pieces.append(Piece(Kind.ITEM, without_bullet(line), max(self._depth, 1)))
            else:
                self.pieces.append(Piece(Kind.PARAGRAPH, line))

    def _list(self, node: LexborNode, deep: int) -> None:
        self.flush()
        if deep > _DEEPEST:
            self.walk(node, deep)
            return
        self._depth += 1
        ordered = node.tag == "ol"
        number = _start(node)
        for child in node.iter(include_text=True):
            if child.tag in ("ul", "ol"):
                self._list(child, deep + 1)
                continue
            if child.tag != "li":
                self._running.append((_SPACE.sub(" ", child.text()), False))
                self.flush()
                continue
            self._item = self._depth
            if ordered and _starts_bare(child):
                self._running.append((f"{_ordinal(node, number)} ", False))
                number += 1
            self.walk(child, deep + 1)
            self.flush()
            self._item = 0
        self._depth -= 1

    def _table(self, node: LexborNode, deep: int) -> None:
        self.flush()
        if deep > _DEEPEST:
            self.walk(node, deep)
            return
        rows = [line for line in node.css("tr") if _owner(line) == node.mem_id]
        cells = [[cell for cell in line.iter() if cell.tag in ("td", "th")] for line in rows]
        layout = node.css_first("table table") is not None
        if layout or max(map(len, cells), default=0) < 2:
            for caption in node.css("caption"):
                self.walk(caption, deep + 1)
            for line in cells:
                for cell in line:
                    self.walk(cell, deep + 1)
                    self.flush()
            return
        self._tables += 1
        grid = spread([[_cell(cell) for cell in line] for line in cells])
        heads = all(cell.tag == "th" for cell in cells[0]) or head_of(grid)
        for at, words in enumerate(grid):
            self.pieces.append(
                Piece(Kind.ROW, row(words), table=self._tables, heads=heads and at == 0)
            )


def _lines(running: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The lines of running text that are not blank, and whether all of each is bold."""
    characters, bold = "", True
    for part, strong in [*running, ("\n", False)]:
        first, *others = part.split("\n")
        for at, piece in enumerate([first, *others]):
            if at:
                if tidy(characters):
                    yield tidy(characters), bold
                characters, bold = "", True
            characters += piece
            bold = bold and (strong or not piece.strip())


def _opens_panel(node: LexborNode) -> bool:
    """Whether a button is the title of a part that a page folds away."""
    return node.tag == "button" and bool({"aria-expanded", "aria-controls"} & set(node.attributes))


def _may_head(line: str) -> bool:
    return len(line) <= _LONGEST_BOLD and not line.endswith((".", ";", ","))


def _flat(node: LexborNode, deep: int = 0) -> str:
    """The text of a node on one line, with spaces where a block or a break was."""
    if deep > _DEEPEST:
        return node.text()
    parts = []
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            parts.append(child.text())
        elif tag in _LEFT_OUT and tag != "button":
            continue
        else:
            inner = _flat(child, deep + 1)
            spaced = tag in _BLOCKS or tag in ("br", "li", "ul", "ol", "tr", "td", "th")
            parts.append(f" {inner} " if spaced else inner)
    return "".join(parts)


def _cell(node: LexborNode) -> Cell:
    return Cell(
        tidy(_SPACE.sub(" ", _flat(node))), _number(node, "rowspan"), _number(node, "colspan")
    )


def _number(node: LexborNode, name: str) -> int:
    written = (node.attributes.get(name) or "1").strip()
    return min(max(int(written), 1), 200) if written.isascii() and written.isdigit() else 1


def _owner(node: LexborNode) -> int:
    at = node.parent
    while at is not None and at.tag != "table":
        at = at.parent
    return at.mem_id if at is not None else 0


def _start(node: LexborNode) -> int:
    written = (node.attributes.get("start") or "1").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 1


def _ordinal(node: LexborNode, number: int) -> str:
    """How a page shows the number of an item, by the type of its list."""
    if (node.attributes.get("type") or "") in ("a", "A") and number <= 26:
        return f"{chr(ord(node.attributes['type'] or 'a') + number - 1)}."
    return f"{number}."


def _starts_bare(node: LexborNode) -> bool:
    """Whether an item begins with words rather than with a heading or its own mark."""
    text = tidy(_flat(node))
    if not text or re.match(r"^(?:\(?\w{1,3}[.)])\s", text) or BULLET.match(text):
        return False
    first = next((child for child in node.iter() if child.tag), None)
    return first is None or first.tag not in _HEADINGS
