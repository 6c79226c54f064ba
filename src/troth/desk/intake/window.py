"""From the policy to what the public pages show: rights, terms, contacts, the notice, a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from troth.desk.intake.logo import Picture
from troth.language import Language
from troth.ledger.desk_key import keys_of
from troth.notice.paged import as_pages
from troth.notice.public import public
from troth.notice.ready import in_other_words
from troth.notice.say import notice
from troth.policy.answering import answer_terms, holidays_of
from troth.policy.choices import choices_of
from troth.policy.model import Policy
from troth.policy.offered import child_below, rights_of
from troth.postbox.box import ShownPage
from troth.postbox.content import RIGHTS, Right
from troth.postbox.seal import public_part
from troth.postbox.tokens import signing_part
from troth.postbox.window import (
    Authority,
    Choice,
    Contact,
    Logo,
    ShownTerm,
    Window,
)

_DAYS_AHEAD = 500  # of public holidays: more than any term lasts


@dataclass(frozen=True)
class Look:
    """How an organisation looks: its colour as #rrggbb, and its picture."""

    accent: str = "#1f4e79"
    logo: Picture | None = None


def window_of(
    policy: Policy, key: bytes, today: date, host: str, look: Look, *, choices: bool = True
) -> Window:
    """What is shown from `today` on at a host; `key` is the desk's private key.

    `choices`: whether what people choose by the link of a mail can be recorded.
    """
    holidays = holidays_of(policy)
    coming = (today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    controller = next(iter(policy.controllers.values()))
    given = rights_of(policy)
    logo = look.logo
    return Window(
        organisation=policy.organisation,
        name=controller.name or policy.title,
        languages=tuple(policy.languages),
        zone=policy.zone,
        key=public_part(key).hex(),
        signing=signing_part(key).hex(),
        signed_before=tuple(signing_part(one).hex() for one in keys_of(key)[1:]),
        offered=tuple(right for right in RIGHTS if right in given),
        ways={right: found for right in RIGHTS if (found := _ways(policy, right, host))},
        choices=tuple(
            Choice(
                id=one.id,
                label=one.label,
                wording=one.wording,
                marketing=one.marketing,
                may_give=one.may_give,
            )
            for one in (choices_of(policy) if choices else ())
        ),
        own=own_language(policy),
        child_below=child_below(policy),
        policy=True,
        accent=look.accent,
        logo=Logo(width=logo.width, height=logo.height) if logo is not None else None,
        terms={
            right: tuple(
                ShownTerm(period=str(one.period), moves=one.moves)
                for one in answer_terms(policy, right)
            )
            for right in RIGHTS
        },
        holidays=tuple(day for day in coming if day in holidays),
        contacts=_contacts(policy, _channels(policy)),
        authorities=tuple(
            Authority(name=a.name, url=a.url, address=a.address)
            for a in policy.authorities.values()
        ),
    )


def book_of(policy: Policy, today: date, look: Look) -> tuple[ShownPage, ...]:
    """The pages of the policy in each of its languages, and the picture.

    Where something of the policy is not settled, its first page says that it is a draft.
    """
    shown = public(policy)
    pages = [
        ShownPage(f"{language}/policy/{page.name}", "text/html", page.title, page.body.encode())
        for language in policy.languages
        for page in as_pages(notice(shown, language, today), f"/{language}/policy")
    ]
    logo = look.logo
    return (*pages, *((ShownPage("logo", logo.kind, "", logo.content),) if logo else ()))


def own_language(policy: Policy) -> Language:
    """The language in which the policy's own words seem to be written."""
    fitting = (one for one in policy.languages if not any(in_other_words(policy, one)))
    return next(fitting, policy.languages[0])


def _ways(policy: Policy, right: Right, host: str) -> tuple[Contact, ...]:
    """The contacts that the policy names for a right, where these pages are not among them."""
    terms = (one for one in policy.rights.values() if one.right == right)
    found = _contacts(policy, dict.fromkeys(name for one in terms for name in one.channels))
    return () if any(one.url and urlsplit(one.url).netloc == host for one in found) else found


def _contacts(policy: Policy, names: Iterable[str]) -> tuple[Contact, ...]:
    return tuple(
        Contact(email=c.email, phone=c.phone, post=c.post, url=c.url)
        for c in (policy.contacts[name] for name in names)
    )


def _channels(policy: Policy) -> list[str]:
    """The contacts by which rights are exercised; where the policy names none, all."""
    officer = policy.data_protection_officer
    named = [name for terms in policy.rights.values() for name in terms.channels]
    named += officer.contacts if officer is not None else ()
    return list(dict.fromkeys(named)) or list(policy.contacts)
