"""Who may see data for a purpose, and whether the people were told in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from troth.grounds.use import Known, Missing, Question
from troth.law.calendar import add
from troth.policy.model import Activity, Policy


def seen_by(
    question: Question, activity: Activity | None, policy: Policy, known: Known
) -> Iterator[Missing]:
    """Roles and regions of the activity, the place, the recipient, or what a hold leaves.

    A disclosure has its recipient for an audience: a role that is not said is not asked there. Out
    of an archive somebody on its list discloses, or the recipient is on it.
    """
    lists = _readers(question, activity, policy)
    archived = _is_archive(question.place, policy)
    for readers, clauses in lists:
        if question.recipient in readers:
            continue
        if archived and question.role is None and question.recipient is not None:
            words = f"{question.recipient} may not read the archive; allowed: {', '.join(readers)}"
            yield Missing("role-not-allowed", words, "GDPR 5(1)(f), 32(4)", clauses)
            continue
        if question.role is None and question.recipient is None:
            words = f"who reads is not said; allowed: {', '.join(readers)}"
            yield Missing("role-not-said", words, "GDPR 5(1)(f), 32(4)", clauses)
        elif question.role is not None and question.role not in readers:
            words = f"{question.role} may not read it; allowed: {', '.join(readers)}"
            yield Missing("role-not-allowed", words, "GDPR 5(1)(f), 32(4)", clauses)
    if activity is not None and activity.regions and question.region not in activity.regions:
        where = question.region or "a region that is not said"
        words = f"it may not happen in {where}; allowed: {', '.join(activity.regions)}"
        yield Missing("region-not-allowed", words, "GDPR 5(1)(f)", activity.clauses)
    yield from _own_region(question, policy, known)


def _is_archive(place: str | None, policy: Policy) -> bool:
    found = policy.places.get(place or "")
    return found is not None and found.kind == "archive"


def _readers(
    question: Question, activity: Activity | None, policy: Policy
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The lists that the reader has to be on, each with its clauses; an empty one means staff."""
    holds, place = policy.holds, policy.places.get(question.place or "")
    found = []
    if question.case is not None:
        if holds is not None:
            found.append((holds.readers, holds.clauses))
    elif activity is not None:
        found.append((activity.readers, activity.clauses))
    if place is not None:
        found.append((place.readers, place.clauses))
    if activity is not None and place is not None and place.kind == "archive":
        found += [
            (rule.archive.readers, rule.archive.clauses)
            for rule in activity.retention
            if rule.archive is not None and rule.archive.place == question.place
        ]
    return [each for each in found if each[0]]


def archive_readers(policy: Policy, place: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles that may read an archive, and the clauses that say so.

    The place's own list; where it has none, everybody on the list of a rule that archives there.
    """
    own = policy.places.get(place)
    if own is not None and own.readers:
        return own.readers, own.clauses
    rules = [
        rule.archive
        for activity in policy.activities.values()
        for rule in activity.retention
        if rule.archive is not None and rule.archive.place == place
    ]
    readers = dict.fromkeys(role for archive in rules for role in archive.readers)
    clauses = dict.fromkeys(clause for archive in rules for clause in archive.clauses)
    return tuple(readers), tuple(clauses)


def _own_region(question: Question, policy: Policy, known: Known) -> Iterator[Missing]:
    """A reader of one region sees its own people; a recipient's readers are on its list or so."""
    recipient = policy.recipients.get(question.recipient or "")
    clauses = recipient.clauses if recipient is not None else ()
    region = question.region
    if region is not None and known.region is not None and region != known.region:
        words = f"the person belongs to another region than {region}"
        yield Missing("other-region", words, "GDPR 5(1)(f)", clauses)
    if recipient is None or not recipient.readers:
        return
    listed = question.role in recipient.readers or region in recipient.readers
    if not listed and (region is None or region != known.region):
        words = f"at {question.recipient} it is read by: {', '.join(recipient.readers)}"
        yield Missing("reader-not-allowed", words, "GDPR 5(1)(f), 32(4)", clauses)


def informed(
    question: Question, activity: Activity | None, policy: Policy, known: Known, today: date
) -> Iterator[Missing]:
    """The notice of Art. 14 that is due: by its term, or before another recipient gets the data."""
    if activity is None or known.informed:
        return
    recipient = policy.recipients.get(question.recipient or "")
    shown = recipient is not None and recipient.role not in ("processor", "internal")
    for source in activity.sources:
        if source.inform_within is None:
            continue
        late = known.collected is None or add(known.collected, source.inform_within) <= today
        if late or shown:
            words = f"people were not told that their data came from {source.origin or 'others'}"
            yield Missing("notice-due", words, "GDPR 14(3)", activity.clauses)
