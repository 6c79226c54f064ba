"""Ctrl-C at any moment, from the first on, ends a command with one line and status 130."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.conftest import small
from cli.project import Folder

__all__ = ["small"]
LINE = "stopped at your request [interrupted]\n"
# As the installed command does; but it says when Python itself is up, before which nobody can help,
# and takes the signal that a test runner in the background may have ignored.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from troth.cli import entry
print("up", file=sys.stderr, flush=True)
entry.run()
"""


def interrupted(delay: float, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that gets SIGINT some seconds after its first moment."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "up\n"
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.mark.parametrize("delay", [0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5])
def test_ctrl_c_ends_in_one_line_however_early(small: Folder, delay: float) -> None:
    done = interrupted(delay, "check", "--project", str(small.path))
    if done.returncode in (0, 1):  # it was quicker
        assert delay > 0.1
        return
    assert (done.returncode, done.stderr, done.stdout) == (130, LINE, "")


@pytest.mark.parametrize("delay", [0.01, 0.05])
def test_json_is_told_so_too(small: Folder, delay: float) -> None:
    done = interrupted(delay, "check", "--project", str(small.path), "--json")
    assert done.returncode == 130
    assert done.stderr == ""
    assert json.loads(done.stdout)["code"] == "interrupted"


def test_the_installed_command_begins_there() -> None:
    """What a package installs runs the entry that stands before every import."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'troth = "troth.cli.entry:run"' in text


def test_nothing_is_loaded_before_it() -> None:
    code = (
        "from __future__ import annotations; import sys, signal;"
        "before = set(sys.modules); import troth.cli.entry;"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['troth', 'troth.cli', 'troth.cli.entry']\n"


def test_what_the_shell_ignores_stays_ignored() -> None:
    """A command in the background of a script is not ended by the Ctrl-C of another."""
    code = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
        "sys.argv = ['troth', '--version']; from troth.cli import entry;"
        "os.kill(os.getpid(), signal.SIGINT); entry.run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("troth ")
