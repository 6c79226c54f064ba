"""Text at a terminal: indented, wrapped, without blanks at line ends, and plainer where it must."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from troth.cli.encoding import plainer
from troth.cli.lines import Indented
from troth.cli.show_journal import show_entries
from troth.errors import MOST_SHOWN, Problems, Refused
from troth.ledger.entries import ShownEntry


def shown(renderable: object, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width).print(renderable)
    return out.getvalue().splitlines()


def test_every_line_stands_under_the_first_without_blanks_at_its_end() -> None:
    lines = shown(Indented(Text("one two three four five six seven"), 4, Text("✗")), 24)
    assert lines == ["✗   one two three four", "    five six seven"]


def test_what_pads_its_lines_is_trimmed() -> None:
    assert shown(Indented(Padding(Text("one"), (0, 6, 0, 2)), 2), 40) == ["    one"]


def test_a_terminal_narrower_than_the_indentation_still_shows_words() -> None:
    assert shown(Indented(Text("word " * 8), 30), 32)


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("✓ ✗ → é ☂", "ascii", b"+ x -> e -"),
        ("é ✓", "latin-1", b"\xe9 +"),
        ("1\u202f200 … ’", "latin-1", b"1 200 ... '"),
    ],
)
def test_plainer_characters(text: str, encoding: str, written: bytes) -> None:
    import codecs

    codecs.register_error("plainer-of-a-test", plainer)
    assert text.encode(encoding, "plainer-of-a-test") == written


def test_a_flood_of_problems_is_cut_for_a_person() -> None:
    every = Problems([Refused("a-code", f"number {n}") for n in range(MOST_SHOWN + 30)])
    lines = str(every).splitlines()
    assert len(lines) == MOST_SHOWN + 1
    assert lines[-1] == "and 30 more"
    assert len(every.problems) == MOST_SHOWN + 30


def test_entries_of_the_journal_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    digest = "0123456789abcdef" * 4
    entries = [
        ShownEntry(7, "batch-applied", "2026-11-24T19:33:14.2Z", digest, payload, erased)
        for payload, erased in (
            ({"batch": 2, "counts": {"delete:shop.log": 5}, "digest": digest, "none": None}, None),
            (None, 9),
        )
    ]
    show_entries(entries)
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("     7  2026-11-24 19:33:14Z  batch-applied  batch 2;")
    assert last.endswith("(erased by entry 9)")
    show_entries(entries)
    words = " ".join(capsys.readouterr().out.split())
    assert "delete:shop.log 5; digest 0123456789ab" in words
    assert digest not in words
    assert "none" not in words
