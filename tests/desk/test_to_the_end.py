"""Every right from its receipt to a closed request, by the steps of the workflow alone."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from troth.desk.intake.answers import page_of
from troth.desk.workflow.answer import answer, make_package
from troth.desk.workflow.closing import close
from troth.desk.workflow.correcting import Correction
from troth.desk.workflow.decision import approve, decide
from troth.desk.workflow.execution import correction_shown, execute, plan
from troth.desk.workflow.handing import give_page
from troth.desk.workflow.identity import accept_identity
from troth.desk.workflow.model import Item, Progress, Rules
from troth.desk.workflow.office import Office, look
from troth.desk.workflow.post import posted
from troth.desk.workflow.scope import Meant, correct_right, record_act, withdrawn
from troth.desk.workflow.shown import lines_of
from troth.desk.workflow.tasks import finish_task
from troth.errors import Refused
from troth.grounds.phases import Phase, phase
from troth.ledger.acts import find_act
from troth.ledger.directives import find_directive, read_directives
from troth.ledger.documents import documents_of, open_document
from troth.ledger.requests import Request, find_request_of, record_request
from troth.ledger.restrictions import list_restrictions
from troth.ledger.verify import verify
from troth.postbox.numbers import link_of, new_link
from troth.postbox.seal import fingerprint
from troth.web.console.desks import OpenDesk, open_desk
from web.console.conftest import KEY
from web.console.world import NOON, ORG, make_project, office_of

ANNA = "anna@mail.example"


@dataclass
class Desk:
    """The practice's desk; `clock` goes on by a minute with each look."""

    desk: OpenDesk
    office: Office
    folder: Path
    now: datetime = NOON

    def clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def arrives(self, right: str, number: str, **more: Any) -> str:
        """A letter of Anna's; who she is was asked on the telephone."""
        names = {"email": ANNA, **more.pop("names", {})}
        due = (NOON + timedelta(days=30)).date()
        contact = more.pop("contact", "Anna Berg, 1 Mill Lane")
        asked = Request(number, right, "post", NOON, due, "en", contact, names, **more)
        with self.desk.ledger.writing(ORG) as writing:
            assert record_request(writing, asked, by="ben", at=NOON)
        reason = "called back at the number on file"
        accept_identity(self.office, number, "known", reason=reason, by="ben", now=self.clock())
        return number

    def record(self, number: str, **more: Any) -> str | None:
        meant = Meant(persons=self.anna, **more)
        return record_act(self.office, number, meant, by="ben", now=self.clock())

    @property
    def anna(self) -> tuple[Any, ...]:
        from troth.grounds.facts import Identifier

        return (Identifier("email", ANNA),)

    def granted(self, number: str) -> None:
        decide(self.office, number, [Item("accepted")], by="dpo", now=self.clock())

    def progress(self, number: str) -> Progress:
        return look(self.office, number, self.clock())[1]

    def executed(self, number: str, **about: Any) -> Any:
        plan(self.office, number, by="dpo", now=self.clock(), **about)
        return execute(self.office, number, by="dpo", clock=self.clock)

    def to_the_end(self, number: str) -> Progress:
        """Every task is done, the answer is posted, and the request is closed."""
        for task in self.progress(number).open_tasks:
            said = "done, minutes of 26 November"
            finish_task(self.office, number, task.id, said=said, by="ben", now=self.clock())
        letter = answer(self.office, number, by="dpo", now=self.clock())
        at = self.clock()
        posted(self.office, number, letter.document, at=at, by="ben", now=at)
        return close(self.office, number, by="dpo", now=self.clock())

    def words(self, number: str) -> str:
        """The answer as it would be written."""
        from troth.desk.workflow.answer import shown_answer

        return shown_answer(self.office, number, self.clock()).body()

    def shop(self, query: str) -> Any:
        with closing(sqlite3.connect(self.folder / "shop.sqlite")) as shop:
            return shop.execute(query).fetchone()[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("practice"))


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "practice"
    shutil.copytree(made, folder)
    with open_desk(folder, {}, KEY, NOON) as opened:
        desk = Desk(opened, office_of(opened), folder)
        assert desk.office.setting is not None
        setting = replace(desk.office.setting, clocks=lambda _: desk.now)
        desk.office = replace(desk.office, setting=setting, pages="https://your-data.example")
        yield desk
        for store in setting.stores.values():
            store.engine.dispose()


def test_a_rectification_is_shown_approved_by_another_and_written(desk: Desk) -> None:
    """The approver sees what is written; afterwards nothing holds the values any more."""
    desk.office = replace(desk.office, rules=Rules(two_people=True))
    number = desk.arrives("rectification", "A-1")
    desk.record(number)
    desk.granted(number)
    approve(desk.office, number, "decision", by="mo", now=desk.clock())
    with pytest.raises(Refused) as caught:
        plan(desk.office, number, by="dpo", now=desk.clock())
    assert caught.value.code == "rectify-unclear"
    right = Correction(("contact=Anna Bergh",), ("Anna Berg",))
    shown = plan(desk.office, number, by="dpo", now=desk.clock(), correction=right)
    assert [(one.kind, one.where, one.columns, one.rows) for one in lines_of(shown)] == [
        ("correct", "shop.customer", ("name",), 1)
    ]
    assert desk.shop("SELECT name FROM customer WHERE id = 1") == "Anna Berg"
    waiting = desk.progress(number)
    assert (waiting.turn, "execute" in waiting.next) == ("approver", False)
    assert waiting.plan is not None
    assert waiting.plan.values is not None
    assert correction_shown(desk.office, waiting.plan) == right
    approve(desk.office, number, "plan", by="mo", now=desk.clock())
    outcome = execute(desk.office, number, by="dpo", clock=desk.clock)
    assert outcome.clean
    assert desk.shop("SELECT name FROM customer WHERE id = 1") == "Anna Bergh"
    with desk.desk.ledger.reading(ORG) as reading:
        with pytest.raises(Refused):
            open_document(reading, waiting.plan.values, desk_key=KEY)
        kinds = {one.kind for one in documents_of(reading, number)}
        (act,) = desk.progress(number).acts
        assert [v.decision.outcome for v in find_act(reading, act, desk.now).verdicts] == [
            "accepted"
        ]
    assert kinds == {"plan"}
    assert "We corrected your data everywhere" in desk.words(number)
    assert desk.to_the_end(number).stage == "closed"
    with desk.desk.ledger.reading(ORG) as reading:
        assert verify(reading).ok


def test_a_rectification_whose_data_moved_is_planned_again(desk: Desk) -> None:
    number = desk.arrives("rectification", "A-1")
    desk.record(number)
    desk.granted(number)
    correction = Correction(("contact=Anna Bergh",), ("Anna Berg",))
    plan(desk.office, number, by="dpo", now=desk.clock(), correction=correction)
    with closing(sqlite3.connect(desk.folder / "shop.sqlite")) as shop:
        shop.execute("UPDATE customer SET name = 'Ann' WHERE id = 1")
        shop.commit()
    with pytest.raises(Refused) as caught:
        execute(desk.office, number, by="dpo", clock=desk.clock)
    assert caught.value.code in ("plan-stale", "rectify-nothing")
    assert not desk.progress(number).executed


def test_a_rectification_that_died_goes_on_and_is_noted_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the write and its note: the same step finds the run, and writes nothing."""
    number = desk.arrives("rectification", "A-1")
    desk.record(number)
    desk.granted(number)
    correction = Correction(("shop.customer.name=Anna Bergh",))
    plan(desk.office, number, by="dpo", now=desk.clock(), correction=correction)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("troth.desk.workflow.correcting._tell", dies)
        with pytest.raises(KeyboardInterrupt):
            execute(desk.office, number, by="dpo", clock=desk.clock)
    assert desk.shop("SELECT name FROM customer WHERE id = 1") == "Anna Bergh"
    assert not desk.progress(number).executed
    assert execute(desk.office, number, by="dpo", clock=desk.clock).clean
    assert desk.progress(number).executed
    assert "execute" not in desk.progress(number).next


def test_a_restriction_is_shown_enforced_and_what_no_database_can_is_a_task(desk: Desk) -> None:
    number = desk.arrives("restriction", "A-1")
    desk.record(number)
    assert desk.progress(number).decision is not None  # by law, at once
    with pytest.raises(Refused) as caught:
        plan(desk.office, number, by="dpo", now=desk.clock(), ground="because")
    assert caught.value.code == "unknown-ground"
    shown = plan(desk.office, number, by="dpo", now=desk.clock(), ground="accuracy")
    assert [(one.where, one.rows) for one in lines_of(shown)] == [
        ("shop.customer", 1),
        ("shop.orders", 1),
    ]
    assert desk.shop("SELECT name FROM customer WHERE id = 1") == "Anna Berg"
    execute(desk.office, number, by="dpo", clock=desk.clock)
    assert desk.progress(number).executed
    by_hand = [one for one in lines_of(shown) if one.kind == "by-hand"]
    tasks = [task for task in desk.progress(number).open_tasks if "by hand" in task.what]
    assert len(tasks) == len(by_hand)
    hidden = desk.shop("SELECT name FROM customer WHERE id = 1")
    assert ("shop.customer" in {one.where for one in by_hand}) == (hidden == "Anna Berg")
    with desk.desk.ledger.reading(ORG) as reading:
        (restriction,) = list_restrictions(reading)
        assert restriction.act == desk.progress(number).acts[0]
        assert restriction.ground == "accuracy"
    assert "Your data is set aside" in desk.words(number)
    assert desk.to_the_end(number).stage == "closed"


WISH = {"wish": "erase", "trusted": "Ben Roux", "trusted-contact": "ben@mail.example"}


def test_a_wish_of_the_form_becomes_a_version_and_can_be_revoked(desk: Desk) -> None:
    first = desk.arrives("directives-after-death", "A-1", names=WISH)
    assert desk.record(first) is None
    told = desk.progress(first)
    assert told.directive is not None
    with desk.desk.ledger.reading(ORG) as reading:
        found = find_directive(reading, told.directive)
    assert [one.action for one in found.instructions] == ["erase"]
    assert [(one.name, one.contact) for one in found.trusted] == [("Ben Roux", "ben@mail.example")]
    assert (found.form, found.given_at, found.general) == ("request A-1", NOON, False)
    assert "no effect while you live" in " ".join(desk.words(first).split())
    assert desk.to_the_end(first).stage == "closed"

    second = desk.arrives("directives-after-death", "A-2", names={"wish": "revoke"})
    desk.record(second)
    with desk.desk.ledger.reading(ORG) as reading:
        (found,) = read_directives(reading)
    assert found.end is not None
    assert found.end.how == "revoked"
    assert "taken back" in desk.words(second)
    third = desk.arrives("directives-after-death", "A-3", names={"wish": "revoke"})
    with pytest.raises(Refused) as caught:
        desk.record(third)
    assert caught.value.code == "no-directive"


def test_a_general_directive_names_where_it_is_registered(desk: Desk) -> None:
    number = desk.arrives("directives-after-death", "A-1", names=WISH)
    desk.record(number, registered_with="register 12 of the trusted third party")
    with desk.desk.ledger.reading(ORG) as reading:
        (found,) = read_directives(reading)
        assert (found.general, verify(reading).ok) == (True, True)


@pytest.mark.parametrize(
    ("right", "more"),
    [
        ("human-decision", {}),
        ("account-closure", {"event": "last-order"}),
        ("death", {"proof": "certificate of 3 March, file 7"}),
    ],
)
def test_what_somebody_does_by_hand_is_a_task_and_then_the_end(
    desk: Desk, right: str, more: dict[str, str]
) -> None:
    number = desk.arrives(right, "A-1")
    desk.record(number, **more)
    assert desk.progress(number).owed[0] == "task"
    with pytest.raises(Refused) as caught:
        close(desk.office, number, by="dpo", now=desk.clock())
    assert caught.value.code == "request-open"
    assert desk.to_the_end(number).stage == "closed"


def test_a_right_is_corrected_and_the_clock_keeps_its_beginning(desk: Desk) -> None:
    """An erasure that was none: it ends, so that silence never grants it."""
    number = desk.arrives("unclear", "A-1")
    why = "the letter says: delete my account"
    correct_right(desk.office, number, "erasure", why, by="ben", now=desk.clock())
    act = desk.record(number)
    assert act is not None
    later = NOON + timedelta(days=3)
    for right, reason, code in (
        ("access", " ", "right-without-reason"),
        ("erasure", "x", "same-right"),
        ("cake", "x", "unknown-right"),
    ):
        with pytest.raises(Refused) as caught:
            correct_right(desk.office, number, right, reason, by="ben", now=later)
        assert caught.value.code == code
    correct_right(desk.office, number, "access", "she asks for a copy", by="ben", now=later)
    told = look(desk.office, number, later)[1]
    # a month from 26 November is Saturday 26 December, so Monday: not from the correction
    assert (told.right, told.acts, told.clock.due) == ("access", (), date(2026, 12, 28))
    assert told.identity.accepted
    years_later = NOON + timedelta(days=800)
    with desk.desk.ledger.reading(ORG) as reading:
        wrong = find_act(reading, act, years_later).act
    assert phase(wrong, "sales", False, years_later, years_later.date()) is Phase.VOID
    desk.now = later
    desk.record(number)
    desk.granted(number)
    with pytest.raises(Refused) as caught:
        correct_right(desk.office, number, "erasure", "x", by="ben", now=desk.clock())
    assert caught.value.code == "step-not-now"


def test_who_asks_no_longer_is_not_erased_by_silence(desk: Desk) -> None:
    number = desk.arrives("erasure", "A-1")
    act = desk.record(number)
    withdrawn(desk.office, number, {}, by="portal", at=desk.clock())
    later = NOON + timedelta(days=90)
    with desk.desk.ledger.reading(ORG) as reading:
        found = find_act(reading, str(act), later).act
    assert phase(found, "sales", False, later, later.date()) is Phase.VOID
    assert close(desk.office, number, by="dpo", now=desk.clock()).stage == "closed"


def test_a_first_request_can_be_unfounded_and_never_excessive(desk: Desk) -> None:
    """Two grounds of Art. 12(5), each with a proof of its own."""
    number = desk.arrives("access", "A-1")
    desk.record(number)
    reason = "it was written to harass: the mails say so"

    def refusal(ground: str, **proof: Any) -> Callable[[], Any]:
        item = Item("refused", (), ground, reason, **proof)
        return lambda: decide(desk.office, number, [item], by="dpo", now=desk.clock())

    for ground, proof, code in (
        ("manifestly-unfounded", {}, "refusal-without-proof"),
        ("manifestly-excessive", {"proof": "mails of May"}, "excessive-without-proof"),
        ("unfounded-or-excessive", {"proof": "mails of May"}, "unknown-refusal-ground"),
    ):
        with pytest.raises(Refused) as caught:
            refusal(ground, **proof)()
        assert caught.value.code == code
    refusal("manifestly-unfounded", proof="mails of 2 and 9 May, file 4")()
    approve(desk.office, number, "decision", by="mo", now=desk.clock())
    words = " ".join(desk.words(number).split())
    for said in ("manifestly unfounded (Art. 12(5) GDPR)", reason, "mails of 2 and 9 May, file 4"):
        assert said in words
    assert desk.to_the_end(number).stage == "closed"
    with desk.desk.ledger.reading(ORG) as reading:
        (act,) = desk.progress(number).acts
        (verdict,) = find_act(reading, act, desk.now).verdicts
    assert verdict.reason is not None
    assert "file 4" in verdict.reason


def test_a_letter_brings_a_page_and_the_package_waits_there(desk: Desk) -> None:
    """Who wrote by post gets a link on paper; a second one shuts the first."""
    number = desk.arrives("access", "A-1")
    with pytest.raises(Refused) as caught:
        give_page(replace(desk.office, pages=None), number, by="ben", now=desk.clock())
    assert caught.value.code == "pages-without-address"
    first = new_link(lambda size: bytes(range(7, 7 + size)))
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]", first)
    letter = give_page(desk.office, number, by="ben", now=desk.clock(), make=lambda: first)
    assert (letter.kind, letter.way) == ("page", "post")
    with desk.desk.ledger.reading(ORG) as reading:
        request = find_request_of(reading, fingerprint(first))
        assert request is not None
        assert request.page == fingerprint(first)
        assert first not in str(request.events)
    assert page_of(request, desk.office.policy, desk.now).number == number
    assert link_of(f" {first.lower().replace('-', ' ').replace('0', 'o')} ") == first  # as typed
    posted(desk.office, number, letter.document, at=desk.now, by="ben", now=desk.now)
    second = give_page(desk.office, number, by="ben", now=desk.clock())
    assert second.document != letter.document
    with desk.desk.ledger.reading(ORG) as reading:
        assert find_request_of(reading, fingerprint(first)) is None
    desk.record(number)
    desk.granted(number)
    make_package(desk.office, number, by="dpo", now=desk.clock())
    laid: list[str] = []

    def hand_over(of: str, file: Path) -> str:
        laid.append(of)
        assert file.read_bytes().startswith(b"PK")
        return "7KQ4-M2XC"

    for task in desk.progress(number).open_tasks:
        finish_task(desk.office, number, task.id, said="copied", by="ben", now=desk.clock())
    answer(desk.office, number, by="dpo", now=desk.clock(), hand_over=hand_over)
    assert laid == [number]
