"""A page for whoever has none: a request by mail, letter or telephone gets a link, by a letter.

The link goes where the answer goes, once it is known who asks: it proves no more than that, so
nothing more is asked. Its secret stands in that letter alone; the ledger has its public half.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from troth.desk.workflow.letters import Said, letter_text
from troth.desk.workflow.model import Letter
from troth.desk.workflow.office import Office, look_in, note, step
from troth.desk.workflow.post import queue_letter
from troth.desk.workflow.words import language_of
from troth.errors import Refused
from troth.postbox.numbers import new_link
from troth.postbox.seal import fingerprint


def give_page(
    office: Office,
    number: str,
    *,
    by: str,
    now: datetime,
    make: Callable[[], str] = lambda: new_link(secrets.token_bytes),
) -> Letter:
    """Write the letter with the link of the request's page; an earlier link opens it no more.

    Refused: `pages-without-address`; `step-not-now` before it is known who asks, and for a request
    that came by the pages themselves.
    """
    if not office.pages:
        raise Refused(
            "pages-without-address",
            "troth.yaml does not say where the public pages are reached",
            help="add portal: {address: 'https://your-data.example'} to it",
        )
    secret = make()
    with step(office, number, "give-page", now) as case:
        note(case, "page-given", by=by, now=now, detail={"link": fingerprint(secret)})
        request, progress = look_in(case.writing, office, number, now)
        base = office.pages.rstrip("/")
        link = f"{base}/{language_of(request, office.policy)}/request/{secret}"
        text = letter_text("page", request, progress, office.policy, now, Said(link=link))
        return queue_letter(case, office, "page", text, by=by, now=now)
