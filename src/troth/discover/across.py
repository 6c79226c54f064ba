"""Relations between stores: the same people under the same e-mail address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from troth.discover.guess import CERTAIN, ColumnGuess, Link, StoreGuess, TableGuess
from troth.discover.links import share_text
from troth.discover.sample import Sampler

FEWEST_SHARED = 0.05  # share of the addresses that must be found for a relation to be proposed
MOST_COMPARED = 2_000


def link_stores(
    stores: Sequence[StoreGuess], samplers: Mapping[str, Sampler]
) -> tuple[StoreGuess, ...]:
    """The stores with proposed relations by e-mail address, each checked on a sample.

    Addresses are compared in lower case; the relation leads to the table where they are unique.
    """
    found = {store.store: store for store in stores}
    for later, store in enumerate(stores):
        for other in stores[:later]:
            for table, column in _people(store):
                for target, to in _people(other):
                    _link((store.store, table, column), (other.store, target, to), samplers, found)
    return tuple(found[store.store] for store in stores)


def _people(store: StoreGuess) -> list[tuple[TableGuess, ColumnGuess]]:
    """The tables whose own rows are people, each with its most certain e-mail column."""
    people = []
    for table in store.tables:
        emails = [c for c in table.columns if c.kind == "email-address" and c.confidence >= CERTAIN]
        if emails and table.role is not None and not table.role.path:
            people.append((table, max(emails, key=lambda guess: guess.confidence)))
    return people


Side = tuple[str, TableGuess, ColumnGuess]


def _link(
    left: Side, right: Side, samplers: Mapping[str, Sampler], found: dict[str, StoreGuess]
) -> None:
    child, parent = (left, right) if _unique(right) or not _unique(left) else (right, left)
    values = samplers[child[0]].values(child[1].schema, child[2].column.name)[:MOST_COMPARED]
    texts = list(dict.fromkeys(v.strip().casefold() for v in values if isinstance(v, str) and v))
    spelled = list(dict.fromkeys([*texts, *(v for v in values if isinstance(v, str) and v)]))
    if not texts:
        return
    present = samplers[parent[0]].present(parent[1].schema, parent[2].column.name, spelled)
    if present is None or present < FEWEST_SHARED * len(texts):
        return
    present = min(present, len(texts))
    where = f"{parent[0]}.{parent[1].schema.name}"
    link = Link(
        name=f"{_plain(parent[0])}-{_plain(parent[1].schema.name)}",
        columns=(child[2].column.name,),
        references=parent[1].schema.name,
        to=(parent[2].column.name,),
        declared=False,
        confidence=round(0.6 + 0.35 * present / len(texts), 2) - (0 if _unique(parent) else 0.2),
        evidence=f"{share_text(present, len(texts))} of {len(texts):,} sampled e-mail addresses "
        f"are in {where}; no database can enforce it",
        store=parent[0],
        compare="email",
    )
    found[child[0]] = _with_link(found[child[0]], child[1].schema.name, link)


def _unique(side: Side) -> bool:
    table, column = side[1].schema, side[2].column.name
    return (column,) in (table.key, *table.unique)


def _plain(text: str) -> str:
    return "-".join(
        "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split()
    )


def _with_link(store: StoreGuess, table: str, link: Link) -> StoreGuess:
    tables = tuple(
        replace(guess, links=(*guess.links, link)) if guess.schema.name == table else guess
        for guess in store.tables
    )
    return replace(store, tables=tables)
