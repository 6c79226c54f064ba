"""`python -m troth.project.reference [FOLDER]` writes the pages (default: `docs/reference`)."""

from __future__ import annotations

import sys
from pathlib import Path

from troth.project.reference.pages import pages

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
