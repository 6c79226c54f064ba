"""The desks that the console opens: one organisation each, by the host that was asked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

from troth.apply.prepared.program import Compiled
from troth.desk.accounts.keys import purpose_key
from troth.desk.fleet.organisations import Organisations
from troth.desk.intake.key import Keys, key_now
from troth.desk.standing.record import catch_up
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.standings import lacks_standings
from troth.policy.model import Policy
from troth.project.load import FILE, Project, Settings, load_policy, load_project, load_settings
from troth.web.console.background import Background

Stamp = tuple[tuple[str, int, int], ...]
"""Files, each with the instant of its last change and its size."""


@dataclass(frozen=True)
class OpenDesk:
    """One organisation as the console works on it: its settings, policy and ledger.

    `keys` is the desk's own key, or its file; it never leaves the process. `fleet`: the
    organisations of the server, where this is the agency that looks after them. `compiled`: what
    the plans of requests have in common, made by the first of them.
    """

    settings: Settings
    policy: Policy
    ledger: Ledger
    keys: Keys = field(repr=False)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    fleet: Organisations | None = field(default=None, repr=False)
    background: Background = field(default_factory=Background, repr=False)
    compiled: Compiled = field(default_factory=Compiled, repr=False, compare=False)
    _read: dict[Stamp, Project] = field(default_factory=dict, repr=False)  # the newest alone

    @property
    def key(self) -> bytes:
        """The desk's own key, as its file has it now."""
        return key_now(self.keys)

    @property
    def organisation(self) -> str:
        return self.policy.organisation

    @property
    def name(self) -> str:
        """The organisation's name as people know it."""
        controller = next(iter(self.policy.controllers.values()))
        return controller.name or self.policy.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.zone or self.policy.zone)

    def project(self) -> Project:
        """The whole project with its map, as its files are now; they are read where they changed.

        Refused or `Problems` where it is not whole. Databases are not opened.
        """
        stamp = self._stamp()
        known = self._read.get(stamp)
        if known is None:
            known = load_project(self.settings.folder, self.environ)
            self._read.clear()
            self._read[stamp] = known
        return known

    def _stamp(self) -> Stamp:
        """When each file of the project was written, and its size: it takes seconds to read all."""
        settings = self.settings
        files = [settings.folder / FILE, settings.policy_file, settings.map_file]
        files += settings.earlier_files.values()
        found = []
        for file in files:
            try:
                told = file.stat()
                found.append((str(file), told.st_mtime_ns, told.st_size))
            except OSError:
                found.append((str(file), 0, 0))
        return tuple(found)

    def own_key(self, purpose: str) -> bytes:
        """A key for one purpose, of this organisation alone."""
        return purpose_key(self.key, self.organisation, purpose)


@contextmanager
def open_desk(
    folder: Path, environ: Mapping[str, str], keys: Keys, at: datetime
) -> Iterator[OpenDesk]:
    """The desk of the project in `folder`; its map may still be unfinished."""
    settings = load_settings(folder, environ)
    policy = load_policy(settings.policy_file)
    with ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(settings.ledger.reveal(), at=at))
        with ledger.reading(policy.organisation) as reading:
            behind = lacks_standings(reading)
        if behind:  # requests that an older version recorded
            with ledger.writing(policy.organisation) as writing:
                catch_up(writing, policy, at)
        yield OpenDesk(settings, policy, ledger, keys, environ)


def on_this_machine(host: str) -> bool:
    """Whether a host (with or without its port) is this machine itself."""
    name = bare_host(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def bare_host(host: str) -> str:
    """A host without its port, nor the brackets of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def origin_of(host: str) -> str:
    """What a browser calls the origin of a host: by TLS, but on this machine itself."""
    return f"{'http' if on_this_machine(host) else 'https'}://{host}"
