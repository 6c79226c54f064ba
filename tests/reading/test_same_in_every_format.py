"""The same policy as plain text, PDF, page and docx: the same promises of retention."""

from __future__ import annotations

import pytest

from reading.corpus import text_of
from reading.documents.made import Made, as_docx, as_html, as_pdf
from troth.reading.documents.load import read_text
from troth.reading.frames.retention import retentions
from troth.reading.frames.units import Page
from troth.reading.text import Kind, Text

NAMES = (
    "rounds/1/syndic",
    "rounds/1/halyard",
    "rounds/2/federation",
    "rounds/2/studiolune",
    "rounds/4/hollowayarts",
)


def _made(text: Text) -> tuple[Made, ...]:
    """The blocks of a text, to be written in another format."""
    return tuple(
        Made(block.kind, cells=tuple(text.of(block).split("\t")))
        if block.kind is Kind.ROW
        else Made(block.kind, text.of(block), block.level)
        for block in text.blocks
    )


def _kept(text: Text) -> list[tuple[str, str | None, str | None, str]]:
    """Period, longest, event and bound of each promise, in the order of the text."""
    return [
        (
            str(frame.period),
            str(frame.most) if frame.most else None,
            frame.after.name if frame.after else None,
            frame.bound,
        )
        for frame in retentions(Page(text))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_retention_is_the_same_in_every_format(name: str) -> None:
    plain = text_of(name)
    blocks = _made(plain)
    expected = _kept(plain)
    assert len(expected) >= 8
    for data, file in (
        (as_pdf(blocks), "policy.pdf"),
        (as_html(blocks).encode(), "policy.html"),
        (as_docx(blocks), "policy.docx"),
    ):
        assert _kept(read_text(data, file)) == expected, file
