"""What is sent and answered: strict types, described for whoever reads the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
)

from troth.grounds.facts import Identifier
from troth.postbox.content import LONGEST_ADDRESS, MOST_LETTERS, Behalf, Right

MOST_QUESTIONS = 1_000  # of one call
MOST_DISCLOSURES = 1_000
MOST_CONTACTS = 1_000
MOST_NAMES = 10  # of one person
_FIRST_YEAR, _LAST_YEAR = 2, 9998  # beyond, an instant has no UTC form in every zone


def _written(value: object) -> object:
    """Instants and days come as text alone: a number would be one of several epochs."""
    if not isinstance(value, str | date | None):
        raise ValueError("no text")
    return value


def _known_year(at: datetime) -> datetime:
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError("the year is no year of data")
    return at


Text = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
"""Without signs that nobody sees; half characters are refused anyway."""
Name = Annotated[Text, Field(min_length=1, max_length=200)]
When = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_known_year)]
Day = Annotated[date, BeforeValidator(_written)]
At = Annotated[When | None, Field(description="ISO 8601 with its offset; default: now.")]


class Body(BaseModel):
    """What is sent: nothing that is not described."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Body):
    """An identifier of a person, in a namespace of the map."""

    namespace: Name = Field(examples=["email"])
    value: Annotated[Text, Field(min_length=1, max_length=500)] = Field(
        examples=["anna@mail.example"]
    )

    def identifier(self) -> Identifier:
        return Identifier(self.namespace, self.value)


Persons = Annotated[
    list[Person],
    Field(min_length=1, max_length=MOST_NAMES, description="All that is known of one person."),
]


class Proof(Body):
    """How a consent was given (Art. 7(1)), without anybody's name."""

    text: Name = Field(description="The version or digest of the words that were shown.")
    where: Name = Field(description="The form, page or call in which it was given.")
    how: Name = Field(description="What the person did, such as ticking a box.")


class NewConsent(Body):
    """A consent given or withdrawn."""

    person: Person
    consent: Name = Field(description="Its name in the policy.", examples=["newsletter"])
    state: Literal["given", "withdrawn"]
    at: At = None
    proof: Proof | None = Field(
        default=None, description="How it was given; keep it: the burden of proof is yours."
    )


class Choice(Body):
    """One choice, by consent of the policy."""

    consent: Name
    state: Literal["given", "withdrawn"]


class Choices(Body):
    """Several choices of one person at once."""

    person: Person
    choices: list[Choice] = Field(min_length=1, max_length=100)
    at: At = None
    proof: Proof | None = None


class OfPerson(Body):
    """Whose state is asked for; in a body, as an address is not for URLs."""

    person: Person


class Recorded(BaseModel):
    """How many facts were recorded."""

    recorded: int


class ConsentState(BaseModel):
    """The latest word of a person on one consent, and every one before it."""

    consent: str
    state: Literal["given", "withdrawn", "never-asked"]
    since: datetime | None
    history: list[ConsentWord]


class ConsentWord(BaseModel):
    """A consent given or withdrawn at an instant."""

    state: Literal["given", "withdrawn"]
    at: datetime
    by: Literal["person", "parent"]
    proof: Proof | None


class Preferences(BaseModel):
    """What a person chose, by consent of the policy; `suppressed`: not to be mailed again."""

    consents: list[ConsentState]
    suppressed: bool


class KnownOf(Body):
    """What your system knows of the person beside the ledger."""

    true: list[Name] = Field(default=[], max_length=100, description="Conditions that are met.")
    false: list[Name] = Field(default=[], max_length=100, description="Conditions that are not.")
    birth: Day | None = None
    accepted: Name | None = Field(default=None, description="The version that they accepted.")
    informed: StrictBool = Field(
        default=False, description="They were told of the source (Art. 14)."
    )
    collected: Day | None = Field(default=None, description="The day of collection.")


class Asked(Body):
    """May these data be used so? Either a purpose or the case of a legal hold."""

    purpose: Name | None = Field(default=None, description="The activity of the policy.")
    case: Name | None = None
    category: Name
    person: Persons
    recipient: Name | None = None
    country: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1.")] = None
    role: Name | None = None
    region: Name | None = None
    place: Name | None = None
    table: Name | None = None
    known: KnownOf | None = None


class Many(Body):
    """Several questions, answered as of one instant."""

    questions: list[Asked] = Field(min_length=1, max_length=MOST_QUESTIONS)


class Ground(BaseModel):
    """What supports the use."""

    activity: str | None
    basis: str | None
    article: str
    clauses: list[str]
    case: str | None


class Missing(BaseModel):
    """A part that is missing for the use to be allowed."""

    code: str
    message: str
    article: str
    clauses: list[str]


class Decision(BaseModel):
    """The answer: the ground, or everything that is missing."""

    allowed: bool
    ground: Ground | None
    missing: list[Missing]


class Decided(Decision):
    """One decision, as of an instant."""

    at: datetime


class DecidedMany(BaseModel):
    """Decisions in the order of the questions."""

    at: datetime
    decisions: list[Decision]


class NewRequest(Body):
    """A data subject request that one of your systems took."""

    right: Right
    email: Annotated[
        Text, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=LONGEST_ADDRESS)
    ] = Field(description="Where the answer goes.", examples=["anna@mail.example"])
    name: Annotated[Text, Field(max_length=200)] = ""
    reference: Annotated[Text, Field(max_length=100)] = ""
    words: Annotated[Text, Field(max_length=MOST_LETTERS)] = ""
    behalf: Behalf = "self"
    language: Literal["en", "fr"] = "en"
    received_at: At = None


class CorrectRight(Body):
    """The right that a request asks for, where it was unclear or wrongly understood."""

    step: Literal["correct-right"]
    right: Name
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]


class RecordAct(Body):
    """What the request asks for; no persons: whom its proven address means."""

    step: Literal["record-act"]
    persons: list[Person] = Field(default=[], max_length=MOST_NAMES)
    activities: list[Name] = Field(default=[], max_length=100)
    categories: list[Name] = Field(default=[], max_length=100)
    consents: list[Name] = Field(default=[], max_length=100)
    event: Annotated[Text, Field(max_length=200)] = Field(
        default="", description="Closing an account: the policy's event that ends it."
    )
    proof: Annotated[Text, Field(max_length=500)] = Field(
        default="", description="A death: what proves it, and where that lies."
    )
    receiver: Annotated[Text, Field(max_length=200)] = Field(
        default="", description="A portability: to whom the person wants it sent."
    )


class Corrected(Body):
    """What is right; `old` where there are several wrong values."""

    name: Name = Field(
        description="A category, a kind of identifier, or store.table.column.", examples=["phone"]
    )
    new: Annotated[Text, Field(min_length=1, max_length=2000)]
    old: Annotated[Text | None, Field(max_length=2000)] = None


class MakePlan(Body):
    """The plan of what was granted; a rectification says what is right, a restriction why."""

    step: Literal["plan"]
    correct: list[Corrected] = Field(default=[], max_length=50)
    leave: list[Name] = Field(default=[], max_length=100, description="Columns that stay.")
    ground: Annotated[Text, Field(max_length=40)] = Field(
        default="", description="accuracy, unlawful, needed-for-claim or objection (Art. 18(1))."
    )


class Execute(Body):
    """Carry out the plan that was made and approved."""

    step: Literal["execute"]


class FinishTask(Body):
    """What was done, and where that can be seen."""

    step: Literal["finish-task"]
    task: Name
    said: Annotated[Text, Field(min_length=1, max_length=1000)]


class Acknowledge(Body):
    """How it is known that a recipient has done what it was told, or why it cannot be told."""

    step: Literal["acknowledge"]
    recipient: Name
    proof: Annotated[Text | None, Field(max_length=1000)] = None
    impossible: Annotated[Text | None, Field(max_length=1000)] = None


class Close(Body):
    """The end; refused while anything is owed."""

    step: Literal["close"]


AnyStep = CorrectRight | RecordAct | MakePlan | Execute | FinishTask | Acknowledge | Close


class OpenTask(BaseModel):
    """A task that waits for a human, by its place."""

    id: str
    place: str


class Moved(BaseModel):
    """How far a request is; nothing of it names the person."""

    number: str
    right: str
    stage: str
    turn: str
    answer_by: date | None
    late: bool
    owed: list[str]
    next: list[str]
    tasks: list[OpenTask]


class RequestShown(BaseModel):
    """Where a request stands; nothing of it names the person."""

    number: str
    right: str
    channel: str
    received_at: datetime
    answer_by: date
    open: bool


class RequestTaken(RequestShown):
    """A request that was taken; `follows` is what its person is to be told of the channel."""

    follows: str


class RequestPage(BaseModel):
    """A page of requests; `next` is the cursor of the one after it."""

    requests: list[RequestShown]
    next: str | None


class NewDisclosure(Body):
    """What left for a recipient."""

    person: Person
    recipient: Name
    categories: list[Name] = Field(min_length=1, max_length=100)
    basis: Annotated[Text, Field(min_length=1, max_length=500)]
    at: At = None
    country: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None
    known_as: Person | None = Field(
        default=None, description="How the recipient names the person, if otherwise."
    )


class NewDisclosures(Body):
    """Several, recorded all or none."""

    disclosures: list[NewDisclosure] = Field(min_length=1, max_length=MOST_DISCLOSURES)


class Contacts(Body):
    """People that are about to be mailed or imported, each with all identifiers known."""

    contacts: list[Persons] = Field(min_length=1, max_length=MOST_CONTACTS)


class Blocked(BaseModel):
    """Positions, from 0, of those that may not be mailed."""

    asked: int
    blocked: list[int]


class HoldShown(BaseModel):
    """A legal hold that is open; its reason and whom it names stay in the desk."""

    id: str
    opened_at: datetime
    review_on: date | None
    persons: int
    tables: list[str]
    rows: int


class Holds(BaseModel):
    """The legal holds that are open."""

    holds: list[HoldShown]


class Health(BaseModel):
    """That the API and its ledger answer, and by which promise."""

    status: Literal["ok"]
    policy: str
    version: str


ConsentState.model_rebuild()
