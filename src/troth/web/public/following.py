"""The page of a request, for whoever has its link: where it stands, and what they may add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.postbox.content import MOST_DOCUMENT_BYTES, MOST_LETTERS, FollowUp
from troth.postbox.numbers import number_of
from troth.postbox.parcels import MOST_TRIES, Parcel, parcels_of
from troth.postbox.seal import SealError, fingerprint, unlock
from troth.postbox.standing import Standing
from troth.postbox.standing import shown as read_standing
from troth.web.public.form import SECRET, printable
from troth.web.public.upload import document_of
from troth.web.public.visit import Visit

Plain = Literal["word", "withdraw", "code"]
_STEPS: tuple[Plain, ...] = ("word", "withdraw", "code")
_DONE = ("word", "withdraw", "code", "document")
_MOST_CODE = 40  # letters that somebody types


@dataclass(frozen=True)
class Known:
    """What the box has for a link: a letter that waits, or where its request stands."""

    number: str
    posted_until: date | None = None
    standing: Standing | None = None
    parcel: Parcel | None = None


async def receipt(visit: Visit) -> Response:
    """Where a request stands; nothing changes by looking."""
    found = await known(visit)
    done = visit.request.query_params.get("done", "")
    if found is None:
        return visit.missing()
    return show(visit, found, done=done if done in _DONE else "")


async def add(visit: Visit) -> Response:
    """Takes a word, a code, or that the request is withdrawn."""
    step = next((one for one in _STEPS if one == visit.request.path_params["step"]), None)
    found = await known(visit) if step is not None else None
    if step is None or found is None:
        return visit.missing()
    refused = visit.turned_away()
    if refused is not None:
        return refused
    async with visit.request.form(max_files=0, max_fields=5) as sent:
        secret = str(sent.get("secret") or "")
        text = printable(str(sent.get(step) or "")).strip()
    problem = _amiss(visit, step, secret, text)
    if problem:
        return show(visit, found, problems={step: problem}, word=text if step == "word" else "")
    return await _post(visit, FollowUp(secret=secret, language=visit.w.language, of=visit.secret,
                                       step=step, text=text))  # fmt: skip


async def document(visit: Visit) -> Response:
    """Takes a proof of identity, sealed at once."""
    found = await known(visit)
    if found is None:
        return visit.missing()
    refused = visit.turned_away()
    if refused is not None:
        return refused
    if found.standing is None or "document" not in found.standing.awaited:
        return show(visit, found, problems={"document": visit.w("problem.not-asked")})
    sent = await document_of(visit.request)
    problem = sent.problem or ("" if SECRET.fullmatch(sent.secret) else "problem.form")
    if problem:
        most = MOST_DOCUMENT_BYTES // 1_000_000
        return show(visit, found, problems={"document": visit.w(problem, most=most)})
    said = FollowUp(secret=sent.secret, language=visit.w.language, of=visit.secret,
                    step="document", media=sent.media)  # fmt: skip
    return await _post(visit, said, sent.content)


async def known(visit: Visit) -> Known | None:
    """What stands behind the link of the address, at this organisation."""
    if not visit.known_language:
        return None
    return await run_in_threadpool(_known, visit)


def show(
    visit: Visit,
    found: Known,
    *,
    done: str = "",
    problems: dict[str, str] | None = None,
    word: str = "",
) -> Response:
    """The page, with what was just done or what to look at again."""
    standing, parcel = found.standing, found.parcel
    ready = parcel is not None and not parcel.shut(visit.now, visit.today)
    return visit.page(
        "receipt",
        visit.w("receipt.title" if standing is None else "standing.title"),
        code=422 if problems else 200,
        number=found.number,
        standing=standing,
        due_on=found.posted_until if standing is None else standing.due_on,
        parcel=parcel if ready else None,
        shut=parcel is not None and parcel.tries >= MOST_TRIES,
        path=f"/{visit.w.language}/request/{visit.secret}",
        done=done,
        problems=problems or {},
        word=word,
        most=MOST_LETTERS,
        most_document=MOST_DOCUMENT_BYTES // 1_000_000,
        ways=visit.window.ways.get(standing.right, ()) if standing and standing.right else (),
    )


async def _post(visit: Visit, said: FollowUp, content: bytes = b"") -> Response:
    failed = await visit.post(said, document=content)
    return failed or visit.on_to(f"request/{visit.secret}?done={said.step}")


def _amiss(visit: Visit, step: Plain, secret: str, text: str) -> str:
    w = visit.w
    if not SECRET.fullmatch(secret):
        return w("problem.form")
    if step == "word" and len(text) > MOST_LETTERS:
        return w("problem.long", most=MOST_LETTERS)
    if step == "code" and not 0 < len(text) <= _MOST_CODE:
        return w("problem.code")
    return w("problem.word") if step == "word" and not text else ""


def _known(visit: Visit) -> Known | None:
    box, organisation = visit.public.box, visit.window.organisation
    link, number = fingerprint(visit.secret), number_of(visit.secret)
    locked = box.answer(organisation, link)
    if locked is None:
        letter = box.letter(organisation, link)
        if letter is None or not letter.due_on:
            return None
        return Known(number, posted_until=date.fromisoformat(letter.due_on))
    try:
        found = read_standing(unlock(locked, visit.secret))
    except (SealError, ValueError):
        return None
    if not isinstance(found, Standing):
        return None
    parcel = next(iter(parcels_of(box, organisation, link)), None)
    return Known(found.number, standing=found, parcel=parcel)
