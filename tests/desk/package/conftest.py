"""The house on each database that the engine knows."""

from __future__ import annotations

from desk.find.conftest import house, small

__all__ = ["house", "small"]
