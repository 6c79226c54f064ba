"""Who may do what: the one table of permissions, and the question asked of it.

A permission is of one kind. `see`: no personal data is shown. `look`: personal data is shown, so
each look is journaled. `act`: something is recorded or changed; nobody who only reads has one.
`open`: anybody, without an account. Before a permission that is `fresh`, whoever acts proves again
who they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from troth.project.model import DeskRole

Role = DeskRole
ROLES: tuple[Role, ...] = get_args(Role)
Kind = Literal["open", "see", "look", "act"]

ROLE_MEANS: Mapping[Role, str] = {
    "dpo": "The data protection officer: decides, and lets people in.",
    "agent": "Works on requests; decides nothing.",
    "approver": "The second person, who approves plans and executions.",
    "engineer": "Keeps databases, map and keys in order; sees no request.",
    "auditor": "Reads everything that proves something, and changes nothing.",
    "practitioner": "Alone sees special categories, where the project says so.",
    "publisher": "A processor that sees numbers only.",
}


@dataclass(frozen=True)
class Permission:
    """What a page or an act is for, and whose it is."""

    name: str
    kind: Kind
    means: str
    roles: frozenset[Role]
    fresh: bool = False


def _of(name: str, kind: Kind, means: str, roles: str, *, fresh: bool = False) -> Permission:
    return Permission(name, kind, means, frozenset(r for r in ROLES if r in roles.split()), fresh)


_ALL = "dpo agent approver engineer auditor practitioner publisher"
_STAFF = "dpo agent approver engineer auditor practitioner"

_TABLE = (
    _of("open", "open", "Pages before signing in.", _ALL),
    _of("own", "see", "One's own account, keys and sessions.", _ALL),
    _of("own-keys", "act", "Changing how one signs in, ending one's sessions.", _ALL, fresh=True),
    _of("leave", "act", "Signing out, proving again who one is.", _ALL),
    _of("numbers", "see", "Counts, without anybody in them.", _ALL),
    _of("today", "see", "What is due, late, broken or unknown, by number.", _STAFF),
    _of("requests", "look", "Requests: what was asked, by whom.", "dpo agent approver auditor"),
    _of("requests-ask", "see", "The form for a request by letter or telephone.", "dpo agent"),
    _of("requests-work", "act", "Taking requests in, steps and letters.", "dpo agent"),
    _of("requests-decide", "act", "Deciding on a request, ground by ground.", "dpo"),
    _of("requests-approve", "act", "Approving an execution.", "dpo approver", fresh=True),
    _of("packages-ask", "see", "Which packages wait, by number.", "dpo agent auditor practitioner"),
    _of(
        "packages",
        "look",
        "A package of what is held about a person; of special categories the practitioner alone.",
        "dpo agent auditor practitioner",
    ),
    _of(
        "restrictions",
        "see",
        "What is set aside, by the number of its request.",
        "dpo agent approver engineer auditor",
    ),
    _of("directives", "look", "Wishes for after death, with whom they name.", "dpo agent auditor"),
    _of("directives-work", "act", "Recording and revoking wishes.", "dpo agent"),
    _of("directives-execute", "act", "Deaths, and what they set in motion.", "dpo", fresh=True),
    _of("identity", "look", "Documents that prove an identity.", "dpo"),
    _of(
        "people",
        "look",
        "One person's standing with all grounds.",
        "dpo agent auditor practitioner",
    ),
    _of("people-ask", "see", "The form to look for one person.", "dpo agent auditor practitioner"),
    _of("retention", "see", "Promises, reports and coming plans.", _STAFF),
    _of("plans-approve", "act", "Approving a plan.", "dpo approver", fresh=True),
    _of("plans-apply", "act", "Carrying an approved plan out.", "dpo engineer", fresh=True),
    _of("checks-run", "act", "Comparing promise and reality now.", "dpo engineer"),
    _of("holds", "look", "Legal holds, with whom they name.", "dpo agent auditor"),
    _of("holds-change", "act", "Opening and lifting holds.", "dpo", fresh=True),
    _of("register", "see", "The record of processing activities.", _STAFF),
    _of("policy", "see", "The policy, its versions and the map.", _STAFF),
    _of("breaches", "see", "The register of breaches.", "dpo approver engineer auditor"),
    _of("breaches-work", "act", "Recording breaches and notifications.", "dpo engineer"),
    _of("journal", "see", "The journal.", "dpo engineer auditor"),
    _of("export", "look", "Taking lists and evidence away as files.", "dpo auditor", fresh=True),
    _of("accounts", "see", "Who has an account, and looked at what.", "dpo auditor"),
    _of("accounts-change", "act", "Letting people in and out.", "dpo", fresh=True),
    _of("tokens", "see", "Which systems hold keys, for what.", "dpo engineer auditor"),
    _of("tokens-change", "act", "Keys of the organisation's systems.", "dpo engineer", fresh=True),
)

PERMISSIONS: Mapping[str, Permission] = {one.name: one for one in _TABLE}


def allows(role: Role, permission: str) -> bool:
    """Whether a role has a permission; KeyError for one that is not in the table."""
    return role in PERMISSIONS[permission].roles
