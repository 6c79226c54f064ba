"""An environment in which `troth` and `python` are those under test."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def environment(folder: Path) -> dict[str, str]:
    """The variables of such an environment; its programs are made in `folder`."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for name, module in (("troth", " -m troth.cli"), ("python", ""), ("python3", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}"{module} "$@"\n')
        program.chmod(0o755)
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
        "PYTHONUTF8": "1",
    }
