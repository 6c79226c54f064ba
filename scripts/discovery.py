"""Prints how right a scan is on ordinary schemas: precision and recall, measure by measure.

    .venv/bin/python scripts/discovery.py [SCHEMA ...] [--url URL] [--kinds] [--wrong] [--json]

Each schema is built in a fresh SQLite file, or in the empty database at `--url`. `--wrong` names
every wrong and missed guess.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from discover.ordinary.build import HELD_OUT, SCHEMAS, build
from discover.ordinary.score import MEASURES, Scores, score
from discover.ordinary.truth import truth_of
from troth.discover.lexicon import load_lexicon
from troth.discover.scan import scan_stores
from troth.discover.survey import Settings

TODAY = date(2026, 3, 2)


def measured(name: str, url: str) -> Scores:
    """The scores of a scan of the schema `name`, built in the empty database at `url`."""
    build(name, url)
    settings = Settings(lexicon=load_lexicon(), today=TODAY, rng=Random(3))
    (found,) = scan_stores({"store": url}, settings)
    return score(found, truth_of(SCHEMAS[name]))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("schemas", nargs="*", choices=[*SCHEMAS, []], help="default: all")
    parser.add_argument("--url", help="an empty database, for one schema")
    parser.add_argument("--kinds", action="store_true", help="each kind of personal data")
    parser.add_argument("--wrong", action="store_true", help="name what is wrong or missed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: dict[str, Scores] = {}
    for name in given.schemas or SCHEMAS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.db"
            path.touch()
            found[name] = measured(name, given.url or f"sqlite:///{path}")
    if given.json:
        print(json.dumps({name: _as_json(scores) for name, scores in found.items()}, indent=2))
        return 0
    for name, scores in found.items():
        print(f"\n{name}{' (held out: never tuned on)' if name == HELD_OUT else ''}")
        print(f"  {'':<24}{'precision':>10}{'recall':>8}{'right':>7}{'wrong':>7}{'missed':>8}")
        rows = [*MEASURES, *sorted(k for k in scores if given.kinds and k.startswith("kind:"))]
        for row in rows:
            m = scores[row]
            print(
                f"  {row:<24}{m.precision:>10.2f}{m.recall:>8.2f}"
                f"{len(m.right):>7}{len(m.wrong):>7}{len(m.missed):>8}"
            )
            if given.wrong and not row.startswith("kind:"):
                for place in sorted(m.wrong):
                    print(f"      wrong   {place}")
                for place in sorted(m.missed):
                    print(f"      missed  {place}")
    return 0


def _as_json(scores: Scores) -> dict[str, dict[str, float]]:
    return {
        name: {"precision": round(m.precision, 3), "recall": round(m.recall, 3)}
        for name, m in scores.items()
    }


if __name__ == "__main__":
    sys.exit(main())
