"""How well passages are labelled, for any folder of annotated policies.

    python -m benchmarks.reading DIR [--json] [--items] [--half=A|B]

DIR holds one JSON file for each policy: a list of passages in order, each with `type` (headline,
text, list_item, table_cell, table_header), `context` (the headings above it and the line that
leads it in), `passage`, and `annotations` (`requirement`, one of the 21 items; `value`;
`performed`). A label is right where the passage has an annotation of that item. An item is missing
from a policy where no passage has it. The macro-F1 is the mean over the items that the folder
knows. `--half=A` takes some two thirds of the files, chosen by a hash of their names, `B` the rest.
Times are seconds of CPU of this process; memory is the most it held.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troth.reading.labels.items import Item
from troth.reading.labels.passages import Passage, leads_of
from troth.reading.labels.presence import Labelled, Status, labelled_passages
from troth.reading.text import Kind

KINDS = {
    "headline": Kind.HEADING,
    "text": Kind.PARAGRAPH,
    "list_item": Kind.ITEM,
    "table_cell": Kind.ROW,
    "table_header": Kind.ROW,
}
LONGEST_MARKED = 300  # characters of a marked paragraph that may be a list item
MARKED = re.compile(r"^\W{0,2}(?:\(?[a-z0-9ivx]{1,4}[.)]|[•●·*-])\s")
HELD = 14 / 40  # of the files, those of half B


@dataclass(frozen=True)
class Policy:
    """An annotated policy: its passages, and the items that people found in each."""

    name: str
    passages: tuple[Passage, ...]
    found: tuple[frozenset[Item], ...]


def read_policy(path: Path) -> Policy:
    written: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    kinds = [kind_of(one) for one in written]
    texts = [one["passage"] for one in written]
    leads = leads_of(zip(kinds, texts, strict=True))
    passages, found = [], []
    for one, kind, lead in zip(written, kinds, leads, strict=True):
        headings = tuple(c["text"] for c in one["context"] if c["type"].startswith("h"))
        named = [c["text"] for c in one["context"] if not c["type"].startswith("h")]
        passages.append(Passage(one["passage"], kind, headings, (named or [lead])[0]))
        found.append(frozenset(Item(a["requirement"]) for a in one["annotations"]))
    return Policy(path.name, tuple(passages), tuple(found))


def kind_of(one: dict[str, Any]) -> Kind:
    """The kind of a passage; what stands in a list without being called an item is one."""
    kind = KINDS[one["type"]]
    listed = any(c["type"] == "list_intro" for c in one["context"])
    marked = len(one["passage"]) < LONGEST_MARKED and MARKED.match(one["passage"])
    return Kind.ITEM if kind is Kind.PARAGRAPH and (listed or marked) else kind


def halves(names: Iterable[str], half: str) -> list[str]:
    """The names of a half, chosen by their hash; all of them where none is asked for."""
    ordered = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    held = round(len(ordered) * HELD)
    return sorted({"A": ordered[held:], "B": ordered[:held]}.get(half, ordered))


@dataclass
class Count:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, said: bool, true: bool) -> None:
        self.right += said and true
        self.wrong += said and not true
        self.missed += true and not said

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        either = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / either if either else 0.0


@dataclass(frozen=True)
class Score:
    """The counts over all policies: of labels by item, and of what is missing by item."""

    labels: dict[Item, Count]
    missing: dict[Item, Count]

    @property
    def micro(self) -> Count:
        return total(self.labels.values())

    @property
    def known(self) -> list[Item]:
        return [item for item, one in self.labels.items() if one.right + one.missed]

    @property
    def macro_f1(self) -> float:
        return statistics.fmean(self.labels[item].f1 for item in self.known) if self.known else 0.0


def total(counts: Iterable[Count]) -> Count:
    found = Count()
    for one in counts:
        found.right += one.right
        found.wrong += one.wrong
        found.missed += one.missed
    return found


def score(policies: Sequence[Policy], read: Sequence[Labelled]) -> Score:
    labels = {item: Count() for item in Item}
    missing = {item: Count() for item in Item}
    for policy, one in zip(policies, read, strict=True):
        for true, said in zip(policy.found, one.labels, strict=True):
            named = {label.item for label in said}
            for item in Item:
                labels[item].add(item in named, item in true)
        stated = frozenset[Item]().union(*policy.found)
        for presence in one.presence:
            missing[presence.item].add(
                presence.status is Status.ABSENT, presence.item not in stated
            )
    return Score(labels, missing)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--items", action="store_true", help="a line for each item")
    parser.add_argument("--half", choices=["A", "B"], default="")
    asked = parser.parse_args()
    names = halves((path.name for path in asked.folder.glob("*.json")), asked.half)
    if not names:
        sys.exit(f"no annotated policy in {asked.folder}")
    policies = [read_policy(asked.folder / name) for name in names]
    times: list[float] = []
    read = []
    for policy in policies:
        start = time.process_time()
        read.append(labelled_passages(policy.passages, "en"))
        times.append(time.process_time() - start)
    found = score(policies, read)
    missing = total(found.missing.values())
    ratios = {
        "micro_f1": found.micro.f1,
        "macro_f1": found.macro_f1,
        "missing_precision": missing.precision,
        "missing_recall": missing.recall,
    }
    absolute: dict[str, Any] = {
        "policies": len(policies),
        "passages": sum(len(policy.passages) for policy in policies),
        "items_known": len(found.known),
        "micro_precision": found.micro.precision,
        "micro_recall": found.micro.recall,
        "first_policy_seconds": times[0],
        "policy_seconds_median": statistics.median(times[1:] or times),
        "policy_seconds_longest": max(times[1:] or times),
        "memory_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if asked.json:
        from benchmarks.bench import machine  # needs database drivers, so after the memory

        items = {
            item.value: {
                "right": one.right,
                "wrong": one.wrong,
                "missed": one.missed,
                "f1": one.f1,
                "missing_precision": found.missing[item].precision,
                "missing_recall": found.missing[item].recall,
            }
            for item, one in found.labels.items()
        }
        absolute["items"] = items
        print(json.dumps({"ratios": ratios, "absolute": absolute, "machine": machine()}))
        return
    for name, value in ratios.items():
        print(f"{name:<40} {value:8.3f}")
    for name, value in absolute.items():
        print(f"{name:<40} {value:8.3f}" if isinstance(value, float) else f"{name:<40} {value:>8}")
    if asked.items:
        print(table(found))


def table(found: Score) -> str:
    """A line for each item."""
    lines = [
        f"{'item':<38}{'right':>6}{'wrong':>6}{'missed':>7}{'F1':>6}   missing: right wrong missed"
    ]
    for item, one in found.labels.items():
        gone = found.missing[item]
        lines.append(
            f"{item.value:<38}{one.right:>6}{one.wrong:>6}{one.missed:>7}{one.f1:>6.2f}"
            f"{gone.right:>17}{gone.wrong:>6}{gone.missed:>7}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
