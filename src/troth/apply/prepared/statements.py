"""The statements of a plan's steps for persons of one class, as text that is written once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from troth.apply.prepared.persons import Naming
from troth.apply.prepared.pipeline import Pipeline, PostgresPipeline, Shape
from troth.apply.prepared.specialise import (
    Known,
    Reach,
    Sets,
    asked_elsewhere,
    conjuncts,
    own_rows,
    reach_of,
    sets_asked,
)
from troth.apply.prepared.unfit import UnfitError
from troth.apply.values import erased_forms, present
from troth.apply.work import Work
from troth.datamap.inside import path_of
from troth.plan.model import Child, DeleteRows, EraseValues
from troth.plan.predicate import (
    FALSE,
    TRUE,
    KeyIn,
    Predicate,
    both,
    either,
    exists,
    negation,
)
from troth.plan.schema import ColumnSchema, TableSchema
from troth.plan.sets import ScopePersons
from troth.stores.fragment import Gap
from troth.stores.render import Renderer, Row
from troth.stores.template import TEST, Template, conjunction, made, writer

_SAME_TEXT = ("bigint", "integer", "smallint", "text", "character varying", "date")
"""Types that PostgreSQL writes as the texts of marks are."""
COUNTED_AT_ONCE = 25  # steps whose rows one statement counts
_MARK = f"k{uuid.uuid4().hex}"  # stands for the keys while a text is written

Step = DeleteRows | EraseValues


def keys_name(naming: Naming) -> str:
    """The temporary table for the keys of many persons."""
    digest = hashlib.sha256(repr(naming).encode()).hexdigest()[:12]
    return f"troth_keys_{digest}"


@dataclass(frozen=True)
class Write:
    """A step's statement for one class; it returns key and immutable columns where `marked`.

    `texts`: each row as the text of which a mark is made.
    """

    step: Step
    naming: Naming
    text: str
    marked: bool
    texts: bool = False


@dataclass(frozen=True)
class Read:
    """The statement that reads the rows of persons in one table; `columns` in their order."""

    table: str
    columns: tuple[str, ...]
    text: str


class Keyed(Renderer):
    """A renderer to which the sets of persons that are meant are a value of the statement."""

    def _key_in(self, predicate: KeyIn, table: TableSchema) -> Template:
        if predicate.set not in self.sets:
            return super()._key_in(predicate, table)
        (column,) = predicate.columns
        inside = made((Gap(0, column), f" = ANY({_MARK})"), TEST, ())
        found = table.column(column)
        if found is None or not found.nullable:
            return inside
        return conjunction([made((Gap(0, column), " IS NOT NULL"), TEST, ()), inside])


@dataclass
class Statements:
    """What is known of the steps of one store before any person is, and the texts made so far.

    `theirs`: by table, which rows are data of a person who is meant, and what is read of them.

    Unfit where a step cannot be carried out by one statement of its own.
    """

    work: Work
    speech: type[Pipeline]
    sets: Sets
    steps: Sequence[Step]
    immutable: Mapping[str, tuple[str, ...]]
    theirs: Mapping[str, tuple[Predicate, tuple[str, ...]]] = field(default_factory=dict)
    reaches: dict[str, Reach] = field(default_factory=dict)
    texts: dict[object, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.deletes = {s.table: s for s in self.steps if isinstance(s, DeleteRows)}
        for step in self.steps:
            _refuse_step(self.work, step, self.immutable)
        for step in self.steps:
            if step.due != FALSE:
                self.reaches[step.id] = reach_of(self.work, self.sets, step.table, step.due)
        for step in self.deletes.values():
            self._refuse_unordered(step)
        self.triggers = frozenset(
            step.table for step in self.steps if self.work.row(step.table).table.triggers
        )
        self.asked = [name for name in sets_asked(self.steps) if name not in self.scopes]
        self.elsewhere = frozenset(
            name
            for step in self.steps
            for part in (step.due, step.free if isinstance(step, DeleteRows) else None)
            if part is not None
            for name in asked_elsewhere(part, self.reaches.get(step.id), self.sets)
        )

    def at(self, work: Work) -> Statements:
        """The same in another session of the store; texts that either makes are shared."""
        found = copy(self)
        found.work = work
        return found

    @cached_property
    def scopes(self) -> frozenset[str]:
        return frozenset(name for name, one in self.sets.items() if isinstance(one, ScopePersons))

    @cached_property
    def tables(self) -> frozenset[str]:
        """Those in which something goes."""
        return frozenset(step.table for step in self.steps)

    @cached_property
    def reaches_by_table(self) -> dict[str, Reach]:
        """How rows of a table lead to their person, where each of its steps says the same."""
        found: dict[str, Reach] = {}
        doubtful = set()
        for step in self.steps:
            reach = self.reaches.get(step.id)
            if reach is None or found.setdefault(step.table, reach) != reach:
                doubtful.add(step.table)
        return {table: reach for table, reach in found.items() if table not in doubtful}

    @cached_property
    def namings(self) -> tuple[Naming, ...]:
        return tuple(dict.fromkeys(reach.naming for reach in self.reaches.values()))

    def naming(self, step: Step) -> Naming:
        """The persons by whom the rows of a step are found."""
        if step.id in self.reaches:
            return self.reaches[step.id].naming
        assert isinstance(step, DeleteRows)
        return self.naming(self._owner(step))

    def known(self, inside: frozenset[str]) -> Known:
        return Known(self.work, self.sets, inside, frozenset(self.work.flags))

    # What goes

    def due(self, step: Step, known: Known) -> Predicate:
        """The rows that a step takes, whatever depends on them."""
        key = ("due", step.id, known.inside, known.flags)
        if key not in self.texts:
            own: Predicate = FALSE
            if step.id in self.reaches:
                own = known.due(step, self.reaches[step.id])
            if isinstance(step, DeleteRows) and step.with_parent and known.free(step):
                owner = self._owner(step)
                own = either(own, exists((self._to_owner(step),), self.due(owner, known)))
            self.texts[key] = own
        found: Predicate = self.texts[key]
        return found

    def blockers(self, step: DeleteRows, known: Known, *, before: bool) -> Predicate:
        """Nothing that stays references the row; `before`: while what goes is still there."""
        parts = []
        for child in step.children:
            below = self.deletes.get(child.table)
            if child.hop is None:
                raise UnfitError(f"'{child.table}' references '{step.table}' from elsewhere")
            if below is not None and self._goes_too(step, child, below, known):
                continue
            stays: Predicate = TRUE
            if before and below is not None:
                if self.naming(below) != self.naming(step):
                    raise UnfitError(f"'{child.table}' and '{step.table}' have other persons")
                goes = both(self.due(below, known), self.blockers(below, known, before=True))
                stays = negation(goes)
            parts.append(negation(exists((child.hop,), stays)))
        return both(*parts)

    def _goes_too(self, step: DeleteRows, child: Child, below: DeleteRows, known: Known) -> bool:
        """Every row by which `child` references a row that goes has to go as well.

        A foreign key holds the database to it.
        """
        assert child.hop is not None
        if not _guarded(self.work, step, child):
            return False
        due = self.due(below, known)
        everything = due == KeyIn(set=self._scope(below), columns=child.hop.target)
        part = child.part_of and len(below.with_parent) == 1 and known.free(below)
        return (everything or part) and self.blockers(below, known, before=False) == TRUE

    def _scope(self, step: DeleteRows) -> str:
        return self.reaches[step.id].scope if step.id in self.reaches else ""

    # Texts

    def reads(self, naming: Naming, shape: Shape) -> tuple[Read, ...]:
        """The statements that read what is held of the persons, table by table."""
        key = ("reads", naming, shape)
        if key not in self.texts:
            found = []
            for table, (where, columns) in self.theirs.items():
                reach = reach_of(self.work, self.sets, table, where)
                if reach.naming == naming:
                    row = self.work.row(table)
                    select = sa.select(*(row.source.c[name] for name in columns)).where(
                        self._condition(own_rows(reach, where), row)
                    )
                    found.append(Read(table, columns, self._text(select, naming, shape)))
            self.texts[key] = tuple(found)
        made_before: tuple[Read, ...] = self.texts[key]
        return made_before

    def writes(self, naming: Naming, inside: frozenset[str], shape: Shape) -> tuple[Write, ...]:
        """The statements for persons of a class: what goes, children first, then values."""
        known = self.known(inside)
        key = ("writes", naming, inside, known.flags, shape)
        if key not in self.texts:
            mine = [step for step in self.steps if self.naming(step) == naming]
            found = (self._write(step, known, shape) for step in mine)
            self.texts[key] = tuple(write for write in found if write is not None)
        made_before: tuple[Write, ...] = self.texts[key]
        return made_before

    def _write(self, step: Step, known: Known, shape: Shape) -> Write | None:
        where = self.due(step, known)
        if where == FALSE or self._is_gone(step, known):
            return None
        row = self.work.row(step.table)
        target = row.source
        assert isinstance(target, sa.TableClause)
        immutable = self.immutable.get(step.table, ())
        statement: sa.Delete | sa.Update
        if isinstance(step, DeleteRows):
            where = both(where, self.blockers(step, known, before=False))
            conditions = [self._condition(where, row)]
            statement = sa.delete(target)
        else:
            conditions = [self._condition(where, row), present(self.work, step, row)]
            forms = {target.c[n]: form for n, form in erased_forms(self.work, step, row).items()}
            statement = sa.update(target).values(forms)
        statement = statement.where(*conditions)
        texts = False
        if immutable:
            told = [row.column(name) for name in (*step.key, *immutable)]
            texts = self.speech is PostgresPipeline and all(
                one.type_text.startswith(_SAME_TEXT) and not one.nullable for one in told
            )
            columns = [target.c[one.name] for one in told]
            if texts:
                statement = statement.returning(_as_json(told, columns).label("line"))
            else:
                statement = statement.returning(*columns)
        naming = self.naming(step)
        text = self._text(statement, naming, shape)
        return Write(step, naming, text, bool(immutable), texts)

    def _is_gone(self, step: Step, known: Known) -> bool:
        """The values of a step are in rows that have gone by then, all of them."""
        delete = self.deletes.get(step.table)
        if not isinstance(step, EraseValues) or delete is None:
            return False
        goes = self.due(delete, known)
        return set(conjuncts(goes)) <= set(conjuncts(self.due(step, known))) and (
            self.blockers(delete, known, before=False) == TRUE
        )

    def counts(
        self, naming: Naming, inside: frozenset[str], shape: Shape
    ) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Statements that count what each step would take, with the steps' ids in order."""
        known = self.known(inside)
        key = ("counts", naming, inside, known.flags, shape)
        if key not in self.texts:
            mine = [step for step in self.steps if self.naming(step) == naming]
            parts = [(step.id, self._counted(step, known)) for step in mine]
            asked = [(name, select) for name, select in parts if select is not None]
            self.texts[key] = tuple(
                (
                    tuple(name for name, _ in some),
                    self._text(sa.select(*(s.scalar_subquery() for _, s in some)), naming, shape),
                )
                for some in (
                    asked[at : at + COUNTED_AT_ONCE] for at in range(0, len(asked), COUNTED_AT_ONCE)
                )
            )
        made_before: tuple[tuple[tuple[str, ...], str], ...] = self.texts[key]
        return made_before

    def _counted(self, step: Step, known: Known) -> sa.Select[Any] | None:
        where = self.due(step, known)
        if where == FALSE or self._is_gone(step, known):
            return None
        row = self.work.row(step.table)
        if isinstance(step, DeleteRows):
            where = both(where, self.blockers(step, known, before=True))
            conditions = [self._condition(where, row)]
        else:
            delete = self.deletes.get(step.table)
            if delete is not None:
                goes = both(self.due(delete, known), self.blockers(delete, known, before=True))
                where = both(where, negation(goes))
            conditions = [self._condition(where, row), present(self.work, step, row)]
        return sa.select(sa.func.count()).select_from(row.source).where(*conditions)

    def _condition(self, part: Predicate, row: Row) -> sa.ColumnElement[bool]:
        plain = self.work.renderer()
        names = dict.fromkeys(self.scopes, sa.table(_MARK))
        renderer = Keyed(dialect=plain.dialect, tables=plain.tables, zone=plain.zone, sets=names)
        return renderer.condition(part, row)

    def _text(self, statement: Any, naming: Naming, shape: Shape) -> str:
        plain = writer(self.work.store.address.dialect)
        text = str(statement.compile(dialect=plain, compile_kwargs={"literal_binds": True}))
        kind = self.work.row(naming.table).column(naming.key).type_text
        speech = self.speech
        keys = speech.keys(shape, kind, f"{speech.temporary}.{keys_name(naming)}")
        return text.replace(f"= ANY({_MARK})", keys)

    # What steps hang on

    def _owner(self, step: DeleteRows) -> DeleteRows:
        if len(step.with_parent) != 1:
            raise UnfitError(f"rows of '{step.table}' are part of several others")
        owner = self.deletes.get(self._to_owner(step).table)
        if owner is None:
            raise UnfitError(f"rows of '{step.table}' are part of rows that stay")
        return owner

    def _to_owner(self, step: DeleteRows) -> Any:
        return step.owners[step.with_parent[0]]

    def _refuse_unordered(self, step: DeleteRows) -> None:
        order = {one.table: at for at, one in enumerate(self.deletes.values())}
        for child in step.children:
            if child.table in order and order[child.table] >= order[step.table]:
                raise UnfitError(f"rows of '{step.table}' reference each other in a circle")
        for relation in step.with_parent:
            owner = self.deletes.get(step.owners[relation].table)
            kept = [c for c in owner.children if c.table != step.table] if owner else []
            if owner is None or owner.with_parent or kept:
                raise UnfitError(f"rows of '{step.table}' are part of rows that may stay")


def _as_json(
    told: Sequence[ColumnSchema], columns: Sequence[sa.ColumnElement[Any]]
) -> sa.ColumnElement[str]:
    """The texts of a row as `json.dumps` writes them, made by PostgreSQL."""
    cells, quotes = [], []
    for one, column in zip(told, columns, strict=True):
        text: sa.ColumnElement[Any] = sa.cast(column, sa.Text())
        is_text = one.kind == "text"
        cells.append(sa.cast(sa.func.to_json(text), sa.Text()) if is_text else text)
        quotes.append("" if is_text else '"')
    between = [
        "[" + quotes[0],
        *(f"{left}, {right}" for left, right in pairwise(quotes)),
        quotes[-1] + "]",
    ]
    line: sa.ColumnElement[str] = sa.literal_column(f"'{between[0]}'", sa.Text())
    for cell, after in zip(cells, between[1:], strict=True):
        line = line + cell + sa.literal_column(f"'{after}'", sa.Text())
    return line


def _guarded(work: Work, step: DeleteRows, child: Child) -> bool:
    """An enforced foreign key keeps the row while `child` has it, and writes nothing by itself."""
    assert child.hop is not None
    mine, theirs = work.row(step.table).table, work.row(child.table).table
    return any(
        key.enforced
        and key.on_delete in ("no-action", "restrict")
        and (key.references, key.columns, key.to)
        == (mine.name, child.hop.target, child.hop.columns)
        for key in theirs.foreign_keys
    )


def _refuse_step(work: Work, step: Step, immutable: Mapping[str, tuple[str, ...]]) -> None:
    table = work.row(step.table).table
    if step.archive_first or step.keeps or step.shows:
        raise UnfitError(f"what rows of '{step.table}' show, or hold, is kept elsewhere first")
    if isinstance(step, DeleteRows) and step.partitions:
        raise UnfitError(f"'{step.table}' has partitions that go as a whole")
    if table.kind not in ("table", "partitioned") or not table.transactional:
        raise UnfitError(f"'{step.table}' is no table with transactions")
    if isinstance(step, EraseValues) and set(immutable.get(step.table, ())) & set(step.columns):
        raise UnfitError(f"what tells rows of '{step.table}' apart is erased")
    # The direct statements know columns alone. A place inside JSON goes the general way.
    if isinstance(step, EraseValues) and (step.beside or any(map(path_of, step.columns))):
        raise UnfitError(f"values inside JSON columns of '{step.table}' are erased")
