"""Consents and newsletters by the signed link of a mail; unsubscribing in one step (RFC 8058)."""

from __future__ import annotations

from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from troth.postbox.content import Answer, Preferences
from troth.postbox.seal import SealError, fingerprint, unlock
from troth.postbox.standing import Noted, shown
from troth.postbox.tokens import genuine
from troth.web.public.form import SECRET
from troth.web.public.guard import guarded
from troth.web.public.visit import Visit

_MOST_FIELDS = 300
_ONE_CLICK = "One-Click"


async def form(visit: Visit) -> Response:
    """Every choice, each left as it is unless the person says otherwise.

    What stands is not shown here: whoever was forwarded a mail would read it.
    """
    if not _genuine(visit) or not visit.known_language:
        return visit.missing()
    token = visit.request.path_params["token"]
    return visit.page("preferences", visit.w("preferences.title"), token=token)


async def send(visit: Visit) -> Response:
    """Takes what a person chose; on to what was noted of it."""
    if not _genuine(visit) or not visit.known_language:
        return visit.missing()
    refused = visit.turned_away()
    if refused is not None:
        return refused
    async with visit.request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
        secret = str(sent.get("secret") or "")
        unsubscribe = bool(sent.get("unsubscribe"))
        answers: dict[str, Answer] = {}
        for choice in visit.window.choices:
            said = sent.get(choice.id)
            if said == "no" or (said == "yes" and choice.may_give):
                answers[choice.id] = "yes" if said == "yes" else "no"
    if not SECRET.fullmatch(secret):
        return visit.message("missing", 422)
    said_all = Preferences(
        secret=secret,
        language=visit.w.language,
        token=visit.request.path_params["token"],
        answers={} if unsubscribe else answers,
        unsubscribe=unsubscribe,
    )
    failed = await visit.post(said_all)
    return failed or visit.on_to(f"noted/{secret}")


async def asked_to_unsubscribe(visit: Visit) -> Response:
    """One button: a mail scanner that opens the link changes nothing."""
    if not _genuine(visit, ever=True):
        return visit.missing()
    token = visit.request.path_params["token"]
    path = f"/{visit.w.language}/preferences/{token}"
    return visit.page("unsubscribe", visit.w("unsubscribe.title"), token=token, path=path)


async def unsubscribe(visit: Visit) -> Response:
    """Unsubscribes: from a mail program (RFC 8058) without any page, or from the button.

    The signature of the token is the right to do so, and no limit of a network counts: the
    servers of one mail provider send what all its customers press.
    """
    if not _genuine(visit, ever=True):
        return visit.missing()
    token = visit.request.path_params["token"]
    async with visit.request.form(max_files=0, max_fields=5) as sent:
        pressed = sent.get("List-Unsubscribe") == _ONE_CLICK
        secret = str(sent.get("secret") or "")
    if not pressed and not SECRET.fullmatch(secret):
        return visit.message("missing", 422)
    if pressed:
        # The same link pressed again on a day is the same letter: a loop fills no box.
        said = f"unsubscribe\0{visit.today}\0{token}"
        secret = sha256(said.encode()).hexdigest()[:44]
    letter = Preferences(secret=secret, language=visit.w.language, token=token, unsubscribe=True)
    failed = await visit.post(letter)
    if failed is not None:
        return failed
    if pressed:
        return guarded(PlainTextResponse("unsubscribed\n"))
    return visit.on_to(f"noted/{secret}")


async def noted(visit: Visit) -> Response:
    """What was noted, for whoever sent the form."""
    found = await run_in_threadpool(_noted, visit)
    if found is None or not visit.known_language:
        return visit.missing()
    return visit.page("noted", visit.w("noted.title"), noted=found if found != "waits" else None)


def _noted(visit: Visit) -> Noted | str | None:
    box, organisation, link = visit.public.box, visit.window.organisation, fingerprint(visit.secret)
    locked = box.answer(organisation, link)
    if locked is None:
        letter = box.letter(organisation, link)
        return "waits" if letter is not None and not letter.due_on else None
    try:
        found = shown(unlock(locked, visit.secret))
    except (SealError, ValueError):
        return None
    return found if isinstance(found, Noted) else None


def _genuine(visit: Visit, *, ever: bool = False) -> bool:
    """Whether the token is the desk's; `ever`: however old the mail is that it came with."""
    window, today = visit.window, None if ever else visit.today
    token = visit.request.path_params["token"]
    return bool(window.choices) and any(
        genuine(token, bytes.fromhex(one), window.organisation, today)
        for one in (window.signing, *window.signed_before)
    )
