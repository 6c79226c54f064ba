"""A writer that is killed at any moment leaves facts and journal that agree."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ledger.conftest import NOW, repeatable_bytes
from troth.grounds.facts import ConsentFact, DayFact, Facts, Hold, Identifier
from troth.ledger.consents import record_consents
from troth.ledger.days import record_days
from troth.ledger.entries import read_entries
from troth.ledger.facts import facts_of, read_facts
from troth.ledger.holds import add_hold, lift_hold
from troth.ledger.ledger import open_ledger
from troth.ledger.verify import verify

ORG = "acme"
WRITER = Path(__file__).with_name("endless_writer.py")


@pytest.mark.slow
def test_kill_at_any_moment_leaves_a_chain_that_verifies_and_facts_that_match(
    ledger_address: str,
) -> None:
    chance = random.Random(7)
    entries_before = 0
    with open_ledger(ledger_address, at=NOW) as ledger:
        for turn in range(6):
            writer = subprocess.Popen(
                [sys.executable, str(WRITER), ledger_address], stdout=subprocess.PIPE
            )
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"writing\n"
            if turn == 0:  # however busy the machine is, something was written at last
                assert writer.stdout.readline() == b"committed\n"
            time.sleep(chance.uniform(0.02, 0.3))
            os.kill(writer.pid, signal.SIGKILL)
            acknowledged = len(writer.stdout.read().splitlines()) + (turn == 0)
            writer.wait()
            with ledger.reading(ORG) as reading:
                found = verify(reading)
                kinds = Counter(entry.kind for entry in read_entries(reading))
                facts = facts_of(reading, NOW + timedelta(days=1))
            assert found.ok, found.findings
            assert kinds["hold-added"] == len(facts.holds)
            assert kinds["consent-recorded"] == len(facts.consents) == 3 * len(facts.holds)
            # what was said to be committed is there; at most one more was being said
            written = (found.entries - entries_before) // 4
            assert acknowledged <= written <= acknowledged + 1
            entries_before = found.entries
    assert entries_before > 0


people = st.builds(
    Identifier, st.sampled_from(["email", "number"]), st.sampled_from(["1", "2", "José", "a'b"])
)


class FactsMachine(RuleBasedStateMachine):
    """Any sequence of acts: the facts read are those of a plain model of them."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"troth-facts-{os.getpid()}"
        self.folder.mkdir(exist_ok=True)
        self.file = self.folder / "ledger.sqlite"
        self.ledger = open_ledger(str(self.file), at=NOW, randomness=repeatable_bytes())
        self.at = NOW
        self.holds: list[Hold] = []
        self.consents: list[ConsentFact] = []
        self.days: dict[tuple[str, Identifier], DayFact] = {}
        self.entries = 0
        self.versions = [0]

    @rule(person=people, hours=st.integers(0, 48))
    def hold(self, person: Identifier, hours: int) -> None:
        self.at += timedelta(hours=hours)
        with self.ledger.writing(ORG) as writing:
            hold = add_hold(writing, case="1", reason="r", by="x", at=self.at, persons=[person])
        self.holds.append(hold)
        self.entries += 1

    @rule(hours=st.integers(0, 48), which=st.integers(0, 20))
    def lift(self, hours: int, which: int) -> None:
        still = [number for number, hold in enumerate(self.holds) if hold.lifted_at is None]
        if not still:
            return
        number = still[which % len(still)]
        self.at += timedelta(hours=hours)
        with self.ledger.writing(ORG) as writing:
            lift_hold(writing, self.holds[number].id, reason="over", by="x", at=self.at)
        self.holds[number] = replace(self.holds[number], lifted_at=self.at)
        self.entries += 1

    @rule(person=people, state=st.sampled_from(["given", "withdrawn"]), ago=st.integers(0, 400))
    def consent(self, person: Identifier, state: str, ago: int) -> None:
        fact = ConsentFact(person, "news", state, self.at - timedelta(hours=ago))  # type: ignore[arg-type]  # drawn from the two states
        with self.ledger.writing(ORG) as writing:
            record_consents(writing, [fact], by="x", at=self.at)
        self.consents.append(fact)
        self.entries += 1

    @rule(person=people, day=st.none() | st.dates())
    def day(self, person: Identifier, day: object) -> None:
        with self.ledger.writing(ORG) as writing:
            record_days(writing, [("closed", person, day)], by="x", at=self.at)  # type: ignore[list-item]  # drawn dates
        self.days["closed", person] = DayFact("closed", person, day, self.at)  # type: ignore[arg-type]  # drawn dates
        self.entries += 1

    @rule()
    def open_again(self) -> None:
        self.ledger.close()
        self.ledger = open_ledger(str(self.file), at=self.at)

    @invariant()
    def facts_are_those_of_the_model(self) -> None:
        if not hasattr(self, "ledger"):
            return
        facts: Facts = read_facts(self.ledger, ORG, self.at)
        assert facts.holds == tuple(hold for hold in self.holds if hold.open_at(self.at))
        assert facts.consents == tuple(self.consents)
        assert {(day.event, day.subject): day for day in facts.days} == self.days
        assert facts.version == self.entries
        with self.ledger.reading(ORG) as reading:
            assert (verify(reading).ok, verify(reading).entries) == (True, self.entries)

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
            for file in self.folder.iterdir():
                file.unlink()
            self.folder.rmdir()


FactsMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_any_sequence_of_acts = FactsMachine.TestCase
