"""Pages that only show: the rights, the policy, and how the organisation looks."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from troth.postbox.content import RIGHTS
from troth.web.public.colours import stylesheet
from troth.web.public.guard import guarded
from troth.web.public.visit import Visit

_STYLE = Path(__file__).parent / "pages" / "style.css"


async def front(visit: Visit) -> Response:
    """On to the language that the browser asks for."""
    return guarded(RedirectResponse(f"/{visit.w.language}/", 302))


async def style(_request: Request) -> Response:
    """The look of every page."""
    text = _STYLE.read_text(encoding="utf-8")
    return guarded(Response(text, media_type="text/css"), lasting=True)


async def colours(visit: Visit) -> Response:
    """The organisation's colour."""
    text = stylesheet(visit.window.accent)
    return guarded(Response(text, media_type="text/css"), lasting=True)


async def logo(visit: Visit) -> Response:
    """The organisation's picture."""
    found = await run_in_threadpool(visit.public.box.shown, visit.window.organisation, "logo")
    if found is None:
        return visit.missing()
    return guarded(Response(found.body, media_type=found.kind), lasting=True)


async def rights(visit: Visit) -> Response:
    """What people can ask for, and the way to everything else."""
    if not visit.known_language:
        return visit.missing()
    offered = visit.window.offered
    beside = [right for right in RIGHTS if right not in offered]
    return visit.page("rights", visit.w("rights.title"), beside=beside)


async def policy(visit: Visit) -> Response:
    """The notice, page by page; its HTML was made at the desk from the policy."""
    name = f"{visit.w.language}/policy/{visit.request.path_params.get('page', '')}"
    found = await run_in_threadpool(visit.public.box.shown, visit.window.organisation, name)
    if found is None or found.kind != "text/html" or not visit.known_language:
        return visit.missing()
    html = Markup(found.body.decode())  # escaped where it was made; scripts do not run here
    return visit.page("policy", found.title, body=html)
