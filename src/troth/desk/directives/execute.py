"""After a proven death: the latest wish is carried out, or what the law grants heirs, and no more.

Rights end with the person (Loi 78-17, art. 84); art. 85 lets wishes and, within limits, heirs act.
What stands against an erasure stands against this one too: it is an act like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from troth.datamap.model import DataMap
from troth.desk.directives.erasing import erases, record_erasures
from troth.desk.directives.orders import open_requests
from troth.desk.directives.wishes import names, valid_at, versions_of
from troth.errors import Refused
from troth.grounds.facts import Act
from troth.law.calendar import day_of
from troth.ledger.acts import find_act
from troth.ledger.days import record_days
from troth.ledger.directives import (
    Directive,
    DirectiveEnd,
    HandOver,
    Trusted,
    end_directive,
    order_hand_over,
    read_directives,
    read_hand_overs,
)
from troth.ledger.proofs import read_proofs
from troth.ledger.session import Reading, Writing
from troth.policy.model import Policy


@dataclass(frozen=True)
class Executed:
    """What came of it: erasures to carry out, orders to hand over, and accounts closed.

    `numbers`: the requests that the orders opened. `erases_later`: once all of them have handed
    over, what the wish erases is recorded.
    """

    directive: str | None
    erasures: tuple[str, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()
    closed: str | None = None
    numbers: tuple[str, ...] = ()
    erases_later: bool = False


@dataclass(frozen=True)
class After:
    """A proven death, and the versions of wishes of whoever has died."""

    death: Act
    versions: tuple[Directive, ...]
    valid: Directive | None


def after_death(reading: Reading, death: str, datamap: DataMap, now: datetime) -> After:
    """What stands after a death; Refused: `unknown-act`, `not-a-death`, `death-unproven`."""
    act = find_act(reading, death, now).act
    if act.kind != "death":
        raise Refused(
            "not-a-death",
            f"'{death}' is no death: a wish for after death has no effect before "
            "(Loi 78-17, art. 85(I))",
            help="record the death with `troth request new death --proof`",
        )
    if not read_proofs(reading, death):
        raise Refused(
            "death-unproven",
            "nothing proves the death yet (Loi 78-17, art. 85)",
            help="add --proof with the certificate and where it lies",
        )
    versions = versions_of(read_directives(reading), act.persons, datamap)
    return After(act, versions, valid_at(versions, act.at))


def execute(
    writing: Writing,
    after: After,
    policy: Policy,
    datamap: DataMap,
    *,
    asked_by: str,
    identity: str,
    by: str,
    at: datetime,
) -> Executed:
    """Carry out the wish in force at the death, as the person in charge of it asks.

    Refused: `identity-unproven`, `no-directive`, `directive-ended` (already carried out),
    `directive-replaced-designee`, `not-designated`.
    """
    _refuse_unknown_asker(identity)
    valid = after.valid
    if valid is None:
        raise Refused(
            "no-directive",
            "no wish was in force at the death: nothing is erased or handed over "
            "(Loi 78-17, art. 84)",
            help="an heir may have the account closed: --heir with --close",
        )
    _refuse_not_designated(after, valid, asked_by)
    end_directive(
        writing, valid.id, DirectiveEnd("executed", at, by, asked_by, identity.strip()), at=at
    )
    for one in valid.instructions:
        if one.action == "hand-over" and one.to is not None:
            order = HandOver(
                id="",
                death=after.death.id,
                directive=valid.id,
                purpose="directive",
                to=one.to,
                categories=one.categories,
                places=one.places,
                ordered_at=at,
                ordered_by=by,
            )
            order_hand_over(writing, order, at=at)
    orders = tuple(one for one in read_hand_overs(writing, after.death.id) if one.directive)
    if orders:  # they come first: an erasure that nobody decided yet would end grounds as well
        numbers = open_requests(writing, policy, orders, identity=identity, by=by, at=at)
        return Executed(valid.id, (), orders, numbers=numbers, erases_later=erases(valid))
    reason = f"{valid.id} of {valid.given_at:%Y-%m-%d}, asked by {asked_by}"
    made = record_erasures(writing, after.death, valid, policy, datamap, reason, by=by, at=at)
    return Executed(valid.id, made)


def _refuse_unknown_asker(identity: str) -> None:
    if not identity.strip():
        raise Refused(
            "identity-unproven",
            "whoever asks proves who they are (Loi 78-17, art. 85)",
            help="add --identity with what was seen, not a copy of it",
        )


def _refuse_not_designated(after: After, valid: Directive, asked_by: str) -> None:
    if names(valid, asked_by):
        return
    replaced = [one for one in after.versions if one is not valid and names(one, asked_by)]
    if replaced:
        raise Refused(
            "directive-replaced-designee",
            f"the version of {replaced[-1].given_at:%Y-%m-%d} was replaced by that of "
            f"{valid.given_at:%Y-%m-%d}, which puts somebody else in charge "
            "(Loi 78-17, art. 85(I))",
            help="only who the version in force names can have it carried out",
        )
    raise Refused(
        "not-designated",
        "the wish in force puts somebody else in charge (Loi 78-17, art. 85(I))",
        help="an heir may have the account closed: --heir with --close",
    )


def close_account(
    writing: Writing,
    after: After,
    policy: Policy,
    *,
    event: str,
    heirship: str,
    by: str,
    at: datetime,
) -> Executed:
    """Close the accounts of whoever has died, as an heir may ask (Loi 78-17, art. 85(II)(2)).

    The day of `event` is recorded for each of the person's names. Refused: `heir-unproven`,
    `unknown-event`.
    """
    _refuse_unproven_heir(heirship)
    if event not in policy.events:
        raise Refused(
            "unknown-event",
            f"the policy has no event '{event}'",
            help=f"it has {', '.join(policy.events) or 'none'}",
        )
    day = day_of(at, policy.zoneinfo)
    record_days(writing, [(event, person, day) for person in after.death.persons], by=by, at=at)
    return Executed(None, closed=event)


def settle_estate(
    writing: Writing,
    after: After,
    policy: Policy,
    *,
    heir: Trusted,
    heirship: str,
    categories: Sequence[str],
    by: str,
    at: datetime,
) -> Executed:
    """Order for an heir what settling the estate needs, of named categories (art. 85(II)(1)).

    Refused: `heir-unproven`, `estate-without-scope`.
    """
    _refuse_unproven_heir(heirship)
    if not categories:
        raise Refused(
            "estate-without-scope",
            "an heir gets what settling the estate needs, not everything "
            "(Loi 78-17, art. 85(II)(1))",
            help="name what is needed with --category",
        )
    order = HandOver(
        id="",
        death=after.death.id,
        directive=None,
        purpose="estate",
        to=heir,
        categories=tuple(categories),
        places=(),
        ordered_at=at,
        ordered_by=by,
    )
    name = order_hand_over(writing, order, at=at)
    orders = tuple(o for o in read_hand_overs(writing, after.death.id) if o.id == name)
    numbers = open_requests(writing, policy, orders, identity=heirship, by=by, at=at)
    return Executed(None, hand_overs=orders, numbers=numbers)


def refuse_heir() -> None:
    """Refused (`heir-limited`): what the law does not grant an heir."""
    raise Refused(
        "heir-limited",
        "an heir has neither copies nor erasure without a wish of the person "
        "(Loi 78-17, art. 84 and 85(II))",
        help="an heir may have the account closed (--close) and settle the estate (--estate)",
    )


def _refuse_unproven_heir(heirship: str) -> None:
    if not heirship.strip():
        raise Refused(
            "heir-unproven",
            "an heir proves who they are and that they inherit (Loi 78-17, art. 85(II))",
            help="add --identity with what was seen, such as the deed of the notary",
        )
