"""What proves: the journal, the versions of the policy, and the map."""

from __future__ import annotations

from starlette.responses import Response

from troth.desk.overview.history import history
from troth.desk.overview.mapped import mapped
from troth.diff.difference import difference
from troth.ledger.verify import verify
from troth.policy.model import Policy
from troth.web.console.visit import Visit


async def journal_page(visit: Visit) -> Response:
    """The newest entries, and from there back."""
    query = visit.request.query_params
    before = query.get("before", "")
    found = await visit.reading(
        history,
        before=int(before) if before.isdecimal() else None,
        kind=query.get("kind", "")[:60],
    )
    return visit.page(
        "journal", visit.w("journal"), found=found, kind=query.get("kind", "")[:60], state=None
    )


async def journal_verified(visit: Visit) -> Response:
    """Walks the whole journal and compares every link and every fact."""
    found = await visit.reading(history)
    state = await visit.reading(verify)
    return visit.page("journal", visit.w("journal"), found=found, kind="", state=state)


async def policy_page(visit: Visit) -> Response:
    """The versions of the policy, and what each change does to people."""
    policy = visit.desk.project().policy
    texts: dict[str, Policy] = dict(policy.earlier)
    changes = [(name, difference(old, policy)) for name, old in texts.items()]
    return visit.page("policy", visit.w("policy"), policy=policy, changes=changes)


async def map_page(visit: Visit) -> Response:
    """Where the data lies: stores, tables, columns; and what nobody has declared."""
    project = visit.desk.project()
    found = await visit.reading(mapped, project.map, project.policy)
    return visit.page("map", visit.w("map"), found=found, policy=project.policy)
