"""The desk at which steps are taken, opened for one call: project, stores, mail, the own key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from troth.apply.invite import SmtpMailer
from troth.apply.planning import Setting
from troth.desk.workflow.office import Office
from troth.project.load import Project
from troth.stores.opening import open_store
from troth.stores.store import Store
from troth.web.console.visit import Visit

T = TypeVar("T")


async def at_the_desk(visit: Visit, work: Callable[[Office], T], *, stores: bool = False) -> T:
    """What some work at the desk comes to, off the event loop; with the stores open, or without."""

    def run() -> T:
        with office_of(visit, stores=stores) as office:
            return work(office)

    return await run_in_threadpool(run)


@contextmanager
def office_of(visit: Visit, *, stores: bool) -> Iterator[Office]:
    """The desk of the organisation that is visited."""
    project = visit.desk.project()
    opened: dict[str, Store] = {}
    try:
        setting = None
        if stores:
            for name in project.map.stores:
                url = project.stores[name].reveal()
                opened[name] = open_store(name, url, purpose="write")
            setting = setting_of(project, opened)
        yield Office(
            ledger=visit.desk.ledger,
            policy=project.policy,
            map=project.map,
            key=visit.desk.key,
            setting=setting,
            mailer=_mailer(project),
            recipients=project.recipients,
        )
    finally:
        for store in opened.values():
            store.engine.dispose()


def setting_of(project: Project, stores: dict[str, Store]) -> Setting:
    """What plans and looks stand on."""
    return Setting(
        project.policy,
        project.map,
        stores,
        project.limits,
        readers=project.readers,
        roles=project.application_roles,
    )


def _mailer(project: Project) -> SmtpMailer | None:
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
