"""What a worker does in a process of its own: each task can be killed, and simply run again."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from fire.application import apart
from fire.house import FACTS, ORG, House, email_of, of_kind
from troth.apply.before import links_of
from troth.apply.outcome import Outcome
from troth.apply.planning import make_plan
from troth.apply.restriction.enforce import enforce, restrict
from troth.apply.restriction.lift import lift as give_back
from troth.apply.run import apply_plan
from troth.desk.find.find import finder
from troth.desk.find.model import Asked
from troth.desk.rectify.asked import asked_of, settled
from troth.desk.rectify.copies import Site
from troth.desk.rectify.propose import names_after, propose
from troth.desk.rectify.run import Order, resume
from troth.desk.rectify.run import carry_out as rectify_now
from troth.desk.replay.look import look
from troth.desk.rights.carry_out import close_spent, plan_of_acts
from troth.desk.rights.set_aside import rows_of_act
from troth.desk.rights.verdicts import lifted
from troth.errors import Transient, TrothError
from troth.grounds.facts import Identifier
from troth.ledger.acts import find_act, record_verdicts
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.restrictions import Restriction, list_restrictions
from troth.plan.model import Plan

BACKUP = FACTS + timedelta(days=1)  # of when the backup is: before anything was carried out
Dot = Callable[[], object]
DONE, AGAIN, FAILED, NOT_CLEAN, ANOTHER = 0, 6, 3, 4, 5
FENCED = (
    "another-run",
    "restriction-being-lifted",
    "restriction-lifted",
    "rectification-unfinished",
    "plan-stale",
)
"""Refusals with which a worker meets another one."""


@dataclass(frozen=True)
class Desk:
    """A worker at work; `dot` is called at each step that it finishes."""

    house: House
    ledger: Ledger
    dot: Dot

    def applied(self, plan: Plan) -> Outcome:
        self.house.approve(self.ledger, plan.digest())
        return apply_plan(
            plan,
            self.house.setting(),
            self.ledger,
            self.house.clock,
            by="dpo",
            progress=lambda _: self.dot(),
        )


def retention(desk: Desk) -> bool:
    """A night's work: a plan that was interrupted is taken up, where its file is still there."""
    house, file = desk.house, desk.house.folder / "plan.json"
    plan = _read(file)
    if plan is None:
        facts, links = house.facts(desk.ledger), links_of(desk.ledger, ORG)
        plan = make_plan(house.setting(), facts, house.now, links=links)
        _write(file, plan)
    desk.dot()
    try:
        outcome = desk.applied(plan)
    except TrothError as error:
        if error.kind == "refused":
            file.unlink(missing_ok=True)
        raise
    file.unlink(missing_ok=True)
    return _told(outcome)


def nightly(desk: Desk) -> bool:
    """The same with a fresh plan, whatever was interrupted before."""
    (desk.house.folder / "plan.json").unlink(missing_ok=True)
    return retention(desk)


def requests(desk: Desk) -> bool:
    """Erasures, objections, opt-outs and deaths, as `troth request run` does them."""
    house, acts = desk.house, desk.house.acts()
    ids = [id for kind in acts if kind not in ("restricted", "lifted") for id in acts[kind]]
    facts, links = house.facts(desk.ledger), links_of(desk.ledger, ORG)
    plan = plan_of_acts(house.setting(), facts, ids, house.now, links)
    desk.dot()
    outcome = desk.applied(plan)
    if outcome.clean:
        close_spent(house.setting(), desk.ledger, ids, by="dpo", now=house.now)
    return _told(outcome)


def set_aside(desk: Desk) -> bool:
    """Restricts the persons who asked for it, in every store."""
    house, acts = desk.house, desk.house.acts()
    office = house.office(desk.ledger)
    clean = True
    for id in (*acts["restricted"], *acts["lifted"]):
        found = _restrictions(desk, id)
        if not found:
            with desk.ledger.reading(ORG) as reading:
                act = find_act(reading, id, house.now).act
            rows = rows_of_act(house.setting(), act)
            clean = restrict(office, rows, ground="accuracy", by="dpo", act=id).clean and clean
        for one in found:
            if one.in_force:
                clean = enforce(office, one.id).clean and clean
        desk.dot()
    return clean


def lift(desk: Desk, kind: str = "lifted") -> bool:
    """Gives back what was set aside for the persons of a kind."""
    house = desk.house
    clean = True
    for id in house.acts()[kind]:
        for found in _restrictions(desk, id):
            if found.in_force:
                told = date(2026, 11, 2)
                office = house.office(desk.ledger)
                outcome = give_back(office, found.id, reason="settled", by="dpo", told_on=told)
                clean = clean and outcome.clean
        with desk.ledger.reading(ORG) as reading:
            record = find_act(reading, id, house.now)
        if not record.verdicts:
            policy = house.setting().policy
            verdict = lifted(
                record.act, policy, told_at=FACTS, by="dpo", now=house.now, reason="settled"
            )
            with desk.ledger.writing(ORG) as writing:
                record_verdicts(writing, [(id, verdict)], at=house.now)
        desk.dot()
    return clean


def rectify(desk: Desk) -> bool:
    """Everybody's right name, in every copy of it."""
    house, setting = desk.house, desk.house.setting()
    resume(setting, desk.ledger, house.clock)
    for person in of_kind(house.people, "corrected"):
        desk.dot()
        with finder(setting) as at:
            found = at.find(Asked((Identifier("email", email_of(person)),)), near=False)
            policy = setting.policy
            asked = asked_of(policy, at.datamap, [f"shop.customer.name=Right {person}"], [])
            changes = [settled(at, policy, one) for one in asked]
            site = Site(at, setting, house.facts(desk.ledger), house.now, changes)
            looked = propose(site)
            if not looked.targets:
                continue
            house.approve(desk.ledger, looked.plan.digest())
            order = Order("dpo", names_after(found, changes))
            if not rectify_now(looked, site, desk.ledger, house.clock, order).clean:
                return False
    return True


def replay(desk: Desk) -> bool:
    """After a restored backup of both everyday stores."""
    house, setting = desk.house, desk.house.setting()
    with finder(setting) as at:
        facts = house.facts(desk.ledger)
        found = look(at, setting, desk.ledger, facts, house.now, ["shop", "crm"], BACKUP)
    desk.dot()
    return _told(desk.applied(found.plan))


TASKS: dict[str, Callable[[Desk], bool]] = {
    "retention": retention,
    "nightly": nightly,
    "requests": requests,
    "set-aside": set_aside,
    "lift": lift,
    "rectify": rectify,
    "replay": replay,
}


def start(house: House, task: str, full: str | None = None) -> tuple[int, int]:
    """A process that does the task: its number, and a pipe that gets a dot for each step.

    It ends with `DONE`, `NOT_CLEAN` where something remains, `ANOTHER` where another worker has
    taken over, `AGAIN` for what is worth another try, else `FAILED`. `full`: a database file that
    cannot grow, as on a full disk.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    os.close(reader)
    apart()
    os._exit(_in_child(house, task, writer, full))


def _in_child(house: House, task: str, writer: int, full: str | None) -> int:
    def dot() -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(writer, b".")

    try:
        if full is not None:
            _cannot_grow(full)
        with open_ledger(house.ledger, at=house.now) as ledger:
            return DONE if TASKS[task](Desk(house, ledger, dot)) else NOT_CLEAN
    except Transient as error:
        print(f"{task}: {error.code}", file=sys.stderr, flush=True)
        return AGAIN
    except TrothError as error:
        print(f"{task}: {error!r}", file=sys.stderr, flush=True)
        return ANOTHER if error.code in FENCED else FAILED
    except BaseException:
        import traceback

        traceback.print_exc()
        return FAILED


def _cannot_grow(path: str) -> None:
    """The file's database takes no page more than it has, as on a full disk."""

    def connected(dbapi: object, _: object) -> None:
        cursor = dbapi.cursor()  # type: ignore[attr-defined]  # a driver's connection
        if type(dbapi).__module__.startswith("sqlite3"):
            files = [row[2] for row in cursor.execute("PRAGMA database_list")]
            if any(Path(file) == Path(path) for file in files if file):
                (pages,) = cursor.execute("PRAGMA page_count").fetchone()
                cursor.execute(f"PRAGMA max_page_count = {pages}")
        cursor.close()

    sa.event.listen(sa.engine.Engine, "connect", connected)


def _restrictions(desk: Desk, act: str) -> list[Restriction]:
    """Those of an act, oldest first: two workers may have recorded one each."""
    with desk.ledger.reading(ORG) as reading:
        return [one for one in list_restrictions(reading) if one.act == act]


def _told(outcome: Outcome) -> bool:
    if not outcome.clean:
        stopped = [(one.steps, one.error.code) for one in outcome.stopped]
        print(f"not clean: {stopped} {dict(outcome.remaining)}", file=sys.stderr, flush=True)
    return outcome.clean


def _read(file: Path) -> Plan | None:
    try:
        return Plan.model_validate_json(file.read_text())
    except (OSError, ValueError):
        return None


def _write(file: Path, plan: Plan) -> None:
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(plan.model_dump_json())
    fresh.rename(file)
