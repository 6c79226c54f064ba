"""The draft's joint controllers, on the activities of which the text speaks (Art. 26)."""

from __future__ import annotations

from typing import Any

from troth.reading.draft.activities import Drafted
from troth.reading.draft.bases import stems
from troth.reading.draft.element import Draft
from troth.reading.frames.choices import Joint
from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.names import slug, unused
from troth.reading.frames.read import Frames


def joint_controllers(draft: Draft, frames: Frames, found: list[Drafted]) -> None:
    """One for each that the text names; doubtful where it does not say for which purposes."""
    for one in frames.joint:
        taken = {*draft.section("joint_controllers"), *draft.section("controllers")}
        name = unused(slug(one.name.quote, 4) or "joint-controller", taken)
        activities, reason = _activities(found, one)
        if not activities:
            continue
        sure = Confidence.LIKELY if reason != "linked-to-all" else Confidence.DOUBTFUL
        said = Said(one.said.evidence, sure, (*one.said.reasons, reason), one.said.block)
        value: dict[str, Any] = {"name": one.name.quote, "activities": activities}
        if one.regions is not None:
            value["regions"] = one.regions.quote
        if one.arrangement is not None:
            value["arrangement"] = one.arrangement.quote[:300]
        contact = _contact(draft)
        if contact is not None:
            value["contact_point"] = contact
        draft.put("joint_controllers", name, value, said)
        if one.arrangement is None:
            draft.unknown(f"joint_controllers.{name}.arrangement")


def _activities(found: list[Drafted], one: Joint) -> tuple[list[str], str]:
    """The activities that share words with the sentence, else those of its section, else all."""
    words = stems(one.said.evidence[0].quote)
    purposes = [(activity, activity.purpose) for activity in found if activity.purpose is not None]
    shared = [a.name for a, purpose in purposes if words & stems(purpose.words.quote)]
    if shared:
        return shared, "linked-by-words"
    here = [a.name for a, purpose in purposes if purpose.section == one.section]
    if here:
        return here, "linked-by-section"
    return [activity.name for activity in found], "linked-to-all"


def _contact(draft: Draft) -> str | None:
    """The first contact with an address for letters by mail: whom people may write to."""
    contacts = draft.policy.get("contacts", {})
    return next((name for name, entry in contacts.items() if "email" in entry), None)
