"""What letters to a person say: what was asked, done, kept and refused, and what they may do.

The same parts become the body of a mail and a PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib import resources
from typing import Literal

from troth.desk.rights.verdicts import ABUSIVE
from troth.desk.workflow.kept import Kept
from troth.desk.workflow.kinds import DIRECTIVES
from troth.desk.workflow.model import Decided, Item, LetterKind, Progress
from troth.desk.workflow.words import Words, language_of, name_of
from troth.law.calendar import day_of
from troth.ledger.notices import RecipientNotice
from troth.ledger.requests import Request
from troth.notice.typeset import typeset
from troth.policy.model import Policy

ARTICLES = {
    "erasure": "GDPR 17(3)",
    "objection": "GDPR 21(1)",
    "access": "GDPR 12(5)",
    "portability": "GDPR 12(5)",
    "rectification": "GDPR 12(5)",
}
_ABUSIVE = (*ABUSIVE, "unfounded-or-excessive")  # as older decisions have it
Part = tuple[Literal["heading", "text", "item", "soft"], str]


@dataclass(frozen=True)
class LetterText:
    """A letter, before it leaves: its subject, and its parts in order."""

    language: str
    subject: str
    sender: str
    parts: tuple[Part, ...]

    def body(self) -> str:
        """As a mail."""
        lines = []
        for kind, text in self.parts:
            lines.append({"heading": f"\n{text.upper()}", "item": f"  - {text}"}.get(kind, text))
        return "\n\n".join(lines).replace("\n\n  - ", "\n  - ") + f"\n\n{self.sender}\n"

    def pdf(self, made: date) -> bytes:
        """As a PDF, tagged and in its language."""
        parts = [{"kind": "heading", "text": self.subject, "level": 1}]
        for kind, text in self.parts:
            shown = f"• {text}" if kind == "item" else text
            named = {"heading": "heading", "soft": "soft"}.get(kind, "body")
            part: dict[str, object] = {"kind": named, "text": shown}
            parts.append(part | ({"level": 2} if named == "heading" else {}))
        data = {
            "language": self.language,
            "title": self.subject,
            "author": self.sender,
            "page": "{n}",
            "parts": [*parts, {"kind": "body", "text": self.sender}],
        }
        template = resources.files("troth.desk.package").joinpath("answer.typ").read_bytes()
        return typeset(template, data, datetime.combine(made, time(12), UTC), boxes=True)


@dataclass(frozen=True)
class Said:
    """What a letter says beside the request's own progress.

    `reason`: of a doubt or an extension. `until`: the day asked for, or the last one on which a
    package lies ready. `question`: as it is asked.
    `kept`: what stays. `notices`: what recipients were told. `rows`: how many were written.
    `code`: opens the package on the request's page, `link` the page. `left`: how many copies of
    corrected values stay, and why. `revoked`: a wish for after death was taken back. `wish`: a
    restriction ended because its person asked for that. `since`: when a store went away.
    """

    reason: str = ""
    until: date | None = None
    question: str = ""
    kept: Sequence[Kept] = ()
    notices: Sequence[RecipientNotice] = ()
    rows: int = 0
    code: str | None = None
    link: str = ""
    left: Sequence[tuple[int, str]] = ()
    revoked: bool = False
    wish: bool = False
    since: datetime | None = None


NOTHING_MORE = Said()


def letter_text(
    kind: LetterKind,
    request: Request,
    progress: Progress,
    policy: Policy,
    now: datetime,
    said: Said = NOTHING_MORE,
) -> LetterText:
    """A letter of a kind, in the person's language."""
    words = Words(language_of(request, policy))
    received = words.day(day_of(request.received_at, policy.zoneinfo))
    parts: list[Part] = [
        ("soft", name_of(policy)),
        ("soft", words.day(day_of(now, policy.zoneinfo))),
        ("soft", words("reference", number=request.number, day=received)),
        ("text", words("hello")),
    ]
    match kind:
        case "receipt":
            parts += _receipt(request, progress, policy, words, received)
        case "identity":
            parts += [
                ("text", words("identity.why", reason=said.reason)),
                ("text", words("identity.ask")),
                ("text", words("identity.kept")),
                ("text", words("identity.clock")),
            ]
        case "page":
            parts += [
                ("text", words("page.what")),
                ("item", said.link),
                ("text", words("page.secret")),
            ]
        case "delay":
            parts += _delay(progress, policy, words, said)
        case "lifting":
            parts += _lifting(words, now, policy, said)
        case "clarification":
            about = progress.question.about if progress.question is not None else "wish"
            parts += [
                ("text", words(f"clarification.{about}")),
                ("item", said.question),
                ("text", words(f"clarification.{about}.clock")),
            ]
        case "extension":
            first, until = progress.clock.due, said.until
            if first is not None and until is not None:
                days = {"first": words.day(first), "until": words.day(until)}
                parts += [("text", words("extension.until", **days)), ("item", said.reason)]
        case _:
            parts += _answer(kind, progress, policy, words, received, said)
    parts += _remedies(progress.right, policy, words)
    # The number in brackets leads an answer by mail back to its request.
    subject = f"[{request.number}] {words(f'{kind}.subject')}"
    return LetterText(words.language, subject, name_of(policy), tuple(parts))


def _receipt(
    request: Request, progress: Progress, policy: Policy, words: Words, received: str
) -> Iterator[Part]:
    ask = words(f"ask.{request.right}") if words.has(f"ask.{request.right}") else request.right
    yield "text", words("receipt.asked", day=received, ask=ask, number=request.number)
    if progress.clock.due is not None:
        yield "text", words("receipt.due", due=words.day(progress.clock.due))
    named = [name for terms in policy.rights.values() for name in terms.channels]
    channels = "; ".join(_contacts(policy, dict.fromkeys(named)))
    if request.channel in ("post", "phone", "console") and channels:
        yield "text", words("receipt.channel", channels=channels)


def _delay(progress: Progress, policy: Policy, words: Words, said: Said) -> Iterator[Part]:
    """A system does not answer: what was asked is done there later; the deadline stands."""
    if said.since is not None:
        day = words.day(day_of(said.since, policy.zoneinfo))
        yield "text", words("delay.what", day=day)
    if progress.clock.due is not None:
        yield "text", words("delay.due", day=words.day(progress.clock.due))


def _lifting(words: Words, now: datetime, policy: Policy, said: Said) -> Iterator[Part]:
    """A restriction ends: told before, with the reason; at the person's own wish once it has."""
    if said.wish:
        yield "text", words("lifting.wish", day=words.day(day_of(now, policy.zoneinfo)))
        return
    if said.until is not None:
        yield "text", words("lifting.before", day=words.day(said.until))
        yield "item", said.reason
    yield "text", words("lifting.disagree")


def _answer(
    kind: LetterKind,
    progress: Progress,
    policy: Policy,
    words: Words,
    received: str,
    said: Said,
) -> Iterator[Part]:
    ask = words(f"ask.{progress.right}") if words.has(f"ask.{progress.right}") else progress.right
    yield "text", words("asked", day=received, ask=ask)
    yield "heading", words("done.heading")
    yield "text", _done(kind, progress, words, said)
    if progress.package is not None and kind == "answer":
        ready = said.code is not None and said.until is not None
        day = words.day(said.until) if said.until is not None else ""
        other = words("done.package.other")
        yield "text", words("done.package", code=said.code, day=day) if ready else other
    zone = policy.zoneinfo
    done = [task for task in progress.tasks if task.done_at is not None]
    if done:
        yield "heading", words("tasks.heading")
    for task in done:
        if task.done_at is not None:
            yield "item", words("task", what=task.what, day=words.day(day_of(task.done_at, zone)))
    if said.notices:
        yield "heading", words("told.heading")
    for notice in said.notices:
        yield "item", _told(notice, policy, words)
    if progress.decision is not None:
        yield from _refusals(progress.decision, progress.right, policy, words)
    if said.left and kind == "answer":
        yield "heading", words("left.heading")
        for rows, why in said.left:
            yield "item", words("left.one", rows=rows, why=why)
    if progress.right in ("erasure", "objection") and kind == "answer":
        yield from kept_parts(said.kept, words)


def _done(kind: LetterKind, progress: Progress, words: Words, said: Said) -> str:
    decision = progress.decision
    if progress.withdrawn:
        return words("done.withdrawn-request")
    if progress.identity.way == "unidentified":
        return words("done.unidentified")
    if decision is not None and decision.outcome == "refused":
        return words("done.refused")
    if kind == "decision":
        return words("done.waits")
    if progress.right in ("erasure", "restriction") and not said.rows:
        return words(f"done.{progress.right}.none")
    if progress.right == "portability" and progress.receiver:
        return words("done.portability.to", to=progress.receiver)
    if progress.right == DIRECTIVES and said.revoked:
        return words(f"done.{progress.right}.revoked")
    key = f"done.{progress.right}"
    return words(key if words.has(key) else "done.other", rows=said.rows)


def _told(notice: RecipientNotice, policy: Policy, words: Words) -> str:
    recipient = policy.recipients.get(notice.recipient)
    name = recipient.name if recipient is not None else notice.recipient
    known = {"acknowledged": "done", "impossible": "impossible", "queued": "open"}
    status = known.get(notice.status, "sent")
    return words(f"told.{status}", name=name)


def _refusals(decision: Decided, right: str, policy: Policy, words: Words) -> Iterator[Part]:
    if decision.refusals:
        yield "heading", words("refused.heading")
    for item in decision.refusals:
        yield "item", _refusal(item, right, policy, words)


def _refusal(item: Item, right: str, policy: Policy, words: Words) -> str:
    purposes = [policy.activities[name].purpose for name in item.activities]
    article = "GDPR 12(5)" if item.ground in _ABUSIVE else ARTICLES[right]
    reason = item.reason if item.reason.endswith((".", "!", "?")) else f"{item.reason}."
    text = words(
        "refused.one",
        what=", ".join(purposes) or words("refused.all"),
        ground=words(f"ground.{item.ground}"),
        article=article.replace("GDPR", "Art." if words.language == "en" else "art.")
        + (" GDPR" if words.language == "en" else " du RGPD"),
        reason=reason,
    )
    if item.proof:
        text += " " + words("refused.proof", proof=item.proof)
    if item.before:
        text += " " + words("refused.before", numbers=", ".join(item.before))
    if item.case:
        text += " " + words("refused.case", case=item.case)
    return text


def kept_parts(kept: Sequence[Kept], words: Words) -> Iterator[Part]:
    """What stays, with its ground, clause, article and day."""
    yield "heading", words("kept.heading")
    yield "text", words("kept.intro") if kept else words("kept.nothing")
    for one in kept:
        clauses = ", ".join(one.clauses)
        if one.promises:
            told = " ".join((*one.promises, words("kept.clauses", clauses=clauses)))
            data = ", ".join(one.categories)
            yield "item", words("kept.archive", place=one.purpose, categories=data, told=told)
            continue
        yield (
            "item",
            words(
                "kept.one",
                purpose=one.purpose,
                categories=", ".join(one.categories),
                bases="; ".join(one.bases),
                clauses=words("kept.clauses", clauses=clauses) if clauses else "",
                until=_until(one, words),
            ),
        )


def _until(one: Kept, words: Words) -> str:
    if one.waits:
        return " ".join(one.waits)
    if one.first is None or one.last is None:
        return words("kept.until.open")
    if one.first == one.last:
        return words("kept.on", day=words.day(one.first))
    return words("kept.between", first=words.day(one.first), last=words.day(one.last))


def _remedies(right: str, policy: Policy, words: Words) -> Iterator[Part]:
    """Each letter says them, not the refusals alone (Art. 12(4), 13(2)(d))."""
    yield "heading", words("rights.heading")
    officer = policy.data_protection_officer
    named = [*(officer.contacts if officer is not None else ())]
    named += [n for one in policy.rights.values() if one.right == right for n in one.channels]
    contacts = _contacts(policy, dict.fromkeys(named)) or _contacts(policy, policy.contacts)
    if contacts:
        yield "text", words("rights.us", contacts="; ".join(contacts))
    found = [
        ", ".join(part for part in (one.name, one.address, one.url) if part)
        for one in policy.authorities.values()
    ]
    if found:
        yield "text", words("rights.authority", authorities="; ".join(found))
    else:
        yield "text", words("rights.any-authority")
    yield "text", words("rights.court")
    yield "text", words("rights.free")


def _contacts(policy: Policy, names: Iterable[str]) -> list[str]:
    shown = []
    for name in names:
        one = policy.contacts[name]
        shown.append(", ".join(part for part in (one.email, one.phone, one.post, one.url) if part))
    return [text for text in dict.fromkeys(shown) if text]
