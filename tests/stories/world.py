"""A story: rows, facts and nights on real databases, told day by day.

Days are written `2026-01-10`, instants `2026-01-10 14:30`, both in the policy's zone; only the
cells of `instant` columns are UTC. `sweep` is the nightly job: plan, approve, apply, look again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from stories.organisation import Organisation
from troth.apply.planning import Setting, make_plan
from troth.apply.run import Outcome, apply_plan
from troth.desk.rights import verdicts
from troth.desk.rights.carry_out import plan_of_acts
from troth.desk.rights.receive import Received, act_of
from troth.grounds.evidence import Evidence, Value
from troth.grounds.evidence import Row as Place
from troth.grounds.facts import Act, ActKind, ConsentFact, Facts, Identifier, Key
from troth.grounds.interpreter import standing
from troth.grounds.standing import Standing, State
from troth.ledger.acts import Verdict, find_act, record_acts, record_verdicts
from troth.ledger.consents import record_consents
from troth.ledger.days import record_days
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold, lift_hold
from troth.ledger.ledger import Ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Plan
from troth.stores.address import parse_address
from troth.stores.opening import open_store

NIGHT = time(3)
FOREVER = datetime(2200, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


@dataclass
class Outbox:
    """A mail server that takes every message and keeps the addresses."""

    sent: list[str] = field(default_factory=list)

    def send(self, address: str, subject: str, body: str) -> None:  # noqa: ARG002 - its protocol
        self.sent.append(address)


class Story:
    """One organisation's databases and ledger, moved from day to day."""

    def __init__(self, given: Organisation, urls: Mapping[str, str], ledger: Ledger) -> None:
        self.ledger = ledger
        self.outbox = Outbox()
        self.tables = given.tables
        self._engines = {name: _engine(url) for name, url in urls.items()}
        for name, metadata in given.tables.items():
            metadata.create_all(self._engines[name])
        opened = {name: open_store(name, url, purpose="write") for name, url in urls.items()}
        self.setting = Setting(given.policy, given.map, opened)
        self.organisation = given.policy.organisation

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        for store in self.setting.stores.values():
            store.engine.dispose()

    # --- what the organisation's own systems do ---------------------------------------------

    def insert(self, table: str, **cells: Any) -> None:
        """A row; days and instants are texts."""
        found = self._table(table)
        with self._engine(table).begin() as connection:
            connection.execute(sa.insert(found).values(_typed(found, cells)))

    def update(self, table: str, key: int, **cells: Any) -> None:
        found = self._table(table)
        with self._engine(table).begin() as connection:
            connection.execute(
                sa.update(found).where(found.c.id == key).values(_typed(found, cells))
            )

    # --- what the ledger learns ---------------------------------------------------------------

    def consent(
        self,
        person: str,
        consent: str,
        at: str,
        *,
        by: str = "email",
        state: str = "given",
        parent: bool = False,
    ) -> None:
        """The person (of namespace `by`), or a `parent` for them, gives or withdraws a consent."""
        instant, word = self.instant(at), "parent" if parent else "person"
        fact = ConsentFact(Identifier(by, person), consent, state, instant, word)  # type: ignore[arg-type]  # literals, as texts for brevity
        with self.ledger.writing(self.organisation) as writing:
            record_consents(writing, [fact], by="site", at=instant)

    def fact(self, event: str, namespace: str, value: str, day: str, *, at: str) -> None:
        """A named day of a person or case."""
        known = (event, Identifier(namespace, value), date.fromisoformat(day))
        with self.ledger.writing(self.organisation) as writing:
            record_days(writing, [known], by="legal", at=self.instant(at))

    def hold(
        self,
        at: str,
        *,
        persons: Sequence[str] = (),
        rows: Sequence[tuple[str, int]] = (),
        by: str = "email",
    ) -> str:
        """A hold of a case on persons or on rows (`store.table`, key); its id."""
        named: list[tuple[str, str, Key]] = [(*_split(table), (key,)) for table, key in rows]
        with self.ledger.writing(self.organisation) as writing:
            hold = add_hold(
                writing,
                case="case-7",
                reason="a claim before the court",
                by="legal",
                at=self.instant(at),
                persons=[Identifier(by, person) for person in persons],
                rows=named,
            )
        return hold.id

    def lift(self, hold: str, at: str) -> None:
        with self.ledger.writing(self.organisation) as writing:
            lift_hold(writing, hold, reason="settled", by="legal", at=self.instant(at))

    # --- what persons ask for ---------------------------------------------------------------------

    def act(
        self,
        kind: ActKind,
        at: str,
        *,
        person: str | Sequence[str],
        by: str = "email",
        activities: Sequence[str] = (),
        categories: Sequence[str] = (),
        places: Sequence[str] = (),
        review_on: str | None = None,
    ) -> str:
        """What a person (an identifier of namespace `by`, or several of one person) does; its id.

        It is received and recorded as the desk does it, with its deadline.
        """
        names = [person] if isinstance(person, str) else person
        received = Received(
            kind=kind,
            persons=tuple(Identifier(by, name) for name in names),
            received_at=self.instant(at),
            activities=tuple(activities),
            categories=tuple(categories),
            places=tuple(places),
            review_on=date.fromisoformat(review_on) if review_on else None,
        )
        act = act_of(received, self.setting.policy)
        with self.ledger.writing(self.organisation) as writing:
            (made,) = record_acts(writing, [act], by="desk", at=self.instant(at))
        return made.id

    def asked(self, act: str, at: str) -> Act:
        """The act as it stands, with its deadline and its decisions."""
        with self.ledger.reading(self.organisation) as reading:
            return find_act(reading, act, self.instant(at)).act

    def accept(self, act: str, at: str, *, activities: Sequence[str] = ()) -> None:
        verdict = verdicts.accepted(
            self.asked(act, at),
            self.setting.policy,
            by="desk",
            now=self.instant(at),
            activities=tuple(activities),
        )
        self._decide(act, verdict, at)

    def refuse(
        self,
        act: str,
        at: str,
        *,
        ground: str,
        told: str | None = None,
        reason: str = "weighed on record",
        approved_by: str | None = "counsel",
        case: str | None = None,
        activities: Sequence[str] = (),
        proof: str = "file 3",
    ) -> None:
        """The refusal, at the instant at which it is recorded; told then, or before."""
        verdict = verdicts.refused(
            self.asked(act, at),
            self.setting.policy,
            ground=ground,
            reason=reason,
            by="desk",
            approved_by=approved_by,
            told_at=self.instant(told or at),
            now=self.instant(at),
            case=case,
            activities=tuple(activities),
            proof=proof if ground.startswith("manifestly-") else "",
        )
        self._decide(act, verdict, at)

    def unrestrict(self, act: str, at: str, *, told: str) -> None:
        """A restriction is lifted, some days after the person was told."""
        verdict = verdicts.lifted(
            self.asked(act, at),
            self.setting.policy,
            told_at=self.instant(told),
            by="desk",
            now=self.instant(at),
            reason="settled",
        )
        self._decide(act, verdict, at)

    def _decide(self, act: str, verdict: Verdict, at: str) -> None:
        with self.ledger.writing(self.organisation) as writing:
            record_verdicts(writing, [(act, verdict)], at=self.instant(at))

    def run(
        self, act: str | Sequence[str], day: str, *, between: Callable[[], None] = lambda: None
    ) -> Outcome | None:
        """Acts are carried out in the night of `day`: a plan about their persons alone.

        As `sweep` otherwise; an application may write `between`.
        """
        now = self.night(day)
        acts = [act] if isinstance(act, str) else act
        plan = plan_of_acts(self.setting, self.facts(now), acts, now)
        return self._carry_out(plan, now, self.outbox, between)

    # --- the nightly job ------------------------------------------------------------------------

    def facts(self, now: datetime) -> Facts:
        return read_facts(self.ledger, self.organisation, now)

    def plan(self, day: str) -> Plan:
        """What the night of `day` would do."""
        now = self.night(day)
        return make_plan(self.setting, self.facts(now), now)

    def sweep(
        self, day: str, *, mail: bool = True, between: Callable[[], None] = lambda: None
    ) -> Outcome | None:
        """The night of `day`; `between` happens after the plan was approved. None: nothing due.

        Whatever the plan was for is gone afterwards, or this fails.
        """
        return self._carry_out(
            self.plan(day), self.night(day), self.outbox if mail else None, between
        )

    def _carry_out(
        self, plan: Plan, now: datetime, mailer: Outbox | None, between: Callable[[], None]
    ) -> Outcome | None:
        if not plan.steps:
            return None
        with self.ledger.writing(self.organisation) as writing:
            approve_plan(writing, plan.digest(), by="dpo", at=now, expires_at=FOREVER)
        between()
        outcome = apply_plan(
            plan,
            replace(self.setting, clocks=lambda _: now),
            self.ledger,
            lambda: now,
            by="nightly",
            mailer=mailer,
        )
        assert outcome.clean, outcome.remaining
        return outcome

    # --- what is left -----------------------------------------------------------------------------

    def rows(self, table: str) -> list[Row]:
        found = self._table(table)
        with self._engine(table).connect() as connection:
            cursor = connection.execute(sa.select(found).order_by(found.c.id))
            return [dict(row._mapping) for row in cursor]

    def ids(self, table: str) -> list[int]:
        return [row["id"] for row in self.rows(table)]

    def value(self, table: str, key: int, column: str) -> Any:
        """A cell; None for a row that is gone as for a NULL."""
        return next((row[column] for row in self.rows(table) if row["id"] == key), None)

    def traces(self, *words: str) -> list[str]:
        """Every `store.table.column` in which one of the words still stands, in order."""
        found = {
            f"{store}.{table.name}.{column}"
            for store, metadata in self.tables.items()
            for table in metadata.sorted_tables
            for row in self.rows(f"{store}.{table.name}")
            for column, cell in row.items()
            if isinstance(cell, str) and any(word in cell for word in words)
        }
        return sorted(found)

    def standing(self, table: str, key: int, column: str, day: str) -> Standing:
        """What the interpreter says of a cell in the night of `day`."""
        rows = {
            (store, name): self.rows(f"{store}.{name}")
            for store, entry in self.setting.map.stores.items()
            for name in entry.tables
        }
        found = Evidence(self.setting.policy, self.setting.map, rows)
        place = _split(table)
        index = [row["id"] for row in rows[place]].index(key)
        now = self.night(day)
        return standing(Value(Place(*place, index), column), found, self.facts(now), now)

    def because(self, table: str, key: int, column: str, day: str) -> list[str]:
        """Every ground on which a cell stays: activity, hold or act, its article, and its end."""
        grounds = self.standing(table, key, column, day).grounds
        return sorted(
            f"{ground.activity or ground.hold or ground.act}, {ground.article}, "
            f"{ground.ends or (ground.waiting.value if ground.waiting else '')}"
            for ground in grounds
            if ground.state is State.SUPPORTED
        )

    # --- days -----------------------------------------------------------------------------------

    def night(self, day: str) -> datetime:
        """Three in the morning of `day`."""
        zone = self.setting.policy.zoneinfo
        return datetime.combine(date.fromisoformat(day), NIGHT, zone).astimezone(UTC)

    def instant(self, text: str) -> datetime:
        """An instant; a bare day is its noon."""
        told = text if " " in text else f"{text} 12:00"
        local = datetime.fromisoformat(told).replace(tzinfo=self.setting.policy.zoneinfo)
        return local.astimezone(UTC)

    def _table(self, name: str) -> sa.Table:
        store, table = _split(name)
        return self.tables[store].tables[table]

    def _engine(self, name: str) -> sa.Engine:
        return self._engines[_split(name)[0]]


def _split(name: str) -> tuple[str, str]:
    store, _, table = name.partition(".")
    return store, table


def _typed(table: sa.Table, cells: Mapping[str, Any]) -> Row:
    return {name: _cell(table.c[name], cell) for name, cell in cells.items()}


def _cell(column: sa.Column[Any], cell: Any) -> Any:
    if isinstance(cell, str) and isinstance(column.type, sa.Date):
        return date.fromisoformat(cell)
    if isinstance(cell, str) and isinstance(column.type, sa.DateTime):
        return datetime.fromisoformat(cell)
    return cell


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(parse_address(url).url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _check_foreign_keys(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA foreign_keys = ON")

    return engine
