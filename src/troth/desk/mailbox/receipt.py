"""The letter that a request by mail was received: its number, and until when it is answered.

It quotes nothing of what it answers, so that nobody can make us send their words to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from troth.desk.intake.channel import follows
from troth.desk.mailbox.mail import Mail
from troth.desk.mailbox.threads import message_id
from troth.language import Language
from troth.law.calendar import day_of
from troth.ledger.receipts import Receipt
from troth.ledger.requests import Request
from troth.policy.model import Policy

_SUBJECT: Mapping[Language, str] = {
    "en": "[{number}] We have received your request",
    "fr": "[{number}] Nous avons bien reçu votre demande",
}

_BODY: Mapping[Language, str] = {
    "en": """\
Hello,

We received your message on {received} and treat it as a request about your personal data.

Number: {number}
We answer by: {due}

{follows}You need not do anything now. To add something, answer this message and keep the number in
its subject. If we cannot tell that the request is yours, we will ask you for a code, and for no
more than is needed.

If you did not write to us, or did not mean to exercise a right, answer in one sentence and we close
it.

{organisation}
""",
    "fr": """\
Bonjour,

Nous avons reçu votre message le {received} et le traitons comme une demande sur vos données
personnelles.

Numéro : {number}
Nous vous répondrons au plus tard le : {due}

{follows}Vous n’avez rien à faire pour l’instant. Pour ajouter quelque chose, répondez à ce message
en gardant le numéro dans l’objet. Si nous ne pouvons pas établir que la demande vient de vous, nous
vous demanderons un code, et rien de plus que nécessaire.

Si vous ne nous avez pas écrit, ou ne vouliez pas exercer un droit, répondez en une phrase et nous
clôturons la demande.

{organisation}
""",
}

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
        *("août", "septembre", "octobre", "novembre", "décembre"),
    ),
}


def receipt(
    request: Request, mail: Mail, policy: Policy, *, address: str, sender: str, mark: str
) -> Receipt:
    """The receipt for a request that came as `mail` to `address`; `mark` makes its id unique."""
    language: Language = "fr" if request.language == "fr" else "en"
    body = _BODY[language].format(
        received=_day(day_of(request.received_at, policy.zoneinfo), language),
        number=request.number,
        due=_day(request.answer_by, language),
        follows=follows(policy, request.right, address, language),
        organisation=_name(policy),
    )
    thread = [one for one in (mail.message_id, *mail.answers) if one]
    headers = {
        "Message-ID": message_id(request.number, mark, sender),
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
    }
    if mail.message_id:
        headers["In-Reply-To"] = mail.message_id
        headers["References"] = " ".join([*reversed(thread[1:6]), mail.message_id])
    subject = _SUBJECT[language].format(number=request.number)
    return Receipt(request.number, request.contact, subject, body, headers)


def _name(policy: Policy) -> str:
    names = (controller.name for controller in policy.controllers.values())
    return next((name for name in names if name), policy.title)


def _day(day: date, language: Language) -> str:
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language][day.month - 1]} {day.year}"
