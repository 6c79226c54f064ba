"""What links persons across stores, kept encrypted while a run needs it, and destroyed at its end.

Where two stores read each other, one has to lose first what decides rows of the other. A run that
dies in between finds it here again. Every run has a key of its own; with the key goes whatever
copies of the sealed links are left in pages, logs and backups made after.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, func, insert, select

from troth.errors import Broken
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import run_keys, run_links

KEY_BYTES = 32


@dataclass(frozen=True)
class Links:
    """What went, by the set that was made from it: links of the other side, keys of this side.

    Both are JSON values, so that they compare alike whenever they were read.
    """

    theirs: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    mine: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.theirs or self.mine)

    def with_others(self, other: Links) -> Links:
        return Links(_united(self.theirs, other.theirs), _united(self.mine, other.mine))


def keep_links(
    writing: Writing, run: str, links: Links, *, at: datetime, scope: Collection[str] = ()
) -> None:
    """Keeps links before their rows go; nothing of them is in the journal but their number.

    `scope`: the acts that the run is about; empty: it is about everybody.
    """
    if not links:
        return
    sealed = Fernet(_key(writing, run) or _new_key(writing, run)).encrypt(_written(links, scope))
    table = run_links.c
    number = writing.connection.execute(
        select(func.count()).where(table.organisation == writing.organisation, table.run == run)
    ).scalar_one()
    count = sum(len(each) for part in (links.theirs, links.mine) for each in part.values())
    writing.append("links-kept", at, {"run": run, "links": count})
    writing.connection.execute(
        insert(run_links).values(
            organisation=writing.organisation, run=run, number=number, sealed=sealed
        )
    )


def read_links(reading: Reading) -> Links:
    """All links that are kept; `Broken` (`links-unreadable`) where they were altered.

    Those of every run that has not ended: whoever goes on may do so by a plan of its own.
    """
    found = Links()
    for links, _ in _kept(reading).values():
        found = found.with_others(links)
    return found


def destroy_links(writing: Writing, *, at: datetime, scope: Collection[str] = ()) -> None:
    """Destroys links and keys that no run needs any more, once one about `scope` has finished.

    Empty: all. Else those of runs about no other acts: somebody else's erasure may still wait.
    """
    done = None
    if scope:
        done = [run for run, (_, acts) in _kept(writing).items() if acts and acts <= set(scope)]
    gone = 0
    for table in (run_links, run_keys):
        where = [table.c.organisation == writing.organisation]
        if done is not None:
            where.append(table.c.run.in_(done))
        gone += writing.connection.execute(delete(table).where(*where)).rowcount
    if gone:
        writing.append("links-destroyed", at, {})


def _kept(reading: Reading) -> dict[str, tuple[Links, frozenset[str]]]:
    """By run: its links, and the acts that it is about."""
    table = run_links.c
    rows = reading.connection.execute(
        select(table.run, table.sealed)
        .where(table.organisation == reading.organisation)
        .order_by(table.run, table.number)
    ).all()
    found: dict[str, tuple[Links, frozenset[str]]] = {}
    for run, sealed in rows:
        try:
            links, scope = _read(Fernet(_key(reading, run) or b"").decrypt(bytes(sealed)))
        except (InvalidToken, ValueError) as error:
            raise Broken(
                "links-unreadable",
                "what links persons across stores, kept for a run, cannot be read",
                help="the ledger was altered: restore it; without the links rows may stay unknown",
            ) from error
        before = found.get(run, (Links(), scope))[0]
        found[run] = before.with_others(links), scope
    return found


def _new_key(writing: Writing, run: str) -> bytes:
    secret = urlsafe_b64encode(writing.randomness(KEY_BYTES))
    writing.connection.execute(
        insert(run_keys).values(organisation=writing.organisation, run=run, secret=secret)
    )
    return secret


def _key(reading: Reading, run: str) -> bytes | None:
    table = run_keys.c
    found = reading.connection.execute(
        select(table.secret).where(table.organisation == reading.organisation, table.run == run)
    ).scalar()
    return None if found is None else bytes(found)


def _written(links: Links, scope: Collection[str]) -> bytes:
    parts = [{name: sorted(each) for name, each in p.items()} for p in (links.theirs, links.mine)]
    return json.dumps([*parts, sorted(scope)]).encode()


def _read(text: bytes) -> tuple[Links, frozenset[str]]:
    theirs, mine, *more = json.loads(text)
    united = [{name: frozenset(each) for name, each in part.items()} for part in (theirs, mine)]
    return Links(*united), frozenset(more[0] if more else ())


def _united(
    one: dict[str, frozenset[str]], other: dict[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    none: frozenset[str] = frozenset()
    return {name: one.get(name, none) | other.get(name, none) for name in {*one, *other}}


def as_link(parts: Collection[Any]) -> str:
    """A link or a key as it is kept: values that compare alike are written alike."""
    return json.dumps([_plain(part) for part in parts], ensure_ascii=False)


def _plain(part: Any) -> Any:
    if isinstance(part, tuple):
        return [_plain(inner) for inner in part]
    return part if isinstance(part, int | str | bool) else str(part)
