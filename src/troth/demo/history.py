"""Ten years of SoftFil, made up from a seed: rows, consents, holds, and what is wrong in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from troth.demo import accounts, customers, newsletter, occasions, others, papers, site, stories
from troth.demo.draft import Draft, PlannedHold, Truth
from troth.demo.people import human
from troth.demo.world import Rows
from troth.grounds.facts import ConsentFact

PEOPLE = 3_000
SEED = 20_260_110


@dataclass(frozen=True)
class History:
    """The world's rows by store and table, its facts for the ledger, and the planted faults."""

    rows: Rows
    consents: tuple[ConsentFact, ...]
    holds: tuple[PlannedHold, ...]
    truth: Truth


def history(today: date, *, people: int = PEOPLE, seed: int = SEED) -> History:
    """SoftFil on the day `today` with about that many people; the same for the same arguments."""
    draft = Draft(today, Random(seed))
    papers.periods(draft)
    customers.lots(draft)
    accounts.house_accounts(draft)
    customers.customers(draft, people * 36 // 100)
    prospects = others.contacts(draft, people * 36 // 100, "prospect", "SMA-3-8")
    others.contacts(draft, max(people * 3 // 100, 4), "institutional", "SMA-3-26")
    others.suppliers(draft, max(people * 3 // 100, 3), "supplier")
    others.suppliers(draft, max(people // 100, 1), "distributor")
    others.partners(draft, max(people * 3 // 100, 3))
    others.incidents(draft, max(people // 100, 6))
    readers = prospects + [human(draft.next("human"), draft.random) for _ in range(people // 8)]
    issues = newsletter.campaigns(draft, (stories.READ_ON, stories.FETCHED_ON))
    newsletter.subscribers(draft, readers, issues)
    occasions.surveys(draft, prospects)
    occasions.courses(draft, max(people // 60, 6))
    site.traces(draft, people * 4)
    site.choices(draft, max(people // 8, 12))
    site.contact_form(draft, max(people // 10, 8))
    site.leads_import(draft, max(people // 60, 2))
    site.social_pages(draft)
    stories.stories(draft, issues)
    truth = Truth({place: dict(faults) for place, faults in draft.faults.items() if faults})
    return History(dict(draft.rows), tuple(draft.consents), tuple(draft.holds), truth)
