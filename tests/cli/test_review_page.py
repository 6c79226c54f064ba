"""The page of `troth review` in a real browser: axe, the keyboard, a narrow screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reading.corpus import of
from troth.cli.review_page import LOOPBACK, Review, server_of
from troth.reading.draft.build import draft_of
from troth.reading.review.overlay import EMPTY, parse_overlay

AXE = Path(__file__).parents[1] / "notice" / "axe" / "axe.min.js"
NARROW = 320  # CSS pixels
POLICY = """Politique de confidentialité de l'atelier

Durées de conservation

Les données de nos clients, avec toutes les commandes, sont conservées pendant 3 à 6 ans.
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    text = of(POLICY, "fr")
    review = Review(text, draft_of(text), EMPTY, tmp_path / "policy.review.yaml", "atelier.txt")
    server = server_of(review, 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{LOOPBACK}:{server.server_port}/?token={review.token}"
    server.shutdown()
    server.server_close()
    thread.join()


def _flaws(page: Any) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [f"{rule['id']}: {rule['help']}" for rule in found["violations"] + found["incomplete"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_sound_on_a_narrow_screen(browser: Any, address: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": NARROW, "height": 640}, color_scheme=scheme, bypass_csp=False
    )
    page = context.new_page()
    page.goto(address)
    assert _flaws(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    context.close()


def test_a_review_with_the_keyboard_alone(browser: Any, address: str, tmp_path: Path) -> None:
    page = browser.new_page(java_script_enabled=True)
    page.goto(address)
    first = page.text_content("h2")
    for _ in range(4):  # accept, remove, later, and the field
        page.keyboard.press("Tab")
    page.keyboard.type("[not yaml")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.text_content("[role=alert]")
    assert _flaws(page) == []
    assert page.text_content("h2") == first
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # accept
    assert page.text_content("h2") != first
    kept = parse_overlay((tmp_path / "policy.review.yaml").read_bytes(), "policy.review.yaml")
    assert [decision.path for decision in kept.decisions] == [first]
    while page.query_selector("button[value=later]"):
        page.click("button[value=later]")
    assert _flaws(page) == []
    page.click("button[value=finish]")
    assert "Finished" in (page.text_content("main") or "")
    assert _flaws(page) == []
    page.close()
