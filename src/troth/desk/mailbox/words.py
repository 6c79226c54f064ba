"""What a mail says: its plain text, or its page where there is nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from troth.desk.mailbox.limits import MOST_HTML, MOST_LETTERS
from troth.desk.mailbox.parts import Leaf

_LEFT_OUT = "script, style, head, template, noscript, svg, object, iframe"
_BLOCK = re.compile(
    r"</?(?:p|div|li|tr|h[1-6]|table|ul|ol|pre|hr|br|section|article)\b[^<>]{0,2000}>", re.I
)
_QUOTE = re.compile(
    r"<blockquote\b[^<>]{0,2000}>|<[a-z]+\s[^<>]{0,500}"
    r"(?:gmail_quote|divRplyFwdMsg|moz-cite-prefix)[^<>]{0,500}>",
    re.I,
)
MOST_LEFT_OUT = 2_000  # scripts and styles that are taken out of a page
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\n\s*\n\s*")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")


def words_of(found: Sequence[Leaf]) -> str:
    """The words of a mail, at most `MOST_LETTERS`, without signs that nobody sees."""
    bodies = [leaf for leaf in found if not leaf.attached and not leaf.name]
    plain = [leaf.text() for leaf in bodies if leaf.media_type == "text/plain"]
    text = "\n".join(part for part in plain if part.strip())
    if not text:
        pages = [leaf.text() for leaf in bodies if leaf.media_type == "text/html"]
        text = "\n".join(page_text(page) for page in pages)
    return tidy(text)[:MOST_LETTERS]


def page_text(page: str) -> str:
    """The words of an HTML page, a line for each block; what is quoted begins with `>`.

    Lines are parted before the page is read: changing a tree of a million nested elements takes
    hours, and anybody may send one.
    """
    parted = _BLOCK.sub("\n", _QUOTE.sub("\n&gt; ", page[:MOST_HTML]))
    tree = LexborHTMLParser(parted)
    for node in tree.css(_LEFT_OUT)[:MOST_LEFT_OUT]:
        node.decompose()
    return tree.root.text() if tree.root is not None else ""


def tidy(text: str) -> str:
    """Spaces and empty lines of one kind; half characters replaced."""
    whole = text.encode("utf-8", "replace").decode("utf-8", "replace").replace("\r\n", "\n")
    lines = _SPACES.sub(" ", _UNSEEN.sub("", whole.replace("\r", "\n")))
    return _LINES.sub("\n\n", lines).strip()
