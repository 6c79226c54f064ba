"""Two stores that read each other, and a process that is killed between them."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from apply.fire import NOW
from apply.test_fire_kill import empty_sqlite
from apply.two import ORG, Place, policy
from troth.apply import batches, before
from troth.apply.before import links_of
from troth.apply.run import apply_plan
from troth.desk.rights.carry_out import plan_of_acts
from troth.grounds.facts import Act, ConsentFact, Decision, Identifier
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.consents import record_consents
from troth.ledger.entries import read_entries
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.links import Links
from troth.ledger.plans import approve_plan
from troth.ledger.verify import verify
from troth.plan.model import Plan

BOTH = policy(
    ["last-order", "last-opening"],
    """
      - id: three-years
        promise: Data goes three years after the last order and the last opening.
        latest:
          - {period: P3Y, after: last-order}
          - {period: P3Y, after: last-opening}
        clauses: [C-2]
""",
)
MAP = """
troth: 1
stores:
  mail:
    tables:
      subscriber:
        key: [id]
        roles: {customer: {subject: customer%(mail_person)s}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          opened:
          name: {category: contact}
        relations:
          client: {columns: [email], references: erp.client, to: [email], compare: email}
        events:
          last-opening: {column: opened}
          last-order: {of: [client]}
  erp:
    tables:
      client:
        key: [id]
        roles: {customer: {subject: customer%(erp_person)s}}
        columns:
          id:
          email: {category: contact, identity: %(erp_identity)s, compare: email}
          ordered:
          name: {category: contact}
        relations:
          subscriber: {columns: [email], references: mail.subscriber, to: [email], compare: email}
        events:
          last-order: {column: ordered}
          last-opening: {of: [subscriber]}
"""
EVENTS = MAP % {"mail_person": "", "erp_person": "", "erp_identity": "email"}
# The client is named by the subscriber's address alone: a consent is found across the stores.
PERSONS = MAP % {
    "mail_person": "",
    "erp_person": ", person: [subscriber]",
    "erp_identity": "client-address",
}
CONSENT = BOTH.replace(
    "[{kind: contract, contract: the sale, clauses: [C-1]}]",
    "[{kind: consent, consent: letters, clauses: [C-1]}]",
).replace(
    "activities:\n",
    "consents: {letters: {label: Letters, clauses: [C-1]}}\nactivities:\n",
)

OLD, RECENT = "2018-03-04", "2026-03-04"
PEOPLE = {  # last order, last opening
    1: (OLD, OLD),
    2: (OLD, OLD),
    3: (OLD, RECENT),
    4: (RECENT, OLD),
    5: (OLD, OLD),
}


def fill(at: Place) -> None:
    for store, table, column in (("mail", "subscriber", "opened"), ("erp", "client", "ordered")):
        at.sql(
            store,
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, email VARCHAR(80), {column} DATE, "
            "name VARCHAR(40))",
        )
    for n, (ordered, opened) in PEOPLE.items():
        at.sql("erp", f"INSERT INTO client VALUES ({n}, 'P{n}@Mail.example', '{ordered}', 'n')")
        at.sql("mail", f"INSERT INTO subscriber VALUES ({n}, 'p{n}@mail.example', '{opened}', 'n')")


def ids(at: Place) -> tuple[list[Any], list[Any]]:
    found = (
        at.rows("mail", "SELECT id FROM subscriber ORDER BY id"),
        at.rows("erp", "SELECT id FROM client ORDER BY id"),
    )
    return [row[0] for row in found[0]], [row[0] for row in found[1]]


def killed(at: Place, plan: Plan, ledger: Path, batches: int) -> None:
    """Applies the plan in a process of its own that dies right after so many committed batches."""
    child = os.fork()
    if not child:
        try:
            seen: list[None] = []

            def die(_progress: object) -> None:
                seen.append(None)
                if len(seen) == batches:
                    os.kill(os.getpid(), signal.SIGKILL)

            with open_ledger(str(ledger), at=NOW) as opened:
                apply_plan(plan, at.setting(), opened, lambda: at.now, by="dpo", progress=die)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the run ended before it was killed"


@pytest.fixture
def made(any_store_url: str, tmp_path: Path, ledger: Ledger) -> Callable[[str, str], Place]:
    """Both stores filled, erp on each database, under a policy and a map."""
    urls = {"mail": empty_sqlite(tmp_path / "mail.db"), "erp": any_store_url}

    def make(policy_text: str, map_text: str) -> Place:
        at = Place(urls, policy_text, map_text, ledger, NOW)
        fill(at)
        return at

    return make


def test_the_parent_in_the_other_store_has_gone_before_the_crash(
    made: Callable[[str, str], Place], tmp_path: Path, ledger: Ledger
) -> None:
    at = made(BOTH, EVENTS)
    plan = at.plan()
    killed(at, plan, tmp_path / "ledger.sqlite", 1)
    left = ids(at)
    assert left != ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    assert left != ([3, 4], [3, 4])

    later = Place(at.urls, BOTH, EVENTS, ledger, NOW + timedelta(days=9))  # another plan
    outcome = later.apply()

    assert outcome.clean
    assert ids(at) == ([3, 4], [3, 4])
    assert later.plan().steps == ()


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_persons_are_still_linked_after_the_crash(
    made: Callable[[str, str], Place], tmp_path: Path, ledger: Ledger, batches: int
) -> None:
    """The consent of a client is found through the subscriber, who went first."""
    at = made(CONSENT, PERSONS)
    with ledger.writing(ORG) as writing:
        facts = [
            ConsentFact(
                Identifier("email", f"p{n}@mail.example"),
                "letters",
                "withdrawn" if n in (1, 2, 3) else "given",
                NOW - timedelta(days=1),
            )
            for n in PEOPLE
        ]
        record_consents(writing, facts, by="site", at=NOW)
    plan = at.plan()
    killed(at, plan, tmp_path / "ledger.sqlite", batches)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as raw:
        sealed = raw.execute("SELECT sealed FROM run_links").fetchall()
        assert sealed
        assert b"mail.example" not in b"".join(row[0] for row in sealed)
        secret = raw.execute("SELECT secret FROM run_keys").fetchone()[0]
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with ledger.reading(ORG) as reading:
        assert "mail.example" not in str([entry.payload for entry in read_entries(reading)])

    outcome = at.apply(plan)

    assert outcome.clean
    assert ids(at) == ([4], [4])  # 5: both days are old, and the consent does not matter then
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as raw:
        assert raw.execute("SELECT count(*) FROM run_links").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM run_keys").fetchone() == (0,)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert secret not in (tmp_path / "ledger.sqlite").read_bytes()
    with ledger.reading(ORG) as reading:
        assert verify(reading).ok


def test_a_new_plan_of_an_erasure_still_knows_who_was_linked(
    made: Callable[[str, str], Place], tmp_path: Path, ledger: Ledger
) -> None:
    """`troth request run` makes a new plan each time, also after a crash."""
    at = made(BOTH, PERSONS)
    ids_of = erasures(ledger, 3, 4)  # whose contracts run no more: their days are recent
    first = scoped(at, ids_of)
    killed(at, first, tmp_path / "ledger.sqlite", 1)

    again = scoped(at, ids_of)
    assert again.digest() != first.digest()
    assert at.apply(again).clean
    assert ids(at) == ([1, 2, 5], [1, 2, 5])
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as raw:
        assert raw.execute("SELECT count(*) FROM run_keys").fetchone() == (0,)


def test_somebody_elses_run_in_between_forgets_no_links(
    made: Callable[[str, str], Place], tmp_path: Path, ledger: Ledger
) -> None:
    at = made(BOTH, PERSONS)
    hers, his = erasures(ledger, 3, 4), erasures(ledger, 1)
    killed(at, scoped(at, hers), tmp_path / "ledger.sqlite", 1)

    assert at.apply(scoped(at, his)).clean
    assert at.apply(scoped(at, hers)).clean
    assert ids(at) == ([2, 5], [2, 5])


def erasures(ledger: Ledger, *people: int) -> list[str]:
    persons = {n: Identifier("email", f"p{n}@mail.example") for n in people}
    accepted = Verdict(Decision("accepted", NOW), decided_by="dpo")
    with ledger.writing(ORG) as writing:
        acts = [Act(f"erasure-{n}", "erasure", (who,), NOW) for n, who in persons.items()]
        record_acts(writing, acts, by="dpo", at=NOW)
        record_verdicts(writing, [(act.id, accepted) for act in acts], at=NOW)
    return [act.id for act in acts]


def scoped(at: Place, acts: list[str]) -> Plan:
    links = links_of(at.ledger, ORG)
    plan = plan_of_acts(at.setting(), read_facts(at.ledger, ORG, at.now), acts, at.now, links)
    with at.ledger.writing(ORG) as writing:
        until = at.now + timedelta(days=7)
        approve_plan(writing, plan.digest(), by="dpo", at=at.now, expires_at=until)
    return plan


def test_who_came_back_after_the_crash_stays(
    made: Callable[[str, str], Place], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The links of a batch were kept, and the batch was not committed: the row as it is decides."""
    at = made(CONSENT, PERSONS)
    with ledger.writing(ORG) as writing:
        facts = [
            ConsentFact(Identifier("email", f"p{n}@mail.example"), "letters", "given", NOW)
            for n in PEOPLE
        ]
        record_consents(writing, facts, by="site", at=NOW)
    plan = at.plan()
    real = batches.write_receipt

    def dies(*_: object, **__: object) -> None:
        monkeypatch.setattr(batches, "write_receipt", real)
        raise KeyboardInterrupt

    monkeypatch.setattr(batches, "write_receipt", dies)
    with pytest.raises(KeyboardInterrupt):
        at.apply(plan)
    at.sql("mail", f"UPDATE subscriber SET opened = '{RECENT}' WHERE id IN (1, 2)")

    at.apply(plan)

    assert ids(at) == ([1, 2, 3, 4], [1, 2, 3, 4])


def test_a_parent_elsewhere_leaves_its_day_behind(
    any_store_url: str, tmp_path: Path, ledger: Ledger
) -> None:
    """A bill goes ten years after its contract's end, the contract after five."""
    text = policy(
        ["end"],
        """
      - id: contract-5
        promise: A contract goes after five years.
        period: P5Y
        after: end
        places: [crm]
        clauses: [C-2]
      - id: bill-10
        promise: A bill goes after ten.
        period: P10Y
        after: end
        places: [shop]
        clauses: [C-2]
""",
    )
    map_text = """
troth: 1
stores:
  crm:
    tables:
      contract:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , ended: , name: {category: contact}}
        events: {end: {column: ended}}
  shop:
    tables:
      bill:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , contract: , name: {category: contact}}
        relations: {contract: {columns: [contract], references: crm.contract}}
        events: {end: {of: [contract]}}
"""
    urls = {"crm": any_store_url, "shop": empty_sqlite(tmp_path / "shop.db")}
    at = Place(urls, text, map_text, ledger, NOW)
    at.sql(
        "crm",
        "CREATE TABLE contract (id INTEGER PRIMARY KEY, ended DATE, name VARCHAR(40))",
        "INSERT INTO contract VALUES (1, '2018-05-06', 'n'), (2, '2014-05-06', 'n'), "
        "(3, '2025-05-06', 'n')",
    )
    at.sql(
        "shop",
        "CREATE TABLE bill (id INTEGER PRIMARY KEY, contract INTEGER, name TEXT)",
        "INSERT INTO bill VALUES (10, 1, 'n'), (20, 2, 'n'), (30, 3, 'n')",
    )
    assert at.apply().clean
    assert at.rows("crm", "SELECT id FROM contract") == [(3,)]
    assert at.rows("shop", "SELECT id FROM bill ORDER BY id") == [(10,), (30,)]
    kept = [(day.table, day.key, day.day) for day in read_facts(ledger, ORG, NOW).kept]
    assert kept == [("bill", (10,), date(2018, 5, 6))]

    for day, left in (("2028-05-05", [(10,), (30,)]), ("2028-05-06", [(30,)])):
        now = NOW.replace(year=2028, month=5, day=int(day[-2:]))
        Place(urls, text, map_text, ledger, now).apply()
        assert at.rows("shop", "SELECT id FROM bill ORDER BY id") == left


@pytest.mark.parametrize("fault", ["links-forgotten", "parents-day-not-kept"])
def test_a_planted_fault_is_noticed(
    fault: str, made: Callable[[str, str], Place], tmp_path: Path, ledger: Ledger
) -> None:
    with pytest.MonkeyPatch.context() as planted:
        if fault == "links-forgotten":
            planted.setattr(before, "read_links", lambda *_: Links())
            with pytest.raises(AssertionError):
                test_persons_are_still_linked_after_the_crash(made, tmp_path, ledger, 2)
        else:
            planted.setattr(before, "days_to_keep", lambda *_: ())
            with pytest.raises(AssertionError):
                test_the_parent_in_the_other_store_has_gone_before_the_crash(made, tmp_path, ledger)
