"""The drafts read from five published policies beside their reviewed examples, kind by kind.

    python -m benchmarks.reading_five [DIR] [--json] [--show]

`DIR` holds the texts (default `../shared/policies`). Only what an example states on the strength of
the text counts (`origin: stated` and `implied`): what the law or its author added cannot be read.
Names differ between people, so parts are compared by the words of the lexicon that they contain.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from troth.policy.load import parse_policy
from troth.policy.model import Policy
from troth.reading.documents.load import read_text
from troth.reading.draft.build import build
from troth.reading.draft.render import render
from troth.reading.frames.lexicon.load import Found, lexicon
from troth.reading.frames.read import read_frames

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests" / "examples")]
TEXTS = PROJECT.parent / "shared" / "policies"
CLAUSES = PROJECT.parent / "shared" / "clauses"
FIVE = {
    "softfil": "softfil",
    "spimed": "spimed",
    "publisher": "publisher",
    "mast": "mast",
    "collectif": "collectif-m",
}


@dataclass(frozen=True)
class Row:
    """One organisation and kind: items right, wrong (drafted, not in the example) and missed."""

    organisation: str
    kind: str
    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


def items(policy: Policy) -> dict[str, set[str]]:
    """What a policy holds, kind by kind, as items that two authors would name alike."""
    return {
        "controller": {(c.name or "not named").lower()[:12] for c in policy.controllers.values()},
        "contact": {
            str(c.email).lower().split("@")[0] for c in policy.contacts.values() if c.email
        },
        "officer": {"yes"} if policy.data_protection_officer else set(),
        "authority": {a.country for a in _stated(policy.authorities.values())},
        "version": {str(v.effective) for v in policy.versions if not v.assumed},
        "data subject": _named(policy.subjects, "subjects"),
        "data category": _named(policy.categories, "categories"),
        "legal basis": {
            f"{basis.kind}"
            for activity in _stated(policy.activities.values())
            for basis in _stated(activity.legal_bases)
        },
        "marketing": {"yes"}
        if any(a.direct_marketing for a in policy.activities.values())
        else set(),
        "recipient": _named(policy.recipients, "recipients"),
        "transfer": {
            "none" if not t.allowed else "some" for t in _stated(policy.transfers.values())
        },
        "safeguard": {s.kind for s in _stated(policy.safeguards.values())},
        "tracker": {
            f"{'' if t.allowed else 'no '}{name}"
            for key, t in policy.trackers.items()
            if t.origin in ("stated", "implied")
            for name in (
                {key}
                if key in lexicon("en").groups["trackers"]
                else _words(f"{key.replace('-', ' ')} {t.label}", "trackers")
            )
        },
        "right": {r.right for r in _stated(policy.rights.values())},
        "age": {str(a.threshold) for a in _stated(policy.ages)},
        "promise": {c.kind for c in _stated(policy.commitments)},
        "period": set(_periods(policy)),
    }


def _stated(parts: Iterable[Any]) -> Iterator[Any]:
    return (part for part in parts if part.origin in ("stated", "implied"))


def _named(parts: dict[str, Any], group: str) -> set[str]:
    found: set[str] = set()
    for key, part in parts.items():
        if part.origin not in ("stated", "implied") or key.endswith("not-named"):
            continue
        if key in lexicon("en").groups[group]:
            found.add(key)
        else:
            label = getattr(part, "label", None) or getattr(part, "name", "")
            words = _words(f"{key.replace('-', ' ')}. {label}", group)
            found |= words or {key}
    return found


def _words(text: str, group: str) -> set[str]:
    found = Found(text, lexicon("en"))
    hit = next(iter(found.names(group, 0, len(text))), None)
    return {hit.name} if hit else set()


def _periods(policy: Policy) -> Iterator[str]:
    """Numeric retention that the text states: months and days, a range by both its ends."""
    for activity in policy.activities.values():
        for rule in _stated(activity.retention):
            for limit in rule.limits:
                source = limit.period
                if hasattr(source, "parameter"):
                    parameter = policy.parameters[source.parameter]
                    if parameter.ours and not (parameter.at_least and parameter.at_most):
                        continue  # the text leaves it open
                    source = parameter.value
                if not getattr(source, "is_zero", True):
                    yield f"{source.years * 12 + source.months}M{source.days}D"
    for tracker in _stated(policy.trackers.values()):
        if (lifetime := tracker.lifetime) is not None:
            yield f"{lifetime.years * 12 + lifetime.months}M{lifetime.days}D"


def compared(name: str, texts: Path) -> list[Row]:
    """The rows of one organisation."""
    from reading.score import score

    data = (texts / f"{name}.txt").read_bytes()
    frames = read_frames(read_text(data, f"{name}.txt"))
    draft = parse_policy(render(build(frames), name), name)
    file = PROJECT / "examples" / FIVE[name] / "policy.yaml"
    reviewed = parse_policy(file.read_bytes(), str(file))
    ours, theirs = items(draft), items(reviewed)
    rows = [
        Row(
            name,
            kind,
            len(ours[kind] & theirs[kind]),
            tuple(sorted(ours[kind] - theirs[kind])),
            tuple(sorted(theirs[kind] - ours[kind])),
        )
        for kind in ours
    ]
    facts = YAML(typ="safe").load((PROJECT / "tests" / "reading" / "five.yaml").read_text("utf-8"))
    kept = score(frames.page, frames.retentions, facts[name])
    rows.append(
        Row(name, "retention with trigger", kept.right, tuple(kept.wrong), tuple(kept.missed))
    )
    held, failed = facts_held(name, draft)
    rows.append(Row(name, "fact of the catalogue", held, (), tuple(failed)))
    return rows


def facts_held(name: str, draft: Policy) -> tuple[int, list[str]]:
    """How many facts of the table hold of the draft, wherever in it; those a text states alone."""
    from fact_rows import Row as Fact
    from fact_rows import failure

    stated = None
    catalogue = CLAUSES / f"{name}.yaml"
    yaml = YAML(typ="safe")
    if catalogue.is_file():
        entries = yaml.load(catalogue.read_text("utf-8"))
        stated = {
            entry["id"]
            for entry in entries
            if entry.get("origin") == "stated" and "AMB" not in entry["id"]
        }
    table = yaml.load(
        (PROJECT / "tests" / "examples" / "facts" / f"{name}.yaml").read_text("utf-8")
    )
    held, failed = 0, []
    for data in table["facts"]:
        if stated is not None and data["clause"] not in stated:
            continue
        fact = Fact.parse(_anywhere(data))
        if failure(fact, draft) is None:
            held += 1
        else:
            failed.append(f"{data['clause']}: {fact}")
    return held, failed


def _anywhere(data: dict[str, Any]) -> dict[str, Any]:
    """A fact without its clause: the draft cites passages, the table numbered clauses."""
    if "either" in data:
        return {**data, "either": [_anywhere(part) for part in data["either"]]}
    wanted = {
        path: value for path, value in data.get("expect", {}).items() if "clauses" not in path
    }
    where = {path: value for path, value in data.get("where", {}).items() if "clauses" not in path}
    wanted = wanted or {"clauses": {"set": True}}
    return {**data, "anywhere": True, "where": where, "expect": wanted}


def main() -> None:
    """Print the table, or its JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("texts", nargs="?", type=Path, default=TEXTS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="name what is wrong and missed")
    given = parser.parse_args()
    if not given.texts.is_dir():
        sys.exit(f"no folder {given.texts}: name the one that holds the five texts")
    rows = [row for name in FIVE for row in compared(name, given.texts)]
    if given.json:
        print(json.dumps([row.__dict__ for row in rows], indent=1, ensure_ascii=False))
        return
    kinds = list(dict.fromkeys(row.kind for row in rows))
    print(
        f"{'right / wrong / missed':24}" + "".join(f"{name:>16}" for name in FIVE) + f"{'all':>16}"
    )
    for kind in kinds:
        chosen = [row for row in rows if row.kind == kind]
        cells = [(row.right, len(row.wrong), len(row.missed)) for row in chosen]
        cells.append(tuple(map(sum, zip(*cells, strict=True))))
        print(f"{kind:24}" + "".join(f"{'{} / {} / {}'.format(*cell):>16}" for cell in cells))
    if given.show:
        for row in rows:
            for word, names in (("wrong", row.wrong), ("missed", row.missed)):
                for name in names:
                    print(f"{row.organisation}, {row.kind}, {word}: {name}")


if __name__ == "__main__":
    main()
