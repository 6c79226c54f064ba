"""The reference, the decider and the table, asked the same at the same instants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import duckdb

from desk.decide.world import SPELLING, Asked, Step, World, known_of
from troth.desk.decide import table
from troth.desk.decide.decider import Decider
from troth.desk.decide.table import Named, decide_table
from troth.grounds.facts import Identifier
from troth.grounds.may import may
from troth.grounds.personal import spelled
from troth.grounds.use import Answer, Question
from troth.policy.model import Policy


@dataclass
class Tally:
    """How many decisions there were by the part that was varied, and what came out of them."""

    decisions: Counter[str] = field(default_factory=Counter)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, asked: Asked, answer: Answer) -> None:
        self.decisions[asked.varied] += 1
        for code in {part.code for part in answer.missing} or {"allowed"}:
            self.found[asked.varied, code] += 1

    def share(self, code: str) -> float:
        """The greatest share of the decisions of one kind in which a part was missing."""
        return max(
            (
                self.found[varied, code] / total
                for varied, total in self.decisions.items()
                if varied != "everything"
            ),
            default=0.0,
        )


def reference(policy: Policy, world: World, step: Step, question: Question) -> Answer:
    keys = [spelled(person, SPELLING) for person in question.persons]
    known = known_of(keys, world.known)
    return may(question, policy, step.facts, step.now, known, spelling=SPELLING)


def differences(policy: Policy, world: World, tally: Tally | None = None) -> Iterator[str]:
    """Where a decider that lives on, a fresh one, or the table differs from the reference."""
    first = world.steps[0]
    living = Decider(policy, first.facts, first.now, known=world.known, spelling=SPELLING)
    for number, step in enumerate(world.steps):
        if number:
            living.refresh(step.learned, step.now)
        fresh = Decider(policy, step.facts, step.now, known=world.known, spelling=SPELLING)
        for asked in world.asked:
            expected = reference(policy, world, step, asked.question)
            if tally is not None:
                tally.add(asked, expected)
            for name, decider in (("living", living), ("fresh", fresh)):
                if decider.answer(step.now, asked.question) != expected:
                    yield f"{name} {step.now} {asked}"
        yield from _on_table(policy, world, step, living, tuple(SPELLING)[number % 3])


def _on_table(
    policy: Policy, world: World, step: Step, decider: Decider, namespace: str
) -> Iterator[str]:
    questions = [asked.question for asked in world.asked[:8]]
    how = SPELLING[namespace]
    names = [
        name.value
        for person in world.people
        for name in (*person.names, *person.spelled_otherwise)
        if name.namespace == namespace
    ]
    kind = "BIGINT" if how == "exact" else "VARCHAR"  # whole numbers are compared as such
    strangers = ["99", "-5", str(2**62)] if how == "exact" else ["99", ""]
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE people AS SELECT CAST(unnest(?::VARCHAR[]) AS {kind}) AS name",
            [[*names, *strangers, None]],
        )
        named = Named("people", "name", namespace, how)
        # numbers are looked up by position, unless they lie too far apart
        for most in (table.DENSE_MOST, 0) if how == "exact" else (0,):
            with patch.object(table, "DENSE_MOST", most):
                decided = decide_table(connection, decider, step.now, questions, named, "answered")
            for row in connection.execute("SELECT * FROM answered").fetchall():
                person = () if row[0] is None else (Identifier(namespace, str(row[0])),)
                for question, answer in zip(questions, row[1:], strict=True):
                    asked = replace(question, persons=person)
                    if decided.answers[answer] != reference(policy, world, step, asked):
                        yield f"table {namespace} {step.now} {asked}"
