"""The API's desks by host, made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Self

from troth.errors import TrothError
from troth.logs import logger
from troth.web.api.desk import ApiDesk
from troth.web.console.desks import OpenDesk
from troth.web.console.pages.office import office_at

TRIED_AGAIN = timedelta(minutes=1)  # where a project was not whole


class ApiDesks(Mapping[str, ApiDesk]):
    """The API's desk at each host of the console; none while its project's map is unfinished.

    `clock` is aware. Two hosts of one organisation share a desk. Close it when done.
    """

    def __init__(self, desks: Mapping[str, OpenDesk], clock: Callable[[], datetime]) -> None:
        self._desks, self._clock = desks, clock
        self._made: dict[str, ApiDesk] = {}
        self._failed: dict[str, datetime] = {}

    def __getitem__(self, host: str) -> ApiDesk:
        desk = self._desks[host]
        name = desk.organisation
        if name not in self._made:
            self._made[name] = self._make(desk, host)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._desks)

    def __len__(self) -> int:
        return len(self._desks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for desk in self._made.values():
            desk.close()
        self._made.clear()

    def _make(self, desk: OpenDesk, host: str) -> ApiDesk:
        failed = self._failed.get(desk.organisation)
        if failed is not None and self._clock() - failed < TRIED_AGAIN:
            raise KeyError(host)
        try:
            project = desk.project()
        except TrothError as error:
            self._failed[desk.organisation] = self._clock()
            logger().error("api-not-served", organisation=desk.organisation, told=str(error))
            raise KeyError(host) from error
        return ApiDesk(
            desk.ledger,
            project.policy,
            project.map,
            self._clock,
            lambda stores: office_at(desk, stores=stores),
        )
