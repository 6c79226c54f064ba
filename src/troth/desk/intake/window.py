"""From the policy to what the public pages show: terms, contacts, authorities, and no more."""

from __future__ import annotations

from datetime import date, timedelta

from troth.policy.answering import answer_terms, holidays_of
from troth.policy.model import Policy
from troth.postbox.content import RIGHTS
from troth.postbox.window import Authority, Contact, ShownTerm, Window

_DAYS_AHEAD = 500  # of public holidays: more than any term lasts


def window_of(policy: Policy, key: bytes, today: date) -> Window:
    """What is shown from `today` on; `key` is the public key for letters."""
    holidays = holidays_of(policy)
    coming = (today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    controller = next(iter(policy.controllers.values()))
    return Window(
        organisation=policy.organisation,
        name=controller.name or policy.title,
        languages=tuple(policy.languages),
        zone=policy.zone,
        key=key.hex(),
        terms={
            right: tuple(
                ShownTerm(period=str(one.period), moves=one.moves)
                for one in answer_terms(policy, right)
            )
            for right in RIGHTS
        },
        holidays=tuple(day for day in coming if day in holidays),
        contacts=tuple(
            Contact(email=c.email, phone=c.phone, post=c.post, url=c.url)
            for c in (policy.contacts[name] for name in _channels(policy))
        ),
        authorities=tuple(
            Authority(name=a.name, url=a.url, address=a.address)
            for a in policy.authorities.values()
        ),
    )


def _channels(policy: Policy) -> list[str]:
    """The contacts by which rights are exercised; where the policy names none, all."""
    officer = policy.data_protection_officer
    named = [name for terms in policy.rights.values() for name in terms.channels]
    named += officer.contacts if officer is not None else ()
    return list(dict.fromkeys(named)) or list(policy.contacts)
