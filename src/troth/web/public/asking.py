"""The forms of the rights: for oneself, a child, somebody who has died, somebody represented."""

from __future__ import annotations

from starlette.responses import Response

from troth.postbox.content import BEHALVES, MOST_LETTERS, RIGHTS, WISHES, Behalf, Right
from troth.web.public.form import DIRECTIVES, SECRET, Given, content_of, given_of, needed
from troth.web.public.visit import Visit, fresh_secret

_MOST_FIELDS = 20
_MOST_PART_BYTES = 60_000


async def form(visit: Visit) -> Response:
    """An empty form."""
    asked = _asked(visit)
    if asked is None:
        return visit.missing()
    return _shown(visit, *asked, Given(), {}, fresh_secret())


async def send(visit: Visit) -> Response:
    """Takes a form: on to its receipt, or the form again with what to look at."""
    asked = _asked(visit)
    if asked is None:
        return visit.missing()
    refused = visit.turned_away()
    if refused is not None:
        return refused
    async with visit.request.form(
        max_files=0, max_fields=_MOST_FIELDS, max_part_size=_MOST_PART_BYTES
    ) as sent:
        given, secret = given_of(sent), str(sent.get("secret") or "")
        trapped = bool(sent.get("website"))
    if trapped or not SECRET.fullmatch(secret):
        # A machine gives up here; a person whose browser filled in the trap sends it once more.
        problems = {"email": visit.w("problem.form")}
        return _shown(visit, *asked, given, problems, fresh_secret())
    right, behalf = asked
    content = content_of(given, right, behalf, secret, visit.w)
    if isinstance(content, dict):
        return _shown(visit, right, behalf, given, content, secret)
    failed = await visit.post(content, visit.due_on(right).isoformat())
    return failed or visit.on_to(f"request/{secret}")


def _asked(visit: Visit) -> tuple[Right, Behalf] | None:
    """The right and for whom, by the address; None where there is no such form."""
    path = visit.request.path_params
    right = next((one for one in RIGHTS if one == path["right"]), None)
    behalf = next((one for one in BEHALVES if one == path.get("behalf", "self")), None)
    if right is None or behalf is None or not visit.known_language:
        return None
    alone = right == DIRECTIVES and behalf != "self"
    return None if alone or path.get("behalf") == "self" else (right, behalf)


def _shown(
    visit: Visit,
    right: Right,
    behalf: Behalf,
    given: Given,
    problems: dict[str, str],
    secret: str,
) -> Response:
    return visit.page(
        "form",
        visit.w(right),
        code=422 if problems else 200,
        right=right,
        behalf=behalf,
        given=given,
        problems=problems,
        secret=secret,
        needed=needed(right, behalf),
        behalves=BEHALVES if right != DIRECTIVES else (),
        wishes=WISHES if right == DIRECTIVES else (),
        most=MOST_LETTERS,
        path=f"/{visit.w.language}/{right}" + ("" if behalf == "self" else f"/{behalf}"),
    )
