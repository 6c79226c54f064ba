"""Any text can be examined, and every quote is the characters that stand at its place."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lint.corpus import cases
from troth.lint.whole import examine_text
from troth.reading.documents.pieces import Piece, assemble
from troth.reading.text import Kind, Text

SENTENCES = sorted(
    {line.strip("#|- ") for case in cases(faulty=True) for line in case.text.splitlines()} - {""}
)


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """Blocks of any kind in any order, of words that rules look for and of any characters."""
    words = st.one_of(st.sampled_from(SENTENCES), st.text(max_size=30))
    pieces = draw(
        st.lists(
            st.builds(
                Piece,
                st.sampled_from(Kind),
                st.one_of(words, st.lists(words, min_size=2, max_size=3).map("\t".join)),
                level=st.integers(1, 3),
            ),
            max_size=12,
        )
    )
    return assemble(pieces, draw(st.sampled_from(("en", "fr"))))


@settings(max_examples=40, deadline=None)
@given(texts())
def test_every_quote_stands_at_its_place(text: Text) -> None:
    flaws, checked = examine_text(text)
    for flaw in (*flaws, *checked):
        for one in flaw.evidence:
            assert text.characters[one.start : one.end] == one.quote
            assert one.quote
    assert examine_text(text) == (flaws, checked)
