"""A read file: its plain data, and the line and column of every part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from troth.errors import Problems, Refused

Path = tuple[str | int, ...]
"""Keys and list positions from the top of a file to a part of it."""


@dataclass(frozen=True)
class Mark:
    """Where something begins in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Finding:
    """Something wrong in a file, at a path; the file's name and line are added by `Document`.

    `at_key`: the wrong thing is the key that ends the path, not the value beneath it.
    """

    path: Path
    code: str
    message: str
    help: str = ""
    at_key: bool = False


@dataclass(frozen=True)
class Remark:
    """Something that works as it stands, but that a person should look at; the command goes on."""

    place: str
    code: str
    message: str
    help: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message} [{self.code}]"
        return f"{text}\n  help: {self.help}" if self.help else text


@dataclass(frozen=True)
class Document:
    """A file as plain data (dict, list, str, int, float, bool, None) with the marks of its nodes.

    `keys` has the mark of each mapping's key, by the path that ends in it; `values` the mark of
    each node. Beneath an alias nothing is marked: its parts stand where the alias stands.
    """

    name: str
    data: Any
    keys: Mapping[Path, Mark]
    values: Mapping[Path, Mark]

    def mark(self, path: Path, *, at_key: bool = False) -> Mark:
        """Where `path` is: its scalar, or the key that opens its mapping or list.

        Of a path that the file does not have, the place of its nearest part that exists.
        """
        for length in range(len(path), 0, -1):
            part = path[:length]
            if part in self.values:
                key = self.keys.get(part)
                collection = isinstance(_inside(self.data, part), dict | list)
                return key if key and (at_key or collection) else self.values[part]
        return self.values.get((), Mark(1, 1))

    def place(self, path: Path, *, at_key: bool = False) -> str:
        """`policy.yaml:12`."""
        return f"{self.name}:{self.mark(path, at_key=at_key).line}"

    def refusal(self, finding: Finding) -> Refused:
        """The finding as an error with its place in this file."""
        place = self.place(finding.path, at_key=finding.at_key)
        return Refused(finding.code, finding.message, place=place, help=finding.help)

    def refuse(self, findings: Iterable[Finding]) -> None:
        """Raise all findings together, in the order of the file; nothing when there are none."""
        ordered = sorted(findings, key=self._order)
        if ordered:
            raise Problems([self.refusal(finding) for finding in ordered])

    def remarks(self, findings: Iterable[Finding]) -> tuple[Remark, ...]:
        """The findings as remarks with their places in this file, in its order."""
        return tuple(
            Remark(self.place(f.path, at_key=f.at_key), f.code, f.message, f.help)
            for f in sorted(findings, key=self._order)
        )

    def _order(self, finding: Finding) -> tuple[int, int]:
        mark = self.mark(finding.path, at_key=finding.at_key)
        return mark.line, mark.column


def _inside(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
