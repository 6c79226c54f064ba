"""The page about JSON: every name that a command prints is on it, and none that none prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import small
from cli.project import Folder
from docs.tutorial import blocks
from troth.cli.main import main

__all__ = ["small"]
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "json.md"
BY_STEP = {
    "value",
    "written",
    "dropped",
    "archived",
    "skipped",
    "uncertain",
    "remaining",
    "payload",
}
"""Objects whose names are steps, or what an entry or an element says."""


def shown() -> dict[str, Any]:
    return {
        block.about: json.loads(block.text)
        for block in blocks(PAGE.read_text(encoding="utf-8"))
        if block.language == "json"
    }


def names(value: Any, path: str = "") -> Iterator[str]:
    """The path of every name in a document; the items of a list have one path."""
    if isinstance(value, list):
        for one in value:
            yield from names(one, f"{path}[]")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield f"{path}.{name}"
            if name not in BY_STEP:
                yield from names(one, f"{path}.{name}")


def _notice(folder: Folder) -> Any:
    """The notice of the shop's policy, as files."""
    file, out = folder.path / "policy.yaml", folder.path / "notice"
    folder.captured.readouterr()
    assert main(["notice", "--policy", str(file), "--draft", "--out", str(out), "--json"]) == 0
    return json.loads(folder.captured.readouterr().out)


def _lint(folder: Folder) -> Any:
    """What is said of a text, with a finding that is accepted."""
    text = folder.path / "notice.txt"
    text.write_text("Disputes go to arbitration. Contact us: a@b.example. Click here.\n")
    entry = "{code: LINK_TARGET_MISSING, reason: it is in the menu}"
    (folder.path / "lint.yaml").write_text(f"troth: 1\naccepted: [{entry}]\n")
    return folder.json("lint", str(text), status=1)


def printed(folder: Folder) -> dict[str, Any]:
    """What the commands print on a shop with a bit of everything."""
    folder.execute("CREATE TABLE surprise (id INTEGER PRIMARY KEY)")
    folder.execute("ALTER TABLE customer ADD COLUMN birthday DATE")
    person = ("--person", "email=new@mail.example")
    folder.execute(
        "INSERT INTO customer (id, email, name) VALUES (90, 'new+a@mail.example', 'New')"
    )
    hold = folder.json(
        "hold", "add", "--case", "1", "--reason", "x", *person, "--review-on", "2030-01-01"
    )
    found = {
        "check": folder.json("check", status=1),
        "check --schema": folder.json("check", "--schema", status=1),
        "plan": folder.json("plan", "--sql", "--out", str(folder.plan)),
        "scan": folder.json("scan"),
        "notice": _notice(folder),
        "lint": _lint(folder),
        "request find": folder.json("request", "find", "new@mail.example", status=1),
        "request access": folder.json(
            "request", "access", *person, "--out", str(folder.path / "answer"), status=1
        ),
        "request portability": folder.json(
            "request", "portability", *person, "--out", str(folder.path / "a.zip"), status=1
        ),
        "hold list": folder.json("hold", "list", "--all"),
        "error": folder.json("check", "--at", "never", status=2),
    }
    own = {".missing", ".unreached"}
    assert set(names(hold)) - own <= set(names(found["hold list"]["holds"][0]))
    found["apply"] = folder.json("apply", str(folder.plan), "--approve")
    fact = ("relation-end", "--subject", "email=new@mail.example", "--day", "2026-01-01")
    folder.json("fact", "set", *fact)
    case = ("2020-004", "--matter", "x", "--starts-on", "2020-01-10", "--type", "general")
    folder.json("fact", "limitation", *case)
    found["fact list"] = folder.json("fact", "list")
    person_of = ("--category", "contact", *person)
    allowed = folder.json("may", "--purpose", "sales", *person_of)
    refused = folder.json("may", "--purpose", "selling", *person_of, status=1)
    found["may"] = refused | {"ground": allowed["ground"]}
    found["journal show"] = folder.json("journal", "show")
    found["journal verify"] = folder.json("journal", "verify")
    found["account add"] = folder.json("account", "add", "anne", "--role", "dpo")
    found["account list"] = folder.json("account", "list")
    found["account looks"] = folder.json("account", "looks")
    found["account token"] = folder.json("account", "token", "shop", "--scope", "may:read")
    found["account tokens"] = folder.json("account", "tokens")
    found |= read_and_reviewed(folder)
    return found


def read_and_reviewed(folder: Folder) -> dict[str, Any]:
    """What `read` and `review` print of a policy with one decision about it."""
    file, overlay = folder.path / "privacy.txt", folder.path / "decided.yaml"
    file.write_text("Privacy policy\n\nWe keep your orders for three years.\n", encoding="utf-8")
    decision = "{path: zone, decision: corrected, value: Europe/London}"
    overlay.write_text(f"troth: 1\ndecisions: [{decision}]\n", encoding="utf-8")
    found = {}
    for command, status in (("read", 0), ("review", 1)):
        folder.captured.readouterr()
        assert main([command, str(file), "--overlay", str(overlay), "--json"]) == status
        found[command] = json.loads(folder.captured.readouterr().out)
    return found


def test_what_is_printed_is_on_the_page(small: Folder) -> None:
    page, real = shown(), printed(small)
    for command, document in real.items():
        assert set(names(document)) - set(names(page[command])) == set(), command


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "check --schema",
        "plan",
        "notice",
        "lint",
        "request find",
        "request access",
        "hold list",
        "apply",
        "may",
    ],
)
def test_the_page_names_nothing_that_is_not_printed(small: Folder, command: str) -> None:
    there = set(names(printed(small)[command]))
    objects = {name.rpartition(".")[0] for name in there}  # an empty list shows none of its items
    known = {name for name in names(shown()[command]) if name.rpartition(".")[0] in objects}
    optional = {".promises[].why", ".promises[].how"}  # where no table shows the promise
    assert known - there - optional == set()
