"""For whoever has a letter: the key of its page is typed, and leads there."""

from __future__ import annotations

from starlette.responses import Response

from troth.postbox.numbers import link_of
from troth.web.public.form import SECRET
from troth.web.public.visit import Visit

_MOST_TYPED = 200


async def ask(visit: Visit) -> Response:
    """The form."""
    return _shown(visit) if visit.known_language else visit.missing()


async def lead(visit: Visit) -> Response:
    """On to the page of the key; whether there is one, that page says."""
    if not visit.known_language:
        return visit.missing()
    refused = visit.turned_away()
    if refused is not None:
        return refused
    async with visit.request.form(max_files=0, max_fields=3) as sent:
        typed = str(sent.get("key") or "")[:_MOST_TYPED]
    secret = link_of(typed.rpartition("/")[2])  # the whole address is as good
    if not SECRET.fullmatch(secret):
        return _shown(visit, {"key": visit.w("problem.key")})
    return visit.on_to(f"request/{secret}")


def _shown(visit: Visit, problems: dict[str, str] | None = None) -> Response:
    return visit.page(
        "letter", visit.w("letter"), code=422 if problems else 200, problems=problems or {}
    )
