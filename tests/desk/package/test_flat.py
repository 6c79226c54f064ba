"""A person with very many rows takes no more memory than one with few."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MOST_MORE = {50_000: 10, 200_000: 40}
"""By how many rows: MiB beyond what a thousand of them take, at the same bytes for each row."""
TESTS = str(Path(__file__).parents[2])
PROGRAM = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from desk.find.house import make_house
from desk.package.parcel import A, asking
from troth.desk.find.asked import asked_of
from troth.desk.package.access import answer_access
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
import sqlite3
sqlite3.connect(folder / "shop.db").execute("VACUUM")
house = make_house(f"sqlite:///{folder / 'shop.db'}", folder)
house.people({"email": A})
raw = sqlite3.connect(folder / "shop.db")
raw.executemany(
    "INSERT INTO orders (id, account_id, goods) VALUES (?, 1, 'a line of some length')",
    ((number,) for number in range(1, rows + 1)),
)
raw.commit()
with asking(house) as stands:
    found = stands.desk.find(asked_of(stands.desk.facets, [A]))
    made = answer_access(stands, found, folder / "answer")
print(made.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak(folder: Path, rows: int) -> int:
    """The largest memory of a process that answers for so many rows, in MiB."""
    folder.mkdir()
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(rows), TESTS],
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert found.returncode == 0, found.stderr[-2000:]
    told, memory = map(int, found.stdout.split())
    assert told == rows + 1
    return memory


@pytest.mark.slow
@pytest.mark.parametrize("rows", [50_000, pytest.param(200_000, marks=pytest.mark.long)])
def test_memory_does_not_grow_with_rows(tmp_path: Path, rows: int) -> None:
    few, many = peak(tmp_path / "few", 1_000), peak(tmp_path / "many", rows)
    print(f"{few} MiB for 1,000 rows, {many} MiB for {rows:,}")
    assert many < few + MOST_MORE[rows]
