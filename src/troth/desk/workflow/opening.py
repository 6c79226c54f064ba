"""The desk of a project opened for a while: its ledger, its key, mail and (if asked) its stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from troth.apply.opening import mailer_of, opened_setting
from troth.apply.prepared.program import Compiled
from troth.desk.workflow.model import Rules
from troth.desk.workflow.office import Office
from troth.ledger.ledger import Ledger
from troth.project.load import Project


@contextmanager
def opened_office(
    project: Project,
    ledger: Ledger,
    key: bytes,
    *,
    stores: bool = False,
    compiled: Compiled | None = None,
) -> Iterator[Office]:
    """The desk for as long as the block lasts; the errors of stores that do not open."""
    with ExitStack() as opened:
        setting = None
        if stores:
            setting = opened.enter_context(opened_setting(project, "write", compiled))
        yield Office(
            ledger=ledger,
            policy=project.policy,
            map=project.map,
            key=key,
            rules=Rules(project.desk.two_people, project.desk.package_days),
            setting=setting,
            mailer=mailer_of(project),
            recipients=project.recipients,
            pages=project.pages,
        )
