"""A Markdown text to its pieces, by way of HTML."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from troth.reading.documents.html import html_pieces
from troth.reading.documents.pieces import Piece

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.S)


def markdown_pieces(characters: str) -> list[Piece]:
    """The headings, paragraphs, items and rows of a Markdown text; front matter is left out."""
    made = MarkdownIt("commonmark").enable("table").render(_FRONT.sub("", characters))
    return html_pieces(f"<body>{made}</body>")
