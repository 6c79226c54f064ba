"""The page of the commands is what `--help` says, and each command has an example that is real."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from troth.cli.main import commands
from troth.cli.reference import page

FILE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"


def test_the_committed_page_is_the_generated_one() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run: python -m troth.cli.reference"


def _commands(group: Any, name: str = "troth") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word, command in group.commands.items():
        inner = getattr(command, "commands", None)
        found |= _commands(command, f"{name} {word}") if inner else {f"{name} {word}": command}
    return found


COMMANDS = _commands(commands())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_an_example_with_options_that_it_knows(name: str) -> None:
    help = COMMANDS[name].help or ""
    examples = re.findall(r"Example: (.+?)(?=\n\n|\Z)", help, re.S)
    assert examples, "add a line 'Example: …' to its help"
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    for example in examples:
        words = shlex.split(example)
        assert " ".join(words).startswith(name)
        used = {word for word in words if word.startswith("--")}
        assert used - known == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_says_what_it_means(name: str) -> None:
    for parameter in COMMANDS[name].params:
        assert parameter.help, parameter.name
