"""The draft's processing activities: one for each purpose, with whose data and which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from troth.reading.draft.bases import legal_bases, unnamed_basis, without_purpose
from troth.reading.draft.element import UNSAID, Draft, clause, marked
from troth.reading.draft.matters import anybody, anything, chain, outside
from troth.reading.frames.frame import Confidence, Said, least
from troth.reading.frames.names import slug, unused
from troth.reading.frames.purposes import Purpose
from troth.reading.frames.read import Frames


@dataclass
class Drafted:
    """An activity while it is drafted; `about` holds the lexicon's names in its purpose."""

    name: str
    purpose: Purpose | None
    part: dict[str, Any]
    said: Said
    about: frozenset[str] = frozenset()
    rules: list[dict[str, Any]] = field(default_factory=list)


def activities(draft: Draft, frames: Frames) -> list[Drafted]:
    """An activity for each purpose of the text, in its order."""
    found: list[Drafted] = []
    taken: set[tuple[int, str]] = set()
    for purpose in frames.purposes:
        if (purpose.section, purpose.name) in taken:
            continue
        taken.add((purpose.section, purpose.name))
        name = unused(purpose.name, {activity.name for activity in found})
        found.append(_activity(draft, frames, name, purpose))
    if not found:
        draft.unknown("activities")
    if not frames.origins:
        draft.unknown("activities.*.sources")
    without_purpose(draft, frames, [basis for a in found for basis in a.part["legal_bases"]])
    return found


def _activity(draft: Draft, frames: Frames, name: str, purpose: Purpose) -> Drafted:
    about = _about(frames, purpose)
    subjects, whose = _subjects(draft, frames, purpose, about)
    categories, which = _categories(draft, frames, purpose, about)
    part: dict[str, Any] = {
        **marked({"purpose": purpose.words.quote}, purpose.said),
        "controllers": [draft.policy["organisation"]],
        "subjects": subjects,
        "categories": categories,
    }
    path = f"activities.{name}"
    draft.read(f"{path}.purpose", purpose.words.quote, purpose.said)
    _tell(draft, f"{path}.subjects", subjects, whose)
    _tell(draft, f"{path}.categories", categories, which)
    part["legal_bases"] = legal_bases(draft, frames, purpose, path)
    special = _special(draft, categories, part["legal_bases"], path)
    if special:
        part["special_conditions"] = special
    sources = _sources(draft, frames, purpose, f"{path}.sources")
    if sources:
        part["sources"] = sources
    if purpose.direct_marketing:
        part["direct_marketing"] = True
    return Drafted(name, purpose, part, purpose.said, about)


def _sources(draft: Draft, frames: Frames, purpose: Purpose, path: str) -> list[dict[str, Any]]:
    """Where the data of the purpose's section comes from; else what the text says of all data."""
    here = [o for o in frames.origins if o.section == purpose.section]
    apart = {other.section for other in frames.purposes}  # what these say is of their own purposes
    found = here or [o for o in frames.origins if o.section not in apart]
    if not found:
        return []
    reason = "linked-by-section" if here else "linked-to-all"
    sure = least(Confidence.LIKELY, *(origin.said.confidence for origin in found))
    sources = {
        o.provenance: {"provenance": o.provenance, "origin": o.words} for o in reversed(found)
    }
    evidence = tuple(dict.fromkeys(origin.said.evidence[0] for origin in found))[:4]
    said = Said(evidence, sure, (reason,), found[0].said.block)
    draft.read(path, list(reversed(sources.values())), said)
    return list(reversed(sources.values()))


def _tell(draft: Draft, path: str, value: list[str], said: Said | None) -> None:
    if said is None:
        draft.unknown(path)
    else:
        draft.read(path, value, said)


def _about(frames: Frames, purpose: Purpose) -> frozenset[str]:
    """The subjects and categories that a purpose names by itself."""
    place = (purpose.words.start, purpose.words.end)
    hits = (
        *frames.page.found.names("categories", *place),
        *frames.page.found.names("subjects", *place),
    )
    return frozenset(hit.name for hit in hits)


def _subjects(
    draft: Draft, frames: Frames, purpose: Purpose, about: frozenset[str]
) -> tuple[list[str], Said | None]:
    """Whom the purpose's section speaks of; of several, those that the purpose itself names."""
    for place in (*chain(frames, purpose.section), -1):
        here = [s for s in frames.subjects if s.section == place and not outside(draft, s.name)]
        heads = [s for s in here if s.said.confidence is Confidence.SURE] or here
        if heads:
            names = list(dict.fromkeys(s.name for s in heads))
            own = [name for name in names if name in about]
            said = heads[0].said
            near = place == purpose.section
            reason = "linked-by-words" if own else "linked-by-section" if near else "linked-to-all"
            sure = said.confidence if near else least(said.confidence, Confidence.LIKELY)
            linked = Said(said.evidence, sure, (*said.reasons, reason), said.block)
            return own or names, linked
    named = [name for name in draft.section("subjects") if name in about]
    if named:
        return named, Said(
            (purpose.words,), Confidence.LIKELY, ("linked-by-words",), purpose.said.block
        )
    every = list(dict.fromkeys(s.name for s in frames.subjects if not outside(draft, s.name)))
    if every:
        said = frames.subjects[0].said
        return every, Said(said.evidence, Confidence.DOUBTFUL, ("linked-to-all",), said.block)
    return [anybody(draft)], None


def _categories(
    draft: Draft, frames: Frames, purpose: Purpose, about: frozenset[str]
) -> tuple[list[str], Said | None]:
    """The data of the purpose's section, else what the purpose names, "
    "else what no purpose names."""
    denied = {
        name for name, entry in draft.section("categories").items() if entry.get("never_stored")
    }
    here = [c for c in frames.categories if c.section == purpose.section and c.name not in denied]
    every = [c for c in frames.categories if c.name not in denied]
    own = [c for c in every if c.name in about]
    claimed = {name for other in frames.purposes for name in _about(frames, other)}
    rest = [c for c in every if c.name not in claimed] or every
    for found, sure, reason in (
        (here, Confidence.LIKELY, "linked-by-section"),
        (own, Confidence.LIKELY, "linked-by-words"),
        (rest, Confidence.DOUBTFUL, "linked-to-all"),
    ):
        if found:
            names = list(dict.fromkeys(c.name for c in found))
            evidence = tuple(dict.fromkeys(c.said.evidence[0] for c in found))[:6]
            return names, Said(evidence, sure, (reason,), found[0].said.block)
    return [anything(draft)], None


def _special(
    draft: Draft, categories: list[str], bases: list[dict[str, Any]], path: str
) -> list[dict[str, Any]]:
    """Art. 9(1): where special data is in it, the condition that a person has to name."""
    entries = draft.section("categories")
    special = [
        c
        for c in categories
        if entries.get(c, {}).get("special") and not entries[c].get("never_stored")
    ]
    if not special:
        return []
    draft.unknown(f"{path}.special_conditions")
    del bases
    return [
        {
            "clauses": ["not-in-the-text"],
            "article": "9(2)",
            "detail": f"unknown: the text names no condition for {', '.join(special)}",
            "origin": "ours",
            "note": "unknown: not-found",
        }
    ]


def own_activity(
    draft: Draft,
    taken: set[str],
    words: str,
    subjects: list[str],
    categories: list[str],
    said: Said,
) -> Drafted:
    """An activity for data whose purpose the text does not name: "
    "a promise of retention needs one."""
    name = unused(slug(words, 4) or "keeping", taken)
    path = f"activities.{name}"
    draft.unknown(f"{path}.purpose")
    draft.unknown(f"{path}.legal_bases")
    part: dict[str, Any] = {
        "clauses": [clause(said)],
        "purpose": f"unknown: the text does not say what it keeps this for ({words[:80].strip()})",
        "controllers": [draft.policy["organisation"]],
        "subjects": subjects or [anybody(draft)],
        "categories": categories or [anything(draft)],
        "legal_bases": [unnamed_basis(draft)],
        "note": "unknown: not-found",
    }
    special = _special(draft, part["categories"], part["legal_bases"], path)
    if special:
        part["special_conditions"] = special
    return Drafted(name, None, part, UNSAID)
