"""A text to its draft policy: every section, in the order of the file."""

from __future__ import annotations

from troth.policy.model import Policy
from troth.reading.draft import others
from troth.reading.draft.activities import activities, own_activity
from troth.reading.draft.element import UNSAID, Draft
from troth.reading.draft.implied import implied
from troth.reading.draft.joint import joint_controllers
from troth.reading.draft.matters import matters
from troth.reading.draft.people import head, people, standing
from troth.reading.draft.rules import rules
from troth.reading.frames.read import Frames, read_frames
from troth.reading.text import Text


def draft_of(text: Text) -> Draft:
    """The draft of a text; the same text gives the same draft."""
    return build(read_frames(text))


def build(frames: Frames) -> Draft:
    """The draft policy of what was read; it has the form of the "
    "model, and marks what is unknown."""
    draft = Draft()
    head(draft, frames)
    people(draft, frames)
    standing(draft, frames)
    matters(draft, frames)
    found = activities(draft, frames)
    rules(draft, frames, found)
    if not found:
        named = list(draft.section("subjects")), list(draft.section("categories"))
        found = [own_activity(draft, set(), "processing", named[0], named[1], UNSAID)]
    draft.policy["activities"] = {activity.name: activity.part for activity in found}
    joint_controllers(draft, frames, found)
    others.recipients(draft, frames)
    others.transfers(draft, frames)
    others.trackers(draft, frames)
    contacts = draft.policy.get("contacts", {})
    reached = {channel.value.quote.lower() for channel in frames.handling.channels}
    channels = [
        name
        for name, entry in contacts.items()
        if str(entry.get("email", "")).lower() in reached and entry.get("email")
    ]
    others.rights(draft, frames, channels)
    others.decides_alone(draft, frames)
    others.ages(draft, frames)
    others.promises(draft, frames)
    implied(draft, frames)
    draft.policy = ordered(draft.policy)
    Policy.model_validate(draft.policy)
    return draft


def ordered(policy: dict[str, object]) -> dict[str, object]:
    """The sections in the order of the model, the empty ones left out."""
    names = list(Policy.model_fields)
    return {name: policy[name] for name in names if name in policy and policy[name] not in ({}, [])}
