"""The desks of many organisations by the hosts of their consoles, opened when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from troth.desk.fleet.organisations import Organisations
from troth.errors import TrothError
from troth.logs import logger
from troth.project.load import load_settings
from troth.web.console.desks import OpenDesk
from troth.web.console.queue import put_down, take_up


class Desks(Mapping[str, OpenDesk]):
    """The desk at a host; none where no organisation has it, or where its project is broken."""

    def __init__(
        self,
        organisations: Organisations,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self._organisations, self._environ, self._clock = organisations, environ, clock
        self._names = {
            entry.console: entry.name
            for entry in organisations.server.organisations
            if entry.console is not None
        }
        self._open: dict[str, OpenDesk] = {}

    def __getitem__(self, host: str) -> OpenDesk:
        name = self._names[host]
        if name not in self._open:
            try:
                desk = self._desk(name)
                take_up(desk, self._clock)
                self._open[name] = desk
            except TrothError as error:
                logger().error("not-opened", organisation=name, told=str(error))
                raise KeyError(host) from error
        return self._open[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def put_down(self) -> None:
        """Let every queue go, as the process ends."""
        for desk in self._open.values():
            put_down(desk)

    def _desk(self, name: str) -> OpenDesk:
        found = self._organisations.get(name)
        settings = load_settings(found.entry.folder, self._environ)
        server = self._organisations.server
        fleet = self._organisations if server.agency == name else None
        return OpenDesk(
            settings, found.project.policy, found.ledger, found.keys, self._environ, fleet
        )
