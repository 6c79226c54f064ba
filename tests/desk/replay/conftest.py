"""The desk of rectification, with a backup that can be restored."""

from __future__ import annotations

from desk.rectify.conftest import desk, small

__all__ = ["desk", "small"]
