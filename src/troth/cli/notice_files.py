"""The files of `troth notice`: which ones, in which form, and what may stand there already."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troth.notice.tree import PublicNotice

FORMATS = ("html", "md", "txt", "pdf")


def keep_the_version(one: PublicNotice, target: Path, form: str) -> None:
    """Refused where the same version stands there with other content, and not as a draft."""
    from troth.errors import Refused
    from troth.notice.phrases import plain
    from troth.notice.published import published
    from troth.project.load import read_file

    if one.open or not target.is_file():
        return
    before = published(read_file(target, str(target)), form)
    if before is None or before.draft or before.digest == one.stamp.digest:
        return
    if before.version == plain(one.stamp.version):
        raise Refused(
            "notice-same-version",
            f"version '{one.stamp.version}' stands there with other content",
            place=str(target),
            help="what people were told stays: add a version with its own day under 'versions'",
        )


def targets(
    made: list[PublicNotice], out: Path, kind: str | None
) -> Iterable[tuple[PublicNotice, Path, str]]:
    """Each notice with the files that it fills: one file, or a folder of all formats."""
    from troth.errors import Refused

    suffix = out.suffix.removeprefix(".")
    if suffix in FORMATS:
        if len(made) > 1:
            raise Refused(
                "usage", "one file holds one language", place="--out",
                help="name one with --lang, or name a folder",
            )  # fmt: skip
        return [(made[0], out, suffix)]
    forms = FORMATS if kind is None else (format_of(kind),)
    return [(one, out / f"notice.{one.language}.{form}", form) for one in made for form in forms]


def format_of(kind: str | None) -> str:
    """The form that is asked for, plain text where none is; Refused for any other word."""
    from troth.documents.nearest import advice
    from troth.errors import Refused

    if kind is None:
        return "txt"
    if kind not in FORMATS:
        raise Refused(
            "unknown-word", f"'{kind}' is no format of notices", place="--format",
            help=advice(kind, FORMATS),
        )  # fmt: skip
    return kind


def rendered(one: PublicNotice, form: str, now: Any = None) -> str | bytes:
    """A notice in a form; a PDF bears the instant `now`."""
    from troth.errors import Refused
    from troth.notice.html import as_html
    from troth.notice.markdown import as_markdown
    from troth.notice.pdf import as_pdf
    from troth.notice.plain_text import as_text

    if form == "pdf":
        if now is None:
            raise Refused(
                "usage", "a PDF needs a file", place="--format", help="name it with --out"
            )
        return as_pdf(one, now)
    return {"html": as_html, "md": as_markdown, "txt": as_text}[form](one)


def write(target: Path, content: bytes) -> None:
    """Writes a file whole or not at all; what stood there before is replaced."""
    from troth.errors import Refused

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.part")
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        why = (error.strerror or "it cannot be written").lower()
        raise Refused("file-unwritable", why, place=str(target)) from None
