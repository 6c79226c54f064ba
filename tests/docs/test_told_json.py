"""The page about JSON, for what recipients are told, suppression, and wishes after death."""

from __future__ import annotations

import pytest

from apply.sink import Sink
from cli.project import Folder
from cli.test_told_commands import NEW, erasure, folder, mail
from docs.test_json import names, shown

__all__ = ["folder", "mail"]


@pytest.mark.parametrize("folder", ["sqlite"], indirect=True)
def test_what_is_printed_is_on_the_page_and_nothing_else(folder: Folder, mail: Sink) -> None:
    left = ("--recipient", "carrier", "--category", "contact", "--basis", "order 2")
    folder.run("disclose", "add", "--person", NEW, *left)
    id = erasure(folder)
    folder.run("request", "notify", id, "--send", status=1)
    wish = ("directive", "add", "--person", NEW, "--form", "f", "--trusted", "Dan")
    order = ("--hand-over", "order", "--to", "Eve")
    folder.run(*wish, *order)
    proof = ("--proof", "certificate")
    death = folder.json("request", "new", "death", "--person", NEW, *proof)["id"]
    asked = ("--asked-by", "Dan", "--identity", "passport")
    printed = {
        "disclose list": folder.json("disclose", "list"),
        "suppression list": folder.json("suppression", "list"),
        "request recipients": folder.json("request", "recipients", id),
        "directive execute": folder.json("directive", "execute", death, *asked),
        "directive list": folder.json("directive", "list"),
    }
    page = shown()
    for command, document in printed.items():
        assert set(names(document)) == set(names(page[command])), command
