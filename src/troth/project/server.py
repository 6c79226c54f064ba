"""`server.yaml`: many organisations on one server, each with its project, host and ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from troth.documents.document import Document, Finding
from troth.documents.nearest import advice
from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.policy.base import Model, Name
from troth.project.addresses import filled, ledger_address
from troth.project.load import read_file
from troth.project.secret import Secret

Text = Annotated[str, Field(min_length=1)]
Host = Annotated[str, Field(pattern=r"^[a-z0-9.-]+(:[0-9]+)?$")]


def _network(text: str) -> str:
    ip_network(text, strict=False)
    return text


class OrganisationEntry(Model):
    """One organisation of the server."""

    project: Text = Field(description="Its project folder, with `troth.yaml`.")
    host: Host = Field(description="The host of its public pages; no other organisation has it.")
    console: Host | None = Field(default=None, description="The host of its console.")
    ledger: Text | None = Field(
        default=None,
        description="The address of its ledger, in place of the project's: a SQLite file of its "
        "own, or PostgreSQL under a role that is bound to it.",
    )


class ServerFile(Model):
    """Many organisations on one server, strictly apart."""

    troth_server: Literal[1] = Field(
        alias="troth-server", description="The version of this file format."
    )
    postbox: Text = Field(
        default="postbox.sqlite",
        description="The post box of all public pages; what lies in it is sealed for each desk.",
    )
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        default=(),
        description="Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are "
        "believed; X-Forwarded-Host never is.",
    )
    owner: Text | None = Field(
        default=None,
        description="PostgreSQL: the address under which troth fleet prepare makes and upgrades "
        "the ledger, and binds roles; `${NAME}`.",
    )
    agency: Name | None = Field(
        default=None,
        description="The organisation whose accounts see the page of all, by numbers alone.",
    )
    organisations: dict[Name, OrganisationEntry] = Field(
        min_length=1, description="By the name that its policy has."
    )


@dataclass(frozen=True)
class Organisation:
    """One organisation: its folder, hosts, and its ledger's address where it is not the project's.

    `ledger_text` is what the file says of it, which is completed when it is opened.
    """

    name: str
    folder: Path
    host: str
    console: str | None
    ledger_text: str | None

    def ledger(self, environ: Mapping[str, str], folder: Path) -> Secret | None:
        """The address of its ledger; None: the project's."""
        if self.ledger_text is None:
            return None
        return ledger_address(self.ledger_text, folder, environ, f"server.yaml: {self.name}")


@dataclass(frozen=True)
class Server:
    """The server's file, paths completed; secrets of organisations are filled in when needed."""

    file: Path
    postbox: str
    proxies: tuple[str, ...]
    owner: Secret | None
    agency: str | None
    organisations: tuple[Organisation, ...]

    @property
    def folder(self) -> Path:
        return self.file.parent


def load_server(file: Path, environ: Mapping[str, str]) -> Server:
    """The file of a server; `Problems` with its lines, also where two share a host or a folder.

    No project is read: one that is broken does not keep the others from being served.
    """
    file = file.resolve()
    document = read_document(read_file(file, file.name), file.name)
    found = validate(document, ServerFile, secret=True)
    entries = found.organisations
    hosts = {name: entry.host for name, entry in entries.items()}
    _refuse_twice(document, hosts, "host", "give each organisation a host of its own")
    consoles = {name: entry.console for name, entry in entries.items() if entry.console}
    _refuse_twice(document, consoles, "console", "give each console a host of its own")
    folders = {name: str(file.parent / entry.project) for name, entry in entries.items()}
    _refuse_twice(document, folders, "project", "give each organisation a folder of its own")
    if found.agency is not None and found.agency not in entries:
        finding = Finding(
            ("agency",),
            "unknown-name",
            f"there is no organisation '{found.agency}'",
            advice(found.agency, entries) or "name one of the organisations",
        )
        document.refuse([finding])
    owner = found.owner
    return Server(
        file=file,
        postbox=found.postbox if "://" in found.postbox else str(file.parent / found.postbox),
        proxies=found.proxies,
        owner=None if owner is None else Secret(filled(owner, environ, file.name)),
        agency=found.agency,
        organisations=tuple(
            Organisation(
                name,
                (file.parent / entry.project).resolve(),
                entry.host,
                entry.console,
                entry.ledger,
            )
            for name, entry in entries.items()
        ),
    )


def _refuse_twice(document: Document, values: Mapping[str, str], key: str, help: str) -> None:
    counted = Counter(values.values())
    found: Iterable[Finding] = (
        Finding(
            ("organisations", name, key),
            "given-twice",
            f"another organisation has the {key} of '{name}' as well",
            help,
        )
        for name, value in values.items()
        if counted[value] > 1
    )
    document.refuse(found)
