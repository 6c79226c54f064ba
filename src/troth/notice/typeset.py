"""From data and a typst template to a tagged PDF; nothing is read from a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import typst

from troth.errors import Refused


def typeset(template: bytes, data: Any, made: datetime, *, boxes: bool = False) -> bytes:
    """The PDF/UA-1 of a template, whose `sys.inputs.data` is the data as JSON text.

    The same template, data and instant give the same bytes, as long as the fonts that come along
    have all letters; other letters are taken from the system's fonts. Where no font has one,
    Refused (`pdf-letters`); with `boxes`, a box stands for it in a PDF that is tagged all the
    same, but no longer says that it is PDF/UA.
    """
    inputs = {"data": json.dumps(data)}
    stamp = made.astimezone(UTC).replace(microsecond=0)
    for only_own in (True, False):
        try:
            return _compiled(template, inputs, stamp, only_own=only_own)
        except typst.TypstError as error:
            if _NO_LETTER not in error.message:
                raise
    if boxes:
        return _compiled(template, inputs, stamp, only_own=False, standards=())
    raise Refused(
        "pdf-letters",
        "the text has letters that no font on this machine can show",
        help="install a font that has them, such as the package fonts-noto",
    )


_NO_LETTER = "could not be displayed with font"


def _compiled(
    template: bytes,
    inputs: dict[str, str],
    stamp: datetime,
    *,
    only_own: bool,
    standards: tuple[typst.PDFStandard, ...] = ("ua-1",),
) -> bytes:
    made = typst.compile(
        template,
        sys_inputs=inputs,
        pdf_standards=list(standards),
        ignore_system_fonts=only_own,
        timestamp=stamp,
    )
    return bytes(made)
