"""Whether data may go to a recipient and to a country today (Art. 26, 28, 44-49)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from troth.grounds.personal import Person
from troth.grounds.signing import unsigned
from troth.grounds.use import Known, Missing, Question
from troth.law.countries import adequate, within_the_union
from troth.policy.model import Activity, Policy
from troth.policy.people import Recipient, Safeguard, Transfer

_ASSESSED = (
    "standard-contractual-clauses",
    "binding-corporate-rules",
    "certification",
    "code-of-conduct",
)
_MUST_SIGN = {
    "processor": "GDPR 28(3)",
    "joint-controller": "GDPR 26(1)",
    "group": "GDPR 26(1), 28(3)",
}


def to_recipient(
    question: Question,
    activity: Activity | None,
    policy: Policy,
    person: Person,
    known: Known,
    today: date,
) -> Iterator[Missing]:
    """What is missing for the recipient of the question: named, allowed, signed, in its scope."""
    name = question.recipient
    if name is None:
        return
    recipient = policy.recipients.get(name)
    if recipient is None:
        words = f"the policy names no recipient '{name}'"
        yield Missing("recipient-not-named", words, "GDPR 13(1)(e)")
        return
    clauses = recipient.clauses
    if activity is not None and not _for_purpose(name, recipient, activity, question.purpose):
        words = f"{name} is no recipient of {question.purpose}"
        yield Missing("recipient-not-for-purpose", words, "GDPR 5(1)(b), 13(1)(e)", clauses)
    given = set(recipient.data_categories)
    if given and not given & set(policy.lineage(question.category)):
        words = f"{name} does not receive {question.category}"
        yield Missing("recipient-not-for-category", words, "GDPR 5(1)(c)", clauses)
    yield from _admitted(name, recipient, question, activity, policy, person, known, today)
    yield from _signed(name, recipient, today)


def _for_purpose(name: str, recipient: Recipient, activity: Activity, purpose: str | None) -> bool:
    if recipient.activities:
        return purpose in recipient.activities
    return name in activity.recipients


def _admitted(
    name: str,
    recipient: Recipient,
    question: Question,
    activity: Activity | None,
    policy: Policy,
    person: Person,
    known: Known,
    today: date,
) -> Iterator[Missing]:
    clauses = recipient.clauses
    match recipient.allowed:
        case "yes":
            return
        case "no":
            words = f"the policy promises that {name} receives nothing"
            yield Missing("recipient-refused", words, "GDPR 5(1)(a)", clauses)
        case "undetermined":
            words = f"whether {name} may receive data is not settled"
            yield Missing("recipient-undetermined", words, "GDPR 13(1)(e)", clauses)
        case "legal-order":
            if not question.order:
                words = f"{name} receives data on a legal order alone, and none is named"
                yield Missing("order-not-named", words, "GDPR 6(3), 48", clauses)
        case "consent":
            yield from _agreed(name, recipient, activity, policy, person, known, today)


def _agreed(
    name: str,
    recipient: Recipient,
    activity: Activity | None,
    policy: Policy,
    person: Person,
    known: Known,
    today: date,
) -> Iterator[Missing]:
    """A consent to the activity, or to a tracker behind which the recipient stands, is valid."""
    bases = activity.legal_bases if activity is not None else ()
    consents = [basis.consent for basis in bases if basis.consent is not None]
    consents += [
        tracker.consent
        for tracker in policy.trackers.values()
        if tracker.third_party == name and tracker.consent is not None
    ]
    lacking = [unsigned(each, policy, person, known, today) for each in dict.fromkeys(consents)]
    if not lacking:
        words = f"{name} receives data by consent alone, and the policy names no such consent"
        yield Missing("recipient-not-agreed", words, "GDPR 6(1)(a), 7", recipient.clauses)
    elif all(lacking):
        words = f"{name} receives data by consent alone"
        yield Missing("recipient-not-agreed", words, "GDPR 6(1)(a), 7", recipient.clauses)
        for each in lacking:
            yield from each


def _signed(name: str, recipient: Recipient, today: date) -> Iterator[Missing]:
    terms = recipient.terms
    article = _MUST_SIGN.get(recipient.role, "GDPR 5(2), 24")
    if recipient.review_by is not None and recipient.review_by < today:
        words = f"the review of {name} was due by {recipient.review_by}"
        yield Missing("review-overdue", words, "GDPR 28(1)", recipient.clauses)
    if terms is None:
        if recipient.role in _MUST_SIGN:
            words = f"no terms bind {name}"
            yield Missing("terms-not-signed", words, article, recipient.clauses)
    elif terms.signed is None or terms.signed > today:
        words = f"{name} has not signed its terms ({terms.kind})"
        yield Missing("terms-not-signed", words, article, recipient.clauses)
    elif terms.valid_until is not None and terms.valid_until < today:
        words = f"the terms of {name} ended on {terms.valid_until}"
        yield Missing("terms-ended", words, article, recipient.clauses)


def abroad(question: Question, policy: Policy, today: date) -> Iterator[Missing]:
    """What is missing for data to go where it goes: a mechanism that is valid today (Art. 44).

    Both the recipient's own country and the one that the question names count. An undeclared
    country is outside the Union, and nothing can be said to be valid there.
    """
    recipient = policy.recipients.get(question.recipient or "")
    if question.recipient is None and question.country is None:
        return
    countries = {question.country, recipient.country if recipient else None} - {None}
    if not countries and recipient is not None:
        words = f"the country of {question.recipient} is not recorded"
        yield Missing("country-not-recorded", words, "GDPR 13(1)(f), 44", recipient.clauses)
    for country in sorted(each for each in countries if each is not None):
        if not within_the_union(country):
            yield from _mechanism(question.recipient, recipient, country, policy, today)


def _mechanism(
    name: str | None, recipient: Recipient | None, country: str, policy: Policy, today: date
) -> Iterator[Missing]:
    own = recipient.safeguard if recipient is not None else None
    transfers = [
        transfer for transfer in policy.transfers.values() if _matches(transfer, name, country, own)
    ]
    for transfer in transfers:
        if not transfer.allowed:
            words = f"the policy promises that nothing goes to {country}"
            yield Missing("transfer-refused", words, "GDPR 5(1)(a), 44", transfer.clauses)
    allowed = [transfer.safeguard for transfer in transfers if transfer.allowed]
    names = [each for each in dict.fromkeys([own, *allowed]) if each is not None]
    lacking = [_invalid(each, policy.safeguards.get(each), country, today) for each in names]
    if not lacking:
        clauses = recipient.clauses if recipient is not None else ()
        words = f"no mechanism allows a transfer to {country}"
        yield Missing("transfer-without-mechanism", words, "GDPR 44, 46", clauses)
    elif all(lacking):
        yield from (each for each in lacking if each is not None)


def _matches(transfer: Transfer, name: str | None, country: str, own: str | None) -> bool:
    """Whether it speaks of this transfer; one that names a mechanism alone speaks of that one."""
    if transfer.recipients and name not in transfer.recipients:
        return False
    if transfer.countries:
        return country in transfer.countries
    return bool(transfer.recipients) or transfer.safeguard is None or transfer.safeguard == own


def _invalid(name: str, guard: Safeguard | None, country: str, today: date) -> Missing | None:
    if guard is None or guard.kind == "undetermined":
        clauses = guard.clauses if guard is not None else ()
        words = f"the mechanism {name} is not determined"
        return Missing("mechanism-undetermined", words, "GDPR 44, 46", clauses)
    if guard.valid_until is not None and guard.valid_until < today:
        words = f"the mechanism {name} ended on {guard.valid_until}"
        return Missing("mechanism-ended", words, "GDPR 44", guard.clauses)
    if guard.kind == "adequacy" and not adequate(country, today):
        words = f"no adequacy decision covers {country} today"
        return Missing("no-adequacy-decision", words, "GDPR 45", guard.clauses)
    unassessed = guard.assessment is None or guard.assessment > today
    if guard.kind in _ASSESSED and unassessed:
        words = f"the transfer on {name} was not assessed"
        return Missing("transfer-not-assessed", words, "GDPR 46(1)", guard.clauses)
    return None
