"""The page about asking lists every part that can be missing, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from desk.decide.test_agreement import MEANT

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "ask-before-use.md"
# Parts that the random worlds do not reach: rare ages of two signatures, and earlier texts.
BESIDE = {"parent-consent-expired", "version-not-accepted"}


def test_every_part_is_on_the_page_and_no_other() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## What can be missing")[2]
    listed = re.findall(r"`([a-z-]+)`", table)
    assert len(listed) == len(set(listed))
    assert set(listed) == set(MEANT.split()) - {"allowed"} | BESIDE
