"""Who asks, in proportion (Art. 12(6); EDPB Guidelines 01/2022, para. 63 to 79).

Nothing is asked of who writes from the address on file; then a code by mail; a document only on a
doubt that is written down. What a person gave to prove it goes when it is decided.
"""

from __future__ import annotations

import hmac
import secrets
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from troth.desk.workflow.model import Way
from troth.desk.workflow.office import Case, Office, look, note, refuse_step, step
from troth.desk.workflow.persons import on_file
from troth.desk.workflow.words import Words, language_of
from troth.errors import Refused, Transient
from troth.grounds.identity import normalise
from troth.ledger.documents import (
    Document,
    delete_documents,
    find_document,
    open_document,
    request_secret,
    store_document,
)
from troth.ledger.request_tables import request_codes
from troth.ledger.requests import Request
from troth.ledger.session import Writing

CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=30)
MOST_TRIES = 5
MOST_CODES = 5  # of one request
MOST_IDENTITY_BYTES = 10_000_000
_MEDIA = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def ask_code(
    office: Office,
    number: str,
    *,
    by: str,
    now: datetime,
    make: Callable[[], str] = lambda: f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}",
) -> None:
    """Mail a code: to the address on file, or where none is known to the address given.

    What is seen from outside is the same for a known and an unknown person. The ledger keeps a
    keyed hash of the code alone. Refused: `code-too-often`, `no-mail-server`. Transient
    (`mail-unsent`): nothing was asked.
    """
    request, progress = look(office, number, now)
    refuse_step(progress, "ask-code")
    if sum(event.kind == "code-asked" for event in request.events) >= MOST_CODES:
        raise Refused(
            "code-too-often",
            f"{MOST_CODES} codes were sent for request {number}",
            help="ask in another way: call the number on file, or write down a doubt",
        )
    if office.mailer is None:
        raise Refused(
            "no-mail-server",
            "a code leaves by mail, and troth.yaml names no mail server",
            help="add 'mail' to troth.yaml",
        )
    known = on_file(office, request) if office.setting is not None else None
    code = make()
    with step(office, number, "ask-code", now) as case:
        _keep(case.writing, number, _mac(case.writing, number, code), now)
    words = Words(language_of(request, office.policy))
    subject, body = words.code(office.policy, number, code, int(CODE_LASTS.total_seconds() // 60))
    try:
        office.mailer.send(known or request.contact, subject, body)
    except (OSError, smtplib.SMTPException) as error:
        raise Transient(
            "mail-unsent", "the mail server did not take the code", help="ask again in a while"
        ) from error
    with step(office, number, "ask-code", now) as case:
        detail = {"to": "on-file" if known else "given"}
        note(case, "code-asked", by=by, now=now, detail=detail)


def show_code(office: Office, number: str, code: str, *, by: str, now: datetime) -> bool:
    """Whether a code is the one that was mailed; then it is known who asks.

    A code counts once, until its time has passed or too many others were tried. Where none waits,
    no code is right.
    """
    if "show-code" not in look(office, number, now)[1].next:
        return False
    with step(office, number, "show-code", now) as case:
        table = request_codes.c
        mine = (table.organisation == office.organisation) & (table.number == number)
        row = case.writing.connection.execute(
            select(table.mac, table.until, table.tries).where(mine)
        ).one_or_none()
        if row is None:
            return False
        alive = now < row.until and row.tries < MOST_TRIES
        digits = "".join(character for character in code if character.isdigit())
        right = hmac.compare_digest(bytes(row.mac), _mac(case.writing, number, digits))
        if alive and right:
            case.writing.connection.execute(delete(request_codes).where(mine))
            _accept(case, "code", "", by=by, now=now)
            return True
        if alive and row.tries + 1 < MOST_TRIES:
            tried = update(request_codes).where(mine).values(tries=row.tries + 1)
            case.writing.connection.execute(tried)
        else:
            case.writing.connection.execute(delete(request_codes).where(mine))
            why = "too many tries" if now < row.until else "its time has passed"
            note(case, "code-spent", by=by, now=now, detail={"why": why})
        return False


def accept_address(office: Office, number: str, *, by: str, now: datetime) -> None:
    """Nothing is asked of who writes from the address on file.

    Refused (`address-not-on-file`) for another channel than mail, for a mail whose sender the mail
    server does not vouch for, and for an address that no store has: then a code is the next thing.
    """
    request, progress = look(office, number, now)
    refuse_step(progress, "accept-identity")
    known = on_file(office, request) if request.channel == "mail" and _vouched(request) else None
    if known is None or normalise(known, "email") != normalise(request.contact, "email"):
        raise Refused(
            "address-not-on-file",
            "the request was not written from an address that is on file",
            help="mail a code: `troth request identify --code`",
        )
    with step(office, number, "accept-identity", now) as case:
        _accept(case, "address", "", by=by, now=now)


def _vouched(request: Request) -> bool:
    """Whether no mail of the request may be somebody else's; one that staff wrote down is not."""
    mails = [event for event in request.events if event.kind == "mail-received"]
    return all(event.detail.get("authentic") == "yes" for event in mails)


def accept_identity(
    office: Office, number: str, way: Way, *, reason: str, by: str, now: datetime
) -> None:
    """Write down how it is known who asks: a login (`session`), by other means (`known`), or a
    document that was looked at; or that it stayed open (`unidentified`, Art. 11(2), 12(2)).

    Refused: `identity-without-reason`; `identity-not-asked` where nobody was asked yet.
    """
    if not reason.strip():
        raise Refused(
            "identity-without-reason",
            "how it is known who asks is written down",
            help="for example --reason 'called back at the number on file'",
        )
    with step(office, number, "accept-identity", now) as case:
        asked = any(event.kind in ("code-asked", "document-asked") for event in case.request.events)
        if way == "unidentified" and not asked:
            raise Refused(
                "identity-not-asked",
                "the person was never asked who they are",
                help="mail a code first: a request is not refused for a name that nobody asked for",
            )
        if way == "document" and not case.progress.identity.documents:
            raise Refused("identity-not-asked", "no document was received", help="name another way")
        _accept(case, way, reason.strip(), by=by, now=now)


def ask_document(office: Office, number: str, *, doubt: str, by: str, now: datetime) -> None:
    """Ask for a document, on a doubt that is written down. Refused (`doubt-without-reason`)."""
    if not doubt.strip():
        raise Refused(
            "doubt-without-reason",
            "a document is asked for on a reasonable doubt alone (Art. 12(6))",
            help="write down what makes you doubt, or mail a code instead",
        )
    with step(office, number, "ask-document", now) as case:
        note(case, "document-asked", by=by, now=now, detail={"reason": doubt.strip()})


def take_document(
    office: Office, number: str, content: bytes, *, by: str, now: datetime
) -> Document:
    """Seal the document that a person sent, until it is decided who they are.

    Refused: `document-kind` (PDF, PNG and JPEG are taken), `attachment-too-large`.
    """
    media = next((media for start, media in _MEDIA.items() if content.startswith(start)), None)
    if media is None:
        raise Refused(
            "document-kind",
            "a document is a PDF, a PNG or a JPEG",
            help="ask for a photograph or a scan; what is not needed may be masked",
        )
    if len(content) > MOST_IDENTITY_BYTES:
        raise Refused(
            "attachment-too-large",
            f"the document has {len(content)} bytes, and {MOST_IDENTITY_BYTES} are taken",
            help="ask for a smaller scan",
        )
    with step(office, number, "take-document", now) as case:
        stored = store_document(
            case.writing, number, "identity", content, media, desk_key=office.key, by=by, at=now
        )
        note(case, "document-received", by=by, now=now, detail={"document": stored.id})
    return stored


def look_at_document(
    office: Office, number: str, document: str, *, by: str, now: datetime
) -> tuple[Document, bytes]:
    """The document that proves who asks; that somebody looks is noted before it is shown."""
    with step(office, number, "look-at-document", now) as case:
        found = find_document(case.writing, document)
        if found.number != number:
            raise Refused("unknown-document", f"request {number} has no document '{document}'")
        note(case, "document-looked-at", by=by, now=now, detail={"document": document})
    with office.ledger.reading(office.organisation) as reading:
        return found, open_document(reading, document, desk_key=office.key)


def _accept(case: Case, way: Way, reason: str, *, by: str, now: datetime) -> None:
    """It is decided who asks: what was given to prove it goes."""
    note(case, "identity-accepted", by=by, now=now, detail={"way": way, "reason": reason})
    table = request_codes.c
    case.writing.connection.execute(
        delete(request_codes).where(
            table.organisation == case.writing.organisation, table.number == case.request.number
        )
    )
    delete_documents(case.writing, case.request.number, "identity", at=now)


def _mac(writing: Writing, number: str, code: str) -> bytes:
    return hmac.digest(request_secret(writing, number), f"{number} {code}".encode(), "sha256")


def _keep(writing: Writing, number: str, mac: bytes, now: datetime) -> None:
    """The newest code alone counts."""
    table = request_codes.c
    mine = (table.organisation == writing.organisation) & (table.number == number)
    writing.connection.execute(delete(request_codes).where(mine))
    row = {"number": number, "mac": mac, "until": now + CODE_LASTS, "tries": 0}
    writing.connection.execute(
        insert(request_codes).values(organisation=writing.organisation, **row)
    )
