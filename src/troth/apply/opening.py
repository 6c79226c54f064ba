"""What planning and applying stand on, opened from a project: its stores, and its mail server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from troth.apply.invite import SmtpMailer
from troth.apply.planning import Setting
from troth.apply.prepared.program import Compiled
from troth.ledger.anchor import Anchor, refuse_older
from troth.ledger.ledger import Ledger
from troth.project.load import Project, Settings, read_file
from troth.stores.opening import open_store
from troth.stores.store import Store


def open_stores(project: Project, purpose: Literal["read", "write"]) -> dict[str, Store]:
    """Every store of the map, open; `Transient` (store-unreachable) where nobody answers."""
    return {
        name: open_store(name, project.stores[name].reveal(), purpose=purpose)
        for name in project.map.stores
    }


def setting_of(
    project: Project, stores: dict[str, Store], compiled: Compiled | None = None
) -> Setting:
    """The project with its open stores; `compiled`: what was made before, for other persons."""
    return Setting(
        project.policy,
        project.map,
        stores,
        project.limits,
        readers=project.readers,
        roles=project.application_roles,
        compiled=compiled or Compiled(),
    )


@contextmanager
def opened_setting(
    project: Project, purpose: Literal["read", "write"], compiled: Compiled | None = None
) -> Iterator[Setting]:
    """The same for as long as the block lasts; the stores are closed at its end."""
    stores = open_stores(project, purpose)
    try:
        yield setting_of(project, stores, compiled)
    finally:
        for store in stores.values():
            store.engine.dispose()


def refuse_older_ledger(project: Project, ledger: Ledger) -> None:
    """Refuses a ledger that lacks what the anchor knows: requests and holds would be missing."""
    if project.anchor is not None:
        text = read_file(project.anchor, project.anchor.name).decode("utf-8", errors="replace")
        with ledger.reading(project.organisation) as reading:
            refuse_older(reading, Anchor.parse(text))


def mailer_of(project: Project | Settings) -> SmtpMailer | None:
    """The mail server of the project; None where troth.yaml names none."""
    mail = project.mail
    if mail is None:
        return None
    return SmtpMailer(
        host=mail.host,
        port=mail.port,
        sender=mail.sender,
        user=mail.user,
        password=mail.password.reveal() if mail.password is not None else None,
        security=mail.security,
    )
