"""What the journal says of batches, compared with the stores' own receipts."""

from __future__ import annotations

import json
from collections import Counter

import sqlalchemy as sa

from apply.fire import ORG, World, engine_of
from troth.ledger.entries import read_entries
from troth.ledger.verify import verify


def receipts(url: str) -> Counter[tuple[str, int, str]]:
    """Run, batch and counts of every receipt of a store; none before the first run."""
    name = "troth.receipt" if url.startswith("postgresql") else "troth_receipt"
    engine = engine_of(url)
    schema, _, table = name.rpartition(".")
    if not sa.inspect(engine).has_table(table, schema=schema or None):
        return Counter()
    with engine.connect() as connection:
        rows = connection.execute(sa.text(f"SELECT run, batch, counts FROM {name}"))
        return Counter((str(r[0]), int(r[1]), _bare(json.loads(r[2]))) for r in rows)


def journaled(world: World, store: str) -> Counter[tuple[str, int, str]]:
    with world.ledger.reading(ORG) as reading:
        return Counter(
            (e.payload["run"], e.payload["batch"], _bare(e.payload["counts"]))
            for e in read_entries(reading, kind="batch-applied")
            if e.payload is not None and e.payload["step"] == store
        )


def check_books(world: World) -> None:
    """The journal verifies; it has each receipt of each store once, and nothing else."""
    with world.ledger.reading(ORG) as reading:
        assert verify(reading).ok
    for store, url in (("shop", world.shop_url), ("crm", world.crm_url)):
        stored, told = receipts(url), journaled(world, store)
        assert max(stored.values(), default=1) == 1
        assert told == stored


def _bare(counts: dict[str, int]) -> str:
    return json.dumps({step: rows for step, rows in counts.items() if rows}, sort_keys=True)
