"""Fetching a package: by POST alone, with the link and a code, once."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response, StreamingResponse

from troth.postbox.parcels import begin_download, key_of, pieces_of
from troth.web.public.following import known, show
from troth.web.public.guard import guarded
from troth.web.public.visit import Visit


async def fetch(visit: Visit) -> Response:
    """The package itself; what opens the link and sends no code gets none.

    A second time, within an hour, is for a download that was interrupted; then the bytes go.
    """
    found = await known(visit)
    if found is None:
        return visit.missing()
    refused = visit.turned_away()
    if refused is not None:
        return refused
    parcel = found.parcel
    if parcel is None or parcel.shut(visit.now, visit.today):
        return show(visit, found, problems={"package": visit.w("problem.package-gone")})
    async with visit.request.form(max_files=0, max_fields=5) as sent:
        code = str(sent.get("package") or "")
    box = visit.public.box
    key = await run_in_threadpool(key_of, box, parcel, visit.secret, code)
    if key is None:
        return show(visit, found, problems={"package": visit.w("problem.package-code")})
    if not await run_in_threadpool(begin_download, box, parcel, visit.now):
        return show(visit, found, problems={"package": visit.w("problem.package-gone")})
    content: AsyncIterator[bytes] = iterate_in_threadpool(pieces_of(box, parcel, key))
    name = f"{visit.window.organisation}-{found.number}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(parcel.size),
    }
    return guarded(StreamingResponse(content, media_type="application/zip", headers=headers))
