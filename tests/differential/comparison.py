"""One world, asked twice: the compiled plan in the databases, and the interpreter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from differential.databases import Databases
from differential.materialise import lay_down, read_back
from differential.picked import going
from troth.apply.resolve import Resolution, resolve
from troth.apply.work import Work, working
from troth.datamap.inside import path_of
from troth.grounds.evidence import Evidence, Row, Value
from troth.grounds.inside import present
from troth.grounds.interpreter import standing
from troth.grounds.rows import Stand, row_actions
from troth.grounds.standing import Standing, State
from troth.law.calendar import day_of
from troth.plan.build import build
from troth.plan.frame import Context, Frame
from troth.plan.inside import beside_of, gone_inside
from troth.plan.model import Plan
from troth.plan.predicate import And, Not, Or, Predicate
from troth.plan.rows import Group, deletable, dependents, groups
from troth.plan.schema import StoreSchema
from troth.stores.reflect import reflect
from worlds.world import World

SHORT = 40  # nodes of a predicate that is rendered as a whole
LONGEST = 250  # nodes of a predicate of deletability that is asked at all
AT_ONCE = 40  # predicates in one statement


@dataclass
class Comparison:
    """What was compared, and every difference as one line; `inside`: the values inside JSON."""

    states: Counter[State] = field(default_factory=Counter)
    inside: Counter[State] = field(default_factory=Counter)
    rows: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    picked: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def values(self) -> int:
        return self.states.total()


@dataclass(frozen=True)
class Compiled:
    """What the compiler says of one table: its groups of columns, and which rows may go."""

    frame: Frame
    groups: tuple[Group, ...]
    deletable: Predicate | None

    def predicates(self) -> Iterator[tuple[str, Predicate]]:
        for number, group in enumerate(self.groups):
            yield f"due{number}", group.standing.due
            yield f"unknown{number}", group.standing.unknown
            yield f"moves{number}", group.moves
            for name in group.columns:
                if self.is_inside(name):
                    yield f"gone {name}", self.gone(name)
        if self.deletable is not None:
            yield "deletable", self.deletable

    def is_inside(self, name: str) -> bool:
        """Whether a value is a part of what a JSON column holds."""
        return path_of(name) is not None or name in beside_of(self.frame.entry)

    def gone(self, name: str) -> Predicate:
        """Rows in which nothing is left of a value inside JSON."""
        erased = self.frame.entry.values[name].erased
        return gone_inside(name, erased, beside_of(self.frame.entry))


def _compile(frame: Frame, schema: StoreSchema) -> Compiled:
    """What the compiler says of a table.

    No deletability where tables depend in a circle, which `apply` decides by iteration, nor for
    rows that go with the row they are part of.
    """
    part = any(relation.part_of for relation in frame.entry.relations.values())
    found = None if part or _circular(frame, schema, ()) else deletable(frame, schema)
    if found is not None and found.size > LONGEST:
        found = None
    return Compiled(frame, groups(frame), found)


def _circular(frame: Frame, schema: StoreSchema, above: tuple[str, ...]) -> bool:
    """Whether a table that depends on this one, by whatever chain, depends on itself."""
    if frame.table in above:
        return True
    path = (*above, frame.table)
    return any(
        _circular(frame.at(frame.store, dependent.table), schema, path)
        for dependent in dependents(frame, schema)
        if dependent.known
    )


def compare(world: World, databases: Sequence[Databases]) -> dict[str, Comparison]:
    """Lays a world down in each kind of database, and compares every value and row, by dialect."""
    compiled: Program | None = None
    found = {}
    for each in databases:
        stores = each.empty(world.map.stores)
        lay_down(world, stores)
        schemas = {name: reflect(store) for name, store in stores.items()}
        compiled = compiled or compile_world(world, schemas)
        with working(stores, schemas, world.map, world.policy.zoneinfo) as works:
            evidence = read_back(world, works)
            stand = once_each()
            actions = row_actions(evidence, world.facts, world.now, stand=stand)
            found[each.dialect] = result = _run(world, compiled, works, evidence, actions, stand)
            _compare_picks(world, schemas, works, evidence, actions, result, ())
            if world.facts.acts:  # a plan about the person of one act alone
                scope = (world.facts.acts[0].id,)
                actions = row_actions(evidence, world.facts, world.now, scope, stand=stand)
                _compare_picks(world, schemas, works, evidence, actions, result, scope)
    return found


def once_each() -> Stand:
    """The interpreter, asked once of each value; for one evidence at one instant."""
    known: dict[Value, Standing] = {}

    def stand(value: Value, *given: Any) -> Standing:
        if value not in known:
            known[value] = standing(value, *given)
        return known[value]

    return stand


def _compare_picks(
    world: World,
    schemas: Mapping[str, StoreSchema],
    works: Mapping[str, Work],
    evidence: Evidence,
    actions: Mapping[Row, Any],
    result: Comparison,
    scope: tuple[str, ...],
) -> None:
    """The rows that a run would delete, picked or taken along by a tree, against those meant."""
    plan = build(world.policy, world.map, schemas, world.facts, world.now, scope=scope)
    for work in works.values():
        work.sets.clear()
        work.flags.clear()
    resolve(Resolution(plan, world.policy, world.map, world.facts, world.now, dict(works)))
    for found in going(plan, works):
        entry = world.map.table(found.store, found.table)
        meant = {
            tuple(evidence.cells(row)[name] for name in entry.key)
            for row in evidence.all_of(found.store, found.table)
            if actions[row].act == "delete"
        }
        way = "along trees" if found.by_tree else "one by one"
        result.picked[f"{way}, for one person" if scope else way] += len(found.keys)
        for key in meant ^ found.keys:
            said = "picked" if key in found.keys else "not picked"
            result.differences.append(f"{found.store}.{found.table}: a row is {said}, meant else")


@dataclass(frozen=True)
class Program:
    """What the compiler makes of a world: predicates of each table, and the sets that they read."""

    tables: tuple[Compiled, ...]
    plan: Plan


def compile_world(world: World, schemas: Mapping[str, StoreSchema]) -> Program:
    """The program of a world; of the schemas it reads the foreign keys."""
    day = day_of(world.now, world.policy.zoneinfo)
    context = Context(world.policy, world.map, world.facts, day)
    tables = tuple(
        _compile(Frame(context, store, table), schemas[store])
        for store, entry in world.map.stores.items()
        for table in entry.tables
    )
    return Program(tables, Plan.model_construct(sets=context.sets))


def _run(
    world: World,
    program: Program,
    works: Mapping[str, Work],
    evidence: Evidence,
    actions: Mapping[Row, Any],
    stand: Stand,
) -> Comparison:
    result = Comparison()
    resolve(Resolution(program.plan, world.policy, world.map, world.facts, world.now, dict(works)))
    for one in program.tables:
        answers = _ask(one, works[one.frame.store])
        _compare_table(one, answers, world, evidence, actions, stand, result)
    return result


Answers = dict[tuple[Any, ...], dict[str, bool]]


def _ask(compiled: Compiled, work: Work) -> Answers:
    """What the database answers for each row, by key.

    A predicate that is short is asked as it is; of a long one the database is asked the parts, and
    their `and`, `or` and `not` are counted out here: no real policy makes one as long.
    """
    renderer = work.renderer()
    row = renderer.row(compiled.frame.table)
    key = [row.source.c[name] for name in compiled.frame.require_key()]
    named = dict(compiled.predicates())
    short = {name: part for name, part in named.items() if part.size <= SHORT}
    atoms = {
        atom: f"atom{number}"
        for number, atom in enumerate(
            dict.fromkeys(a for name in named if name not in short for a in _atoms(named[name]))
        )
    }
    asked = list(short.items())
    asked += [(name, part) for part, name in atoms.items()]
    found: Answers = {}
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        columns = [
            sa.case((renderer.condition(part, row), 1), else_=0).label(name) for name, part in some
        ]
        select = sa.select(*key, *columns).select_from(row.source)
        for cells in work.connection.execute(select, execution_options={"compiled_cache": None}):
            answers = found.setdefault(tuple(cells[: len(key)]), {})
            answers |= {
                name: bool(cell) for (name, _), cell in zip(some, cells[len(key) :], strict=True)
            }
    for answers in found.values():
        for name, part in named.items():
            if name not in short:
                answers[name] = _worth(part, answers, atoms)
    return found


def _atoms(part: Predicate) -> Iterator[Predicate]:
    match part:
        case And() | Or():
            for inner in part.parts:
                yield from _atoms(inner)
        case Not():
            yield from _atoms(part.part)
        case _:
            yield part


def _worth(part: Predicate, answers: Mapping[str, bool], atoms: Mapping[Predicate, str]) -> bool:
    match part:
        case And():
            return all(_worth(inner, answers, atoms) for inner in part.parts)
        case Or():
            return any(_worth(inner, answers, atoms) for inner in part.parts)
        case Not():
            return not _worth(part.part, answers, atoms)
        case _:
            return answers[atoms[part]]


def _compare_table(
    compiled: Compiled,
    answers: Answers,
    world: World,
    evidence: Evidence,
    actions: Mapping[Row, Any],
    stand: Stand,
    result: Comparison,
) -> None:
    frame = compiled.frame
    rows = evidence.all_of(frame.store, frame.table)
    label = frame.label
    if answers and len(answers) != len(rows):
        result.differences.append(f"{label}: {len(answers)} rows answered of {len(rows)}")
        return
    for row in rows:
        cells = evidence.cells(row)
        answer = answers.get(tuple(cells[name] for name in frame.require_key()), {})
        action = actions[row]
        result.acts[action.act] += 1
        where = f"{label}[{row.index}]"
        for number, group in enumerate(compiled.groups):
            due, unknown = answer[f"due{number}"], answer[f"unknown{number}"]
            if due and unknown:
                result.differences.append(f"{where}: both due and unknown")
            state = State.DUE if due else State.UNKNOWN if unknown else State.SUPPORTED
            for column in group.columns:
                value = Value(row, column)
                meant = stand(value, evidence, world.facts, world.now)
                result.states[meant.state] += 1
                if compiled.is_inside(column):
                    result.inside[meant.state] += 1
                    if present(value, evidence, "") == answer[f"gone {column}"]:
                        result.differences.append(f"{where}.{column}: there, and compiled gone")
                if meant.state is not state:
                    result.differences.append(
                        f"{where}.{column}: compiled {state.value}, meant {meant.state.value}"
                    )
                elif column in action.erase or action.act == "delete":
                    _compare_move(where, column, answer[f"moves{number}"], action, result)
        gone = action.act == "delete"
        if compiled.deletable is None:
            continue
        result.rows += 1
        if answer["deletable"] != gone:
            said = "goes" if answer["deletable"] else "stays"
            result.differences.append(f"{where}: compiled {said}, meant {action.act}")


def _compare_move(where: str, column: str, moves: bool, action: Any, result: Comparison) -> None:
    present = column in action.erase
    if present and moves != (column in action.move):
        result.differences.append(f"{where}.{column}: compiled moves={moves}, meant otherwise")
