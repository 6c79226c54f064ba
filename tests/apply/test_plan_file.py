"""A plan's file: read as it was written, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from apply.shop import MAP, POLICY
from troth.apply.plan_file import read_plan, write_plan
from troth.datamap.load import parse_map
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.plan.build import build
from troth.plan.model import Plan
from troth.policy.load import parse_policy


@pytest.fixture
def plan() -> Plan:
    policy = parse_policy(POLICY, "policy.yaml")
    datamap, _ = parse_map(MAP, "map.yaml", policy)
    return build(policy, datamap, {}, Facts(), datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture
def file(plan: Plan, tmp_path: Path) -> Path:
    written = tmp_path / "plan.json"
    write_plan(plan, written)
    return written


def test_a_plan_is_read_as_it_was_written(plan: Plan, file: Path) -> None:
    assert read_plan(file) == plan
    assert read_plan(file).digest() == plan.digest()


def _move_cutoff(held: dict[str, Any]) -> None:
    text = json.dumps(held["plan"]).replace("2025-11-22", "2026-11-22")
    held["plan"] = json.loads(text)


def _add_word(held: dict[str, Any]) -> None:
    held["plan"]["steps"][0]["also"] = "this"


def _drop_step(held: dict[str, Any]) -> None:
    held["plan"]["steps"].pop()


@pytest.mark.parametrize("change", [_move_cutoff, _add_word, _drop_step])
def test_an_edited_plan_is_refused(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    held = json.loads(file.read_text())
    change(held)
    file.write_text(json.dumps(held))

    with pytest.raises(Refused) as raised:
        read_plan(file)

    assert raised.value.code == "plan-edited"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-plan"),
        (b"steps: []", "not-a-plan"),
        (b"[1, 2]", "not-a-plan"),
        (b'{"troth-plan": 1}', "not-a-plan"),
        (b"\xff\xfe\x00", "not-a-plan"),
        (b"[" * 100_000, "not-a-plan"),
        (b'{"troth-plan": 1, "digest": "x", "plan": {}}', "plan-edited"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content)

    with pytest.raises(Refused) as raised:
        read_plan(file)

    assert raised.value.code == code


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as raised:
        read_plan(tmp_path / "plan.json")
    assert raised.value.code == "file-missing"
