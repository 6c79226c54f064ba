"""The files that `troth breach` writes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troth.desk.breaches.standing import Standing
    from troth.language import Language
    from troth.policy.model import Policy
    from troth.project.load import Project


def language_of(asked: str | None, project: Project) -> Language:
    """The language asked for, or the project's; Refused (`unknown-language`)."""
    from troth.errors import Refused

    match asked or project.locale:
        case "en":
            return "en"
        case "fr":
            return "fr"
        case _:
            raise Refused(
                "unknown-language", f"'{asked}' is not written", place="--lang", help="en or fr"
            )


def write_document(
    found: Standing, policy: Policy, language: Language, out: Path, now: datetime
) -> None:
    """The notification as HTML or PDF, by the file's ending; Refused (`file-unwritable`)."""
    from troth.desk.breaches.document import as_html, as_pdf, parts_of

    parts = parts_of(found, policy, language, now)
    if out.suffix.lower() == ".pdf":
        controller = next(iter(policy.controllers.values()))
        content = as_pdf(parts, language, controller.name or policy.title, now)
    else:
        content = as_html(parts, language).encode()
    write_bytes(out, content)


def write_bytes(out: Path, content: bytes) -> None:
    from troth.errors import Refused

    try:
        out.write_bytes(content)
    except OSError as error:
        why = (error.strerror or "it cannot be written").lower()
        raise Refused("file-unwritable", why, place=str(out)) from None
