"""What cannot be carried out directly goes the general way, which decides everything."""

from __future__ import annotations


class UnfitError(Exception):
    """Not for direct statements; its text says why, with names of tables and sets alone."""
