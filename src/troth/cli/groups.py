"""How a group of commands shows itself, and that a command is built when it is called for.

Typer would read the parameters of all of some hundred commands at every call; a call needs one's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_from_info, get_command_name, get_group_from_info
from typer.models import CommandInfo, TyperInfo


class Commands(TyperGroup):
    """A group whose list is not cut short, and which answers a bare call with its help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["--help"])

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        helps = (
            self.commands.helps
            if isinstance(self.commands, _Later)
            else {name: command.help or "" for name, command in self.commands.items()}
        )
        rows = [(name, " ".join(help.split("\n\n")[0].split())) for name, help in helps.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def tree(app: typer.Typer) -> Commands:
    """The commands of `app`, each built when it is first asked for."""
    return _group(TyperInfo(app))


class _Later(Mapping[str, Any]):
    """Commands by name, in the order in which they are listed; `helps`: the help text of each."""

    def __init__(self) -> None:
        self.helps: dict[str, str] = {}
        self._builds: dict[str, Callable[[], Any]] = {}
        self._built: dict[str, Any] = {}

    def add(self, name: str, help: str, build: Callable[[], Any]) -> None:
        self.helps[name] = help
        self._builds[name] = build

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = self._builds[name]()
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._builds)

    def __len__(self) -> int:
        return len(self._builds)


def _group(info: TyperInfo) -> Commands:
    app = info.typer_instance
    assert app is not None
    empty, bare = copy(app), copy(info)
    empty.registered_commands, empty.registered_groups = [], []
    bare.typer_instance = empty
    made: Any = get_group_from_info(
        bare, pretty_exceptions_short=True, suggest_commands=True, rich_markup_mode=None
    )
    later = _Later()
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or get_command_name(command.callback.__name__)
        help = command.help or inspect.getdoc(command.callback) or ""
        later.add(name, help, partial(_command, command))
    for inner in app.registered_groups:
        assert inner.typer_instance is not None
        later.add(str(inner.name), str(inner.typer_instance.info.help), partial(_group, inner))
    made.commands = later
    return made  # type: ignore[no-any-return]  # every app names this class


def _command(info: CommandInfo) -> Any:
    return get_command_from_info(info, pretty_exceptions_short=True, rich_markup_mode=None)
