"""Countries to which data may go without more, and those found adequate, by day (Art. 45)."""

from __future__ import annotations

from datetime import date

_UNION = (
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "EU", "FI", "FR", "GR", "HR", "HU"),
    ("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
EEA = frozenset([*_UNION[0], *_UNION[1], "IS", "LI", "NO"])
"""The Union as a whole and the states of the European Economic Area, ISO 3166-1 alpha-2."""

_ADEQUATE: dict[str, tuple[date, date | None]] = {
    "AD": (date(2010, 10, 19), None),
    "AR": (date(2003, 6, 30), None),
    "CA": (date(2001, 12, 20), None),  # commercial organisations alone
    "CH": (date(2000, 7, 26), None),
    "FO": (date(2010, 3, 5), None),
    "GB": (date(2021, 6, 28), date(2031, 12, 27)),  # renewed in 2025, with an end
    "GG": (date(2003, 11, 21), None),
    "IL": (date(2011, 1, 31), None),
    "IM": (date(2004, 4, 28), None),
    "JE": (date(2008, 5, 8), None),
    "JP": (date(2019, 1, 23), None),
    "KR": (date(2021, 12, 17), None),
    "NZ": (date(2012, 12, 19), None),
    "US": (date(2023, 7, 10), None),  # recipients certified under the framework alone
    "UY": (date(2012, 8, 21), None),
}
"""First and last day of the Commission's decision in force, as known when this was written.

A decision that ends earlier for one organisation is `valid_until` of its safeguard.
"""


def within_the_union(country: str) -> bool:
    """Whether a country belongs to the European Economic Area, so that no transfer takes place."""
    return country in EEA


def adequate(country: str, day: date) -> bool:
    """Whether an adequacy decision of the Commission covers the country on that day (Art. 45)."""
    found = _ADEQUATE.get(country)
    return found is not None and found[0] <= day and (found[1] is None or day <= found[1])
