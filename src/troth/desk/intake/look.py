"""How an organisation's public pages look, from its settings."""

from __future__ import annotations

from troth.desk.intake.logo import picture_of
from troth.desk.intake.window import Look
from troth.project.load import Settings, read_file


def look_of(settings: Settings) -> Look:
    """Its colour and logo; Refused where the logo's file is missing or no picture."""
    file = settings.logo_file
    if file is None:
        return Look(settings.colour)
    return Look(settings.colour, picture_of(read_file(file, file.name), file.name))
