"""Promises that are unknown for the very same reasons: the reasons are told once."""

from __future__ import annotations

from collections.abc import Sequence

from troth.apply.promises import Promise, PromiseState, Reason


def same_reasons(states: Sequence[PromiseState]) -> dict[str, Promise]:
    """By a promise's id, the one before it in `states` whose reasons are the same."""
    first: dict[tuple[Reason, ...], Promise] = {}
    found: dict[str, Promise] = {}
    for state in states:
        reasons = state.reasons
        if not reasons:
            continue
        earlier = first.setdefault(reasons, state.promise)
        if earlier is not state.promise:
            found[state.promise.id] = earlier
    return found
