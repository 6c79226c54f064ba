"""Files that cannot be read are told by a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.documents.files import read_file
from troth.errors import Refused


def test_a_folder_without_a_name_is_told_as_it_was_written() -> None:
    with pytest.raises(Refused) as told:
        read_file(Path(), Path().name)

    assert (told.value.code, told.value.place) == ("file-unreadable", ".")
