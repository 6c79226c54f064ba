"""Pages: where the rows of a table lie on the disk, as a whole reading meets them.

A store that can tell and read a range of them deletes along it for a part of what the same rows
cost by their key. A row that is updated meanwhile may lie elsewhere afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pages:
    """How a table lies: its pages, numbered from 0; its rows, about; the most that a page holds."""

    number: int
    rows: int
    most_rows: int
