"""A notice in every medium, and the plain characters that a reader of that medium gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import pypdfium2
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from troth.language import Language
from troth.notice.html import as_html
from troth.notice.markdown import as_markdown
from troth.notice.pdf import as_pdf
from troth.notice.plain_text import as_text
from troth.notice.say import notice
from troth.notice.tree import PublicNotice
from troth.policy.model import Policy

DAY = date(2026, 11, 26)
MADE = datetime(2026, 11, 26, 12, tzinfo=UTC)


def said(policy: Policy, language: Language) -> PublicNotice:
    return notice(policy, language, DAY)


def text_of_html(html: str) -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    return body.text()


def text_of_markdown(markdown: str) -> str:
    return text_of_html(MarkdownIt("commonmark").enable("table").render(markdown))


def text_of_pdf(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


QUICK: Mapping[str, Callable[[PublicNotice], str]] = {
    "txt": as_text,
    "html": lambda one: text_of_html(as_html(one)),
    "md": lambda one: text_of_markdown(as_markdown(one)),
    "raw md": as_markdown,
}
MEDIA = {**QUICK, "pdf": lambda one: text_of_pdf(as_pdf(one, MADE))}
