"""The ground that one activity gives a value under one role, and how caps shorten it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from troth.grounds.acts import Effect, asked_to_erase, effect_of_acts
from troth.grounds.bases import ARTICLES, lawful
from troth.grounds.coverage import Spot, counting, covering, covers
from troth.grounds.events import Look
from troth.grounds.facts import Act
from troth.grounds.limits import Kind, Outcome, latest
from troth.grounds.people import Valid
from troth.grounds.retention import rule_outcome, until_outcome
from troth.grounds.standing import Ground, State, Waiting
from troth.policy.model import Activity
from troth.policy.retention import RetentionRule


@dataclass(frozen=True)
class Considered:
    """A ground with the rules that count for it, and what its floors come to (None: no floor)."""

    ground: Ground
    rules: tuple[RetentionRule, ...]
    floor: Kind | None
    set_aside: bool = False  # by an exclusive rule of another activity

    @property
    def exclusive(self) -> bool:
        return any(rule.exclusive for rule in self.rules)


def consider(name: str, activity: Activity, spot: Spot, look: Look) -> Considered | None:
    """The ground of an activity for the value under the role looked at; None if it covers not."""
    if not covers(activity, spot) and not covering(activity, spot):
        return None
    asked = asked_to_erase(name, spot, look)
    counted = [
        (rule, floor, rule_outcome(rule, look, spot.place, floor=floor, asked=asked))
        for floor in (False, True)
        for rule in counting(activity, spot, floors=floor)
    ]
    if counted:
        outcome = latest([each for _, _, each in counted])
        rule = next(rule for rule, _, each in counted if each is outcome)
    else:
        outcome, rule = Outcome(Kind.UNKNOWN), None
    floors = [each for _, floor, each in counted if floor]
    acted = _acted(name, activity, spot, look, [(rule, floor) for rule, floor, _ in counted])
    ground = _ground(name, activity, rule, outcome, look, acted)
    rules = tuple(dict.fromkeys(rule.id for rule, _, _ in counted))
    return Considered(
        ground,
        tuple(rule for rule in activity.retention if rule.id in rules),
        latest(floors).kind if floors else None,
    )


def _acted(
    name: str,
    activity: Activity,
    spot: Spot,
    look: Look,
    counted: list[tuple[RetentionRule, bool]],
) -> tuple[Effect, Act | None]:
    """What the person's acts do to the ground, by the rules' ends without warning or archive."""
    bare = [(rule, floor, until_outcome(rule, look, floor=floor)) for rule, floor in counted]
    return effect_of_acts(
        name,
        activity,
        spot,
        look,
        latest([each for _, _, each in bare]) if bare else Outcome(Kind.UNKNOWN),
        [each for _, floor, each in bare if floor],
        [each for rule, _, each in bare if rule.withstands is not None],
    )


def _ground(
    name: str,
    activity: Activity,
    rule: RetentionRule | None,
    outcome: Outcome,
    look: Look,
    acted: tuple[Effect, Act | None],
) -> Ground:
    """Retention, basis and acts: ended if one of them has, else unknown if one of them is."""
    effect, act = acted
    law = lawful(activity, look)
    article = ARTICLES[law.basis.kind] if law.basis else "GDPR 6(1)"
    ground = Ground(
        activity=name,
        rule=rule.id if rule else None,
        role=look.role,
        clauses=rule.clauses if rule else activity.clauses,
        article=article,
        state=State.SUPPORTED,
        ends=outcome.ends,
        event=outcome.event or None,
        why=law.why,
    )
    if law.valid is Valid.ENDED:
        return replace(ground, state=State.DUE, ends=None)
    if outcome.kind is Kind.ENDED:
        return replace(ground, state=State.DUE)
    if act is not None:
        ground = replace(ground, act=act.id, why=f"{act.kind} {effect.value} this ground")
    if effect is Effect.ENDS:
        return replace(ground, state=State.DUE, ends=None)
    if outcome.kind in (Kind.UNKNOWN, Kind.NEVER):
        why = _undecided(rule, outcome)
        return replace(ground, state=State.UNKNOWN, ends=None, waiting=Waiting.UNKNOWN, why=why)
    if law.valid is Valid.UNKNOWN:
        return replace(ground, state=State.UNKNOWN, ends=None, waiting=Waiting.UNKNOWN)
    if effect is Effect.UNKNOWN:
        return replace(ground, state=State.UNKNOWN, ends=None, waiting=Waiting.UNKNOWN)
    if outcome.kind is Kind.OPEN:
        waiting = Waiting.WARNING if outcome.warning else Waiting.EVENT
        return replace(ground, waiting=waiting)
    return ground


def _undecided(rule: RetentionRule | None, outcome: Outcome) -> str:
    if rule is None:
        return "no retention period is declared"
    if outcome.kind is Kind.NEVER:
        return "nothing can end the period"
    return f"the day of {outcome.event} is unknown"


def capped(considered: Considered, caps: Iterable[Outcome]) -> Considered:
    """A ground ends at the latest when a cap ends, but a floor that runs does not yield.

    Where the floor is unknown, the cap may have ended and the ground is unknown.
    """
    for cap in caps:
        considered = replace(considered, ground=_cut(considered, cap))
    return considered


def _cut(considered: Considered, cap: Outcome) -> Ground:
    ground, floor = considered.ground, considered.floor
    if ground.state is State.DUE or floor in (Kind.RUNNING, Kind.OPEN):
        return ground
    floor_unknown = floor in (Kind.UNKNOWN, Kind.NEVER)
    if cap.kind is Kind.ENDED and not floor_unknown:
        return replace(ground, state=State.DUE, ends=cap.ends, waiting=None, why="a cap has ended")
    if cap.kind in (Kind.ENDED, Kind.UNKNOWN, Kind.NEVER):
        why = "a cap on this place cannot be decided"
        return replace(ground, state=State.UNKNOWN, ends=None, waiting=Waiting.UNKNOWN, why=why)
    sooner = cap.ends is not None and (ground.ends is None or cap.ends < ground.ends)
    if ground.state is State.SUPPORTED and sooner and not floor_unknown:
        return replace(ground, ends=cap.ends, waiting=None)
    return ground
