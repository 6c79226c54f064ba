"""What every frame carries: where it was read, how sure that is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from troth.reading.text import Evidence


class Confidence(StrEnum):
    """How sure a reading is. `unknown`: the text was searched and does not say."""

    SURE = "sure"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"


REASONS = {
    "explicit": "the text says it in words of the lexicon",
    "in-list": "an item of a list that a sentence introduces",
    "in-row": "a row of a table, read under its column heads",
    "under-heading": "only the heading above tells what this is about",
    "words-not-in-lexicon": "no word of the lexicon names it; the text's own words are kept",
    "trigger-not-in-lexicon": "the event that starts the period is in the text's own words",
    "no-trigger": "the text does not say from when the period counts",
    "range": "the text gives a shortest and a longest period",
    "open-ended": "a criterion stands in the place of a period",
    "approximate": "the text says so in general only",
    "possibility": "the text says may or can",
    "negated": "the text denies it",
    "conditional": "it holds under a condition only",
    "implied": "the text implies it without saying it",
    "linked-by-words": "linked to its purpose by the words they share",
    "linked-by-section": "linked to its purpose by the section that both stand in",
    "linked-to-all": "the text does not say to which purpose it belongs",
    "several-candidates": "the text names several, and the first was taken",
    "not-found": "the text was searched and does not say",
    "not-a-fact-of-the-text": "a policy file needs it and no text tells it",
    "own-notice": "the text is a notice made by Troth, whose sentences have one meaning",
    "not-understood": "a passage of such a notice that says something which was not understood",
    "second-opinion": "proposed by the second opinion, with a quote of the text",
    "accepted": "a person looked at it in the review and left it",
    "corrected": "set by a person in the review",
}
"""The named reasons of a confidence, with what each means."""


@dataclass(frozen=True)
class Said:
    """Something read: its evidence, its confidence, the names of its reasons (see `REASONS`).

    `block` is the place in `Text.blocks` where it was read.
    """

    evidence: tuple[Evidence, ...]
    confidence: Confidence
    reasons: tuple[str, ...]
    block: int = -1


_RANK = (Confidence.SURE, Confidence.LIKELY, Confidence.DOUBTFUL, Confidence.UNKNOWN)


def least(*confidences: Confidence) -> Confidence:
    """The least sure of several."""
    return max(confidences, key=_RANK.index)
