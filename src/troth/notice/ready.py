"""Whether a notice may be published: what stops it, and what a lawyer would ask about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from troth.documents.document import Finding, Path
from troth.language import Language
from troth.law.countries import adequate, within_the_union
from troth.notice.back import differences, read_back
from troth.notice.carried import carried
from troth.notice.open import filled
from troth.notice.plain_text import as_text
from troth.notice.translate import own_words
from troth.notice.tree import PublicNotice
from troth.policy.model import Activity, Policy
from troth.policy.offered import rights_by_law
from troth.policy.people import Contact
from troth.policy.walk import walk

_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[\d\s().-]{3,}")
_HERE = re.compile(
    r"\b(click|follow (this|the) link|tap) here\b|\bcliqu(ez|er) ici\b|\bici\s*\)", re.IGNORECASE
)
"""Words that stand for a link: in a text they lead nowhere."""


def stopping(policy: Policy) -> Iterator[Finding]:
    """What must be decided, filled in or corrected before anything is published."""
    yield from _unsettled(policy)
    yield from _addresses(policy)
    for path, part in walk(policy):
        for field in type(part).model_fields:
            value = getattr(part, field)
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str) and field != "note" and _HERE.search(text):
                    yield Finding(
                        (*path, field),
                        "notice-dead-link",
                        "the text speaks of a link, and a text has none",
                        "write the address out, or name the contact that has it",
                    )


def _unsettled(policy: Policy) -> Iterator[Finding]:
    for name, parameter in policy.parameters.items():
        if parameter.ours:
            yield Finding(
                ("parameters", name, "value"),
                "notice-unsettled",
                f"the period '{name}' is our assumption ({parameter.value}), nobody has decided it",
                "decide, and write 'ours: false' beside it; or ask for a --draft",
            )
    for name, controller in policy.controllers.items():
        path: Path = ("controllers", name)
        if controller.name is None:
            yield Finding(
                (*path, "name"), "notice-unsettled", "the controller has no name (Art. 13(1)(a))"
            )
        for at, field in enumerate(controller.mandatory):
            if not filled(policy, name, field):
                yield Finding(
                    (*path, "mandatory", at),
                    "notice-unsettled",
                    f"'{field}' must be filled in before anything is published",
                    "fill it in, or take it off the list",
                )


def _addresses(policy: Policy) -> Iterator[Finding]:
    for name, contact in policy.contacts.items():
        path: Path = ("contacts", name)
        if not any((contact.email, contact.phone, contact.post, contact.url)):
            yield _dead(path, "the contact has no address at all")
        yield from _contact(path, contact)
    for name, authority in policy.authorities.items():
        if authority.url is not None and not _page(authority.url):
            yield _dead(("authorities", name, "url"), _NO_PAGE.format(authority.url))


_NO_PAGE = "'{}' is no address of a page"


def _contact(path: Path, contact: Contact) -> Iterator[Finding]:
    if contact.email is not None and not _MAIL.fullmatch(contact.email):
        yield _dead((*path, "email"), f"'{contact.email}' is no e-mail address")
    if contact.phone is not None and not _PHONE.fullmatch(contact.phone):
        yield _dead((*path, "phone"), f"'{contact.phone}' is no telephone number")
    if contact.url is not None and not _page(contact.url):
        yield _dead((*path, "url"), _NO_PAGE.format(contact.url))


def _dead(path: Path, message: str) -> Finding:
    return Finding(
        path, "notice-dead-link", message, "write the whole address, like https://name.example/page"
    )


def _page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme in ("https", "http")
        and "." in host.strip(".")
        and not any(letter.isspace() for letter in url)
    )


def unfaithful(policy: Policy, notice: PublicNotice) -> Iterator[Finding]:
    """Elements that the notice does not say clearly: reading it back gives something else."""
    found = read_back(as_text(notice))
    said = carried(policy, notice.language)
    try:
        read = found.policy() if found is not None else None
    except ValueError:
        read = None
    if read == said:
        return
    if read is not None:
        path = next(differences(said, read), ())
    else:
        path = found.missed[0].path if found is not None and found.missed else ()
    yield Finding(
        _in_file(policy, said, path) or ("title",),
        "notice-ambiguous",
        "read back, the notice says something else here",
        "reword it; a text must not hold the words that open a line of the notice",
    )


def _in_file(policy: Policy, said: Policy, path: Path) -> Path:
    """The path of an element in the file; `said` has the same elements under other names."""
    if len(path) < 2 or not isinstance(getattr(said, str(path[0])), dict):
        return path
    names, ours = list(getattr(said, str(path[0]))), list(getattr(policy, str(path[0])))
    return (path[0], ours[names.index(path[1])], *path[2:]) if path[1] in names else path[:1]


def lacking(policy: Policy) -> Iterator[Finding]:
    """What Art. 13 and 14 and Loi 78-17 ask a notice to say, and this one does not."""
    contacts = any(one.contacts or one.address for one in policy.controllers.values())
    if not (contacts or policy.contacts):
        yield _lacks(("controllers",), "how the controller is reached", "Art. 13(1)(a)")
    for name, activity in policy.activities.items():
        yield from _activity(policy, ("activities", name), activity)
    yield from _rights(policy)
    for name, point in policy.collection_points.items():
        if point.mandatory and point.consequence is None:
            where: Path = ("collection_points", name)
            yield _lacks(where, "what happens without the mandatory data", "Art. 13(2)(e)")
    for name, consent in policy.consents.items():
        if consent.withdrawal is None:
            yield _lacks(("consents", name), "how the consent is taken back", "Art. 7(3)")
    day = max((one.effective for one in policy.versions if one.effective), default=policy.since)
    for name, recipient in policy.recipients.items():
        path: Path = ("recipients", name)
        if recipient.allowed == "no" or recipient.role in ("internal", "authority"):
            continue
        if recipient.country is None and recipient.safeguard is None:
            yield _lacks(path, "in which country it is", "Art. 13(1)(f)")
        elif recipient.country is not None and recipient.safeguard is None:
            country = recipient.country
            if not (within_the_union(country) or adequate(country, day)):
                yield _lacks(path, "what protects data there", "Art. 13(1)(f)")
    for at, version in enumerate(policy.versions):
        if version.effective is None:
            yield _lacks(("versions", at), "since when it is in force", "Art. 12(1)")


def in_other_words(policy: Policy, language: Language) -> Iterator[Finding]:
    """That the policy's own words seem to be in another language than its notice."""
    counts = Counter(
        one
        for text in own_words(policy)
        for word in text.lower().replace("’", " ").replace("'", " ").split()
        for one, common in _COMMON.items()
        if word in common
    )
    other = max(counts, key=lambda one: counts[one], default=language)
    if counts[other] > 2 * counts[language] + _FEW:
        message = (
            f"the policy's own words seem to be in another language ({other}) than '{language}'"
        )
        help = "translate them: --write-texts, then --texts"
        yield Finding(("title",), "notice-language", message, help)


_FEW = 5  # common words that mean nothing
_COMMON: dict[Language, frozenset[str]] = {
    "en": frozenset(("the", "of", "and", "is", "to", "for", "who", "with", "are", "by")),
    "fr": frozenset(("le", "la", "les", "de", "des", "et", "est", "du", "une", "qui", "pour")),
}


def _activity(policy: Policy, path: Path, activity: Activity) -> Iterator[Finding]:
    stored = any(not policy.categories[name].never_stored for name in activity.categories)
    if stored and not activity.retention:
        yield _lacks(path, "how long the data stays", "Art. 13(2)(a)")
    for at, source in enumerate(activity.sources):
        if source.provenance == "received" and source.origin is None:
            yield _lacks((*path, "sources", at), "from whom the data comes", "Art. 14(2)(f)")


def _rights(policy: Policy) -> Iterator[Finding]:
    granted = {one.right for one in policy.rights.values()}
    for right, article in rights_by_law(policy).items():
        told = right == "complaint" and bool(policy.authorities)
        if right not in granted and not told:
            yield _lacks(("rights",), f"the right '{right}'", article)


def _lacks(path: Path, what: str, article: str) -> Finding:
    return Finding(path, "notice-incomplete", f"the notice does not say {what} ({article})")
