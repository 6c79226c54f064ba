"""The legal bases of a purpose: which of those that the text names are its own, and why."""

from __future__ import annotations

import re
from typing import Any

from troth.reading.draft.consents import consent
from troth.reading.draft.element import Draft, marked
from troth.reading.frames.frame import Confidence, Said, least
from troth.reading.frames.purposes import Basis, Purpose
from troth.reading.frames.read import Frames

NO_BASIS = "legal-basis-to-be-named"
_LIST = 2  # kinds; fewer are no list of the bases of all processing
_COMMON = re.compile(
    r"data|personal|process(?:ing)?|purposes?|manag(?:e|ing|ement)|services?|your|site|with|from|this"
    r"|that|their|them|other|given|related|used|données|personnelles|traitement|finalité|gestion"
    r"|gérer|vous|nous"
)


def legal_bases(draft: Draft, frames: Frames, purpose: Purpose, path: str) -> list[dict[str, Any]]:
    """The bases of a purpose; one in the place of them where the text names none for it."""
    linked = _linked(frames, purpose)
    if not linked:
        draft.unknown(f"{path}.legal_bases")
        return _general(draft, frames) or [unnamed_basis(draft)]
    return [
        _basis(draft, frames, basis, reason, sure, f"{path}.legal_bases[{position}]")
        for position, (basis, reason, sure) in enumerate(linked)
    ]


def unnamed_basis(draft: Draft) -> dict[str, Any]:
    """A basis in the place of one that the text does not name: unknown until a person names it.

    Its condition is shown by no table, so the engine takes the ground for unknown.
    """
    conditions = draft.section("conditions")
    conditions.setdefault(
        NO_BASIS,
        {
            "clauses": ["not-in-the-text"],
            "label": "The text names no legal basis for this purpose",
            "origin": "ours",
        },
    )
    return {
        "clauses": ["not-in-the-text"],
        "kind": "legitimate-interests",
        "when": NO_BASIS,
        "interest": "unknown: the text names no legal basis",
        "origin": "ours",
        "note": "unknown: not-found",
    }


def _general(draft: Draft, frames: Frames) -> list[dict[str, Any]]:
    """The bases that a text lists for its processing as a whole, each under the condition that a
    person finds it to be that of the purpose: which one is whose, the text does not say.
    """
    loose = _loose(frames)
    sections = dict.fromkeys(basis.section for basis in loose)
    lists = [[b for b in loose if b.of is None and b.section == place] for place in sections]
    listed = next((one for one in lists if len({b.kind for b in one}) >= _LIST), [])
    if not listed:
        return []
    unnamed_basis(draft)  # the condition, which nothing shows
    parts = []
    for basis in _once(listed):
        read = basis.said
        said = Said(read.evidence, Confidence.DOUBTFUL, ("linked-to-all",), read.block)
        part = marked({"kind": basis.kind, "when": NO_BASIS}, said)
        parts.append(_with_details(draft, frames, part, basis, said))
    return parts


def _loose(frames: Frames) -> list[Basis]:
    """The bases that stand in no sentence of a purpose."""
    blocks = {purpose.said.block for purpose in frames.purposes if purpose.bases}
    return [basis for basis in frames.bases if basis.said.block not in blocks]


def _linked(frames: Frames, purpose: Purpose) -> list[tuple[Basis, str, Confidence]]:
    """The bases of a purpose: its own sentence's, else those its "
    "words share, else its section's."""
    own = list(_once(purpose.bases))
    if own:
        return [(basis, "explicit", basis.said.confidence) for basis in own]
    loose = _loose(frames)
    beside = [
        b
        for b in loose
        if b.said.block == purpose.said.block
        and 0 <= b.said.evidence[0].start - purpose.words.end < 60
    ]
    if beside:
        return [(basis, "linked-by-section", Confidence.LIKELY) for basis in _once(beside)]
    words = stems(purpose.words.quote)
    by_words = [
        b
        for b in loose
        if b.of is not None and words & stems(b.of.quote) and _near(frames, b, purpose)
    ]
    if by_words:
        return [(basis, "linked-by-words", Confidence.LIKELY) for basis in _once(by_words)]
    here = [b for b in loose if b.of is None and b.section == purpose.section]
    if here:
        return [(basis, "linked-by-section", Confidence.LIKELY) for basis in _once(here)]
    kinds = {b.kind for b in loose}
    if len(kinds) == 1 and not any(p.bases for p in frames.purposes):
        return [(next(_once(loose)), "linked-to-all", Confidence.DOUBTFUL)]
    return []


def _near(frames: Frames, basis: Basis, purpose: Purpose) -> bool:
    in_sections = len({p.section for p in frames.purposes}) > 1
    return basis.section == purpose.section or not in_sections


def _once(found: Any) -> Any:
    seen: set[str] = set()
    for basis in found:
        if basis.kind not in seen:
            seen.add(basis.kind)
            yield basis


def stems(text: str) -> set[str]:
    """The beginnings of the words of a text that say what it is about."""
    words = re.findall(r"[^\W\d_]{4,}", text.lower())
    return {word[:6] for word in words if not _COMMON.fullmatch(word)}


def _basis(
    draft: Draft, frames: Frames, basis: Basis, reason: str, sure: Confidence, path: str
) -> dict[str, Any]:
    said = Said(
        basis.said.evidence, least(sure, basis.said.confidence), (reason,), basis.said.block
    )
    part = _with_details(draft, frames, marked({"kind": basis.kind}, said), basis, said)
    for field, named in (("interest", basis.interest), ("statute", basis.statute)):
        if field in part and named is None:
            draft.unknown(f"{path}.{field}")
    read = {key: value for key, value in part.items() if key not in ("clauses", "note")}
    draft.read(path, {k: v for k, v in read.items() if not str(v).startswith("unknown:")}, said)
    return part


def _with_details(
    draft: Draft, frames: Frames, part: dict[str, Any], basis: Basis, said: Said
) -> dict[str, Any]:
    """A basis with the consent, the interest or the law that the model asks for."""
    if basis.kind == "consent":
        part["consent"] = consent(draft, frames, said)
    elif basis.kind == "legitimate-interests":
        part["interest"] = basis.interest or "unknown: the text does not name the interest"
    elif basis.kind == "legal-obligation":
        part["statute"] = basis.statute or "unknown: the text does not name the law"
    return part


def without_purpose(draft: Draft, frames: Frames, drafted: list[dict[str, Any]]) -> None:
    """The bases that the text names without a word of the purpose that they are for."""
    linked = {basis["kind"] for basis in drafted if "when" not in basis}
    loose = [basis for basis in _once(frames.bases) if basis.kind not in linked]
    for position, basis in enumerate(loose):
        read = basis.said
        said = Said(read.evidence, Confidence.DOUBTFUL, ("linked-to-all",), read.block)
        draft.read(f"activities.*.legal_bases[{position}]", {"kind": basis.kind}, said)
