"""Cues kept as data: what to look for, in English and French, as regular expressions.

A file of `data/cues/` has one table for each cue: `en` and `fr` are lists of alternatives. `<name>`
inside one stands for another cue, of the same file or of `shared.toml`. They are sought in folded
text (`script.folded`): lower case, straight quotes, plain dashes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from troth.lint.script import Cue

_NAMED = re.compile(r"<([a-z][a-z0-9-]*)>")
SHARED = "shared"


@cache
def cues(family: str) -> Mapping[str, Cue]:
    """The cues of a family and those that all share, by name; a name of the family comes first."""
    tables = {**_tables(SHARED), **_tables(family)}
    return {name: Cue(_whole(tables, name, "en"), _whole(tables, name, "fr")) for name in tables}


def _tables(family: str) -> dict[str, dict[str, list[str]]]:
    file = resources.files("troth.lint") / "data" / "cues" / f"{family}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _whole(tables: Mapping[str, Mapping[str, list[str]]], name: str, language: str) -> str:
    """The alternatives of a cue as one expression, with what it names filled in."""
    text = "|".join(tables[name][language])
    return _NAMED.sub(lambda match: f"(?:{_whole(tables, match.group(1), language)})", text)
