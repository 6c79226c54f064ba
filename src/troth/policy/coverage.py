"""Which clauses of a text the policy expresses, and why not the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from troth.documents.document import Document, Finding
from troth.policy.base import Element
from troth.policy.model import Commitment, Policy, Reading
from troth.policy.walk import walk, written


@dataclass(frozen=True)
class CatalogueEntry:
    """A numbered clause of the text: its id, its kind, and what it says, in a sentence."""

    id: str
    kind: str
    says: str = ""


@dataclass(frozen=True)
class CoverageRow:
    """One clause: the paths of the elements that cite it, or the reason why none does.

    `status`: `cited`; `not-modelled` with its `reason`; `missing`; or `foreign`, cited by the
    policy but absent from the catalogue. `in_words_only`: every element that cites it is a
    sentence for people (a commitment, a reading), so nothing of it can be executed.
    """

    clause: str
    kind: str
    status: Literal["cited", "not-modelled", "missing", "foreign"]
    elements: tuple[str, ...] = ()
    reason: str = ""
    says: str = ""
    in_words_only: bool = False


def catalogue_of(document: Document) -> tuple[CatalogueEntry, ...]:
    """The catalogue that a read file holds: a list of entries with at least `id` and `kind`.

    Other keys are left alone. `Problems` for an entry without them and for a repeated id.
    """
    entries = document.data
    if not isinstance(entries, list):
        document.refuse([Finding((), "not-a-catalogue", "expected a list of clauses")])
    document.refuse(_wrong_entries(entries))
    return tuple(
        CatalogueEntry(entry["id"], entry["kind"], str(entry.get("says") or "").strip())
        for entry in entries
    )


def _wrong_entries(entries: Sequence[Any]) -> list[Finding]:
    findings: list[Finding] = []
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        if not isinstance(entry, dict):
            message = "expected a clause with its id and kind"
            findings.append(Finding((position,), "not-a-catalogue", message))
            continue
        for key in ("id", "kind"):
            if not isinstance(entry.get(key), str):
                message = f"expected '{key}', a text, in every clause"
                findings.append(Finding((position, key), "not-a-catalogue", message))
        if entry.get("id") in seen:
            message = f"the clause {entry['id']} is listed twice"
            findings.append(Finding((position, "id"), "duplicate-id", message))
        seen.add(str(entry.get("id")))
    return findings


def citations(policy: Policy) -> dict[str, tuple[str, ...]]:
    """By clause: the written paths of every element of the policy that cites it, in file order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, part in walk(policy):
        if isinstance(part, Element):
            for clause in dict.fromkeys(part.clauses):
                found[clause].append(written(policy, path))
    return {clause: tuple(paths) for clause, paths in found.items()}


def coverage(policy: Policy, catalogue: Iterable[CatalogueEntry]) -> tuple[CoverageRow, ...]:
    """A row for each clause of the catalogue, in its order; then the foreign clauses, sorted."""
    cited = citations(policy)
    typed = _typed(policy)
    rows = [_row(entry, cited, typed, policy.not_modelled) for entry in catalogue]
    known = {row.clause for row in rows}
    strangers = sorted(({*cited} | {*policy.not_modelled}) - known)
    rows += [CoverageRow(clause, "", "foreign", cited.get(clause, ())) for clause in strangers]
    return tuple(rows)


def _typed(policy: Policy) -> frozenset[str]:
    """The clauses that an element cites whose fields say more than sentences."""
    return frozenset(
        clause
        for _, part in walk(policy)
        if isinstance(part, Element) and not _is_sentence(part)
        for clause in part.clauses
    )


def _is_sentence(part: Element) -> bool:
    if isinstance(part, Commitment):
        return part.within is None and part.within_hours is None
    return isinstance(part, Reading)


def _row(
    entry: CatalogueEntry,
    cited: Mapping[str, tuple[str, ...]],
    typed: Collection[str],
    reasons: Mapping[str, str],
) -> CoverageRow:
    row = CoverageRow(entry.id, entry.kind, "missing", says=entry.says)
    if entry.id in cited:
        words = entry.id not in typed
        return replace(row, status="cited", elements=cited[entry.id], in_words_only=words)
    if entry.id in reasons:
        return replace(row, status="not-modelled", reason=reasons[entry.id])
    return row
