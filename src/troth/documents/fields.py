"""Which words a pydantic model knows at a place of its data, so that an error can suggest one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag


def known_words(model: type[BaseModel], loc: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that `model` takes at `loc`, the location of a pydantic error's mapping.

    Where several models are possible, the words of all of them.
    """
    types: list[Any] = [model]
    for step in loc:
        narrowed = [kind for kind in types if _tagged(kind, step)]
        types = narrowed or [inner for kind in types for inner in _step(kind, step)] or types
    words = [word for kind in types for word in _words(kind)]
    return tuple(dict.fromkeys(words))


def _tagged(kind: Any, step: str | int) -> bool:
    return any(isinstance(mark, Tag) and mark.tag == step for mark in _metadata(kind))


def _step(kind: Any, step: str | int) -> Iterator[Any]:
    """The types beneath `kind` for one key or position, unions spread out."""
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        for name, info in bare.model_fields.items():
            if step in (name, info.alias):
                yield from _spread(info.annotation)
        return
    origin, arguments = get_origin(bare), get_args(bare)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _spread(arguments[1])
    elif origin is tuple and isinstance(step, int):
        yield from _spread(arguments[0])


def _spread(kind: Any) -> Iterator[Any]:
    bare = _bare(kind)
    if get_origin(bare) is Union or type(bare).__name__ == "UnionType":
        for part in get_args(bare):
            yield from _spread(part)
    elif bare is not type(None):
        yield kind


def _words(kind: Any) -> Iterator[str]:
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        for name, info in bare.model_fields.items():
            yield info.alias or name


def _bare(kind: Any) -> Any:
    """The type without its annotations."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _metadata(kind: Any) -> tuple[Any, ...]:
    return get_args(kind)[1:] if get_origin(kind) is Annotated else ()
