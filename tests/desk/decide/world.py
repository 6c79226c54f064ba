"""Random people, what the ledger learns of them day by day, and questions about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from desk.decide.promise import ACTIVITIES, RECIPIENTS
from troth.datamap.model import Normaliser
from troth.desk.decide.index import Key
from troth.grounds.facts import Act, ConsentFact, Decision, Facts, Hold, Identifier
from troth.grounds.standing import State
from troth.grounds.use import NOTHING, Known, Question

SPELLING: dict[str, Normaliser] = {"email": "email", "phone": "phone", "id": "exact"}
BEGIN = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # the clock is put forward in the night
FIT = Question("sale", "contact", role="sales")


@dataclass(frozen=True)
class Somebody:
    """A person by all their names, and one more spelling of each."""

    number: int
    names: tuple[Identifier, ...]
    spelled_otherwise: tuple[Identifier, ...]

    def some(self, random: Random) -> tuple[Identifier, ...]:
        """One or more of the names, in either spelling."""
        chosen = random.sample(range(len(self.names)), random.choice((1, 1, 1, 2, 3)))
        return tuple(random.choice((self.names[at], self.spelled_otherwise[at])) for at in chosen)


def somebody(number: int) -> Somebody:
    plain = (
        Identifier("email", f"p{number}é@mail.example"),
        Identifier("phone", f"+3361234560{number}"),
        Identifier("id", str(number)),
    )
    other = (
        Identifier("email", f" P{number}É@MAIL.example "),
        Identifier("phone", f"06 12 34 56 0{number}"),
        Identifier("id", str(number)),
    )
    return Somebody(number, plain, other)


@dataclass(frozen=True)
class Asked:
    """A question, and the part of it that was chosen at random (the rest is fit)."""

    question: Question
    varied: str


@dataclass(frozen=True)
class Step:
    """An instant, what the ledger holds by then, and what it learned since the step before."""

    now: datetime
    facts: Facts
    learned: Facts


@dataclass(frozen=True)
class World:
    people: tuple[Somebody, ...]
    known: dict[Key, Known]
    steps: tuple[Step, ...]
    asked: tuple[Asked, ...]


def world(seed: int, *, people: int = 3, questions: int = 40) -> World:
    random = Random(seed)
    crowd = tuple(somebody(number) for number in range(people))
    known = {}
    for person in crowd:
        if random.random() < 0.9:
            known["id", str(person.number)] = _known(random)
            known["email", f"p{person.number}é@mail.example"] = _known(random)
    stranger = somebody(people)  # of whom nobody knows anything
    asked = tuple(_asked(random, (*crowd, *crowd, stranger)) for _ in range(questions))
    return World(crowd, known, _steps(random, crowd), asked)


def _known(random: Random) -> Known:
    conditions = ("needed", "shown", "party")
    true = frozenset(name for name in conditions if random.random() < 0.5)
    return Known(
        true=true,
        false=frozenset(name for name in conditions if random.random() < 0.3) - true,
        state=random.choice((None, None, State.SUPPORTED, State.SUPPORTED, *State)),
        contract=random.choice((True, False, None, None)),
        withstands=random.choice((True, False, None, None, None, None)),
        birth=random.choice((None, date(2011, 3, 29), date(2011, 3, 30), date(1980, 1, 1))),
        informed=random.random() < 0.3,
        collected=random.choice((None, date(2026, 2, 28), date(2026, 3, 27))),
        region=random.choice((None, "north", "south")),
    )


# --- facts ------------------------------------------------------------------------------------


def _steps(random: Random, crowd: tuple[Somebody, ...]) -> tuple[Step, ...]:
    now = BEGIN
    consents: tuple[ConsentFact, ...] = ()
    acts: tuple[Act, ...] = ()
    holds: tuple[Hold, ...] = ()
    steps = []
    for number in range(4):
        new = tuple(_consent(random, crowd, now) for _ in range(20 if number == 0 else 4))
        acts = tuple(_decided(random, act, now) for act in acts)
        acts += tuple(
            _act(random, crowd, now, f"act-{number}-{at}") for at in range(random.randrange(2, 6))
        )
        holds = tuple(
            replace(hold, lifted_at=hold.lifted_at or _moment(random, now))
            if random.random() < 0.4
            else hold
            for hold in holds
        )
        holds += tuple(
            Hold(
                f"hold-{number}-{at}",
                random.choice(("case-1", "case-2")),
                "made up",
                _moment(random, now),
                persons=random.choice(crowd).some(random),
                tables=random.choice(((), (), (("shop", "customer"),))),
            )
            for at in range(random.randrange(2))
        )
        consents += new
        whole = Facts(version=number + 1, consents=consents, acts=acts, holds=holds)
        steps.append(Step(now, whole, replace(whole, consents=new)))
        now += timedelta(hours=random.choice((1, 3, 5, 20)), minutes=random.choice((0, 0, 30)))
    return tuple(steps)


def _moment(random: Random, now: datetime) -> datetime:
    """Around `now`, mostly before it, and often the same for several facts."""
    return now + timedelta(hours=random.choice((-400, -48, -24, -4, -1, 0, 0, 2, 4)))


def _consent(random: Random, crowd: tuple[Somebody, ...], now: datetime) -> ConsentFact:
    thirteen_months = datetime(2025, 2, 28, random.choice((21, 22, 23)), 30, tzinfo=UTC)
    return ConsentFact(
        random.choice(random.choice(crowd).some(random)),
        random.choice(("news", "news", "club", "kids", "kids", "unsure-kids")),
        random.choice(("given", "given", "withdrawn")),
        random.choice((thirteen_months, thirteen_months, _moment(random, now))),
        by=random.choice(("person", "parent")),
    )


def _act(random: Random, crowd: tuple[Somebody, ...], now: datetime, id: str) -> Act:
    kind: Any = random.choice(
        (
            "objection",
            "objection",
            "objection",
            "opt-out",
            "erasure",
            "erasure",
            "restriction",
            "death",
        )
    )
    return Act(
        id,
        kind,
        random.choice(crowd).some(random),
        _moment(random, now),
        activities=random.choice(((), (), ("care",), ("news", "club"))),
        categories=random.choice(((), (), (), ("data",), ("health",))),
        places=random.choice(((), (), (), ("shop",))),
        answer_by=random.choice(
            (
                None,
                date(2026, 3, 20),
                date(2026, 3, 20),
                date(2026, 3, 29),
                date(2026, 3, 30),
                date(2026, 4, 20),
            )
        ),
        review_on=random.choice((None, None, date(2026, 3, 29))),
    )


def _decided(random: Random, act: Act, now: datetime) -> Act:
    if random.random() < 0.8:
        return act
    outcome: Any = random.choice(("accepted", "refused"))
    activities = random.choice(((), ("care",), ("sale", "care")))
    decision = Decision(outcome, _moment(random, now), activities)
    return replace(act, decisions=(*act.decisions, decision))


# --- questions --------------------------------------------------------------------------------


def _asked(random: Random, crowd: tuple[Somebody, ...]) -> Asked:
    persons = random.choice(crowd).some(random)
    fit = replace(FIT, persons=persons)
    varied = random.choice(tuple(VARIED))
    question = VARIED[varied](random, fit)
    if varied != "everything":
        return Asked(question, varied)
    for vary in (_purpose, _recipient, _reader, _value):
        question = vary(random, question)
    return Asked(question, varied)


def _purpose(random: Random, fit: Question) -> Question:
    name = random.choice((*ACTIVITIES, "undeclared", "undeclared"))
    return replace(fit, purpose=name, role="legal" if name == "closed" else fit.role)


def _condition(random: Random, fit: Question) -> Question:
    return replace(fit, purpose=random.choice(("picky", "either", "lead", "unnamed")))


def _recipient(random: Random, fit: Question) -> Question:
    name = random.choice((*RECIPIENTS, "unheard-of"))
    return replace(
        fit,
        recipient=name,
        country=random.choice((None, None, None, "FR", "US")),
        order=random.choice((None, "warrant 7")),
        instruction=random.choice((None,) * 9 + ("delete",)),
    )


def _transfer(random: Random, fit: Question) -> Question:
    names = ("unassessed", "ended", "undetermined", "unlisted", "bare", "forbidden", "abroad")
    return replace(fit, recipient=random.choice((*names, "nowhere")))


def _terms(random: Random, fit: Question) -> Question:
    names = (
        "unsigned",
        "lapsed",
        "overdue",
        "refused",
        "open",
        "court",
        "court",
        "agreed",
        "elsewhere",
    )
    return replace(fit, recipient=random.choice((*names, "elsewhere", "other-data", "x")))


def _reader(random: Random, fit: Question) -> Question:
    return replace(
        fit,
        purpose=random.choice(("closed", "sale")),
        role=random.choice((None, "legal", "sales")),
        region=random.choice((None, "north", "south")),
        place=random.choice((None, None, "shop", "archive")),
        recipient=random.choice((None, None, "listed-readers")),
    )


def _value(random: Random, fit: Question) -> Question:
    return replace(
        fit,
        purpose=random.choice(("narrow", "study", "risky", "sale")),
        category=random.choice(("data", "contact", "health", "secret", "unheard-of")),
        subject=random.choice((None, "customer", "member", "other")),
        place=random.choice((None, "shop", "archive")),
        persons=random.choice((fit.persons, fit.persons, (), (Identifier("email", " "),))),
    )


def _weighed(random: Random, fit: Question) -> Question:
    return replace(
        fit,
        purpose=random.choice(("care", "kept-care")),
        place=random.choice((None, "shop")),
        despite=random.choice((None, None, None, None, "legal-claims", "legal-obligation")),
    )


def _kept(_random: Random, fit: Question) -> Question:
    return replace(fit, purpose="kept-care")


def _marketing(_random: Random, fit: Question) -> Question:
    return replace(fit, purpose="news")


def _erasable(random: Random, fit: Question) -> Question:
    return replace(fit, purpose=random.choice(("sale", "kept-care", "club", "register")))


def _signature(random: Random, fit: Question) -> Question:
    return replace(fit, purpose=random.choice(("news", "club")))


def _child(random: Random, fit: Question) -> Question:
    return replace(fit, purpose=random.choice(("kids", "unsure-kids")))


def _case(random: Random, fit: Question) -> Question:
    return replace(
        fit, purpose=None, case=random.choice(("case-1", "case-2")), table="shop.customer"
    )


def _as_is(_random: Random, fit: Question) -> Question:
    return fit


VARIED = {
    "purpose": _purpose,
    "condition": _condition,
    "recipient": _recipient,
    "transfer": _transfer,
    "terms": _terms,
    "reader": _reader,
    "value": _value,
    "weighed": _weighed,
    "kept": _kept,
    "marketing": _marketing,
    "erasable": _erasable,
    "signature": _signature,
    "child": _child,
    "case": _case,
    "nothing": _as_is,
    "everything": _weighed,
}


def known_of(keys: list[Key], known: dict[Key, Known]) -> Known:
    """What is known of whoever is asked about: by the first key of which anything is."""
    return next((known[key] for key in keys if key in known), NOTHING)
