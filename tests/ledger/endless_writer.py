"""A process that writes holds with consents until it is killed; one line per commit."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from troth.grounds.facts import ConsentFact, Identifier
from troth.ledger.consents import record_consents
from troth.ledger.holds import add_hold
from troth.ledger.ledger import open_ledger

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)


def main(address: str) -> None:
    person = Identifier("email", "jo@customer.example")
    with open_ledger(address, at=AT) as ledger:
        print("writing", flush=True)
        while True:
            with ledger.writing("acme") as writing:
                add_hold(writing, case="1", reason="claim", by="x", at=AT, persons=[person])
                facts = [ConsentFact(person, "newsletter", "given", AT)] * 3
                record_consents(writing, facts, by="x", at=AT)
            print("committed", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
