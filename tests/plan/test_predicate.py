"""Predicates that say the same are one object, and are let go when nobody holds them."""

from __future__ import annotations

import gc
from datetime import date

from troth.plan import predicate as algebra
from troth.plan.predicate import (
    FALSE,
    TRUE,
    Always,
    And,
    DayColumn,
    Exists,
    Hop,
    IsNull,
    KeyIn,
    Not,
    Or,
    Predicate,
    both,
    canonical,
    day_within,
    either,
    exists,
    negation,
)
from troth.plan.simplify import simplified

HOP = Hop(table="orders", columns=("id",), target=("customer",))


def null(column: str) -> Predicate:
    return IsNull(column=column)


def on(column: str, first: int, last: int) -> Predicate:
    day = DayColumn(column=column, zone="Europe/Paris")
    return day_within(day, date(first, 1, 1), date(last, 1, 1))


def whole() -> Predicate:
    return both(
        either(null("a"), negation(null("b"))),
        exists((HOP,), both(null("c"), KeyIn(set="held", columns=("id",)))),
    )


def test_the_same_is_one_object() -> None:
    assert whole() is whole()
    parsed = And.model_validate_json(whole().model_dump_json())
    assert parsed is not whole()
    assert parsed == whole()
    assert canonical(parsed) is whole()
    assert both(parsed, TRUE) is whole()


def test_constants_decide_however_they_were_made() -> None:
    assert both(null("a"), Always(value=False)) is FALSE
    assert either(null("a"), Always(value=True)) is TRUE
    assert both(Always(value=True), null("a")) == null("a")
    assert negation(Always(value=True)) is FALSE
    assert exists((HOP,), Always(value=False)) is FALSE
    assert negation(Not(part=null("a"))) == null("a")


def test_what_says_something_else_is_another() -> None:
    parts = null("a"), null("b")
    made = [both(*parts), either(*parts), both(*reversed(parts)), negation(both(*parts))]
    assert len({id(each) for each in made}) == len(set(made)) == 4
    assert len({each.fingerprint for each in made}) == 4


def test_the_fingerprint_and_the_sets_of_a_predicate() -> None:
    parsed = And.model_validate_json(whole().model_dump_json())
    assert parsed.fingerprint == whole().fingerprint
    assert whole().sets == parsed.sets == ("held",)
    copied = HOP.model_copy(update={"source_when": KeyIn(set="s", columns=("id",))})
    assert copied.fingerprint != HOP.fingerprint
    assert copied != HOP
    assert exists((copied,), TRUE).sets == ("s",)


def test_predicates_are_let_go() -> None:
    gc.collect()
    before = len(algebra._by_parts), len(algebra._by_value)
    made = [
        simplified(both(null(f"gone{n}"), either(null("x"), on("y", n, 3000))))
        for n in range(1, 50)
    ]
    assert len(algebra._by_parts) > before[0]
    del made
    gc.collect()
    after = len(algebra._by_parts), len(algebra._by_value)
    assert after[0] <= before[0] + 2
    assert after[1] <= before[1] + 4


def test_simplified() -> None:
    a, b = null("a"), null("b")
    assert simplified(And(parts=(a, Or(parts=(a, b))))) == a
    assert simplified(And(parts=(a, Or(parts=(negation(a), b))))) == both(a, b)
    assert simplified(Or(parts=(a, And(parts=(negation(a), b))))) == either(a, b)
    assert simplified(both(on("d", 2001, 2002), on("d", 2000, 2010))) == on("d", 2001, 2002)
    assert simplified(both(on("d", 2000, 2001), on("d", 2002, 2003))) is FALSE
    assert simplified(both(on("d", 2000, 2001), negation(null("d")))) == on("d", 2000, 2001)
    assert simplified(negation(both(a, negation(negation(a))))) == negation(a)
    inside = Exists(hops=(HOP,), where=And(parts=(a, Or(parts=(a, b)))))
    assert simplified(both(b, inside)) == both(b, exists((HOP,), a))
    # what was learnt outside a row elsewhere says nothing of that row
    assert simplified(both(a, Exists(hops=(HOP,), where=a))) == both(a, exists((HOP,), a))
