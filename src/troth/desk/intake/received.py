"""A letter that asks for a right, as a request of the ledger."""

from __future__ import annotations

from datetime import datetime

from troth.desk.intake.due import answer_by
from troth.desk.workflow.wishes import CONTACT, TRUSTED, WISH
from troth.ledger.requests import Request
from troth.policy.model import Policy
from troth.postbox.box import Letter
from troth.postbox.content import Content


def request_of(letter: Letter, content: Content, policy: Policy, now: datetime) -> Request:
    """The request; its day is counted from the policy, whatever the letter says of it.

    A wish for after death stands among its names, as the form asked for it.
    """
    received_at = min(letter.posted_at, now)
    names = {
        "email": content.email,
        "name": content.name,
        "reference": content.reference,
        "about": content.about,
    }
    if content.directive is not None:
        names[WISH] = content.directive.wish
        names[TRUSTED] = content.directive.trusted
        names[CONTACT] = content.directive.trusted_contact
    return Request(
        number=letter.number,
        right=content.right,
        channel="portal",
        received_at=received_at,
        answer_by=answer_by(policy, content.right, received_at),
        language=content.language,
        contact=content.email,
        names={what: value for what, value in names.items() if value},
        words=content.words,
        behalf=content.behalf,
        link=letter.link,
    )
