"""What an organisation shows in the window of the post box: all that its public pages know."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from troth.language import Language
from troth.law.calendar import Period, add
from troth.law.deadlines import Term, deadline
from troth.postbox.content import Right

_COMPARED_FROM = date(2001, 1, 1)


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(_Shown):
    """A way to reach the organisation about rights."""

    email: str | None = None
    phone: str | None = None
    post: str | None = None
    url: str | None = None


class Authority(_Shown):
    """Where a person may complain."""

    name: str
    url: str | None = None
    address: str | None = None


class ShownTerm(_Shown):
    """A term of an answer, as an ISO 8601 period; `moves`: on to the next working day."""

    period: str
    moves: bool


class Logo(_Shown):
    """A picture among the pages of the window, and its size in CSS pixels."""

    width: int
    height: int


class Choice(_Shown):
    """A purpose that rests on a consent, or direct marketing: what people may say to it.

    `may_give`: a consent can be given here, in these words; else it can only be taken back.
    """

    id: str
    label: str
    wording: str | None = None
    marketing: bool = False
    may_give: bool = False


class Window(_Shown):
    """One organisation's public pages.

    `terms` are those that bind an answer, by right: the earliest counts. `offered` are the rights
    that the law or the policy gives its people; `ways` are the contacts that the policy names for a
    right where these pages are none of them. `holidays` are the public holidays of its country for
    the time to come. `key` (for letters), `signing` (of tokens) and `signed_before` (of older
    ones) are public keys in hexadecimal.
    `own` is the language of the policy's own words, the choices' among them. `child_below`: the age
    from which the policy sees no child; `policy`: whether it is shown.
    """

    organisation: str
    name: str
    languages: tuple[Language, ...]
    zone: str
    key: str
    terms: dict[Right, tuple[ShownTerm, ...]]
    offered: tuple[Right, ...]
    holidays: tuple[date, ...]
    signing: str
    signed_before: tuple[str, ...] = ()
    ways: dict[Right, tuple[Contact, ...]] = {}
    choices: tuple[Choice, ...] = ()
    own: Language = "en"
    child_below: int | None = None
    policy: bool = False
    logo: Logo | None = None
    contacts: tuple[Contact, ...] = ()
    authorities: tuple[Authority, ...] = ()
    accent: str = Field(default="#1f4e79", pattern=r"^#[0-9a-f]{6}$")

    def shortest(self, right: Right) -> str:
        """The shortest of the terms, as people read it; unlike units as of a common year."""
        periods = [one.period for one in self.terms[right]]
        return min(periods, key=lambda text: add(_COMPARED_FROM, Period.parse(text)))

    def due_on(self, right: Right, received: date) -> date:
        """The last day for an answer to what is received on a day of the organisation's zone."""
        terms = [Term(Period.parse(one.period), "", one.moves) for one in self.terms[right]]
        return deadline(received, terms, frozenset(self.holidays)).due
