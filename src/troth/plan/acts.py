"""Acts of persons, compiled: of which rows they end grounds, and which values they suspend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troth.plan.conditions import Asked, Gate, basis_condition
from troth.plan.covering import Covering
from troth.plan.days import identity_columns
from troth.plan.frame import Frame
from troth.plan.limits import UNKNOWN, Limit, latest
from troth.plan.predicate import FALSE, TRUE, Flag, KeyIn, Predicate, both, either, negation
from troth.plan.rules import own_limit
from troth.plan.sets import ActPersons, Touch
from troth.policy.model import Activity, LegalBasis
from troth.policy.retention import RetentionRule

_WEIGHED = ("legitimate-interests", "public-task")


@dataclass(frozen=True)
class Touched:
    """One activity that covers a value, as acts of the value's person may touch it."""

    asked: Asked
    covering: Covering
    category: str
    place: str

    @property
    def frame(self) -> Frame:
        return self.asked.frame

    @property
    def activity(self) -> Activity:
        return self.covering.activity

    def by(self, touch: Touch, consent: str | None = None) -> Predicate:
        """Rows whose person has done what `touch` names, and has not given `consent` since.

        False where nobody has, so far.
        """
        if not _anybody(self.frame, touch, self.covering.activity_name):
            return FALSE
        name = self.covering.activity_name
        return person_set(self.asked, touch, (name,), self.category, self.place, consent)[0]


def _anybody(frame: Frame, touch: Touch, activity: str) -> bool:
    """Whether any fact could put somebody into the set: without, the predicate stays small.

    Such an act that comes after the plan was made only adds to what is due: the next plan has it.
    """
    kinds = {
        "marketing": ("opt-out", "death", "objection", "erasure"),
        "named-objection": ("objection",),
        "objected": ("objection",),
    }.get(touch, ("erasure",))
    return any(
        act.kind in kinds and (not act.activities or activity in act.activities)
        for act in frame.context.facts.acts
    )


def person_set(
    asked: Asked,
    touch: Touch,
    activities: tuple[str, ...],
    category: str | None,
    place: str,
    consent: str | None = None,
) -> tuple[Predicate, Predicate]:
    """Rows whose person an act of that kind names; and whether one of those acts names nobody."""
    frame = asked.frame
    person = frame.end(asked.role.person)
    names = identity_columns(frame, asked.role_name, asked.role)
    label = "+".join((*activities, "", category or "", place, consent or "", *names))
    definition = ActPersons(
        name=f"acts-{touch}-{person.label}-{label}",
        store=person.store,
        table=person.table,
        columns=person.require_key(),
        identity=names,
        touch=touch,
        activities=activities,
        category=category,
        place=place,
        consent=consent,
    )
    name = frame.context.ask(definition)
    nobody = Flag(name=f"nobody-{name}")
    if not names:
        return FALSE, nobody
    return frame.along(asked.role.person, KeyIn(set=name, columns=definition.columns)), nobody


def act_gate(touched: Touched) -> Gate:
    """Rows whose ground the acts of their person have ended, and those where that is unknown."""
    effects = [_on_basis(touched, basis) for basis in touched.activity.legal_bases]
    if all(effect == Gate() for effect in effects):
        return Gate()
    counting = may_count(touched.frame, touched.activity.legal_bases)
    some_basis = either(*counting)
    closed = both(
        some_basis,
        *(
            either(negation(may), effect.closed)
            for may, effect in zip(counting, effects, strict=True)
        ),
    )
    touches = either(
        *(
            both(may, either(effect.closed, effect.unknown))
            for may, effect in zip(counting, effects, strict=True)
        )
    )
    return Gate(closed=closed, unknown=both(touches, negation(closed)))


def may_count(frame: Frame, bases: Sequence[LegalBasis]) -> list[Predicate]:
    """For each basis the rows for which it may be the one that counts."""
    found = []
    open_so_far: Predicate = TRUE
    for basis in bases:
        holds = basis_condition(frame, basis)
        found.append(open_so_far if holds is None else both(open_so_far, holds))
        if holds is not None:
            open_so_far = both(open_so_far, negation(holds))
    return found


def _on_basis(touched: Touched, basis: LegalBasis) -> Gate:
    if touched.activity.direct_marketing:
        return Gate(closed=touched.by("marketing", basis.consent))
    if basis.kind == "consent":
        named, erased = (touched.by(one, basis.consent) for one in ("named-objection", "erasure"))
        return Gate(closed=either(named, erased))
    if basis.kind in _WEIGHED:
        return _either(
            _withstood(touched, touched.by("objected"), erasure=False),
            _withstood(touched, touched.by("erased"), erasure=True),
        )
    if basis.kind == "contract":
        return _contract(touched)
    return Gate()


def _either(one: Gate, other: Gate) -> Gate:
    closed = either(one.closed, other.closed)
    return Gate(closed, both(either(one.unknown, other.unknown), negation(closed)))


def _withstood(touched: Touched, done: Predicate, *, erasure: bool) -> Gate:
    """The end of a ground by `done`, unless a floor or an overriding rule runs (Art. 17(3))."""
    if done == FALSE:
        return Gate()
    limits = _withstanding(touched, erasure=erasure)
    if not limits:
        return Gate(closed=done)
    limit = latest(limits).decided()
    return Gate(closed=both(done, limit.ended), unknown=both(done, limit.unknown))


def _withstanding(touched: Touched, *, erasure: bool) -> list[Limit]:
    covering = touched.covering
    limits = [_own(touched, rule, floor=True) for rule in covering.floors]
    if erasure:
        limits += [
            _own(touched, rule, floor=floor)
            for rules, floor in ((covering.ceilings, False), (covering.floors, True))
            for rule in rules
            if rule.withstands is not None
        ]
    return limits


def _contract(touched: Touched) -> Gate:
    """An erasure ends the contract's ground once no contract runs."""
    done = touched.by("erasure")
    if done == FALSE:
        return Gate()
    covering = touched.covering
    limits = [_own(touched, rule, floor=False) for rule in covering.ceilings]
    limits += [_own(touched, rule, floor=True) for rule in covering.floors]
    own = latest(limits) if limits else UNKNOWN
    unsure = either(own.unknown, own.never)
    over = _withstood(touched, both(done, negation(own.open)), erasure=True)
    return Gate(
        closed=both(over.closed, negation(unsure)),
        unknown=either(over.unknown, both(over.closed, unsure)),
    )


def _own(touched: Touched, rule: RetentionRule, *, floor: bool) -> Limit:
    return own_limit(touched.frame, touched.asked.role_name, touched.asked.role, rule, floor=floor)


def suspended(
    touched: Sequence[Touched], holds: Sequence[Predicate]
) -> tuple[Predicate, Predicate]:
    """Values that an undecided act suspends, and those that it may because it names nobody known.

    `touched`: the activities that cover the value; `holds`: where the role of each holds.
    """
    certain: dict[tuple[str, Predicate], list[Touched]] = {}
    for each, role in zip(touched, holds, strict=True):
        weighed = _weighed(each)
        if weighed != FALSE:
            key = (each.asked.role_name, both(role, weighed))
            certain.setdefault(key, []).append(each)
    restricted: Predicate = FALSE
    blind: Predicate = FALSE
    for (_, where), group in certain.items():
        one = group[0]
        names = tuple(each.covering.activity_name for each in group)
        found, nobody = person_set(one.asked, "pending", names, one.category, one.place)
        restricted = either(restricted, both(where, found))
        blind = either(blind, both(where, nobody))
    return restricted, blind


def _weighed(touched: Touched) -> Predicate:
    """Rows for which a basis that may count is one that an objection puts to the test."""
    if touched.activity.direct_marketing:
        return FALSE
    bases = touched.activity.legal_bases
    return either(
        *(
            may
            for basis, may in zip(bases, may_count(touched.frame, bases), strict=True)
            if basis.kind in _WEIGHED
        )
    )


def restricted(asked: Asked, category: str | None, place: str) -> tuple[Predicate, Predicate]:
    """Values under a restriction in force of their person in a role, whether or not it holds."""
    return person_set(asked, "restriction", (), category, place)


def asked_to_erase(touched: Touched) -> Predicate:
    """Rows whose person's erasure has taken effect for the activity: its archives begin at once."""
    return touched.by("erased")
