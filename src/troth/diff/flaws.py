"""Whether the new text says of itself what it has to: a new version, dated, announced, accepted."""

from __future__ import annotations

from collections.abc import Iterator

from troth.diff.model import Difference, Flaw
from troth.policy.model import Policy, Version


def flaws(old: Policy, new: Policy, found: Difference) -> tuple[Flaw, ...]:
    """What is wrong with the versions that the new policy lists (Art. 5(2), 12(1), 13(3))."""
    rewritten = _rewritten(old, new)
    if old.versions[-1].id == new.versions[-1].id:
        unversioned = [_unversioned(new.versions[-1])] if found.changes else []
        return (*rewritten, *unversioned)
    return (*rewritten, *_dates(old.versions[-1], new.versions[-1]), *_said(new, found))


def _rewritten(old: Policy, new: Policy) -> list[Flaw]:
    """Versions stay as they were: whoever accepted one must find it (Art. 7(1))."""
    later = {version.id: version for version in new.versions}
    return [
        Flaw(
            "version-rewritten",
            "5(2), 7(1)",
            f"version {version.id} is not listed as before",
            "keep the entries of earlier versions under 'versions', in their order",
        )
        for version in old.versions
        if version.id not in later
        or (version.effective is not None and later[version.id].effective != version.effective)
    ]


def _unversioned(version: Version) -> Flaw:
    return Flaw(
        "version-not-new",
        "5(2), 12(1)",
        f"the text changes and is still version {version.id}",
        "add an entry under 'versions' with a new id and its day",
    )


def _dates(before: Version, after: Version) -> Iterator[Flaw]:
    if after.effective is None:
        yield Flaw(
            "version-undated",
            "5(2), 12(1)",
            f"version {after.id} has no day from which it counts",
            "give it 'effective'",
        )
    elif before.effective is not None and after.effective <= before.effective:
        yield Flaw(
            "version-not-later",
            "5(2), 12(1)",
            f"version {after.id} does not begin after version {before.id}",
            "give it a later day",
        )


def _said(new: Policy, found: Difference) -> Iterator[Flaw]:
    version = new.versions[-1]
    if not found.lowers:
        return
    if version.change != "lower":
        yield Flaw(
            "change-understated",
            "5(1)(a)",
            f"version {version.id} lowers protection and calls itself '{version.change}'",
            "say 'change: lower'",
        )
    if not version.needs_acceptance:
        yield Flaw(
            "acceptance-not-asked",
            "5(1)(a), 13(3)",
            f"version {version.id} lowers protection for people who never accepted it",
            "say 'needs_acceptance: true'; whoever does not accept stays under the version before",
        )
    told = version.announced
    if told is None or (version.effective is not None and told >= version.effective):
        yield Flaw(
            "not-announced",
            "12(1), 13(3)",
            f"version {version.id} takes effect before people are told",
            "tell them (troth diff --mail), and give the day as 'announced', before 'effective'",
        )
