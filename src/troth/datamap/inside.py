"""Names of values: a column, or a place inside a JSON column, such as `profile#/address/city`.

What a map puts `inside` a JSON column are values of their own, with a category, a standing and an
end each. Whatever is named by a text elsewhere (the columns of a step, of a mark, of a report) is
named like this, so that a place inside is one more name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

MARK = "#/"
"""What stands between a column and a path inside it; no column of a map has it in its name."""


def name_inside(column: str, path: str) -> str:
    """The name of the value at a path of keys (`/a/b`) inside a JSON column."""
    return f"{column}#{path}"


def column_of(name: str) -> str:
    """The column in which a value lies."""
    return name.partition(MARK)[0]


def path_of(name: str) -> str | None:
    """The path of a value inside its JSON column; None for one that is a column, or its rest."""
    _, mark, path = name.partition(MARK)
    return f"/{path}" if mark else None


def columns_of(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The columns in which values lie, each once, with the names of those that lie in it."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(column_of(name), []).append(name)
    return {column: tuple(some) for column, some in found.items()}


def keys_of(path: str) -> tuple[str, ...]:
    """The keys of a path."""
    return tuple(path.removeprefix("/").split("/"))


def above(path: str) -> tuple[str, ...]:
    """The path of every object in which a place lies, the outermost (the whole text, '') first."""
    keys = keys_of(path)
    return tuple("".join(f"/{key}" for key in keys[:end]) for end in range(len(keys)))


def objects_on(paths: Iterable[str]) -> tuple[str, ...]:
    """The path of every object in which one of the places lies, each once, the outermost first."""
    found = dict.fromkeys(outer for path in paths for outer in above(path))
    return tuple(sorted(found, key=lambda outer: outer.count("/")))


def keys_at(outer: str, paths: Collection[str]) -> tuple[str, ...]:
    """The keys of an object that lead to one of the places."""
    head = f"{outer}/"
    return tuple(
        dict.fromkeys(
            path.removeprefix(head).split("/")[0] for path in paths if path.startswith(head)
        )
    )


def is_spelled_one_way(paths: Iterable[str]) -> bool:
    """Whether JSON writes every key of the paths like the map, without any escape.

    SQLite and MariaDB compare keys as they are written in the text: `é` is not `\\u00e9` to them.
    """
    return all(key.isascii() and key.isprintable() for path in paths for key in keys_of(path))


def one_in_another(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of paths of which the first lies in the second."""
    known = tuple(paths)
    for path in known:
        for other in above(path):
            if other in known:
                yield path, other
