"""The page of the commands, generated from what `--help` shows.

`python -m troth.cli.reference` writes it (default: `docs/reference/commands.md`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from troth.cli.main import commands

_HEAD = """# The commands

{purpose}

{status}

Every command takes `--help`; `troth --version` shows the version, and `--debug`, with any command,
the traceback of an unexpected failure. Errors are one clear message on stderr, or one JSON object
on stdout under `--json`: [errors](errors.md).

This page is generated: `python -m troth.cli.reference`.
"""
_EXAMPLE = "Example: "


def page() -> str:
    """The whole page, as it is committed."""
    root: Any = commands()
    found = list(_commands("troth", root))
    parts = [_HEAD.format(purpose=root.help, status=root.epilog)]
    parts.append("\n".join(_contents(found)))
    for name, command in found:
        parts += _section(name, command)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _commands(name: str, group: Any) -> Iterator[tuple[str, Any]]:
    """Every command and, before its own, every group of commands."""
    for word, command in group.commands.items():
        yield f"{name} {word}", command
        if hasattr(command, "commands"):
            yield from _commands(f"{name} {word}", command)


def _contents(found: list[tuple[str, Any]]) -> Iterator[str]:
    yield "| Command | What it does |"
    yield "|---|---|"
    for name, command in found:
        if not hasattr(command, "commands"):
            yield f"| [`{name}`](#{name.replace(' ', '-')}) | {_paragraphs(command.help)[0]} |"


def _section(name: str, command: Any) -> Iterator[str]:
    yield f"## {name}"
    if hasattr(command, "commands"):
        yield command.help
        return
    examples = []
    for paragraph in _paragraphs(command.help):
        if paragraph.startswith(_EXAMPLE):
            examples.append(paragraph.removeprefix(_EXAMPLE))
        else:
            yield paragraph
    for example in examples:
        yield f"```sh\n{example}\n```"
    yield "\n".join(_options(command))


def _paragraphs(help: str | None) -> list[str]:
    """The paragraphs of a help text, each on one line."""
    return [" ".join(part.split()) for part in (help or "").split("\n\n")]


def _options(command: Any) -> Iterator[str]:
    yield "| Option | Meaning | Default |"
    yield "|---|---|---|"
    for parameter in command.params:
        if parameter.name != "help":
            help = (parameter.help or "").replace("|", "\\|")
            yield f"| `{_name(parameter)}` | {help} | {_default(parameter)} |"


def _name(parameter: Any) -> str:
    name: str = parameter.opts[-1]
    if not name.startswith("-"):
        return str(parameter.metavar or name.upper())
    if parameter.is_flag:
        return name
    return f"{name} {_WORDS.get(_kind(parameter), 'TEXT')}"


_WORDS = {Path: "PATH", int: "N"}


def _kind(parameter: Any) -> Any:
    return parameter.type_descriptor.annotation


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if value is None or value is False or value == []:
        return ""
    return f"`{value}`"


if __name__ == "__main__":
    file = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference/commands.md")
    file.write_text(page(), encoding="utf-8")
