"""An element of a draft: where it stands in the policy, what was read, from which characters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from troth.reading.frames.frame import Confidence, Said
from troth.reading.text import Evidence

NO_CLAUSE = "not-in-the-text"


@dataclass(frozen=True)
class Element:
    """A path of the policy as people write it, its value, and what shows it.

    `value` is plain (as JSON); None with the confidence `unknown` where the text does not say.
    `origin`: "text", "second-opinion" or "review". `repeats`: it says again, in another activity,
    what an element before it said; it is in the file, and not in the list of elements.
    """

    path: str
    value: Any
    confidence: Confidence
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    origin: str = "text"
    repeats: bool = False

    def as_json(self) -> dict[str, Any]:
        """The element as `troth read --json` prints it."""
        shown: dict[str, Any] = {
            "path": self.path,
            "value": self.value,
            "confidence": str(self.confidence),
            "reasons": list(self.reasons),
            "evidence": [{"start": e.start, "end": e.end, "quote": e.quote} for e in self.evidence],
        }
        if self.origin != "text":
            shown["origin"] = self.origin
        return shown


@dataclass
class Draft:
    """A policy while it is drafted: plain sections as the file has them, and their elements."""

    policy: dict[str, Any] = field(default_factory=dict)
    elements: list[Element] = field(default_factory=list)

    def section(self, name: str) -> dict[str, Any]:
        """A section that maps names to parts, made where it is missing."""
        found: dict[str, Any] = self.policy.setdefault(name, {})
        return found

    def put(self, section: str, name: str, value: Mapping[str, Any], said: Said) -> None:
        """A part of a section, with its clauses, its mark and its element; the first one stays."""
        entries = self.section(section)
        if name in entries:
            return
        entries[name] = marked(value, said)
        self.read(f"{section}.{name}", value, said)

    def read(self, path: str, value: Any, said: Said, repeats: bool = False) -> None:
        """An element that was read in the text."""
        found = Element(path, value, said.confidence, said.reasons, said.evidence, repeats=repeats)
        self.elements.append(found)

    def listed(self) -> list[Element]:
        """The elements without those that repeat others."""
        return [element for element in self.elements if not element.repeats]

    def unknown(self, path: str, *reasons: str) -> None:
        """An element that the text was searched for and does not have."""
        self.elements.append(Element(path, None, Confidence.UNKNOWN, reasons or ("not-found",)))


def clause(said: Said) -> str:
    """The clause that a part cites: the passage of the text in which it was read, from P1."""
    return f"P{said.block + 1}" if said.block >= 0 else NO_CLAUSE


_PLAIN = ("explicit", "in-list", "in-row")  # reasons to believe, and none to doubt


def marked(value: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """A part with its clauses; what is doubtful or unknown says so in its note."""
    part = {"clauses": [clause(said)], **value}
    if said.confidence in (Confidence.DOUBTFUL, Confidence.UNKNOWN):
        part["note"] = f"{said.confidence}: {', '.join(r for r in said.reasons if r not in _PLAIN)}"
    return part


UNSAID = Said((), Confidence.UNKNOWN, ("not-found",))
"""What is said of something that the text does not say."""
