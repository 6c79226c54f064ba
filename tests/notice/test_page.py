"""The page: its structure, its anchors, and what a person, a lawyer and a screen reader get."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from notice.conftest import NAMES, example
from notice.media import said
from troth.language import LANGUAGES, Language
from troth.notice.html import as_html
from troth.notice.say import notice
from troth.notice.tree import Block
from troth.policy.base import Element
from troth.policy.walk import walk

AXE = Path(__file__).parent / "axe" / "axe.min.js"


def _page(name: str, language: Language) -> LexborHTMLParser:
    return LexborHTMLParser(as_html(said(example(name), language)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_link_inside_leads_somewhere_and_every_id_is_given_once(
    name: str, language: Language
) -> None:
    page = _page(name, language)
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    for link in page.css("a"):
        target = link.attributes["href"] or ""
        assert link.text(strip=True)
        assert target.removeprefix("#") in ids or target.startswith(("https://", "mailto:", "tel:"))


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_that_the_notice_says_has_its_anchor(name: str) -> None:
    policy = example(name)
    page = _page(name, "en")
    cited = {
        clause
        for path, part in walk(policy)
        if isinstance(part, Element) and path[:1] != ("not_modelled",)
        for clause in part.clauses
    }
    anchors = {(node.attributes["id"] or "") for node in page.css("[id^='clause-']")}
    assert anchors == {f"clause-{clause}" for clause in cited}


def test_every_line_of_an_element_names_its_clauses_and_has_an_anchor() -> None:
    one = said(example("spimed"), "fr")
    page = LexborHTMLParser(as_html(one))
    known = {
        row.attributes["id"]: row.attributes.get("data-clauses") for row in page.css("dl > div[id]")
    }
    lines = [(line, block) for chapter in one.chapters for card in chapter.cards
             for block in _blocks(card.block) for line in block.facts]  # fmt: skip
    assert len(lines) > 300
    clauses = list(known.values())
    for _, block in lines:
        if block.clauses:
            assert " ".join(block.clauses) in clauses


def _blocks(block: Block) -> list[Block]:
    return [block, *(inner for part in block.parts for inner in _blocks(part))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_landmarks_headings_and_its_language(language: Language) -> None:
    page = _page("mast", language)
    assert page.root is not None
    assert page.root.attributes["lang"] == language
    assert len(page.css("h1")) == len(page.css("main")) == len(page.css("nav")) == 1
    assert len(page.css("header")) == 1
    levels = [int((node.tag or "h0")[1]) for node in page.css("h1, h2, h3, h4")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.css_first("body > a.skip").attributes["href"] == "#content"
    for table in page.css("table"):
        assert table.css("thead th[scope=col]")
        assert all(row.css("th[scope=row]") for row in table.css("tbody tr"))


def test_the_page_stands_alone() -> None:
    html = as_html(said(example("mast"), "fr"))
    page = LexborHTMLParser(html)
    assert not page.css("script, link, img, iframe, object, form, [style], [onclick]")
    assert "@import" not in html
    assert "url(" not in html


def test_what_is_not_settled_is_marked_and_named() -> None:
    page = _page("mast", "en")
    marked = {node.text(): node for node in page.css("mark")}
    (text,) = (text for text in marked if re.fullmatch(r"3 years \(see \d+\.1, .*\)", text))
    assert text.endswith("still to be decided)")
    target = marked[text].css_first("a").attributes["href"]
    assert target is not None
    assert page.css_first(target) is not None, "what it points to is on the page"
    assert page.css_first(".draft") is not None
    assert page.css_first("meta[name=robots]").attributes["content"] == "noindex"


def test_a_settled_policy_bears_no_mark_of_a_draft(settled: Any) -> None:
    page = LexborHTMLParser(as_html(said(settled, "en")))
    assert page.css_first(".draft") is None
    assert not page.css("mark")
    assert page.css_first("meta[name=robots]") is None


def test_what_people_write_is_text_and_never_html() -> None:
    policy = example("mast").model_copy(update={"title": "<script>alert(1)</script> & co"})
    html = as_html(said(policy, "en"))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_stamp_shows_version_day_and_digest() -> None:
    one = said(example("mast"), "fr")
    assert one.stamp.version in as_html(one)
    assert "en vigueur depuis le" in as_html(one)
    assert len(one.stamp.digest) == 64
    assert one.stamp.digest in as_html(one)


def test_another_word_gives_another_digest() -> None:
    policy = example("mast")
    other = policy.model_copy(update={"title": "Another title"})
    assert said(policy, "en").stamp.digest != said(other, "en").stamp.digest
    assert said(policy, "en").stamp.digest == said(policy, "fr").stamp.digest


def test_the_version_in_force_is_the_newest_that_has_begun(settled: Any) -> None:
    from datetime import date

    first = settled.versions[0].model_copy(update={"id": "1", "effective": date(2020, 1, 1)})
    second = first.model_copy(update={"id": "2", "effective": date(2024, 1, 1)})
    policy = settled.model_copy(update={"versions": (first, second)})
    before, after = date(2023, 12, 31), date(2024, 1, 1)
    assert notice(policy, "en", before).stamp.version == "1"
    assert notice(policy, "en", after).stamp.version == "2"
    assert notice(policy, "en", date(2019, 1, 1)).stamp.version == "2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_leaves_nothing_open(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    page = _opened(browser, tmp_path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    for kind in ("violations", "incomplete"):
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found[kind]] == []


def _opened(browser: Any, folder: Path, **options: Any) -> Any:
    file = folder / "notice.html"
    file.write_text(as_html(said(example("mast"), "fr")), encoding="utf-8")
    page = browser.new_context(bypass_csp=True, **options).new_page()
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", [320, 768])
def test_nothing_is_wider_than_the_screen(browser: Any, tmp_path: Path, width: int) -> None:
    page = _opened(browser, tmp_path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_spacing_cuts_nothing_off(browser: Any, tmp_path: Path) -> None:
    page = _opened(browser, tmp_path, viewport={"width": 320, "height": 800})
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
        " word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_reaches_the_content_first(browser: Any, tmp_path: Path) -> None:
    page = _opened(browser, tmp_path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert box >= 0
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_marks_are_seen_without_colours(browser: Any, tmp_path: Path) -> None:
    page = _opened(browser, tmp_path, forced_colors="active")
    style = page.evaluate("getComputedStyle(document.querySelector('mark')).borderBottomStyle")
    assert style == "dashed"


def test_links_of_the_contents_are_large_enough_to_touch(browser: Any, tmp_path: Path) -> None:
    page = _opened(browser, tmp_path, viewport={"width": 320, "height": 800})
    heights = page.evaluate(
        "[...document.querySelectorAll('nav a')].map(a => a.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24


def test_the_brief_fits_one_screen(browser: Any, tmp_path: Path, settled: Any) -> None:
    file = tmp_path / "notice.html"
    file.write_text(as_html(said(settled, "en")), encoding="utf-8")
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(file.as_uri())
    bottom = page.evaluate("document.querySelector('.short').getBoundingClientRect().bottom")
    assert bottom <= 800
