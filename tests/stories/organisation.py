"""An organisation of the examples with its real policy, and databases that stories fill.

The databases and the map of `maps/<organisation>.yaml` are the stories' own; those named under
`example` come from the example's own map, with the tables that the demonstration makes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ruamel.yaml import YAML

from stories.tables import metadata_of
from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.demo.world import schemas
from troth.policy.load import parse_policy
from troth.policy.model import Policy

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"


@dataclass(frozen=True)
class Organisation:
    """The promise, the map of the stores that a story needs, and their tables."""

    policy: Policy
    map: DataMap
    tables: Mapping[str, sa.MetaData]


def organisation(
    name: str, stores: Sequence[str], parameters: Mapping[str, str] | None = None
) -> Organisation:
    """The organisation `name` with the named stores; `parameters` are those that it has set."""
    return _organisation(name, tuple(stores), tuple((parameters or {}).items()))


@cache
def _organisation(
    name: str, stores: tuple[str, ...], parameters: tuple[tuple[str, str], ...]
) -> Organisation:
    """Read once; stories of one organisation differ in their rows, not in their map."""
    policy = _policy(name, parameters)
    own = _load(HERE / "maps" / f"{name}.yaml")
    lines = own.pop("tables")
    example = _load(EXAMPLES / name / "map.yaml") if own.pop("example", None) else {"stores": {}}
    entries = {s: own["stores"].get(s) or example["stores"][s] for s in stores}
    archives = {
        live: target
        for live, target in own.get("archives", {}).items()
        if _store(live) in entries and _store(target["table"]) in entries
    }
    text = _dump({"troth": 1, "stores": entries, "archives": archives})
    datamap, _ = parse_map(text, "map.yaml", policy)
    demo = schemas() if any(s not in lines for s in stores) else {}
    tables = {s: metadata_of(lines[s]) if s in lines else demo[s] for s in stores}
    return Organisation(policy, datamap, tables)


@cache
def _policy(name: str, parameters: tuple[tuple[str, str], ...]) -> Policy:
    """Read once; a policy is frozen, and reading a long one takes seconds."""
    return policy_of(name, dict(parameters))


def policy_of(name: str, parameters: Mapping[str, str], *, bounded: bool = False) -> Policy:
    """The example's policy with other values of its parameters.

    Unless `bounded`, a value beyond what the text allows is let through, as an edited file would.
    """
    text = (EXAMPLES / name / "policy.yaml").read_text(encoding="utf-8")
    if not parameters:
        return parse_policy(text, "policy.yaml")
    content = YAML(typ="safe").load(text)
    for parameter, value in parameters.items():
        content["parameters"][parameter]["value"] = value
        if not bounded:
            content["parameters"][parameter].pop("at_most", None)
    return parse_policy(_dump(content), "policy.yaml")


def _store(table: str) -> str:
    return table.partition(".")[0]


def _load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def _dump(content: Any) -> str:
    stream = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.dump(content, stream)
    return stream.getvalue()
