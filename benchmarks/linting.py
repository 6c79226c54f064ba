"""How many defects of a kept table `troth lint` finds in texts, and what else it accuses.

    python benchmarks/linting.py POLICIES [--table tests/lint/ambiguities.yaml] [--json]
    python benchmarks/linting.py ANNOTATED --annotated

POLICIES is a folder of texts named like the table's keys. A defect counts as found where a finding
of each of its codes quotes one of its passages. What is found beside that is listed as `besides`:
findings of a code that no entry of the table has at that place. With `--annotated`, findings are
counted per rule over annotated policies (JSON), to be looked at.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from troth.lint.model import Flaw
from troth.lint.prose import examine
from troth.reading.documents.load import read_text
from troth.reading.text import Block, Text

TABLE = Path(__file__).parents[1] / "tests" / "lint" / "ambiguities.yaml"


@dataclass(frozen=True)
class Measured:
    """Entries found and missed, and findings that no entry has at their place."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    besides: tuple[Flaw, ...]


def passages(text: Text, entry: Mapping[str, Any]) -> tuple[Block, ...]:
    """The blocks in which the entry's words stand; `a|b` are neighbouring cells or lines."""
    found: list[Block] = []
    for words in entry["at"]:
        one, _, two = words.partition("|")
        blocks = [block for block in text.blocks if one in text.of(block)]
        if two:
            blocks = [block for block in blocks if _followed(text, block, one, two)]
        found += blocks
    return tuple(found)


def _followed(text: Text, block: Block, one: str, two: str) -> bool:
    after = text.characters[block.start :]
    return after[after.index(one) + len(one) :].lstrip("\t\n").startswith(two)


def touches(flaw: Flaw, blocks: tuple[Block, ...]) -> bool:
    """Whether a quote overlaps a passage."""
    return any(e.start < b.end and b.start < e.end for e in flaw.evidence for b in blocks)


def measure(text: Text, table: Mapping[str, Any]) -> Measured:
    """The entries of one policy held against what is found in its text."""
    flaws = examine(text)
    found: list[str] = []
    missed: list[str] = []
    meant: set[int] = set()
    for name, entry in table.items():
        if "hidden" in entry:
            continue
        blocks = passages(text, entry)
        hits = [f for f in flaws if f.code in entry["codes"] and _meant(f, entry, blocks)]
        meant |= {id(flaw) for flaw in hits}
        (found if {f.code for f in hits} == set(entry["codes"]) else missed).append(name)
    besides = tuple(flaw for flaw in flaws if id(flaw) not in meant)
    return Measured(tuple(found), tuple(missed), besides)


def _meant(flaw: Flaw, entry: Mapping[str, Any], blocks: tuple[Block, ...]) -> bool:
    return bool(entry.get("whole")) or touches(flaw, blocks)


def annotated(folder: Path) -> Iterator[tuple[str, Text]]:
    """Annotated policies as texts."""
    for file in sorted(folder.glob("*.json")):
        lines = [one["passage"] for one in json.loads(file.read_text(encoding="utf-8"))]
        yield file.stem, read_text("\n\n".join(lines).encode(), f"{file.stem}.txt")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("policies", type=Path, help="folder of the texts")
    parser.add_argument("--table", type=Path, default=TABLE, help="table of their defects")
    parser.add_argument("--annotated", action="store_true", help="count over annotated policies")
    parser.add_argument("--quotes", action="store_true", help="with --annotated: show the quotes")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    if given.annotated:
        return _counts(given.policies, quotes=given.quotes)
    rows: dict[str, dict[str, Any]] = {}
    for name, entries in YAML(typ="safe").load(given.table).items():
        file = given.policies / f"{name}.txt"
        text = read_text(file.read_bytes(), file.name)
        start = time.perf_counter()
        row = measure(text, entries)
        rows[name] = {
            "found": len(row.found),
            "missed": list(row.missed),
            "besides": sorted(f"{flaw.code}/{flaw.rule}" for flaw in row.besides),
            "seconds": round(time.perf_counter() - start, 3),
        }
    print(json.dumps(rows, indent=1) if given.json else _table(rows))
    return 1 if any(row["missed"] for row in rows.values()) else 0


def _table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for name, row in rows.items():
        total = row["found"] + len(row["missed"])
        lines.append(f"{name:10} {row['found']:3} of {total:3}   {row['seconds']:.2f} s")
        lines += [f"{'':10} {what}: {', '.join(row[what])}" for what in ("missed", "besides")]
    return "\n".join(lines)


def _counts(folder: Path, *, quotes: bool) -> int:
    rules: Counter[str] = Counter()
    total = 0
    for name, text in annotated(folder):
        total += 1
        flaws = examine(text)
        rules.update({f"{flaw.severity.value:7} {flaw.code}/{flaw.rule}" for flaw in flaws})
        for flaw in flaws if quotes else ():
            for one in flaw.evidence[:3]:
                print(f"{flaw.code}/{flaw.rule}\t{name}\t{one.quote[:230]!r}")
    for rule, number in rules.most_common():
        print(f"{number:4} of {total}  {rule}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
