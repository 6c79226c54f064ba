"""The pages hang together: links lead somewhere, and what the how-to pages show works."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from docs.programs import environment
from docs.tutorial import Block, blocks
from troth.datamap.model import DataMap
from troth.documents.read import read_document
from troth.lint.accepted import AcceptedFile
from troth.policy.model import Place
from troth.policy.retention import RetentionRule
from troth.project.model import ProjectFile

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.M)
_FENCED = re.compile(r"^```.*?^```", re.M | re.S)
SHOWN: dict[str, type[BaseModel]] = {
    model.__name__: model for model in (AcceptedFile, DataMap, Place, ProjectFile, RetentionRule)
}


def _text(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """The anchors that a page offers, as hosts of git repositories make them of headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(_text(page))
    }


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    for link in _LINK.findall(_text(page)):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _links(page):
        assert target.exists(), target
        assert ROOT in target.parents
        if anchor:
            assert anchor in _anchors(target), f"{target.name}#{anchor}"


def test_the_index_leads_to_every_page() -> None:
    index = DOCS / "index.md"
    linked = {target for target, _ in _links(index)}
    assert {page for page in DOCS.rglob("*.md") if page != index} - linked == set()


def _shown() -> list[object]:
    return [
        pytest.param(block, id=f"{page.stem}:{block.line}")
        for page in sorted((DOCS / "how-to").glob("*.md"))
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language == "yaml"
    ]


@pytest.mark.parametrize("block", _shown())
def test_yaml_of_the_how_to_pages_is_accepted(block: Block) -> None:
    SHOWN[block.about].model_validate(read_document(block.text.encode(), "shown.yaml").data)


def _project(folder: Path) -> None:
    """The project of the tutorial, in `folder`, with its database."""
    tutorial = (DOCS / "tutorial" / "first-project.md").read_text(encoding="utf-8")
    for block in blocks(tutorial):
        if block.language in ("python", "yaml"):
            (folder / block.about).write_text(block.text, encoding="utf-8")


def _night(folder: Path, most_rows: int) -> subprocess.CompletedProcess[str]:
    page = (DOCS / "how-to" / "nightly.md").read_text(encoding="utf-8")
    script = next(block for block in blocks(page) if block.about == "nightly.sh").text
    given = {
        "TROTH_PROJECT": str(folder / "project"),
        "TROTH_ANCHOR": str(folder / "anchor"),
        "TROTH_MOST_ROWS": str(most_rows),
    }
    return subprocess.run(
        ["sh", "-c", script],
        env=environment(folder) | given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _customers(project: Path) -> int:
    with sqlite3.connect(project / "shop.db") as shop:
        (count,) = shop.execute("SELECT count(*) FROM customer").fetchone()
    return int(count)


@pytest.mark.slow
def test_the_nightly_script_keeps_the_promise_and_its_limit(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    _project(project)
    subprocess.run([sys.executable, "make_shop.py"], cwd=project, check=True)

    surprised = _night(tmp_path, most_rows=10)
    assert surprised.returncode == 1
    assert "200 rows are due tonight" in surprised.stderr
    assert _customers(project) == 61

    usual = _night(tmp_path, most_rows=1_000)
    assert usual.returncode == 0, usual.stderr
    assert _customers(project) == 41
    assert (tmp_path / "anchor").read_text()
