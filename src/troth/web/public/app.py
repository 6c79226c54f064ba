"""The public pages as an ASGI application over a post box."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from troth.postbox.box import Postbox
from troth.web.public import asking, fetching, following, lettered, preferring, shown
from troth.web.public.limits import Limits
from troth.web.public.slot import Slot
from troth.web.public.upload import MOST_UPLOAD_BYTES
from troth.web.public.visit import Handler, Public, Visit, visited

_PAGES = Path(__file__).parent / "pages"
MOST_FORM_BYTES = 60_000


def public_app(box: Postbox, now: Callable[[], datetime], limits: Limits) -> Starlette:
    """The application; `now` is aware."""
    pages = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # an upgrade under a running server shows when it is started again
        trim_blocks=True,
        lstrip_blocks=True,
    )
    public = Public(box, now, limits, pages, Slot(box))

    def get(path: str, handler: Handler) -> Route:
        return Route(path, _at(public, handler), max_body_size=MOST_FORM_BYTES)

    def post(path: str, handler: Handler, most: int = MOST_FORM_BYTES) -> Route:
        return Route(path, _at(public, handler), methods=["POST"], max_body_size=most)

    return Starlette(
        routes=[
            post("/u/{token:str}", preferring.unsubscribe),
            # Routes are tried in this order, and a flood of forms is what has to be quick.
            post("/{language:str}/{right:str}", asking.send),
            get("/", shown.front),
            Route("/style.css", shown.style),
            get("/colours.css", shown.colours),
            get("/logo", shown.logo),
            get("/u/{token:str}", preferring.asked_to_unsubscribe),
            get("/{language:str}/", shown.rights),
            get("/{language:str}/policy", shown.policy),
            get("/{language:str}/policy/{page:str}", shown.policy),
            get("/{language:str}/preferences/{token:str}", preferring.form),
            post("/{language:str}/preferences/{token:str}", preferring.send),
            get("/{language:str}/noted/{secret:str}", preferring.noted),
            get("/{language:str}/request/{secret:str}", following.receipt),
            post("/{language:str}/request/{secret:str}/package", fetching.fetch),
            post("/{language:str}/request/{secret:str}/document", following.document,
                 MOST_UPLOAD_BYTES),
            post("/{language:str}/request/{secret:str}/{step:str}", following.add),
            get("/{language:str}/letter", lettered.ask),
            post("/{language:str}/letter/open", lettered.lead),
            get("/{language:str}/{right:str}", asking.form),
            get("/{language:str}/{right:str}/{behalf:str}", asking.form),
            post("/{language:str}/{right:str}/{behalf:str}", asking.send),
            get("/{rest:path}", _missing),
        ],
    )  # fmt: skip


def _at(public: Public, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await visited(public, request, handler)

    return answer


async def _missing(visit: Visit) -> Response:
    return visit.missing()
