"""One request on its way through the desk, in a story: real databases, a real mail server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import Message
from typing import Any

from apply.sink import Sink
from stories.world import Story
from troth.desk.find.find import finder
from troth.desk.find.model import Asked
from troth.desk.workflow.answer import answer
from troth.desk.workflow.decision import approve, decide
from troth.desk.workflow.execution import execute, plan
from troth.desk.workflow.identity import ask_code, show_code
from troth.desk.workflow.model import Item, Progress, Rules
from troth.desk.workflow.office import Office, look
from troth.desk.workflow.post import send_letters
from troth.desk.workflow.scope import Meant, record_act
from troth.grounds.facts import Identifier
from troth.law.calendar import day_of
from troth.law.deadlines import deadline
from troth.ledger.requests import Channel, Request, record_request
from troth.policy.answering import answer_terms, holidays_of

ACCEPT = Item("accepted")


@dataclass
class Case:
    """A request by its number; `at` says when each step is taken, as stories write instants."""

    story: Story
    office: Office
    number: str
    email: str

    def at(self, text: str) -> datetime:
        return self.story.instant(text)

    def progress(self, day: str) -> Progress:
        return look(self.office, self.number, self.at(day))[1]

    def identified(self, day: str) -> None:
        """By a code that was mailed and shown."""
        ask_code(self.office, self.number, by="desk", now=self.at(day), make=lambda: "123456")
        shown = self.at(day) + timedelta(minutes=3)
        assert show_code(self.office, self.number, "123 456", by="portal", now=shown)

    def doubtful(self) -> tuple[str, ...]:
        """The marks of what is found by the address, and shared by several names."""
        with finder(self.story.setting) as desk:
            named = Identifier("email", self.email)
            return tuple(one.mark for one in desk.find(Asked((named,))).doubtful)

    def recorded(self, day: str, **about: Any) -> str | None:
        return record_act(self.office, self.number, Meant(**about), by="desk", now=self.at(day))

    def decided(self, day: str, *items: Item, approved: str | None = None) -> None:
        decide(self.office, self.number, items or (ACCEPT,), by="desk", now=self.at(day))
        if approved is not None:
            approve(self.office, self.number, "decision", by=approved, now=self.at(day))

    def office_of(self, now: datetime) -> Office:
        """The desk, whose stores' clocks show this instant."""
        setting = replace(self.story.setting, clocks=lambda _: now)
        return replace(self.office, setting=setting)

    def carried_out(self, day: str) -> None:
        now = self.at(day)
        plan(self.office, self.number, by="desk", now=now)
        outcome = execute(self.office_of(now), self.number, by="desk", clock=lambda: now)
        assert outcome.clean, outcome.remaining

    def answered(self, day: str) -> None:
        answer(self.office, self.number, by="desk", now=self.at(day))
        self.sent(day)

    def sent(self, day: str) -> None:
        now = self.at(day)
        assert send_letters(self.office, lambda: now, self.number)[1] == 0


def arrived(
    story: Story,
    sink: Sink,
    right: str,
    at: str,
    email: str,
    *,
    channel: Channel = "portal",
    language: str = "en",
    reference: str = "",
    words: str = "",
    two_people: bool = False,
    number: str = "7KQ4M-2XC9D",
) -> Case:
    """A request that came in, at the desk of a story."""
    now = story.instant(at)
    policy = story.setting.policy
    due = deadline(
        day_of(now, policy.zoneinfo), answer_terms(policy, right), holidays_of(policy)
    ).due
    names = {"email": email, **({"reference": reference} if reference else {})}
    request = Request(number, right, channel, now, due, language, email, names, words)
    with story.ledger.writing(story.organisation) as writing:
        assert record_request(writing, request, by=channel, at=now)
    office = Office(
        ledger=story.ledger,
        policy=policy,
        map=story.setting.map,
        key=b"k" * 32,
        rules=Rules(two_people=two_people),
        setting=story.setting,
        mailer=sink.mailer(),
    )
    return Case(story, office, number, email)


def text_of(message: Message) -> str:
    """The words of a letter, as its reader sees them."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return " ".join(payload.decode().split())
    raise AssertionError("the letter has no words")
