"""The tutorial works as it is written: its files, its commands, its outputs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from docs.programs import environment
from docs.tutorial import Block, blocks, matches, normalised

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-project.md"
SECONDS = 120  # for one block, on a busy machine


def _run(block: Block, folder: Path, variables: dict[str, str]) -> tuple[str, Path]:
    """What the commands print, and the folder in which they leave their reader."""
    done = subprocess.run(
        ["sh", "-ec", f"trap pwd EXIT\n{block.text}"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    expected = int(block.about.removeprefix("exit=") or 0)
    told = f"line {block.line}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == expected, told
    *lines, last = done.stdout.splitlines()
    return "\n".join(lines), Path(last)


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    folder, printed, compared = tmp_path, "", 0
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        match block.language, block.about:
            case "sh", _:
                printed, folder = _run(block, folder, variables)
            case "text", "output":
                expected, found = normalised(block.text), normalised(printed)
                assert matches(expected, found), f"line {block.line} shows it otherwise:\n{printed}"
                compared += 1
            case (("python" | "yaml"), name):
                (folder / name).write_text(block.text, encoding="utf-8")
            case _:
                pytest.fail(f"line {block.line}: nobody knows what to do with this block")
    assert compared >= 8


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("a\n…\nc", "a\nb\nb\nc", True),
        ("a\n…\nc", "a\nc", True),
        ("a\n…\nc", "a\nb", False),
        ("a", "a\nb", False),
        ("19 rows", "20 rows", False),
        ("hold-0123456789ab on 1 May 2026", "hold-ba9876543210 on 22 November 2027", True),
    ],
)
def test_outputs_are_compared(expected: str, found: str, same: bool) -> None:
    assert matches(normalised(expected), normalised(found)) is same
