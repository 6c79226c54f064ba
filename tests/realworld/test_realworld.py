"""Applications that nobody here designed: scanned, purged by plan, and still answering.

They install packages of Debian and PyPI, so `.ci/realworld` is their job. Here they run where
TROTH_REALWORLD=1 asks for it, and where the application is installed already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 900  # for one application on a busy machine; some 1 to 2 minutes are usual


@pytest.mark.slow
@pytest.mark.parametrize("application", ["wordpress", "juntagrico"])
def test_an_application_lives_on_when_its_promises_are_kept(application: str) -> None:
    if os.environ.get("TROTH_REALWORLD") != "1" and not _is_there(application):
        pytest.skip(f"would install {application}: run .ci/realworld, or set TROTH_REALWORLD=1")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "realworld.py", application],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for line in done.stdout.splitlines():
        if line.startswith(f"{application}: skipped: "):
            pytest.skip(line)
    assert f"{application}: all well" in done.stdout


def _is_there(application: str) -> bool:
    """Debian's packages stay; what comes from PyPI is installed anew each time."""
    wordpress = Path("/usr/share/wordpress").exists() and shutil.which("php") is not None
    return application == "wordpress" and wordpress
