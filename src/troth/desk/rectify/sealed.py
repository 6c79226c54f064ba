"""What an unfinished rectification needs to go on, as text to be sealed; it is destroyed after."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from troth.desk.rectify.model import Change, Target
from troth.grounds.facts import Identifier


@dataclass(frozen=True)
class Work:
    """Everything of a run: what is written where, who the person is, and what is said of it."""

    digest: str
    changes: tuple[Change, ...] = field(repr=False)
    targets: tuple[Target, ...] = field(repr=False)
    papers: tuple[Target, ...] = field(repr=False)
    persons: tuple[Identifier, ...] = field(repr=False)
    left: int
    by: str
    reason: str | None
    corrections: bool
    excepted: tuple[tuple[str, str, str], ...] = ()
    confirm_shared: bool = False

    def write(self) -> bytes:
        return json.dumps(asdict(self), default=_plain).encode()

    @classmethod
    def read(cls, text: bytes) -> Work:
        found = json.loads(text, object_hook=_value)
        found["changes"] = tuple(Change(**_tuples(one)) for one in found["changes"])
        for name in ("targets", "papers"):
            found[name] = tuple(Target(**_tuples(one)) for one in found[name])
        found["persons"] = tuple(Identifier(**one) for one in found["persons"])
        found["excepted"] = tuple(tuple(one) for one in found["excepted"])
        return cls(**found)


_KINDS: dict[str, Any] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "Decimal": Decimal,
    "UUID": UUID,
    "bytes": bytes.fromhex,
}


def _plain(value: Any) -> Any:
    """A key of another type than JSON's, with its type."""
    name = type(value).__name__
    if isinstance(value, bytes):
        return {"troth_type": name, "text": value.hex()}
    return {"troth_type": name if name in _KINDS else "str", "text": str(value)}


def _value(found: dict[str, Any]) -> Any:
    if "troth_type" not in found:
        return found
    return _KINDS.get(found["troth_type"], str)(found["text"])


def _tuples(found: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(part) if isinstance(part, list) else part for name, part in found.items()}
