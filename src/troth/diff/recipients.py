"""Recipients compared: what they are, where they are, and what guards a transfer to them."""

from __future__ import annotations

from collections.abc import Iterator

from troth.diff.measures import Delta, Rule, said
from troth.diff.rules import GUARANTEE_ORDER, RULES
from troth.law.countries import within_the_union
from troth.policy.model import Policy
from troth.policy.people import Recipient

Found = tuple[Rule, Delta]
_ON_ITS_OWN = ("controller", "joint-controller", "group")


def compared(
    old: Policy, new: Policy, here: Recipient, there: Recipient
) -> Iterator[tuple[str, Found]]:
    """Role, country and guarantee of one recipient."""
    if here.role != there.role:
        before, after = (each.role in _ON_ITS_OWN for each in (here, there))
        more = None if before is after else after
        ending = "changed" if more is None else "added" if more else "removed"
        yield "role", (RULES["role"], Delta(ending, more, here.role, there.role, more is None))
    if here.country != there.country:
        yield "country", _moved(here.country, there.country)
    if not (_inside(here.country) or _inside(there.country)):
        for found in mechanisms(mechanism(old, here.safeguard), mechanism(new, there.safeguard)):
            yield "safeguard", found


def _inside(country: str | None) -> bool:
    """Whether it is in the Union; a country that is not declared is taken to be outside."""
    return country is not None and within_the_union(country)


def _moved(before: str | None, after: str | None) -> Found:
    here, there = _inside(before), _inside(after)
    if here is there:
        unclear = not here
        return RULES["country"], Delta("changed", None, said(before), said(after), unclear)
    return RULES["abroad"], Delta("added" if here else "removed", here, said(before), said(after))


def mechanism(policy: Policy, name: str | None) -> str | None:
    """The kind of a named safeguard."""
    return policy.safeguards[name].kind if name is not None else None


def mechanisms(before: str | None, after: str | None) -> Iterator[Found]:
    """A weaker or a stronger mechanism, or another of the same strength."""
    here, there = _strength(before), _strength(after)
    if before == after:
        return
    more = None if here == there else there > here
    ending = "changed" if more is None else "raised" if more else "lowered"
    yield RULES["guarantee"], Delta(ending, more, said(before), said(after))


def _strength(kind: str | None) -> int:
    return next(place for place, kinds in enumerate(GUARANTEE_ORDER) if kind in kinds)
