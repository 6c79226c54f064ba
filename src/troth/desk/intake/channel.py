"""What a person is told whose request came by a channel that the policy does not name for it."""

from __future__ import annotations

from collections.abc import Mapping

from troth.policy.answering import contacts_for
from troth.policy.model import Policy

_FOLLOWS: Mapping[str, str] = {
    "en": """\
Our privacy policy names another way for such requests: {contacts}.
Yours counts all the same, from the day on which it reached us; you need not send it again.

""",
    "fr": """\
Notre politique de confidentialité indique une autre voie pour ces demandes : {contacts}.
La vôtre est valable, à compter du jour où elle nous est parvenue ; inutile de l’envoyer à nouveau.

""",
}


def follows(policy: Policy, right: str, address: str, language: str) -> str:
    """What is said of a channel that the policy does not name for the right; else nothing.

    `address`: to which the request came, empty for a channel without one.
    """
    contacts = contacts_for(policy, right)
    mails = {contact.email.lower() for contact in contacts if contact.email}
    if not contacts or address.lower() in mails:
        return ""
    written = [said for one in contacts for said in (one.email, one.url) if said]
    named = written or [said for one in contacts for said in (one.phone, one.post) if said]
    return (
        _FOLLOWS["fr" if language == "fr" else "en"].format(
            contacts=", ".join(dict.fromkeys(named))
        )
        if named
        else ""
    )
