"""The page about JSON, for the record and for what a new version changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from apply.sink import Sink
from cli.project import Folder
from cli.test_diff_command import AFTER, post, shop
from docs.test_json import names, shown
from record.promise import whole
from troth.cli.main import main

__all__ = ["post", "shop"]


def test_the_record_is_on_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = whole()
    del data["recipients"]["host"]["safeguard"]
    file = tmp_path / "policy.yaml"
    with file.open("w", encoding="utf-8") as out:
        YAML(typ="safe").dump(data, out)
    assert main(["record", "--policy", str(file), "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert set(names(printed)) == set(names(shown()["record"]))


def test_the_difference_is_on_the_page(shop: Folder, post: Sink) -> None:
    text = AFTER.replace("    announced: 2023-11-01\n", "")
    (shop.path / "policy.yaml").write_text(text, encoding="utf-8")
    files = [str(shop.path / "before.yaml"), str(shop.path / "policy.yaml")]
    shop.execute("INSERT INTO customer (id, name) VALUES (9, 'Silent')")
    printed = shop.json("diff", *files, "--mail", status=1)
    assert post.letters
    assert set(names(printed)) == set(names(shown()["diff"]))
