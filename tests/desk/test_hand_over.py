"""What goes to somebody: after a death by its own request, or where a person wants theirs sent."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from desk.test_to_the_end import ANNA, Desk, desk, made
from troth.desk.directives.execute import Executed, after_death, execute, settle_estate
from troth.desk.directives.orders import erasures_after, number_of_order
from troth.desk.directives.wishes import add_directive
from troth.desk.intake.parcels import send_package
from troth.desk.rights.receive import Received, act_of
from troth.desk.told.own_periods import ready_until
from troth.desk.workflow.answer import answer, make_package, package_of, shown_answer
from troth.desk.workflow.handing import give_page
from troth.desk.workflow.model import Progress, Rules
from troth.desk.workflow.tasks import finish_task
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.grounds.phases import Phase, phase
from troth.ledger.acts import find_act, record_acts
from troth.ledger.directives import Directive, Instruction, Trusted
from troth.ledger.documents import open_document
from troth.ledger.proofs import record_proof
from troth.ledger.verify import verify
from troth.policy.load import parse_policy
from troth.postbox.box import open_postbox
from troth.postbox.parcels import parcels_of
from web.console.world import NOON, ORG, POLICY

__all__ = ["desk", "made"]
BEN, EVE = Trusted("Ben Roux", "ben@mail.example"), Trusted("Eve Roux", "2 Mill Lane")
PERSONS = (Identifier("email", ANNA),)


def death(desk: Desk) -> str:
    """Anna has died, and a certificate was seen."""
    with desk.desk.ledger.writing(ORG) as writing:
        act = act_of(Received("death", PERSONS, desk.clock()), desk.office.policy)
        (made,) = record_acts(writing, [act], by="dpo", at=desk.now)
        record_proof(writing, made.id, "certificate, file 31", by="dpo", at=desk.now)
    return made.id


def carried_out(desk: Desk, *instructions: Instruction) -> Executed:
    """Her wish is carried out, as Ben asks."""
    wish = Directive("", PERSONS, NOON, "file 2026-12", instructions, (BEN,), recorded_by="ben")
    policy, datamap = desk.office.policy, desk.office.map
    with desk.desk.ledger.writing(ORG) as writing:
        add_directive(writing, wish, policy, datamap, at=desk.clock())
    died = death(desk)
    with desk.desk.ledger.writing(ORG) as writing:
        after = after_death(writing, died, datamap, desk.clock())
        asked: dict[str, Any] = {"asked_by": "Ben Roux", "identity": "passport seen"}
        return execute(writing, after, policy, datamap, by="dpo", at=desk.now, **asked)


def contents(desk: Desk, number: str) -> dict[str, Any]:
    """`data.json` of the package of a request."""
    _, packed = package_of(desk.office, number, by="dpo", reason="test", now=desk.clock())
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        name = next(one for one in package.namelist() if one.endswith("data.json"))
        found: dict[str, Any] = json.loads(package.read(name))
        return found


def columns(desk: Desk, number: str) -> set[str]:
    tables = contents(desk, number)["tables"]
    return {name for table in tables for row in table["rows"] for name in row["values"]}


def phase_of(desk: Desk, act: str) -> Phase:
    with desk.desk.ledger.reading(ORG) as reading:
        found = find_act(reading, act, desk.now).act
    return phase(found, "sales", False, desk.now, desk.now.date())


def test_what_is_handed_over_comes_before_what_is_erased(desk: Desk) -> None:
    done = carried_out(
        desk,
        Instruction("hand-over", ("order",), to=EVE),
        Instruction("hand-over", ("answers",), to=BEN),
        Instruction("erase"),
    )
    orders, health = done.numbers
    assert (done.erasures, done.erases_later) == ((), True)
    first = desk.progress(orders)
    assert (first.right, first.stage) == ("hand-over", "execution")
    assert "make-package" in first.next
    # a month from 26 November is a Saturday: answered by Monday 28 December
    assert str(first.clock.due) == "2026-12-28"
    make_package(desk.office, orders, by="dpo", now=desk.clock())
    assert columns(desk, orders) == {"address"}
    assert erasures(desk, orders) == ()
    make_package(desk.office, health, by="dpo", now=desk.clock())
    assert columns(desk, health) == {"answers"}
    (erasure,) = erasures(desk, health)
    assert phase_of(desk, erasure) is Phase.EFFECTIVE
    assert plan_rows(desk, erasure) > 0
    assert "wished you to have" in shown_answer(desk.office, orders, desk.clock()).body()
    for number in (orders, health):
        assert desk.to_the_end(number).stage == "closed"
    assert erasures(desk, health) == (erasure,)  # closing records nothing again
    assert erasures(desk, orders) == ()
    with desk.desk.ledger.reading(ORG) as reading:
        assert verify(reading).ok


def erasures(desk: Desk, number: str) -> tuple[str, ...]:
    with desk.desk.ledger.reading(ORG) as reading:
        return erasures_after(reading, number)


def plan_rows(desk: Desk, act: str) -> int:
    from troth.desk.rights.carry_out import plan_of_acts
    from troth.ledger.facts import read_facts

    facts = read_facts(desk.desk.ledger, ORG, desk.now)
    return plan_of_acts(desk.office.stores(), facts, [act], desk.clock()).rows


def test_who_never_comes_to_fetch_leaves_it_late_and_nothing_is_erased(desk: Desk) -> None:
    done = carried_out(desk, Instruction("hand-over", ("order",), to=EVE), Instruction("erase"))
    desk.now += timedelta(days=40)
    assert desk.progress(done.numbers[0]).clock.late
    assert erasures(desk, done.numbers[0]) == ()


def test_a_wish_that_hands_nothing_over_is_carried_out_at_once(desk: Desk) -> None:
    done = carried_out(desk, Instruction("erase"))
    assert (done.numbers, phase_of(desk, done.erasures[0])) == ((), Phase.EFFECTIVE)


def test_an_heir_gets_a_request_for_what_the_estate_needs(desk: Desk) -> None:
    died = death(desk)
    with desk.desk.ledger.writing(ORG) as writing:
        after = after_death(writing, died, desk.office.map, desk.clock())
        done = settle_estate(
            writing,
            after,
            desk.office.policy,
            heir=EVE,
            heirship="deed of the notary",
            categories=("order",),
            by="dpo",
            at=desk.now,
        )
    (number,) = done.numbers
    assert number == number_of_order(done.hand_overs[0].id)
    asked = desk.progress(number)
    assert (asked.identity.way, asked.identity.reason) == ("known", "deed of the notary")
    make_package(desk.office, number, by="dpo", now=desk.clock())
    assert columns(desk, number) == {"address"}
    assert desk.to_the_end(number).stage == "closed"


def test_a_portability_goes_to_whom_the_person_names(desk: Desk) -> None:
    """The export names the receiver; sending it is a task, and the answer says so (Art. 20(2))."""
    number = desk.arrives("portability", "A-1")
    desk.record(number, receiver="Bank of the Corner")
    desk.granted(number)
    make_package(desk.office, number, by="dpo", now=desk.clock())
    assert contents(desk, number)["to"] == "Bank of the Corner"
    found: Progress = desk.progress(number)
    (task,) = [one for one in found.open_tasks if one.place == "desk"]
    assert "Bank of the Corner" in task.what
    assert "task" in found.owed
    said = {"said": "sent to the bank, file 7", "by": "ben", "now": desk.clock()}
    for each in found.open_tasks:
        finish_task(desk.office, number, each.id, **said)
    assert "we send the same to Bank of the Corner" in " ".join(desk.words(number).split())
    assert desk.to_the_end(number).stage == "closed"


def test_whoever_tells_a_death_is_not_taken_for_the_dead(desk: Desk) -> None:
    from troth.desk.workflow.scope import Meant, record_act

    number = desk.arrives("death", "A-1", contact=ANNA)
    told = Meant(proof="certificate, file 31")
    with pytest.raises(Refused) as caught:
        record_act(desk.office, number, told, by="ben", now=desk.clock())
    assert caught.value.code == "death-without-person"


@pytest.mark.parametrize(
    ("rule", "days", "last"),
    [
        (None, None, date(2026, 12, 10)),  # 26 November and 14 days
        (None, 7, date(2026, 12, 3)),
        ("P7D", None, date(2026, 12, 2)),  # a ceiling ends as its day begins: the 3rd
        ("P7D", 30, date(2026, 12, 2)),
        ("P1M", 7, date(2026, 12, 3)),
        ("P1D", None, date(2026, 11, 26)),
    ],
)
def test_a_package_lies_ready_as_long_as_it_is_promised(
    desk: Desk, rule: str | None, days: int | None, last: date
) -> None:
    policy = desk.office.policy
    if rule is not None:
        text = POLICY.replace(
            "      - id: logs-one-year",
            "      - {id: packages, promise: They go., after: package-ready, clauses: [E-3], "
            f"period: {rule}}}\n      - id: logs-one-year",
        )
        ready = "events:\n  package-ready: {label: A package is ready, clauses: [E-3]}\n"
        policy = parse_policy(text.replace("events:\n", ready, 1), "policy.yaml")
    assert ready_until(policy, date(2026, 11, 26), days) == last


def test_letter_and_page_name_the_same_last_day(desk: Desk) -> None:
    desk.office = replace(desk.office, rules=Rules(package_days=7))
    number = desk.arrives("access", "A-1")
    give_page(desk.office, number, by="ben", now=desk.clock())
    desk.record(number)
    desk.granted(number)
    make_package(desk.office, number, by="dpo", now=desk.clock())
    for task in desk.progress(number).open_tasks:
        finish_task(desk.office, number, task.id, said="copied", by="ben", now=desk.clock())
    with open_postbox(str(desk.folder / "postbox.sqlite"), make=True) as box:

        def laid(of: str, file: Path) -> str:
            ledger, policy = desk.desk.ledger, desk.office.policy
            return send_package(box, ledger, policy, of, file, by="dpo", now=NOON, most_days=7)

        letter = answer(desk.office, number, by="dpo", now=desk.clock(), hand_over=laid)
        (parcel,) = parcels_of(box, ORG)
    assert parcel.expires_on == date(2026, 12, 3)
    with desk.desk.ledger.reading(ORG) as reading:
        pdf = open_document(reading, letter.document, desk_key=desk.office.key)
    with pypdfium2.PdfDocument(pdf) as read:
        words = " ".join(page.get_textpage().get_text_range() for page in read)
    assert "until 3 December 2026" in " ".join(words.split())
