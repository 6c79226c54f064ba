"""`troth demo` as a person runs it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from troth.cli.main import main
from troth.demo.folder import MARK, SERVER, database_files, prepare_folder, write_project
from troth.errors import Refused
from troth.project.load import load_project


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(Refused) as refused:
        prepare_folder(tmp_path, force=True)
    assert refused.value.code == "folder-not-empty"
    assert (tmp_path / "thesis.txt").exists()


def test_an_older_demo_is_made_anew_only_by_force(tmp_path: Path) -> None:
    prepare_folder(tmp_path, force=False)
    database_files(tmp_path)
    (tmp_path / "notes.txt").write_text("what I tried")
    with pytest.raises(Refused) as refused:
        prepare_folder(tmp_path, force=False)
    assert refused.value.code == "demo-exists"
    prepare_folder(tmp_path, force=True)
    assert not (tmp_path / "data").exists()
    assert (tmp_path / "notes.txt").exists()  # a user's own file in the demo stays
    assert (tmp_path / MARK).exists()


def test_a_demo_whose_server_runs_is_left_alone(tmp_path: Path) -> None:
    prepare_folder(tmp_path, force=False)
    (tmp_path / SERVER).mkdir()
    (tmp_path / SERVER / "postmaster.pid").write_text("1")
    with pytest.raises(Refused) as refused:
        prepare_folder(tmp_path, force=True)
    assert refused.value.code == "demo-server-running"


def test_the_project_can_be_moved(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    prepare_folder(here, force=False)
    write_project(here, database_files(here))
    shutil.move(here, there)
    project = load_project(there, os.environ)
    assert len(project.stores) == 10
    assert all(str(there) in address.reveal() for address in project.stores.values())


@pytest.mark.parametrize("options", [["--people", "29"], ["--day", "yesterday"]])
def test_bad_options_are_refused(tmp_path: Path, options: list[str]) -> None:
    assert main(["demo", str(tmp_path / "demo"), *options]) == 2
    assert not (tmp_path / "demo").exists()


@pytest.mark.slow
def test_the_demo_breaks_and_keeps_its_promises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert main(["demo", str(folder), "--people", "30"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert 12 <= len(told) <= 22
    assert any("shop.fair_leads_import, erp.person.birth_note" in line for line in told)
    assert any("A fresh look finds nothing" in line for line in told)
    assert any("0 broken" in line for line in told)
    assert "<html" in (folder / "report.html").read_text("utf-8")
    assert "<html" in (folder / "report-before.html").read_text("utf-8")
    assert main(["hold", "list", "--project", str(folder), "--json"]) == 0
    (hold,) = json.loads(capsys.readouterr().out)["holds"]
    assert hold["case"] == "2025/31"
    assert main(["journal", "verify", "--project", str(folder)]) == 0


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for the name of a socket."""
    folder = Path(tempfile.mkdtemp(prefix="troth-demo-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.postgres
def test_the_demo_starts_and_stops_its_own_server(
    short_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["demo", str(short_folder), "--people", "30", "--postgres", "--json"]
    assert main(command) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["before"]["broken"] > 20
    assert result["after"]["broken"] == 0
    assert result["apply"]["remaining"] == {}
    assert result["journal"]["ok"]
    assert (short_folder / SERVER / "PG_VERSION").exists()
    assert not (short_folder / SERVER / "postmaster.pid").exists()
    assert "postgresql://" in (short_folder / "troth.yaml").read_text()


@pytest.mark.slow
def test_another_day_is_planned_and_not_applied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert main(["demo", str(folder), "--people", "30", "--day", "2026-05-20", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["day"] == "2026-05-20"
    assert result["before"]["broken"] > 15
    assert "apply" not in result
