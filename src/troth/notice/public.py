"""What of a policy is for the public: what is done, not how an older text was read."""

from __future__ import annotations

from typing import Any

from troth.policy.model import Policy

_INSIDE = ("stated", "reason", "origin")


def public(policy: Policy) -> Policy:
    """The policy without what its makers note beside it: the old wording, reasons, and readings.

    `executed`, what is done in practice, stays: it is the promise.
    """
    data: dict[str, Any] = _without(policy.model_dump(mode="json", by_alias=True))
    return Policy.model_validate({**data, "readings": ()})


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        element = "clauses" in value
        return {
            name: _without(part)
            for name, part in value.items()
            if not (element and name in _INSIDE)
        }
    if isinstance(value, list):
        return [_without(part) for part in value]
    return value
