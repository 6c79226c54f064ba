"""What a notice that stands somewhere says of itself: its version and the digest of its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pypdfium2

from troth.language import LANGUAGES
from troth.notice.phrases import plain, read


@dataclass(frozen=True)
class Published:
    """The version of a notice and the SHA-256 of its content; a draft is none that counts."""

    version: str
    digest: str
    draft: bool


def published(content: bytes, form: str) -> Published | None:
    """What a file of a form (html, md, txt, pdf) says; None where it is no notice of ours."""
    text = plain(_characters(content, form))
    for language in LANGUAGES:
        words = read(language)
        shell = words["shell"]
        version = re.escape(shell["version"])
        for slot, found in (("version", "(?P<version>.+?)"), ("position", r"\d+"), ("of", r"\d+")):
            version = version.replace(re.escape("{" + slot + "}"), found)
        digest = re.escape(shell["digest"] + words["colon"]) + "(?P<digest>[0-9a-f]{64})"
        match = re.search(f"{version}, .{{1,200}}?{digest}", text)
        if match is not None:
            return Published(match["version"], match["digest"], shell["draft"] in text)
    return None


def _characters(content: bytes, form: str) -> str:
    if form == "pdf":
        try:
            with pypdfium2.PdfDocument(content) as document:
                return str(document[0].get_textpage().get_text_range()) if len(document) else ""
        except pypdfium2.PdfiumError:
            return ""
    text = content.decode("utf-8", "replace")
    if form == "html":
        return unescape(re.sub(r"<[^>]*>", " ", text))
    return re.sub(r"\\([^\w\s])", r"\1", text) if form == "md" else text
