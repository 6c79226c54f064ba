"""`troth account`: people let in and out, and tokens of systems, as a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from troth.cli.main import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "softfil" / "policy.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(EXAMPLE.read_text())
    (tmp_path / "troth.yaml").write_text("troth: 1\ndesk: {host: desk.softfil.example}\n")
    return tmp_path


class Troth:
    """The command in a project folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def __call__(self, *words: str, status: int = 0) -> dict[str, Any]:
        arguments = ["account", *words, "--project", str(self.folder), "--json"]
        assert main(arguments) == status
        found: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return found


@pytest.fixture
def troth(folder: Path, capsys: pytest.CaptureFixture[str]) -> Troth:
    return Troth(folder, capsys)


def test_people_are_let_in_and_out(troth: Troth) -> None:
    made = troth("add", "anne.martin", "--role", "dpo", "--email", "anne@softfil.example")
    assert made["page"] == "https://desk.softfil.example/enrol"
    assert len(made["code"].replace("-", "")) == 24  # 120 bits
    assert troth("role", "Anne.Martin", "--role", "auditor")["role"] == "auditor"
    (listed,) = troth("list")["accounts"]
    assert (listed["role"], listed["keys"], listed["active"]) == ("auditor", ["enrolment"], True)
    assert troth("disable", "anne.martin")["active"] is False
    assert troth("list")["accounts"] == []
    assert troth("list", "--all")["accounts"][0]["keys"] == []
    assert troth("recover", "anne.martin", status=2)["code"] == "account-shut"
    again = troth("enable", "anne.martin")
    assert again["code"] != made["code"]
    assert troth("recover", "anne.martin")["code"] not in (made["code"], again["code"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "anne", "--role", "boss"], "no-such-role"),
        (["add", "a b", "--role", "dpo"], "account-name"),
        (["add", "ben", "--role", "dpo", "--email", "ben"], "account-email"),
        (["add", "ANNE", "--role", "dpo"], "account-exists"),
        (["role", "zoe", "--role", "dpo"], "unknown-account"),
        (["token", "shop", "--scope", "everything"], "unknown-scope"),
        (["token", "shop", "--scope", "may:read", "--days", "9999"], "token-lasts"),
        (["revoke", "shop"], "unknown-token"),
    ],
)
def test_what_cannot_be_is_said(troth: Troth, words: list[str], code: str) -> None:
    troth("add", "anne", "--role", "dpo")
    assert troth(*words, status=2)["code"] == code


def test_the_code_is_alone_on_the_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that it can be piped on; what is said about it goes beside."""
    assert main(["account", "add", "jo", "--role", "agent", "--project", str(folder)]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("\n") == 1
    assert "desk.softfil.example/enrol" in shown.err


def test_a_token_is_shown_once_and_revoked_at_once(troth: Troth) -> None:
    made = troth("token", "shop", "--scope", "consent:write,may:read", "--days", "30")
    assert made["secret"].startswith("troth_")
    (listed,) = troth("tokens")["tokens"]
    assert listed["scopes"] == ["consent:write", "may:read"]
    assert "secret" not in listed
    assert troth("revoke", "shop")["revoked"] == 1
    assert troth("tokens")["tokens"][0]["revoked_at"]
    assert troth("looks")["looks"] == []
