"""A project folder, read: its policy, its map, and where its stores and its ledger are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from troth.datamap.load import parse_map
from troth.datamap.model import DataMap, StoreName
from troth.documents.document import Document, Finding, Remark
from troth.documents.files import read_file as read_file
from troth.documents.nearest import advice
from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.errors import Problems, Refused
from troth.grounds.audience import archive_readers
from troth.language import Language
from troth.plan.model import Limits
from troth.policy.load import parse_policy
from troth.policy.model import Policy
from troth.policy.versions import rules_of, text_before, thresholds, with_earlier
from troth.project.addresses import filled, ledger_address, store_address
from troth.project.model import (
    DeskSettings,
    MailboxSettings,
    MailSettings,
    NightlySettings,
    OidcSettings,
    PortalSettings,
    ProjectFile,
)
from troth.project.secret import Secret

FILE = "troth.yaml"


@dataclass(frozen=True)
class Mail:
    """The mail server, with its password from the environment."""

    host: str
    port: int
    sender: str
    user: str | None
    password: Secret | None
    security: Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class Oidc:
    """The identity provider, with the client's secret from the environment."""

    terms: OidcSettings
    secret: Secret | None


@dataclass(frozen=True)
class Mailbox:
    """The mailbox whose mails become requests, with its password from the environment.

    `address` is the one to which people write, `authority` a certificate's text (PEM).
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: Secret
    folder: str
    address: str
    since: date | None
    rights_only: bool
    vouched_by: str | None
    authority: str | None


@dataclass(frozen=True)
class Settings:
    """What `troth.yaml` says, addresses completed and secrets wrapped; no other file is read."""

    folder: Path
    policy_file: Path
    earlier_files: Mapping[str, Path]
    map_file: Path
    stores: Mapping[StoreName, Secret]
    ledger: Secret
    anchor: Path | None
    zone: str | None
    locale: Language | None
    mail: Mail | None
    recipients: Mapping[str, str]
    limits: Limits
    mailbox: Mailbox | None = None
    application_roles: Mapping[StoreName, tuple[str, ...]] = field(default_factory=dict)
    readers: Mapping[StoreName, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    nightly: NightlySettings = field(default_factory=NightlySettings)
    desk: DeskSettings = field(default_factory=DeskSettings)
    oidc: Oidc | None = None
    logo_file: Path | None = None
    colour: str = PortalSettings().colour
    pages: str | None = None


@dataclass(frozen=True)
class Project:
    """One organisation's project: the promise, where the data lies, and how to get there.

    `policy` has the project's time zone already. `recipients` are addresses for notices, by name
    in the policy. `remarks` are those on the map.
    """

    folder: Path
    organisation: str
    policy: Policy
    map: DataMap
    stores: Mapping[StoreName, Secret]
    ledger: Secret
    locale: Language
    mail: Mail | None
    limits: Limits
    anchor: Path | None = None
    mailbox: Mailbox | None = None
    remarks: tuple[Remark, ...] = ()
    application_roles: Mapping[StoreName, tuple[str, ...]] = field(default_factory=dict)
    recipients: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[StoreName, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    nightly: NightlySettings = field(default_factory=NightlySettings)
    desk: DeskSettings = field(default_factory=DeskSettings)
    pages: str | None = None


def load_settings(folder: Path, environ: Mapping[str, str]) -> Settings:
    """`troth.yaml` of `folder`, alone; `Problems` with every missing variable and wrong address."""
    folder = folder.resolve()
    document = read_document(read_file(folder / FILE, FILE), FILE)
    settings = validate(document, ProjectFile, secret=True)
    problems: list[Refused] = []
    stores: dict[StoreName, Secret] = {}
    for name, store in settings.stores.items():
        place = document.place(("stores", name))
        try:
            stores[name] = store_address(store.url, folder, environ, place)
        except Refused as error:
            problems.append(error)
    try:
        ledger = ledger_address(settings.ledger, folder, environ, document.place(("ledger",)))
    except Refused as error:
        problems.append(error)
    try:
        mail = _mail(settings.mail, document, environ)
        mailbox = _mailbox(settings.mailbox, document, environ, folder)
    except Refused as error:
        problems.append(error)
    try:
        oidc = _oidc(settings.desk.oidc, document, environ)
    except Refused as error:
        problems.append(error)
    if problems:
        raise Problems(problems)
    return Settings(
        folder=folder,
        policy_file=folder / settings.policy,
        earlier_files={name: folder / file for name, file in settings.earlier.items()},
        map_file=folder / settings.map,
        stores=stores,
        ledger=ledger,
        anchor=folder / settings.anchor if settings.anchor is not None else None,
        zone=settings.zone,
        locale=settings.locale,
        mail=mail,
        mailbox=mailbox,
        recipients=settings.recipients,
        limits=settings.limits,
        application_roles={n: s.application_roles for n, s in settings.stores.items()},
        readers={n: s.readers for n, s in settings.stores.items()},
        nightly=settings.nightly,
        desk=settings.desk,
        oidc=oidc,
        logo_file=folder / settings.portal.logo if settings.portal.logo is not None else None,
        colour=settings.portal.colour.lower(),
        pages=settings.portal.address,
    )


def load_project(folder: Path, environ: Mapping[str, str]) -> Project:
    """The whole project of `folder`: its three files read and checked together.

    `Refused` or `Problems` with file and line for anything that keeps it from working; a store
    of the map without an address too. No database is opened.
    """
    settings = load_settings(folder, environ)
    policy = load_policy(settings.policy_file)
    if settings.zone is not None:
        policy = policy.model_copy(update={"zone": settings.zone})
    policy = with_earlier(policy, _earlier(policy, settings))
    map_name = settings.map_file.name
    datamap, remarks = parse_map(read_file(settings.map_file, map_name), map_name, policy)
    _refuse_without_address(datamap, settings)
    _refuse_unknown_recipients(policy, settings)
    _refuse_unknown_readers(policy, datamap, settings)
    _refuse_unknown_rules(policy, settings)
    return Project(
        folder=settings.folder,
        organisation=policy.organisation,
        policy=policy,
        map=datamap,
        stores=settings.stores,
        ledger=settings.ledger,
        locale=settings.locale or policy.languages[0],
        mail=settings.mail,
        mailbox=settings.mailbox,
        limits=settings.limits,
        anchor=settings.anchor,
        remarks=remarks,
        application_roles=settings.application_roles,
        recipients=settings.recipients,
        readers=settings.readers,
        pages=settings.pages,
        nightly=settings.nightly,
        desk=settings.desk,
    )


def load_policy(file: Path) -> Policy:
    """The policy of one file, by itself."""
    return parse_policy(read_file(file, file.name), file.name)


def _earlier(policy: Policy, settings: Settings) -> dict[str, Policy]:
    """The earlier texts; Refused where one is none of the policy's versions, or is needed."""
    known = [version.id for version in policy.versions]
    for name in settings.earlier_files:
        if name not in known:
            raise Refused(
                "unknown-version",
                f"the policy has no version '{name}'",
                place=FILE,
                help=advice(name, known) or "list it under 'versions' of the policy",
            )
    found = {name: load_policy(file) for name, file in settings.earlier_files.items()}
    made = with_earlier(policy, found)
    for threshold in thresholds(policy, date.max):
        text_before(made, threshold)
    return found


def _mail(
    settings: MailSettings | None, document: Document, environ: Mapping[str, str]
) -> Mail | None:
    if settings is None:
        return None
    password = None
    if settings.password is not None:
        place = document.place(("mail", "password"))
        password = Secret(filled(settings.password, environ, place))
    return Mail(
        host=settings.host,
        port=settings.port,
        sender=settings.sender,
        user=settings.user,
        password=password,
        security=settings.security,
    )


def _oidc(
    settings: OidcSettings | None, document: Document, environ: Mapping[str, str]
) -> Oidc | None:
    if settings is None:
        return None
    secret = None
    if settings.client_secret is not None:
        place = document.place(("desk", "oidc", "client_secret"))
        secret = Secret(filled(settings.client_secret, environ, place))
    return Oidc(settings, secret)


def _mailbox(
    settings: MailboxSettings | None,
    document: Document,
    environ: Mapping[str, str],
    folder: Path,
) -> Mailbox | None:
    if settings is None:
        return None
    address = settings.address or (settings.user if "@" in settings.user else None)
    if address is None:
        raise Refused(
            "mailbox-without-address",
            "the account is no address, and the mailbox names none",
            place=document.place(("mailbox",)),
            help="add 'address:' with the address to which people write",
        )
    authority = None
    if settings.authority is not None:
        authority = read_file(folder / settings.authority, settings.authority).decode("latin-1")
    return Mailbox(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=Secret(
            filled(settings.password, environ, document.place(("mailbox", "password")))
        ),
        folder=settings.folder,
        address=address,
        since=settings.since,
        rights_only=settings.rights_only,
        vouched_by=settings.vouched_by,
        authority=authority,
    )


def _refuse_unknown_recipients(policy: Policy, settings: Settings) -> None:
    document = Document(FILE, {}, {}, {})
    document.refuse(
        Finding(
            ("recipients",),
            "unknown-recipient",
            f"the policy has no recipient '{name}'",
            advice(name, policy.recipients) or "take the line out, or declare it in the policy",
        )
        for name in settings.recipients
        if name not in policy.recipients
    )


def _refuse_unknown_rules(policy: Policy, settings: Settings) -> None:
    """Standing approvals of rules that the policy has not: they would approve nothing, unseen."""
    known = rules_of(policy)
    names = {rule.id for _, rule in known.values()}
    Document(FILE, {}, {}, {}).refuse(
        Finding(
            ("nightly", "approved"),
            "unknown-name",
            f"the policy has no rule '{name}'",
            advice(name, names) or "take the line out, or name a retention rule of the policy",
        )
        for name in settings.nightly.approved
        if name not in names
    )


def _refuse_unknown_readers(policy: Policy, datamap: DataMap, settings: Settings) -> None:
    """Roles of a store's readers that no list of its archives names: a slip would go unnoticed."""
    document = Document(FILE, {}, {}, {})
    findings = []
    for store, entry in datamap.stores.items():
        places = dict.fromkeys(datamap.place_of(store, table) for table in entry.tables)
        known = {role for place in places for role in archive_readers(policy, place)[0]}
        findings += [
            Finding(
                ("stores", store, "readers"),
                "unknown-reader",
                f"'{role}' is no reader of an archive in '{store}'",
                advice(role, known) or "name roles that the policy lists as readers of the place",
            )
            for role in settings.readers.get(store, {})
            if role not in known
        ]
    document.refuse(findings)


def _refuse_without_address(datamap: DataMap, settings: Settings) -> None:
    missing = [name for name in datamap.stores if name not in settings.stores]
    document = Document(FILE, {}, {}, {})
    document.refuse(
        Finding(
            ("stores",),
            "store-without-address",
            f"the map's store '{name}' has no address",
            advice(name, settings.stores) or f"add it: '{name}: ${{{name.upper()}_URL}}'",
        )
        for name in missing
    )
