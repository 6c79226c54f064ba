"""Packages of access and portability, for whoever may hold what they hold."""

from __future__ import annotations

from starlette.responses import Response

from troth.desk.workflow.office import Office, look
from troth.errors import Refused
from troth.ledger.documents import Document, find_document, open_document, packages_kept
from troth.web.console.pages.office import at_the_desk
from troth.web.console.visit import Visit

MOST = 200


async def packages_page(visit: Visit) -> Response:
    """Which packages lie sealed, by the number of their request: nobody is named."""
    return visit.page(
        "packages",
        visit.w("packages"),
        packages=await visit.reading(packages_kept, MOST),
        special=visit.sees_special,
    )


async def package_file(visit: Visit) -> Response:
    """The package of a request, as a zip; the frame has journaled the look.

    Where the project gives special categories to the practitioner, nobody else takes one out.
    """
    number = str(visit.request.path_params["number"])
    if not visit.sees_special:
        raise Refused(
            "package-hidden",
            "the package may hold special categories, which the practitioner alone sees",
            help="ask the practitioner to take it out, or lay it ready on the person's own page",
        )

    def read(office: Office) -> tuple[Document, bytes]:
        _, progress = look(office, number, visit.now)
        if progress.package is None:
            raise Refused("no-package", f"request {number} has no package", help="make it first")
        with office.ledger.reading(office.organisation) as reading:
            found = find_document(reading, progress.package)
            return found, open_document(reading, progress.package, desk_key=office.key)

    found, content = await at_the_desk(visit, read)
    headers = {"Content-Disposition": f'attachment; filename="package-{number}.zip"'}
    return visit.answer(Response(content, media_type=found.media, headers=headers))
