"""Who may see special categories of data (Art. 9, 10): as the project says."""

from __future__ import annotations

from troth.web.console.visit import Visit


def sees_special(visit: Visit) -> bool:
    """The practitioner alone, where the project says so; else whoever may see the person."""
    if visit.desk.settings.desk.special_categories == "practitioner":
        return visit.role == "practitioner"
    return True
