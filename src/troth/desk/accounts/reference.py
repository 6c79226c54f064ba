"""The page of roles and permissions, generated from the table.

`python -m troth.desk.accounts.reference` writes it (default: `docs/reference/roles.md`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from troth.desk.accounts.roles import PERMISSIONS, ROLE_MEANS, ROLES
from troth.desk.accounts.tokens import LASTS_DAYS, LONGEST_DAYS, SCOPES

_HEAD = """# Roles and permissions

Who may do what at the desk. An account has one role; whoever lets people in gives it, and a change
counts at once. How: [let people in](../how-to/let-people-in.md).

This page is generated: `python -m troth.desk.accounts.reference`.
"""
_KINDS = """`see`: nothing of a person is shown. `look`: personal data is shown, and each look is
journaled: who, at what, when, why. `act`: something is recorded or changed. *fresh*: whoever does
it proves again who they are, unless they did within ten minutes.
"""


def page() -> str:
    """The whole page, as it is committed."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "| Role | Who that is |\n|---|---|"
    yield from (f"| `{role}` | {means} |" for role, means in ROLE_MEANS.items())
    yield "\n## Permissions\n"
    yield _KINDS
    yield f"| Permission | Kind | For | {' | '.join(ROLES)} |"
    yield "|---|---|---|" + ":-:|" * len(ROLES)
    for one in PERMISSIONS.values():
        if one.kind == "open":
            continue
        kind = f"{one.kind}, *fresh*" if one.fresh else one.kind
        marks = " | ".join("yes" if role in one.roles else "" for role in ROLES)
        yield f"| `{one.name}` | {kind} | {one.means} | {marks} |"
    yield "\n## Tokens of the API\n"
    yield (
        f"A token counts for {LASTS_DAYS} days unless told otherwise, for {LONGEST_DAYS} at most, "
        "and for the scopes that it was made with.\n"
    )
    yield "| Scope | What it allows |\n|---|---|"
    yield from (f"| `{scope}` | {means} |" for scope, means in SCOPES.items())


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference/roles.md")
    target.write_text(page(), encoding="utf-8")
