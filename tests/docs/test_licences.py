"""What ships is licensed so that it may be used with Troth, as docs/decisions/0029 says."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "requirements" / "run.txt"
PINNED = re.findall(
    r"^([\w.-]+)==(\S+)(?: ; (.*?))?(?: \\)?$", RUN.read_text("utf-8"), re.MULTILINE
)

PERMISSIVE = re.compile(
    r"(MIT(-0| License)?|(New |3-Clause )?BSD([- ].*)?|Apache([- ].*)?|ISC( License.*)?|PSF.*"
    r"|Python Software Foundation License)"
)
LGPL = {"psycopg", "psycopg-binary", "python-stdnum"}
"""Used as they are, installed beside Troth and replaceable: what the LGPL asks for."""

READ_BY_HAND = {
    "imapclient": "New BSD, says its COPYING; its metadata says nothing",
    "odfpy": "its modules are LGPL, as those above; its scripts Apache-2.0 or GPL, as one likes",
    "pypdfium2": "Apache-2.0 or BSD-3-Clause, and the permissive ones of what PDFium is made of",
    "python-dateutil": "Apache-2.0 and BSD-3-Clause, which it calls a dual licence",
}
"""What the metadata of a package does not say in one of the known words."""


def licences(name: str) -> list[str]:
    """The licences that a package's metadata names, in the most exact of its words."""
    found = metadata.metadata(name)
    if expression := found.get("License-Expression"):
        return re.split(r" (?:OR|AND) ", expression)
    classified = [
        each.rpartition(" :: ")[2]
        for each in found.get_all("Classifier") or ()
        if each.startswith("License :: ")
    ]
    return classified or [found.get("License") or "none"]


def test_the_list_of_what_ships_is_read() -> None:
    assert {"sqlalchemy", "pydantic", "psycopg"} <= {name for name, *_ in PINNED}


@pytest.mark.parametrize(("name", "marker"), [(name, marker) for name, _, marker in PINNED])
def test_what_ships_is_permissive_or_decided(name: str, marker: str) -> None:
    try:
        found = licences(name)
    except metadata.PackageNotFoundError:
        assert marker, f"{name} is pinned for every system and is not installed"
        pytest.skip(f"{name} is for {marker} alone")
    assert not any("Affero" in one or "AGPL" in one for one in found)
    if name in LGPL:
        assert all("LGPL" in one or "Lesser General Public" in one for one in found)
    elif name not in READ_BY_HAND:
        assert all(PERMISSIVE.fullmatch(one) for one in found), found


def test_nothing_is_excused_that_does_not_ship() -> None:
    assert {name for name, *_ in PINNED} >= LGPL | set(READ_BY_HAND)
