"""What people and machines give by mistake: one clear error, exit status 2, nothing changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apply.shop import customer, orders
from cli.project import Folder

NARROW = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def change(folder: Folder, name: str, old: str, new: str) -> None:
    file = folder.path / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def troth(
    folder: Path, *arguments: str, stdout: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, in that folder."""
    return subprocess.run(
        [sys.executable, "-m", "troth.cli", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "empty-file", "policy.yaml:1"),
        ("troth: 1\ntitle: Données\n".encode("latin-1"), "not-utf-8", "policy.yaml:2"),
        (bytes(range(256)) * 20, "not-utf-8", "policy.yaml"),
        (b"a: 1\n" * 1_500_000, "duplicate-key", "policy.yaml:2"),
        (b"a: 1\n" * 2_500_000, "file-too-large", "policy.yaml:1"),
        (b"troth: 1\ntitle: [a\n", "yaml-syntax", "policy.yaml"),
    ],
    ids=["empty", "latin-1", "binary", "a flood of mistakes", "12 MB", "no YAML"],
)
def test_a_policy_file_that_is_none(small: Folder, content: bytes, code: str, place: str) -> None:
    (small.path / "policy.yaml").write_bytes(content)

    told = small.json("check", status=2)

    assert told["code"] == code
    assert told["place"].startswith(place)
    assert len(small.run("check", status=2)) < 3_000, "a person reads it"


def test_a_directory_in_place_of_the_policy(small: Folder) -> None:
    (small.path / "policy.yaml").unlink()
    (small.path / "policy.yaml").mkdir()

    assert small.code("check") == "file-unreadable"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(small: Folder) -> None:
    before = small.json("check", status=1)["promises"]
    for name in ("policy.yaml", "map.yaml", "troth.yaml"):
        file = small.path / name
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    assert small.json("check", status=1)["promises"] == before


def test_a_column_to_erase_that_does_not_exist_is_told_with_the_nearest(folder: Folder) -> None:
    folder.execute("ALTER TABLE customer RENAME COLUMN email TO e_mail")

    told = folder.json("plan", "--out", str(folder.plan), status=2)

    assert told["code"] == "unknown-column"
    assert "'email' in table 'customer'" in told["problems"][0]["message"]
    assert "did you mean 'e_mail'?" in told["help"]
    assert not folder.plan.exists()


@pytest.mark.parametrize("name", ["no/such/report.html", "."])
def test_a_report_without_a_place_is_refused_before_anything_is_counted(
    small: Folder, name: str
) -> None:
    change(small, "troth.yaml", "sqlite:///", "postgresql://nobody@127.0.0.1:1/")

    assert small.code("check", "--html", str(small.path / name)) == "file-unwritable"


def test_folders_with_spaces_accents_and_links_from_anywhere(small: Folder, tmp_path: Path) -> None:
    there = tmp_path / "dossier d'été & co"
    there.mkdir()
    for name in ("policy.yaml", "map.yaml", "troth.yaml"):
        (small.path / name).rename(there / name)
    (tmp_path / "link").symlink_to(there, target_is_directory=True)

    for name in (there.name, "link", str(there)):
        done = troth(tmp_path, "check", "--project", name, "--json")
        assert done.returncode == 1, done.stderr
    assert (there / "ledger.sqlite").exists(), "paths of the project are relative to it"


def test_a_terminal_that_lacks_our_signs_still_shows_everything(small: Folder) -> None:
    done = troth(small.path, "check", **NARROW)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "\nx " in done.stdout, "in place of our sign for what is broken"
    assert troth(small.path, "plan", **NARROW).returncode == 0

    applied = troth(small.path, "apply", "plan.json", "--approve", **NARROW)
    assert applied.returncode == 0, applied.stderr
    assert "+ shop: delete" in applied.stdout


def test_json_loses_no_character_where_the_terminal_lacks_it(small: Folder) -> None:
    change(small, "policy.yaml", "title: ", "title: Été ✓ ")
    done = troth(small.path, "check", "--json", "--at", "2026-11-30", **NARROW)

    assert done.stdout.isascii()
    wide = troth(small.path, "check", "--json", "--at", "2026-11-30")
    assert json.loads(done.stdout) == json.loads(wide.stdout)


@pytest.mark.parametrize("arguments", [["check"], ["check", "--json"], ["plan", "--sql"]])
def test_a_full_disk_under_the_output(small: Folder, arguments: list[str]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = troth(small.path, *arguments, stdout=full)
    finally:
        os.close(full)

    assert done.returncode == 2
    assert "[output-unwritable]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["check"], ["plan"], ["journal", "export"]])
def test_a_reader_that_leaves_early(small: Folder, arguments: list[str]) -> None:
    small.make_plan()
    small.run("apply", str(small.plan), "--approve")
    read, write = os.pipe()
    os.close(read)
    try:
        done = troth(small.path, *arguments, stdout=write)
    finally:
        os.close(write)

    assert "Traceback" not in done.stderr
    assert "[unexpected]" not in done.stderr


@pytest.mark.parametrize("command", ["check", "plan", "scan"])
def test_ctrl_c_ends_with_one_line(small: Folder, command: str) -> None:
    """A process of its own that is interrupted where it has opened the store."""
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's & ignores it
        "from troth.stores import opening\n"
        "real = opening.open_store\n"
        "def open_store(*given, **named):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return real(*given, **named)\n"
        "opening.open_store = open_store\n"
        "from troth.cli.main import run\n"
        "run()\n"
    )
    options = ["--out", str(small.path / "draft.yaml")] if command == "scan" else []
    done = subprocess.run(
        [sys.executable, "-c", script, command, "--project", str(small.path), *options],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 130
    assert done.stderr == "stopped at your request [interrupted]\n"
    assert done.stdout == ""
    assert small.ids(customer), "nothing was changed"
    assert small.ids(orders)


def test_a_wrong_option_names_the_nearest(small: Folder) -> None:
    assert "--schema" in small.run("check", "--shema", status=2)
    assert "'check'" in small.run("chekc", status=2)
