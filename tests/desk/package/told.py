"""What a package tells of every value of a world, beside what the interpreter means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from differential.comparison import AT_ONCE, SHORT, _atoms, _worth
from differential.databases import Databases
from differential.materialise import lay_down, read_back
from troth.apply.resolve import Resolution, resolve
from troth.apply.work import Work, working
from troth.desk.package.days import DayFinder, prepare
from troth.desk.package.model import Stands
from troth.desk.package.standing import GroupReader, days_of_rows
from troth.desk.package.walk import Walker
from troth.grounds.evidence import Evidence, Value
from troth.grounds.interpreter import standing
from troth.grounds.standing import Ground, Standing, State, Waiting
from troth.law.calendar import day_of
from troth.plan.frame import Context, Frame
from troth.plan.model import Plan
from troth.plan.predicate import Predicate
from troth.plan.rows import groups
from troth.stores.reflect import reflect
from worlds.world import World

LONGEST = 2_000  # nodes of a predicate that is asked at all


@dataclass
class Compared:
    """What was compared: values by state, supporting grounds by what their end is; differences."""

    states: Counter[State] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    differences: list[str] = field(default_factory=list)


def compare_told(world: World, databases: Databases) -> Compared:
    """Lays a world down and compares grounds and ends of every value."""
    stores = databases.empty(world.map.stores)
    lay_down(world, stores)
    schemas = {name: reflect(store) for name, store in stores.items()}
    day = day_of(world.now, world.policy.zoneinfo)
    context = Context(world.policy, world.map, world.facts, day)
    frames = [
        Frame(context, store, table)
        for store, entry in world.map.stores.items()
        for table in entry.tables
    ]
    readers = [
        [GroupReader(frame, group, world.now) for group in groups(frame)] for frame in frames
    ]
    for some in readers:
        for reader in some:
            assert reader.asks  # registers the sets that are read
    prepare(frames)
    result = Compared()
    with working(stores, schemas, world.map, world.policy.zoneinfo) as works:
        evidence = read_back(world, works)
        plan = Plan.model_construct(sets=context.sets)
        resolve(Resolution(plan, world.policy, world.map, world.facts, world.now, dict(works)))
        finder = DayFinder(Walker(works), world.now)
        for frame, some in zip(frames, readers, strict=True):
            _compare_table(world, frame, some, works, finder, evidence, result)
    return result


def _compare_table(
    world: World,
    frame: Frame,
    readers: Sequence[GroupReader],
    works: Mapping[str, Work],
    finder: DayFinder,
    evidence: Evidence,
    result: Compared,
) -> None:
    asks = list(dict.fromkeys(part for reader in readers for part in reader.asks))
    if any(part.size > LONGEST for part in asks):
        result.left_out += 1
        return
    rows = evidence.all_of(frame.store, frame.table)
    names = frame.require_key()
    keys = [tuple(evidence.cells(row)[name] for name in names) for row in rows]
    answers = _answers(works[frame.store], frame, asks)
    days = days_of_rows(finder, frame, readers, keys)
    for row, key in zip(rows, keys, strict=True):
        for reader in readers:
            found = reader.stands(
                key, lambda part, key=key: answers[key][part], days[key], evidence.cells(row)
            )
            for column in reader.group.columns:
                meant = standing(Value(row, column), evidence, world.facts, world.now)
                where = f"{frame.label}[{row.index}].{column}"
                result.differences += [f"{where}: {one}" for one in _differences(found, meant)]
                result.states[meant.state] += 1
                for ground in meant.grounds:
                    if ground.state is State.SUPPORTED and ground.activity is not None:
                        waits = ground.waiting.value if ground.waiting else "a day"
                        result.ends[waits] += 1


def _differences(found: Stands, meant: Standing) -> Iterator[str]:
    if found.state is not meant.state:
        yield f"told {found.state.value}, meant {meant.state.value}"
    elif found.ends != meant.ends:
        yield f"told until {found.ends}, meant {meant.ends}"
    told = sorted(map(_brief, (g for g in found.grounds if g.activity is not None)), key=repr)
    real = sorted(map(_brief, (g for g in meant.grounds if g.activity is not None)), key=repr)
    if told != real:
        yield f"told {told}, meant {real}"
    held = any(g.hold and g.state is State.SUPPORTED for g in meant.grounds)
    if ("held" in found.marks) != held:
        yield f"held: told {not held}, meant {held}"
    restricted = any(
        g.waiting is Waiting.RESTRICTION and g.state is State.SUPPORTED for g in meant.grounds
    )
    if ("restricted" in found.marks) != restricted:
        yield f"restricted: told {not restricted}, meant {restricted}"


def _brief(ground: Ground) -> tuple[Any, ...]:
    """What is compared of a ground: of one that supports, its rule, basis and end as well."""
    bare = (ground.activity, ground.role, ground.state.value)
    if ground.state is not State.SUPPORTED:
        return bare
    waits = ground.waiting.value if ground.waiting else ""
    return (*bare, ground.rule, ground.clauses, ground.article, ground.ends, waits)


def _answers(
    work: Work, frame: Frame, asks: Sequence[Predicate]
) -> dict[tuple[Any, ...], dict[Predicate, bool]]:
    """What the database answers for each row; long predicates are asked in parts."""
    renderer = work.renderer()
    row = renderer.row(frame.table)
    key = [row.source.c[name] for name in frame.require_key()]
    short = [part for part in asks if part.size <= SHORT]
    long = [part for part in asks if part.size > SHORT]
    atoms = list(dict.fromkeys(atom for part in long for atom in _atoms(part)))
    every = list(dict.fromkeys([*short, *atoms]))
    found: dict[tuple[Any, ...], dict[Predicate, bool]] = {}
    for start in range(0, max(len(every), 1), AT_ONCE):
        some = every[start : start + AT_ONCE]
        bits = [
            sa.case((renderer.condition(part, row), 1), else_=0).label(f"b{number}")
            for number, part in enumerate(some)
        ]
        select = sa.select(*key, *bits).select_from(row.source)
        for cells in work.connection.execute(select, execution_options={"compiled_cache": None}):
            answers = found.setdefault(tuple(cells[: len(key)]), {})
            answers |= dict(zip(some, map(bool, cells[len(key) :]), strict=True))
    named = {atom: f"{number}" for number, atom in enumerate(atoms)}
    for answers in found.values():
        said = {named[atom]: answers[atom] for atom in atoms}
        answers |= {part: _worth(part, said, named) for part in long}
    return found
