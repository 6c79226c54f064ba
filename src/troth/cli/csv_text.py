"""A CSV file that a person hands over, as lines of text."""

from __future__ import annotations

from pathlib import Path


def csv_lines(file: Path) -> list[str]:
    """The lines of a UTF-8 file; Refused (`file-missing`, `not-utf-8`)."""
    from troth.errors import Refused
    from troth.project.load import read_file

    try:
        text = read_file(file, file.name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(
            "not-utf-8", "the file is not UTF-8", place=file.name, help="save it as UTF-8"
        ) from None
    return text.splitlines(keepends=True)
