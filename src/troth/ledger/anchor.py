"""Anchors: the number and digest of a journal's end, kept elsewhere as a witness."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from sqlalchemy import select

from troth.errors import Refused
from troth.ledger.session import Reading, read_head
from troth.ledger.tables import journal


@dataclass(frozen=True)
class Anchor:
    """The end of an organisation's journal at some moment; `digest` in hexadecimal."""

    organisation: str
    seq: int
    digest: str

    def write(self) -> str:
        """The anchor as the text of its file."""
        return json.dumps({"troth": 1, **asdict(self)}, indent=2) + "\n"

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """The anchor in a file's text; Refused (`not-an-anchor`) for anything else."""
        try:
            found = json.loads(text)
            organisation, seq, digest = found["organisation"], found["seq"], found["digest"]
            if (
                isinstance(organisation, str)
                and isinstance(seq, int)
                and seq >= 0
                and re.fullmatch(r"[0-9a-f]{64}", digest)
            ):
                return cls(organisation, seq, digest)
        except (ValueError, KeyError, TypeError):
            pass
        raise Refused(
            "not-an-anchor",
            "the file is no anchor of a journal",
            help="use a file written by `troth journal export --anchor FILE`",
        )


def anchor_now(reading: Reading) -> Anchor:
    """The journal's end as it is now, to be kept away from the ledger."""
    head = read_head(reading.connection, reading.organisation)
    return Anchor(reading.organisation, head.seq, bytes(head.digest).hex())


def refuse_older(reading: Reading, anchor: Anchor) -> None:
    """Refuse (`ledger-older-than-anchor`) to work on a ledger that lacks what the anchor knows.

    Such a ledger was restored from a backup or cut off: people's requests and holds are missing.
    """
    if anchor.organisation != reading.organisation:
        raise Refused(
            "anchor-of-another-organisation",
            "the anchor is another organisation's",
            help="use the anchor that was exported for this organisation",
        )
    if anchor.seq and digest_at(reading, anchor.seq) != anchor.digest:
        raise Refused(
            "ledger-older-than-anchor",
            f"the ledger does not contain the anchored entry {anchor.seq}",
            help="restore a ledger at least as new as the anchor before anything runs",
        )


def digest_at(reading: Reading, seq: int) -> str | None:
    """The digest of one entry, in hexadecimal; None where there is no such entry."""
    digest = reading.connection.execute(
        select(journal.c.digest).where(
            journal.c.organisation == reading.organisation, journal.c.seq == seq
        )
    ).scalar()
    return None if digest is None else bytes(digest).hex()
