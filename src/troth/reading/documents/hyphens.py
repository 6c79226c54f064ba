"""Words that the end of a line cut in two."""

from __future__ import annotations

import re

_CUT = re.compile(r"[^\W\d_]-$")
_ADDRESS = re.compile(r"[@/:]|\bwww\.|\w\.\w")
_KEEP = re.compile(
    r"[^\W\d_]|non|third|co|self|cross|opt|log|sign|pre|intra|anti|sous|demi|mi|lui|elle", re.I
)  # beginnings of a word after which its hyphen stays


def put_together(before: str, after: str, *, cut: bool = False) -> str:
    """Two lines as one, with a space between unless a word goes on.

    `cut`: a hyphen stood at the end of the first line and has been taken away. The hyphen of an
    address, and of words such as "third-party", stays.
    """
    if before.endswith("\u00ad") or (not cut and _CUT.search(before) and after[:1].islower()):
        before, cut = before[:-1], True
    if cut:
        start = before.rsplit(None, 1)[-1] if before.strip() else ""
        end = after.split(None, 1)[0] if after.strip() else ""
        whole = _ADDRESS.search(start) or _ADDRESS.search(end)
        first = start.rsplit("-", 1)[-1]
        capitals = first.isupper() and end[:2].isupper()
        apart = not (end[:1].islower() or capitals)
        keeps = whole or apart or _KEEP.fullmatch(first)
        return f"{before}-{after}" if keeps else before + after
    if re.search(r"\w/$", before):
        return before + after
    return f"{before} {after}" if before else after
