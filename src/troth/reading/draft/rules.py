"""The draft's retention rules: each promise of how long, in the activities that it belongs to."""

from __future__ import annotations

from typing import Any

from troth.law.calendar import Period
from troth.reading.draft.activities import Drafted, own_activity
from troth.reading.draft.element import Draft, clause, marked
from troth.reading.frames.events import Trigger
from troth.reading.frames.frame import Confidence, Said
from troth.reading.frames.names import slug, unused
from troth.reading.frames.read import Frames
from troth.reading.frames.retained import Retention

NO_START = "start-not-said"
ARCHIVE = "archive"


def rules(draft: Draft, frames: Frames, found: list[Drafted]) -> None:
    """Every retention of the text as rules; what fits no activity gets one of its own."""
    ids: set[str] = set()
    purposes = list(found)
    for kept in frames.retentions:
        if kept.use != "retention" or (kept.period is None and not kept.matter.known):
            _general(draft, kept)
            continue
        targets = _targets(purposes, kept)
        if not targets:
            targets = [_own(draft, found, kept)]
            found += targets
        ends = _ends(draft, kept, unused(slug(kept.matter.words.quote, 3) or "period", ids))
        for position, target in enumerate(targets):
            _rule(draft, target, kept, ends, ids, repeats=position > 0)
    for activity in found:
        if activity.rules:
            activity.part["retention"] = activity.rules
        else:
            draft.unknown(f"activities.{activity.name}.retention")


def _general(draft: Draft, kept: Retention) -> None:
    """A criterion for all data ("as long as necessary") is a promise in words, and no rule."""
    if kept.use != "retention":
        return
    name = unused("storage-limitation", {c["id"] for c in draft.policy.get("commitments", [])})
    value = {"id": name, "kind": "minimisation", "promise": kept.said.evidence[0].quote}
    draft.policy.setdefault("commitments", []).append(marked(value, kept.said))
    draft.read(f"commitments.{name}", value, kept.said)


def _targets(found: list[Drafted], kept: Retention) -> list[Drafted]:
    """The activities that a promise speaks of.

    Those whose purpose names what it names; else those for whose people and data it is.
    """
    subjects, categories = set(kept.matter.subjects), set(kept.matter.categories)
    if not (subjects or categories):
        return []
    whose = [a for a in found if not subjects or subjects & {*a.part["subjects"], *a.about}]
    named = [a for a in whose if (subjects | categories) & a.about]
    if named:
        both = [a for a in named if categories & a.about]
        return both or named
    return [a for a in whose if not categories or categories & set(a.part["categories"])]


def _own(draft: Draft, found: list[Drafted], kept: Retention) -> Drafted:
    words = kept.matter.words.quote or kept.said.evidence[0].quote
    names = {activity.name for activity in found}
    subjects, categories = list(kept.matter.subjects), list(kept.matter.categories)
    if not categories and not subjects and (name := slug(words, 4)):
        said = Said((kept.about,), Confidence.DOUBTFUL, ("words-not-in-lexicon",), kept.said.block)
        draft.put("categories", name, {"label": words[:120]}, said)
        categories = [name]
    return own_activity(draft, names, words, subjects, categories, kept.said)


def _rule(
    draft: Draft,
    activity: Drafted,
    kept: Retention,
    ends: dict[str, Any],
    ids: set[str],
    repeats: bool,
) -> None:
    name = unused(slug(kept.matter.words.quote, 3) or activity.name[:40], ids)
    ids.add(name)
    part = activity.part
    categories = list(kept.matter.categories)
    part["categories"] = list(dict.fromkeys([*part["categories"], *categories]))
    subjects = [s for s in kept.matter.subjects if s in part["subjects"]]
    value: dict[str, Any] = {"id": name, "promise": kept.said.evidence[0].quote[:400]}
    if categories:
        value["categories"] = categories
    if subjects:
        value["subjects"] = subjects
    value |= ends
    if kept.archive and kept.period is not None and kept.during is not None:
        value["archive"] = _archived(draft, kept, f"{activity.name}.retention.{name}")
    if kept.bound != "ceiling":
        value["bound"] = kept.bound
    if kept.at_end != "erase":
        value["at_end"] = kept.at_end
    activity.rules.append(marked(value, kept.said))
    draft.read(
        f"activities.{activity.name}.retention.{name}", _read(kept, value), kept.said, repeats
    )


def _archived(draft: Draft, kept: Retention, path: str) -> dict[str, Any]:
    """The stage in an archive that begins when what lasts has ended; who reads it is not said."""
    assert kept.during is not None
    draft.put("places", ARCHIVE, {"label": "Archive", "kind": "archive"}, kept.said)
    draft.unknown(f"activities.{path}.archive.readers")
    value = {
        "place": ARCHIVE,
        "when": {"during": _event(draft, kept.during, kept.said)},
        "readers": ["unknown: the text does not name who reads the archive"],
    }
    return marked(value, kept.said)


def _read(kept: Retention, value: dict[str, Any]) -> dict[str, Any]:
    """What was read, plain: the period even where the file holds it as a parameter."""
    shown: dict[str, Any] = {key: value[key] for key in ("categories", "subjects") if key in value}
    shown["what"] = kept.matter.words.quote
    shown["period"] = str(kept.period) if kept.period is not None else None
    if kept.most is not None:
        shown["at_most"] = str(kept.most)
    shown["after"] = kept.after.name if kept.after else None
    if kept.during is not None and not _same(kept):
        shown["during"] = kept.during.name
    shown["bound"] = kept.bound
    shown["at_end"] = kept.at_end
    if kept.archive:
        shown["archive"] = True
    return shown


def _ends(draft: Draft, kept: Retention, name: str) -> dict[str, Any]:
    """When it ends, in the forms of the model."""
    if kept.period is None:
        assert kept.during is not None
        return {"during": _event(draft, kept.during, kept.said)}
    period: Any = str(kept.period)
    if kept.most is not None:
        period = {"parameter": _parameter(draft, kept, name)}
    start = _event(draft, kept.after, kept.said)
    if kept.during is None or _same(kept) or kept.during.name == start:
        return {"period": period, "after": start}
    lasting = _event(draft, kept.during, kept.said)
    if kept.after is None:
        return (
            {"period": period, "after": lasting}
            if _follows(kept)
            else {"period": period, "after": start}
        )
    return {"earliest": [{"period": "P0D", "after": lasting}, {"period": period, "after": start}]}


def _same(kept: Retention) -> bool:
    """What lasts is what the period counts from: "while you are a member, and then two years"."""
    return bool(kept.during and kept.after and kept.during.name == kept.after.name)


def _follows(kept: Retention) -> bool:
    return kept.during is not None and kept.during.name != "limitation-end"


def _event(draft: Draft, trigger: Trigger | None, said: Said) -> str:
    events = draft.section("events")
    if trigger is None:
        if NO_START not in events:
            label = "The text does not say from when the period counts"
            events[NO_START] = {"clauses": ["not-in-the-text"], "label": label, "origin": "ours"}
            draft.unknown(f"events.{NO_START}")
        return NO_START
    if trigger.name not in events:
        sure = Confidence.SURE if trigger.known else Confidence.LIKELY
        reasons = ("explicit",) if trigger.known else ("trigger-not-in-lexicon",)
        read = Said((trigger.place,), sure, reasons, said.block)
        draft.put("events", trigger.name, {"label": trigger.label}, read)
    return trigger.name


def _parameter(draft: Draft, kept: Retention, name: str) -> str:
    """A range is a period that the text leaves open: the shortest "
    "is in force until it is decided."""
    shortest, longest = kept.period or Period(), kept.most or Period()
    key = unused(name, draft.section("parameters"))
    draft.section("parameters")[key] = {
        "clauses": [clause(kept.said)],
        "value": str(shortest),
        "ours": True,
        "text": f"Between {shortest} and {longest}; the shorter counts until somebody decides.",
        "at_least": str(shortest),
        "at_most": str(longest),
        "note": "doubtful: range",
    }
    draft.read(f"parameters.{key}", {"at_least": str(shortest), "at_most": str(longest)}, kept.said)
    return key
