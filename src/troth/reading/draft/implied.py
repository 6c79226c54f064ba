"""Categories that a text implies: what its rights, its consents and its trackers cannot do without.

A right that is granted brings requests, and somebody who makes them; a consent has to be shown
(Art. 7(1)); who refuses marketing has to be remembered as such, and a breach documented
(Art. 33(5)); a proof of identity that is asked for is held while it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from troth.reading.draft.element import Draft
from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.read import Frames
from troth.reading.frames.units import Unit
from troth.reading.text import Kind

_INSTRUCTIONS = re.compile(r"instruction|directive|guideline|wishes|consigne|volonté")
_CALLED = re.compile(
    r"\W(?:you|your|vous|users?|utilisateurs?)\W{1,3}(?:and \W?your\W+)?"
    r"(?:refers?|means?|designates?|désigne|signifie)\b"
    r"|\((?:the |hereinafter |ci-après |l'|le )*\"(?:users?|you|utilisateurs?|clients?|customers?)"
)
_OF_A_PURPOSE = ("order", "invoice", "payment", "survey", "application", "donation", "appointment")
_CUES = (  # words, and whom and what they cannot do without
    ("own-account", "account-holder", "credentials"),
    ("orders-of-yours", "customer", "order"),
    ("answers-people", "enquirer", "correspondence"),
)


def implied(draft: Draft, frames: Frames) -> None:
    """Adds them, as likely and implied, with the words that imply each."""
    for section, name, said in (*_of_rights(frames), *_of_words(frames), *_of_purposes(frames)):
        entry = frames.page.words.groups[section][name]
        likely = Said(said.evidence, Confidence.LIKELY, ("implied",), said.block)
        draft.put(section, name, {"label": entry.label, **_special(entry.more)}, likely)


def _special(more: object) -> dict[str, str]:
    return {"special": more["special"]} if isinstance(more, dict) and "special" in more else {}


def _of_rights(frames: Frames) -> Iterator[tuple[str, str, Said]]:
    granted = {right.right: right.said for right in frames.rights}
    asked = next(
        (granted[name] for name in ("access", "erasure", "objection") if name in granted), None
    )
    if asked is not None:
        yield "categories", "rights-request", asked
    after_death = granted.get("directives-after-death")
    if after_death is not None and _INSTRUCTIONS.search(after_death.evidence[0].quote.lower()):
        yield "categories", "death-directive", after_death
    if after_death is not None:
        yield from _charged(frames, after_death)
    if frames.handling.proof is not None:
        yield "categories", "identity-document", frames.handling.proof
        yield "subjects", "requester", frames.handling.proof
    refused = next((granted[name] for name in ("opt-out", "objection") if name in granted), None)
    if refused is not None and any(purpose.direct_marketing for purpose in frames.purposes):
        yield "categories", "suppression-list", refused
    breach = next((promise.said for promise in frames.promises if promise.kind == "breach"), None)
    if breach is not None:
        yield "categories", "incident-record", breach
    consent = next((basis.said for basis in frames.bases if basis.kind == "consent"), None)
    consent = consent or granted.get("withdrawal")
    if consent is not None:
        yield "categories", "consent-record", consent


def _charged(frames: Frames, after_death: Said) -> Iterator[tuple[str, str, Said]]:
    """Whom a person may charge with what happens to the data after their death."""
    page = frames.page
    granted = page.text.blocks[after_death.block]
    above = granted.above
    if granted.kind is Kind.HEADING:
        above = (*above, after_death.block)
    for unit in page.units:
        if page.text.blocks[unit.block].above == above and page.found.has(
            "cues", "designates", unit.start, unit.end
        ):
            yield "subjects", "directive-executor", _implied_by(frames, unit)
            return


def _implied_by(frames: Frames, unit: Unit) -> Said:
    evidence = frames.page.evidence(unit.start, unit.end)
    return Said((evidence,), Confidence.LIKELY, (), unit.block)


def _of_words(frames: Frames) -> Iterator[tuple[str, str, Said]]:
    """An address to write to, trackers of a site, an account of one's own."""
    general = next(
        (d for d in frames.details if d.kind == "email" and d.whose != "authority"), None
    )
    if general is not None:
        yield "categories", "correspondence", general.said
    tracked = next((t for t in frames.trackers if t.allowed), None)
    if tracked is not None:
        yield "subjects", "visitor", tracked.said
    yield from _watched(frames)
    yield from _defined(frames)
    for cue, subject, category in _CUES:
        unit = frames.page.cue_unit(cue)
        if unit is not None:
            yield "subjects", subject, _implied_by(frames, unit)
            yield "categories", category, _implied_by(frames, unit)


def _defined(frames: Frames) -> Iterator[tuple[str, str, Said]]:
    """Whom the text calls "you" or "the User"."""
    page = frames.page
    for unit in page.units:
        match = _CALLED.search(page.low(unit.start, unit.end))
        if match is not None:
            said = Said((page.evidence(unit.start, unit.end),), Confidence.LIKELY, (), unit.block)
            for hit in page.found.names("subjects", unit.start, unit.end):
                yield "subjects", hit.name, said


def _watched(frames: Frames) -> Iterator[tuple[str, str, Said]]:
    """What the text says that its trackers record: the pages that somebody has seen."""
    page = frames.page
    for unit in page.units:
        if unit.kind is Kind.HEADING or not page.found.cue("track", unit.start, unit.end):
            continue
        if page.found.cue("never", unit.start, unit.end) is None and page.found.has(
            "categories", "browsing", unit.start, unit.end
        ):
            said = Said((page.evidence(unit.start, unit.end),), Confidence.LIKELY, (), unit.block)
            yield "categories", "browsing", said


def _of_purposes(frames: Frames) -> Iterator[tuple[str, str, Said]]:
    for purpose in frames.purposes:
        words = purpose.words
        for hit in frames.page.found.names("categories", words.start, words.end):
            if hit.name in _OF_A_PURPOSE:
                yield "categories", hit.name, purpose.said
        for hit in frames.page.found.names("subjects", words.start, words.end):
            yield "subjects", hit.name, purpose.said
