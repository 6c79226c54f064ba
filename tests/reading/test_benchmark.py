"""The benchmark of reading, on a folder of two made-up annotated policies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from troth.reading.labels.items import Item

ROOT = Path(__file__).parents[2]
TITLE = {"text": "Privacy notice", "type": "h1"}
LEAD = {"text": "We collect the following information:", "type": "list_intro"}


def passage(words: str, *items: Item, kind: str = "text", lead: bool = False) -> dict[str, object]:
    annotations = [{"requirement": one.value, "value": words, "performed": True} for one in items]
    context = [TITLE, LEAD] if lead else [TITLE]
    return {"type": kind, "context": context, "passage": words, "annotations": annotations}


FIRST = [
    passage("Privacy notice", kind="headline"),
    passage("your name and e-mail address", Item.DATA_CATEGORIES, kind="list_item", lead=True),
    passage("We use your data to send you the newsletter.", Item.PROCESSING_PURPOSE),
    passage("The weather in our town is fair.", Item.RIGHT_TO_OBJECT),
]
SECOND = [
    passage("You can withdraw your consent at any time."),
    passage("your telephone number", Item.DATA_CATEGORIES, kind="list_item", lead=True),
]


def run(folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "benchmarks.reading", str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if done.stdout else 1), done.stderr
    return done.stdout or done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "first.json").write_text(json.dumps(FIRST), encoding="utf-8")
    (tmp_path / "second.json").write_text(json.dumps(SECOND), encoding="utf-8")
    return tmp_path


def test_the_ratios_follow_from_the_counts(folder: Path) -> None:
    found = json.loads(run(folder, "--json"))
    # right: twice data, once purpose; wrong: the withdrawal; missed: the objection
    assert found["ratios"]["micro_f1"] == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))
    assert found["ratios"]["macro_f1"] == pytest.approx((1 + 1 + 0) / 3)
    # 42 pairs; true: 18 are missing from the first and 20 from the second; not said to be
    # missing: the withdrawal, which the second has, and its legal basis, which "consent" hints at;
    # said wrongly: the objection
    assert found["ratios"]["missing_precision"] == pytest.approx(36 / 37)
    assert found["ratios"]["missing_recall"] == pytest.approx(36 / 38)
    assert found["absolute"]["policies"] == 2
    assert found["absolute"]["items"][Item.DATA_CATEGORIES.value]["f1"] == 1.0


def test_the_table_has_a_line_for_each_item(folder: Path) -> None:
    printed = run(folder, "--items")
    assert all(item.value in printed for item in Item)


def test_the_halves_share_no_file(folder: Path) -> None:
    counts = [
        json.loads(run(folder, "--json", f"--half={half}"))["absolute"]["policies"] for half in "AB"
    ]
    assert counts == [1, 1]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    assert "no annotated policy" in run(tmp_path)
