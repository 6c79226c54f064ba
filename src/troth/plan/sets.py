"""Sets: what must be brought to a store before its predicates can be evaluated there.

A set holds native keys (and, for some, a day) in a temporary table of the store, loaded once per
run from the facts or from another store. The plan holds only the definition.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from troth.datamap.model import Normaliser
from troth.plan.predicate import Predicate
from troth.policy.base import Model


class _Keyed(Model):
    """`columns` of `store.table` are what the set holds values of."""

    name: str
    store: str
    table: str
    columns: tuple[str, ...]

    @property
    def has_day(self) -> bool:
        return False


class HeldPersons(_Keyed):
    """Rows of a table of persons that an open hold names, for rows in table `scope`.

    `scope` is None for holds that are not restricted to tables; `identity` are the columns that
    name the person.
    """

    kind: Literal["held-persons"] = "held-persons"
    identity: tuple[str, ...]
    scope: tuple[str, str] | None = None


class HeldRows(_Keyed):
    """Rows that an open hold names by key."""

    kind: Literal["held-rows"] = "held-rows"


class ConsentPersons(_Keyed):
    """Rows of a table of persons about whom the newest fact of `consent` by `by` is `state`."""

    kind: Literal["consent"] = "consent"
    identity: tuple[str, ...]
    consent: str
    state: Literal["given", "withdrawn"]
    by: Literal["person", "parent"] = "person"


Touch = Literal[
    "marketing", "named-objection", "objected", "erasure", "erased", "pending", "restriction"
]
"""What acts a set asks for, of one activity (but for a restriction):

- `marketing`: any act at all that ends direct marketing;
- `named-objection`: an objection not refused that names the activity;
- `objected`, `erased`: an objection, an erasure that has taken effect;
- `erasure`: an erasure not refused;
- `pending`: an objection or erasure that is undecided;
- `restriction`: a restriction in force.
"""


class ActPersons(_Keyed):
    """Rows of a table of persons whom an act of the kind `touch` names.

    `activities`: those of which one has to be touched; `category` and `place` are the value's.
    `consent`: those who gave it after their acts are not meant.
    A set that suspends use has a flag beside it, `nobody-` and its name: an act that it asks for
    names a person whom no store knows.
    """

    kind: Literal["act-persons"] = "act-persons"
    identity: tuple[str, ...]
    touch: Touch
    activities: tuple[str, ...] = ()
    category: str | None
    place: str
    consent: str | None = None


class ScopePersons(_Keyed):
    """Rows of a table of persons whom one of the acts names: those whom a plan is about."""

    kind: Literal["scope-persons"] = "scope-persons"
    identity: tuple[str, ...]
    acts: tuple[str, ...]


class Replayed(_Keyed):
    """Rows that a mark of the ledger says went, or lost what `what` names, at a person's request.

    `immutable` are the columns that tell a row from a later one of the same key; `since`: marks
    made before this instant do not count, for the restored copy was made after them.
    """

    kind: Literal["replayed"] = "replayed"
    immutable: tuple[str, ...]
    what: str
    since: datetime | None = None


class LedgerDays(_Keyed):
    """The newest recorded day of an event for what the columns `identity` hold.

    `columns` are what the set is keyed on: the table's key, or the one column itself.
    """

    kind: Literal["ledger-days"] = "ledger-days"
    event: str
    namespace: str
    identity: tuple[str, ...]

    @property
    def has_day(self) -> bool:
        return True


class Nameless(_Keyed):
    """Rows whose columns `identity` are all NULL or empty once normalised, but not all NULL."""

    kind: Literal["nameless"] = "nameless"
    identity: tuple[str, ...]


class KeptDays(_Keyed):
    """Days of an event kept for rows after the rows that showed it were erased."""

    kind: Literal["kept-days"] = "kept-days"
    event: str

    @property
    def has_day(self) -> bool:
        return True


class Warned(_Keyed):
    """Rows whose newest invitation under `rule` was sent on `sent`.

    Newest among those whose delay has passed on `ready_by`; None: among all.
    """

    kind: Literal["warned"] = "warned"
    rule: str
    sent: date
    ready_by: date | None


class SmallGroups(_Keyed):
    """Rows for which `where` holds, and that are like fewer than `smallest` of these in `alike`.

    Each counts itself; NULL is like NULL.
    """

    kind: Literal["small-groups"] = "small-groups"
    alike: tuple[str, ...]
    smallest: int
    where: Predicate


class Linked(_Keyed):
    """Rows linked, as SQL cannot compare, to rows elsewhere for which `where` holds."""

    kind: Literal["linked"] = "linked"
    links: tuple[str, ...]
    other_store: str
    other_table: str
    other_links: tuple[str, ...]
    compare: Normaliser
    where: Predicate
    json_path: str | None = None
    json_side: Literal["source", "target"] = "source"


SetDefinition = Annotated[
    HeldPersons
    | HeldRows
    | ConsentPersons
    | ActPersons
    | ScopePersons
    | Replayed
    | LedgerDays
    | Nameless
    | KeptDays
    | Warned
    | SmallGroups
    | Linked,
    Field(discriminator="kind"),
]
