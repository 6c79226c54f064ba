"""The colour of an organisation, made readable: contrast as WCAG 2.2 counts it."""

from __future__ import annotations

LIGHT_PAPER, DARK_PAPER = "#f3f5f8", "#1d2228"  # the worse of the two papers of each
READABLE = 4.5  # to one, for text of any size (WCAG 1.4.3)
BY_NIGHT = 6.5  # to one: dim colours on a dark screen tire
_STEPS = 40


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, from 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, paper: str, least: float = READABLE) -> str:
    """The colour itself, or the nearest towards black or white that can be read on the paper."""
    target = 255 if luminance(paper) < 0.5 else 0
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for step in range(_STEPS + 1):
        mixed = [round(part + (target - part) * step / _STEPS) for part in parts]
        found = "#" + "".join(f"{part:02x}" for part in mixed)
        if contrast(found, paper) >= least:
            return found
    raise AssertionError("black or white can be read on any paper that is used")


def on(colour: str) -> str:
    """Black or white, whichever is read better on the colour."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))


def stylesheet(accent: str) -> str:
    """The colours of an organisation, by day and by night."""
    day, night = readable(accent, LIGHT_PAPER), readable(accent, DARK_PAPER, BY_NIGHT)
    return (
        f":root {{ --accent: {day}; --on-accent: {on(day)}; }}\n"
        "@media (prefers-color-scheme: dark) { :root { "
        f"--accent: {night}; --on-accent: {on(night)}; }} }}\n"
    )
