"""One store at work with prepared statements: who is meant, what would go, and its going."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from troth.apply.marking import row_texts
from troth.apply.mirror import Done
from troth.apply.moved import is_moved
from troth.apply.prepared.held import held_and_there, refuse_theirs
from troth.apply.prepared.lately import Lately
from troth.apply.prepared.persons import FactsIndex, Key, Naming, Persons, find, with_facts
from troth.apply.prepared.pipeline import Answer, Pipeline, Shape, Statement
from troth.apply.prepared.schema_mark import MARKS, mark_of
from troth.apply.prepared.statements import (
    Statements,
    Write,
    keys_name,
)
from troth.apply.prepared.unfit import UnfitError
from troth.apply.range_batch import differs
from troth.apply.receipts import OwnTables, own_tables
from troth.apply.resolve import Resolution
from troth.apply.work import Work
from troth.apply.writing import BatchCounts
from troth.datamap.model import DataMap, Table
from troth.grounds.cells import key_part
from troth.grounds.facts import Facts
from troth.ledger.marks import ROW, MarkedRows, MarkedTexts
from troth.plan.frame import Context, Frame
from troth.plan.model import DeleteRows, EraseValues, Plan
from troth.plan.scope import concerned
from troth.policy.model import Policy
from troth.stores.tables import TemporaryTable
from troth.stores.template import table_name

Rows = Sequence[tuple[Any, ...]]
Meant = dict[Naming, Persons]
LISTED_MOST = 500  # persons whose keys are a value of the statement; more go to a temporary table


@dataclass(frozen=True)
class Class:
    """Persons of one table of whom the facts say the same."""

    naming: Naming
    inside: frozenset[str]
    keys: tuple[Key, ...] = field(repr=False)
    shape: Shape


@dataclass
class Direct:
    """A store whose steps can go by prepared statements, with its session.

    Unfit where the store or one of the steps is not made for it.
    """

    work: Work
    statements: Statements
    pipeline: Pipeline
    mark: str
    own: OwnTables | None = None
    made: dict[Naming, TemporaryTable] = field(default_factory=dict)
    index: FactsIndex = field(default_factory=FactsIndex, repr=False)
    lately: Lately | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        work: Work,
        plan: Plan,
        datamap: DataMap,
        policy: Policy,
        known: Statements | None = None,
    ) -> Direct:
        """Ready for a plan's steps in one store; `known` are its statements in another session."""
        if not work.store.capabilities.temporary_tables.yes:
            raise UnfitError(f"store '{work.name}' makes no temporary tables")
        pipeline = Pipeline.of(work)
        mark = mark_of(pipeline.one(MARKS[work.store.address.dialect]))
        if known is None:
            known = _statements(work, type(pipeline), plan, datamap, policy)
        return cls(work, known.at(work), pipeline, mark)

    @property
    def asks_mark(self) -> Statement:
        """Asks for the mark of the schema."""
        return MARKS[self.work.store.address.dialect]

    def may_write(self) -> None:
        """Unfit where the store takes no receipts; Troth's own tables are made where they lack."""
        if self.own is None:
            self.own = own_tables(self.work)
        if self.own is None:
            raise UnfitError(f"store '{self.work.name}' takes no receipts")

    @contextmanager
    def moment(self) -> Iterator[None]:
        """A transaction that sees one moment; it begins with the first statement."""
        with self.pipeline.moment():
            yield

    def meant(
        self, resolution: Resolution, before: Sequence[Statement], *, lock: bool
    ) -> tuple[list[Answer], Meant]:
        """The persons whom the plan's acts name; locked until the transaction ends.

        `before`: statements that go first, with their answers.
        """
        acts = self.index.of(resolution.facts).acts
        found = (acts[id] for id in resolution.plan.scope if id in acts)
        named = [person for act in found for person in act.persons]
        if is_moved(named, resolution.facts.moved):
            raise UnfitError("a name of theirs was moved out of a row")
        wanted = dict.fromkeys(self.statements.namings, named)
        texts = self.statements.texts
        return find(self.work, self.pipeline, resolution, wanted, before, texts, lock=lock)

    def classes(self, resolution: Resolution, meant: Meant) -> list[Class]:
        """The persons by what the facts say of them."""
        statements = self.statements
        self._refuse_moved(resolution.facts, meant)
        held = any(hold.rows for hold in resolution.open_holds)
        if held:
            refuse_theirs(
                self.work, resolution, meant, statements.reaches_by_table, statements.tables
            )
        persons, self.lately = with_facts(
            resolution,
            self.index.of(resolution.facts),
            self.work,
            meant,
            statements.asked,
            statements.elsewhere,
            held_and_there(resolution) if held else set(),
            self.lately,
        )
        classes = []
        for naming, each in persons.items():
            by_facts = each.classes()
            if len(each.cells) > LISTED_MOST and len(by_facts) > 1:
                raise UnfitError("the facts say different things of so many persons")
            for inside, keys in by_facts.items():
                classes.append(Class(naming, inside, tuple(keys), _shape(keys)))
        return classes

    def _refuse_moved(self, facts: Facts, meant: Meant) -> None:
        if facts.moved:
            moved = {(one.store, one.table, one.key) for one in facts.moved}
            for naming, each in meant.items():
                here = self.work.name, naming.table
                if any((*here, (key_part(key),)) in moved for key in each.cells):
                    raise UnfitError("a name of theirs was moved out of a row")

    def anyhow(self, meant: Meant) -> list[Class]:
        """The persons, whatever the facts say of them."""
        return [
            Class(naming, frozenset(), tuple(each.keys), _shape(each.keys))
            for naming, each in meant.items()
            if each.cells
        ]

    def tables_for(self, namings: Iterable[Naming]) -> None:
        """Temporary tables for many keys, made outside of any transaction."""
        for naming in namings:
            if naming not in self.made:
                columns = self.work.key_columns(naming.table, (naming.key,))
                (column,) = columns
                renamed = column.__class__("id", column.kind, column.type_text, nullable=False)
                table = TemporaryTable(keys_name(naming), (renamed,), ("id",))
                self.work.session.create_temporary(table)
                self.made[naming] = table

    def load(self, classes: Sequence[Class]) -> None:
        """Many keys into their temporary tables."""
        for each in classes:
            if each.shape == "table":
                work, table = self.work, self.made[each.naming]
                clause = table.clause(work.store.address.dialect)
                with work.session.told():
                    work.connection.exec_driver_sql(
                        f"DELETE FROM {self.pipeline.temporary}.{table.name}"
                    )
                    rows = ((key,) for key in each.keys)
                    work.store.dialect.bulk_load(work.connection, clause, ("id",), rows)
                    work.store.dialect.analyse(work.connection, table.name)

    def _values(self, each: Class) -> tuple[object, ...]:
        return self.pipeline.values(each.shape, each.keys)

    def count(self, classes: Sequence[Class], *, last: bool = False) -> dict[str, int]:
        """How many rows each step would take now; `last`: in a moment that ends with it."""
        asked: list[tuple[str, ...]] = []
        statements: list[Statement] = []
        for each in classes:
            for names, text in self.statements.counts(each.naming, each.inside, each.shape):
                asked.append(names)
                statements.append(Statement(text, self._values(each), rows=True))
        counts: dict[str, int] = {}
        for names, answer in zip(asked, self.pipeline.run(statements, last=last), strict=True):
            for name, rows in zip(names, answer.rows[0], strict=True):
                if rows:
                    counts[name] = counts.get(name, 0) + int(rows)
        return counts

    def write(self, classes: Sequence[Class]) -> Written:
        """Everything that is due of the persons goes, in the open transaction."""
        writes = self._writes(classes)
        statements = [
            Statement(write.text, self._values(each), rows=write.marked) for write, each in writes
        ]
        answers = self.pipeline.run(statements)
        written = Written()
        for (write, _), answer in zip(writes, answers, strict=True):
            written.add(write, answer)
        return written

    def _writes(self, classes: Sequence[Class]) -> list[tuple[Write, Class]]:
        """The statements in order: children first, whosever they are; what names persons last."""
        asked = self.statements
        names = {naming.table for naming in asked.namings}
        order = {
            step.id: (isinstance(step, EraseValues) and step.table in names, at)
            for at, step in enumerate(asked.steps)
        }
        writes = [
            (write, each)
            for each in classes
            for write in asked.writes(each.naming, each.inside, each.shape)
        ]
        return sorted(writes, key=lambda one: order[one[0].step.id])

    def unchanged(self) -> bool:
        """The schema is the one for which the statements were made.

        After the writes it stays so until the transaction ends: its tables are locked by then.
        """
        return mark_of(self.pipeline.one(self.asks_mark)) == self.mark

    def verify(self, classes: Sequence[Class]) -> None:
        """No trigger has left a row as it was: nothing is due that has just been written."""
        if not self.statements.triggers:
            return
        left = self.count(classes)
        for step in self.statements.steps:
            if left.get(step.id) and step.table in self.statements.triggers:
                what = f"{left[step.id]} rows are as they were after the database wrote them"
                raise differs(self.work, step.table, what)

    def rows(self, classes: Sequence[Class]) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
        """What is held of the persons: table, columns and rows, each of one moment."""
        asked = {
            read: Statement(read.text, self._values(each), rows=True)
            for each in classes
            for read in self.statements.reads(each.naming, each.shape)
        }
        answers = self.pipeline.run(list(asked.values()), last=True)
        for read, answer in zip(asked, answers, strict=True):
            if answer.rows:
                yield read.table, read.columns, answer.rows

    def fence(self, organisation: str, token: int) -> Statement:
        """Makes `token` the one that may write; writes no row where a newer run has come."""
        return Statement(self._fences, (organisation, token))

    @cached_property
    def _fences(self) -> str:
        assert self.own is not None
        name, place = self._name(self.own.fences), self.pipeline.place
        return (
            f"INSERT INTO {name} AS fence (organisation, token) VALUES ({place(1)}, {place(2)})"
            " ON CONFLICT (organisation) DO UPDATE SET token = excluded.token"
            " WHERE fence.token <= excluded.token"
        )

    def receipt(self, organisation: str, done: Done, at: datetime) -> None:
        """The receipt of what the open transaction has written."""
        values = (organisation, done.run, 0, done.batch, done.counts, at.isoformat())
        self.pipeline.later(Statement(self._receipts, values))

    @cached_property
    def _receipts(self) -> str:
        assert self.own is not None
        columns = ("organisation", "run", "component", "batch", "counts", "done_at")
        places = ", ".join(self.pipeline.place(at) for at in range(1, len(columns) + 1))
        name = self._name(self.own.receipts)
        return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})"

    def _name(self, table: sa.TableClause) -> str:
        return table_name(self.work.store.address.dialect, table)

    def close(self) -> None:
        """Lets go of what the session keeps; its end would do so as well."""
        with suppress(Exception):
            for table in self.made.values():
                self.work.session.drop_temporary(table)


def _statements(
    work: Work, speech: type[Pipeline], plan: Plan, datamap: DataMap, policy: Policy
) -> Statements:
    steps: list[DeleteRows | EraseValues] = []
    for step in plan.steps:
        if step.store != work.name:
            continue
        if not isinstance(step, DeleteRows | EraseValues):
            raise UnfitError(f"'{step.id}' is more than a deletion")
        steps.append(step)
    tables = datamap.stores[work.name].tables
    immutable = {table: entry.immutable for table, entry in tables.items()}
    context = Context(policy, datamap, Facts(), plan.day, plan.scope)
    theirs = {
        table: (concerned(Frame(context, work.name, table), entry.roles), _read_of(entry))
        for table, entry in tables.items()
        if entry.roles and entry.key and table in work.tables
    }
    return Statements(work, speech, {**context.sets, **plan.sets}, steps, immutable, theirs)


def _shape(keys: Sequence[Key]) -> Shape:
    if len(keys) == 1:
        return "one"
    return "table" if len(keys) > LISTED_MOST else "list"


def _read_of(entry: Table) -> tuple[str, ...]:
    """The key, and the columns with personal data."""
    return tuple(dict.fromkeys((*entry.key, *entry.personal)))


@dataclass
class Written:
    """What the statements of one transaction wrote."""

    counts: BatchCounts = field(default_factory=BatchCounts)
    answers: list[tuple[Write, Answer]] = field(default_factory=list, repr=False)

    def add(self, write: Write, answer: Answer) -> None:
        written = self.counts.written
        written[write.step.id] = written.get(write.step.id, 0) + answer.count
        self.answers.append((write, answer))

    def marks(self) -> Iterator[MarkedRows | MarkedTexts]:
        """Marks of rows that went, or for each column of rows that lost values."""
        for write, answer in self.answers:
            step = write.step
            if not write.marked or not answer.rows:
                continue
            whats = (ROW,) if isinstance(step, DeleteRows) else tuple(step.columns)
            if write.texts:
                lines = [line for (line,) in answer.rows]
                yield from (MarkedTexts(step.table, what, lines) for what in whats)
            else:
                texts = [row_texts(cells) for cells in answer.rows]
                yield from (MarkedRows(step.table, what, texts) for what in whats)

    @property
    def rows(self) -> int:
        return sum(self.counts.written.values())

    @property
    def blind(self) -> dict[str, int]:
        """Rows, by table, of which no mark can be made."""
        found: dict[str, int] = {}
        for write, answer in self.answers:
            if not write.marked and answer.count:
                table = write.step.table
                found[table] = found.get(table, 0) + answer.count
        return found
