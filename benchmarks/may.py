"""The speed of decisions: one by one with their reason, after a withdrawal, and for a whole table.

    python -m benchmarks.may [--small] [--json]

100 activities, and people of whom the ledger knows consents, opt-outs, objections and restrictions.
The baseline of one decision is Cedar, with its policies and each person's entity parsed before, in
the same run on the same facts; every answer of both is asserted to be the same. Times are seconds
of CPU of this process, one thread, the best of some rounds, so that a busy machine counts less.
`TROTH_BENCH_POSTGRES` names a server on which the ledger is tried as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import cedarpy
import duckdb
import psycopg

from benchmarks.bench import address, options, report
from troth.desk.decide.decider import Decider
from troth.desk.decide.decisions import Decisions
from troth.desk.decide.table import Named, decide_table
from troth.grounds.facts import Act, ConsentFact, Facts, Identifier
from troth.grounds.may import may
from troth.grounds.use import Question
from troth.ledger.consents import record_consents
from troth.ledger.ledger import open_ledger
from troth.policy.model import Policy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACTIVITIES = 100
ROUNDS = 5
CLAUSES = ["T-1"]


def policy() -> Policy:
    """100 activities: a third each on consent (direct marketing), contract, and interests."""

    def label(**more: Any) -> dict[str, Any]:
        return {"label": "made up", "clauses": CLAUSES} | more

    def activity(number: int) -> dict[str, Any]:
        basis = ("consent", "contract", "legitimate-interests")[number % 3]
        consent = {"consent": f"consent-{number}"} if basis == "consent" else {}
        return {
            "purpose": "made up",
            "controllers": ["us"],
            "subjects": ["person"],
            "categories": [f"category-{number % 10}"],
            "legal_bases": [{"kind": basis, "clauses": CLAUSES} | consent],
            "direct_marketing": basis == "consent",
            "readers": [f"role-{number % 5}"],
            "clauses": CLAUSES,
        }

    return Policy.model_validate(
        {
            "troth": 1,
            "organisation": "us",
            "title": "A promise",
            "zone": "Europe/Paris",
            "since": "2000-01-01",
            "financial_year_ends": "12-31",
            "versions": [{"id": "1", "effective": "2020-01-01", "clauses": CLAUSES}],
            "controllers": {"us": {"name": "Us", "clauses": CLAUSES}},
            "subjects": {"person": label()},
            "categories": {f"category-{number}": label() for number in range(10)},
            "consents": {f"consent-{number}": label() for number in range(0, ACTIVITIES, 3)},
            "activities": {f"use-{number}": activity(number) for number in range(ACTIVITIES)},
        }
    )


def facts(people: int) -> Facts:
    """Of every second person something is known."""
    random = Random(7)
    consents, acts = [], []
    for number in range(0, people, 2):
        person = Identifier("email", f"p{number}@mail.example")
        for at in range(random.randrange(1, 4)):
            consents.append(
                ConsentFact(
                    person,
                    f"consent-{3 * random.randrange(4)}",
                    "withdrawn" if random.random() < 0.3 else "given",
                    NOW - timedelta(days=10 - at),
                )
            )
        kind: Any = random.choice(("opt-out", "objection", "restriction", *([None] * 17)))
        if kind is not None:
            acts.append(Act(f"act-{number}", kind, (person,), NOW - timedelta(days=1)))
    return Facts(consents=tuple(consents), acts=tuple(acts))


Asked = tuple[int, str, str, int]
"""A person's number, purpose, category and role."""


def asked(people: int, count: int) -> list[Asked]:
    """Questions of which most have the right category and role."""
    random = Random(8)
    found = []
    for _ in range(count):
        number = random.choice((*range(0, 12, 3), random.randrange(ACTIVITIES)))
        category = number if random.random() < 0.9 else number + 1
        role = number if random.random() < 0.9 else number + 1
        found.append(
            (
                random.randrange(people),
                f"use-{number}",
                f"category-{category % 10}",
                role % 5,
            )
        )
    return found


# --- Cedar ------------------------------------------------------------------------------------


def cedar_policies() -> str:
    """The same promise: a permit for each activity, and what a person's acts forbid."""
    lines = ["forbid (principal, action, resource) when { resource.restricted };"]
    for number in range(ACTIVITIES):
        kind = number % 3
        use = f'action == Action::"use-{number}"'
        when = f'context.category == "category-{number % 10}"'
        if kind == 0:
            when += f' && resource.given.contains("consent-{number}")'
            lines.append(f"forbid (principal, {use}, resource) when {{ resource.optedOut }};")
        if kind != 1:
            lines.append(f"forbid (principal, {use}, resource) when {{ resource.objected }};")
        role = f'principal == Role::"role-{number % 5}"'
        lines.append(f"permit ({role}, {use}, resource) when {{ {when} }};")
    return "\n".join(lines)


def cedar_people(known: Facts, people: set[int]) -> dict[int, cedarpy.Entities]:
    """Each person's own entity, parsed: what a look-up by key would hand over."""
    given: dict[str, dict[str, tuple[datetime, str]]] = {}
    for fact in known.consents:
        mine = given.setdefault(fact.person.value, {})
        mine[fact.consent] = max(
            mine.get(fact.consent, (fact.at, fact.state)), (fact.at, fact.state)
        )
    acts: dict[str, str] = {act.persons[0].value: act.kind for act in known.acts}
    found = {}
    for number in people:
        name = f"p{number}@mail.example"
        consents = [c for c, (_, state) in given.get(name, {}).items() if state == "given"]
        entity = {
            "uid": {"type": "Person", "id": name},
            "attrs": {
                "given": consents,
                "optedOut": acts.get(name) == "opt-out",
                "objected": acts.get(name) == "objection",
                "restricted": acts.get(name) == "restriction",
            },
            "parents": [],
        }
        found[number] = cedarpy.Entities.from_json_str(json.dumps([entity]))
    return found


def cedar_request(question: Asked) -> dict[str, Any]:
    person, purpose, category, role = question
    return {
        "principal": {"type": "Role", "id": f"role-{role}"},
        "action": {"type": "Action", "id": purpose},
        "resource": {"type": "Person", "id": f"p{person}@mail.example"},
        "context": {"category": category},
    }


# --- measuring --------------------------------------------------------------------------------


def best(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The least CPU seconds of this process that it took."""
    runs = []
    for _ in range(rounds):
        begun = time.process_time()
        act()
        runs.append(time.process_time() - begun)
    return min(runs)


def one_by_one(promise: Policy, known: Facts, people: int, count: int) -> dict[str, float]:
    """Microseconds of one decision: ours with its reason, Cedar's, and their ratio."""
    questions = asked(people, count)
    begun = time.process_time()
    decider = Decider(promise, known, NOW)
    compiled = time.process_time() - begun
    calls = [
        (NOW, purpose, category, ("email", f"p{person}@mail.example"), None, None, f"role-{role}")
        for person, purpose, category, role in questions
    ]

    def ours() -> list[Any]:
        ask = decider.may
        return [ask(*call) for call in calls]

    policies = cedarpy.PolicySet.from_str(cedar_policies())
    some = questions[: max(500, count // 100)]
    entities = cedar_people(known, {person for person, *_ in some})
    requests = [(cedar_request(question), entities[question[0]]) for question in some]

    def theirs() -> list[bool]:
        return [
            cedarpy.is_authorized(request, policies, entity).allowed for request, entity in requests
        ]

    answers, verdicts = ours(), theirs()
    if [answer.allowed for answer in answers[: len(some)]] != verdicts:
        raise SystemExit("Cedar answers otherwise")
    for question, answer in list(zip(questions, answers, strict=True))[:50]:
        person, purpose, category, role = question
        name = (Identifier("email", f"p{person}@mail.example"),)
        exact = Question(purpose, category, name, role=f"role-{role}")
        if may(exact, promise, known, NOW) != answer:
            raise SystemExit("the reference answers otherwise")
    own, cedar = best(ours) / count * 1e6, best(theirs, 3) / len(some) * 1e6
    allowed = sum(answer.allowed for answer in answers) / count
    return {"own": own, "cedar": cedar, "compiled": compiled, "allowed": allowed}


_WRITER = """
import sys
from datetime import UTC, datetime
from troth.grounds.facts import ConsentFact, Identifier
from troth.ledger.consents import record_consents
from troth.ledger.ledger import open_ledger
with open_ledger(sys.argv[1], at=datetime.now(UTC)) as ledger:
    for line in sys.stdin:
        now = datetime.fromisoformat(line.split()[1])
        fact = ConsentFact(Identifier("email", line.split()[0]), "consent-0", "withdrawn", now)
        with ledger.writing("us") as writing:
            record_consents(writing, [fact], by="other", at=now)
        print("done", flush=True)
"""


def after_a_withdrawal(promise: Policy, place: str, people: int) -> dict[str, float]:
    """Microseconds to ask whether the ledger changed, and of a decision after it did."""
    begin = NOW - timedelta(days=1)
    given = [
        ConsentFact(Identifier("email", f"p{number}@mail.example"), "consent-0", "given", begin)
        for number in range(people)
    ]
    with open_ledger(place, at=begin) as ledger:
        with ledger.writing("us") as writing:
            record_consents(writing, given, by="bench", at=begin)
        with Decisions(ledger, "us", promise, NOW) as decisions, _other(place) as withdraw:

            def ask(number: int, now: datetime) -> bool:
                person = ("email", f"p{number}@mail.example")
                return decisions.may(
                    now, "use-0", "category-0", person, None, None, "role-0"
                ).allowed

            for number in range(people):
                ask(number, NOW)
            calls = 2_000
            quiet = best(lambda: [ask(7, NOW) for _ in range(calls)]) / calls
            alone = decisions.decider.may
            person = ("email", "p7@mail.example")
            without = (
                best(
                    lambda: [
                        alone(NOW, "use-0", "category-0", person, None, None, "role-0")
                        for _ in range(calls)
                    ]
                )
                / calls
            )
            runs = []
            for number in range(20):
                now = NOW + timedelta(seconds=number + 1)
                if not ask(number, now):
                    raise SystemExit("nothing was withdrawn yet")
                withdraw(f"p{number}@mail.example", now)
                begun = time.perf_counter()
                bound = not ask(number, now)
                runs.append(time.perf_counter() - begun)
                if not bound:
                    raise SystemExit("a withdrawal did not bind the next decision")
    return {"check": (quiet - without) * 1e6, "refresh": sorted(runs)[len(runs) // 2] * 1e6}


@contextmanager
def _other(place: str) -> Iterator[Callable[[str, datetime], None]]:
    """Another process, which withdraws a person's consent when told."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def withdraw(person: str, now: datetime) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{person} {now.isoformat()}\n")
        process.stdin.flush()
        if process.stdout.readline() != "done\n":
            raise SystemExit("the other process failed")

    try:
        yield withdraw
    finally:
        process.communicate()


def by_number(known: Facts) -> Facts:
    """The same facts about people who are known by a number."""

    def number(person: Identifier) -> Identifier:
        return Identifier("number", person.value[1:].partition("@")[0])

    consents = (replace(fact, person=number(fact.person)) for fact in known.consents)
    acts = (replace(act, persons=(number(act.persons[0]),)) for act in known.acts)
    return Facts(consents=tuple(consents), acts=tuple(acts))


def at_once(promise: Policy, known: Facts, people: int, rows: int) -> dict[str, float]:
    """Million decisions per second and core, the ground's id included, and the preparation."""
    decider = Decider(promise, known, NOW)
    one = [Question("use-0", "category-0", role="role-0")]
    ten = [Question(f"use-{n}", f"category-{n % 10}", role=f"role-{n % 5}") for n in range(10)]
    with closing(duckdb.connect()) as connection:
        connection.execute("SET threads = 1")
        connection.execute(
            "CREATE TABLE people AS SELECT (i * 7919) % $1 AS number, "
            f"'p' || (i * 7919) % $1 || '@mail.example' AS email FROM range({rows}) r(i)",
            [people],
        )
        named = Named("people", "email", "email")
        prepared = best(lambda: decide_table(connection, decider, NOW, one, named, "answered"), 2)
        counts = "SELECT answer_1, count(*) FROM answered GROUP BY 1"
        single = best(lambda: connection.execute(counts).fetchall(), 3)
        _same(connection, decider, one[0])
        write = "CREATE OR REPLACE TABLE kept AS SELECT answer_1 FROM answered"
        written = best(lambda: connection.execute(write), 3)
        numbers = Decider(promise, by_number(known), NOW)
        decide_table(connection, numbers, NOW, one, Named("people", "number", "number"), "answered")
        numbered = best(lambda: connection.execute(counts).fetchall(), 3)
        decide_table(connection, decider, NOW, ten, named, "answered")
        sums = ", ".join(f"sum(answer_{at + 1})" for at in range(10))
        several = best(lambda: connection.execute(f"SELECT {sums} FROM answered").fetchall(), 3)
    return {
        "prepared": prepared,
        "single": rows / single / 1e6,
        "numbered": rows / numbered / 1e6,
        "written": rows / written / 1e6,
        "several": rows * len(ten) / several / 1e6,
    }


def _same(connection: duckdb.DuckDBPyConnection, decider: Decider, question: Question) -> None:
    found = connection.execute(
        "SELECT person, allowed, ground, missing FROM answered "
        "JOIN answered_meaning ON answer = answer_1 LIMIT 5000"
    ).fetchall()
    for person, allowed, ground, missing in found:
        key = ("email", person)
        answer = decider.may(NOW, "use-0", "category-0", key, None, None, question.role)
        own = (
            answer.allowed,
            answer.ground.id if answer.ground else None,
            [part.code for part in answer.missing],
        )
        if own != (allowed, ground, missing):
            raise SystemExit("the table answers otherwise")


@contextmanager
def _postgresql() -> Iterator[str | None]:
    server = os.environ.get("TROTH_BENCH_POSTGRES")
    if server is None:
        yield None
        return
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_may")
        connection.execute("CREATE DATABASE bench_may")
        yield address(server, "bench_may")
        connection.execute("DROP DATABASE bench_may WITH (FORCE)")


def main() -> None:
    given = options()
    people = 20_000 if given.small else 200_000
    rows = 2_000_000 if given.small else 20_000_000
    promise, known = policy(), facts(people)
    single = one_by_one(promise, known, people, 50_000 if given.small else 200_000)
    table = at_once(promise, known, people, rows)
    absolute: dict[str, Any] = {
        "decision with its reason, µs": single["own"],
        "Cedar, µs": single["cedar"],
        "share allowed": single["allowed"],
        "compiling the facts, s": single["compiled"],
        "table: M decisions/s and core, people by number": table["numbered"],
        "table: people by e-mail address": table["single"],
        "table: the same, written": table["written"],
        "table: the same, ten questions at once": table["several"],
        "table: preparing it, s": table["prepared"],
    }
    with tempfile.TemporaryDirectory() as folder:
        found = after_a_withdrawal(promise, str(Path(folder) / "ledger.sqlite"), 2_000)
        absolute["SQLite: has the ledger changed, µs"] = found["check"]
        absolute["SQLite: first decision after a withdrawal, µs"] = found["refresh"]
    with _postgresql() as place:
        if place is not None:
            found = after_a_withdrawal(promise, place, 2_000)
            absolute["PostgreSQL: has the ledger changed, µs of CPU"] = found["check"]
            absolute["PostgreSQL: first decision after a withdrawal, µs"] = found["refresh"]
    report(given, {"a decision against Cedar": single["cedar"] / single["own"]}, absolute)


if __name__ == "__main__":
    main()
