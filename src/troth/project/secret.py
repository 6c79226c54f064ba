"""Values that must not be shown: they leave only where `reveal` is called."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Secret:
    """A text whose `repr` and `str` hide it."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The text itself, for the driver that needs it and for nothing that prints."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"
