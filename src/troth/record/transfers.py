"""What leaves the Union, with its guarantee (Art. 30(1)(e), 44-49)."""

from __future__ import annotations

from collections.abc import Mapping

from troth.law.countries import within_the_union
from troth.policy.model import Policy
from troth.policy.people import Recipient
from troth.record.model import TransferLine
from troth.record.parties import recipient


def transfers_of(policy: Policy, received: Mapping[str, Recipient]) -> tuple[TransferLine, ...]:
    """The transfers to these recipients: those outside the Union, and those the policy declares.

    A recipient in an undeclared country may be outside, so its line stands without a country. Our
    own staff is where we are; authorities with an inquiry are no recipients (Art. 4(9)).
    """
    found: dict[tuple[str, str | None], TransferLine] = {}
    for name, entry in received.items():
        declared = [
            (country, transfer.safeguard or entry.safeguard)
            for transfer in policy.transfers.values()
            if transfer.allowed and name in transfer.recipients
            for country in transfer.countries or (entry.country,)
        ]
        for country, safeguard in declared or [(entry.country, entry.safeguard)]:
            inside = country is not None and within_the_union(country)
            if inside or (country is None and entry.role in ("internal", "authority")):
                continue
            found[name, country] = _line(policy, name, country, safeguard)
    return tuple(found.values())


def _line(policy: Policy, name: str, country: str | None, safeguard: str | None) -> TransferLine:
    to = recipient(name, policy.recipients[name])
    if safeguard is None:
        return TransferLine(to, country, None)
    mechanism = policy.safeguards[safeguard]
    kind = None if mechanism.kind == "undetermined" else mechanism.kind
    return TransferLine(to, country, kind, mechanism.text)
