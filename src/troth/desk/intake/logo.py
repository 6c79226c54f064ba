"""The picture of an organisation: PNG or JPEG, small, read from its own bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from troth.errors import Refused

MOST_LOGO_BYTES = 15_000
"""A page with its styles and its picture weighs at most 50 KB."""
HIGHEST, WIDEST = 72, 240  # CSS pixels in which it is shown
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KINDS = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs")
_SIZES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown: `width` and `height` in CSS pixels."""

    kind: Literal["image/png", "image/jpeg"]
    width: int
    height: int
    content: bytes


def picture_of(content: bytes, place: str) -> Picture:
    """The picture, without what is written beside it (places, authors, whatever follows its end).

    Refused (`logo`) for any other kind, SVG too, which can hold scripts; and where it is too large.
    """
    if len(content) > MOST_LOGO_BYTES:
        raise _refused(f"the logo has {len(content)} bytes, and {MOST_LOGO_BYTES} are shown", place)
    try:
        if content.startswith(_PNG):
            width, height, kept = _png(content)
            return Picture("image/png", *_fitting(width, height), kept)
        if content.startswith(b"\xff\xd8\xff"):
            width, height, kept = _jpeg(content)
            return Picture("image/jpeg", *_fitting(width, height), kept)
    except (struct.error, ValueError, IndexError, ZeroDivisionError) as error:
        raise _refused("the logo is damaged", place) from error
    raise _refused("the logo is neither PNG nor JPEG", place)


def _refused(message: str, place: str) -> Refused:
    help = f"save it as PNG, at most {2 * WIDEST} pixels wide; SVG can hold scripts"
    return Refused("logo", message, place=place, help=help)


def _fitting(width: int, height: int) -> tuple[int, int]:
    """Drawn for screens of twice the density, and never larger than the head of a page allows."""
    scale = min(0.5 if height > HIGHEST else 1.0, HIGHEST / height, WIDEST / width)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _png(content: bytes) -> tuple[int, int, bytes]:
    kept, at, size = bytearray(_PNG), len(_PNG), (0, 0)
    while True:
        (length,), kind = struct.unpack_from(">I", content, at), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content):
            raise ValueError("a part is cut off")
        if kind == b"IHDR":
            size = struct.unpack_from(">II", content, at + 8)
        if kind in _PNG_KINDS:
            kept += content[at:end]
        if kind == b"IEND":
            return *size, bytes(kept)
        at = end


def _jpeg(content: bytes) -> tuple[int, int, bytes]:
    kept, at, size = bytearray(content[:2]), 2, (0, 0)
    while True:
        mark = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        if content[at] != 0xFF or length < 2:
            raise ValueError("no marker where one should be")
        if mark in _SIZES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            size = (width, height)
        if mark == 0xDA:
            end = content.rindex(b"\xff\xd9") + 2
            return *size, bytes(kept + content[at:end])
        beside = mark == 0xFE or 0xE1 <= mark <= 0xED
        if not beside:
            kept += content[at : at + 2 + length]
        at += 2 + length
