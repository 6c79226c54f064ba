"""What `troth.yaml` holds: which files, which databases, where the ledger is, and the limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from troth.datamap.model import StoreName
from troth.language import Language
from troth.plan.model import Limits
from troth.policy.base import Model, Name
from troth.policy.model import Zone

DeskRole = Literal["dpo", "agent", "approver", "engineer", "auditor", "practitioner", "publisher"]
Text = Annotated[str, Field(min_length=1)]
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class StoreSettings(Model):
    """Where one store of the map is."""

    url: Text = Field(
        description="sqlite:///file, postgresql://… or mariadb://…; `${NAME}` is the environment's."
    )
    application_roles: tuple[Text, ...] = Field(
        default=(),
        description="PostgreSQL: the roles under which applications work; a restriction of "
        "processing is then enforced by row-level security where it binds all of them.",
    )
    readers: dict[Text, tuple[Text, ...]] = Field(
        default={},
        description="For an archive, by role of the policy that may read it: the database's roles "
        "or accounts under which it works (SQLite: groups of the system); troth check compares.",
    )


def _short_store(value: Any) -> Any:
    return {"url": value} if isinstance(value, str) else value


Stores = dict[
    StoreName,
    Annotated[
        StoreSettings,
        BeforeValidator(_short_store, json_schema_input_type=StoreSettings | Text),
    ],
]


class MailSettings(Model):
    """The mail server that takes invitations and notices."""

    host: Text = Field(description="The server's name.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    sender: Text = Field(alias="from", description="The address that the mail comes from.")
    user: str | None = Field(default=None, description="The account, where it asks for one.")
    password: str | None = Field(
        default=None,
        pattern=r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$",
        description="Only `${NAME}`: the password itself is in the environment.",
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is encrypted."
    )


class PortalSettings(Model):
    """How the public pages look, and where they are."""

    address: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+$",
        description="Where the public pages are reached, such as https://your-data.example: "
        "letters name the page of a request by it.",
    )

    logo: Text | None = Field(
        default=None, description="A PNG or JPEG file of at most 15 KB; SVG is not taken."
    )
    colour: str = Field(
        default="#1f4e79",
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="The colour of links and buttons; darkened where it could not be read.",
    )


TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class StandingApproval(Model):
    """Rows that a rule may take at night without anybody being asked."""

    rows: int = Field(ge=0, description="The most rows of one night; more wait for a person.")
    by: Text = Field(description="Who approved it.")
    until: date | None = Field(default=None, description="The last day on which it counts.")


class ReminderSettings(Model):
    """Who is reminded of deadlines, and when."""

    to: tuple[Address, ...] = Field(
        default=(),
        description="Addresses that are reminded; empty: those of the accounts of data protection "
        "officers.",
    )
    escalate: tuple[Address, ...] = Field(
        default=(), description="Addresses that hear as well of what is late."
    )
    before: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        default=(7, 2), description="Days before the deadline."
    )
    late: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(1, 7), description="Days after it."
    )


class NightlySettings(Model):
    """The work that Troth does by itself."""

    at: TimeOfDay = Field(default="02:15", description="When the night begins, in the zone.")
    approved: dict[Name, StandingApproval] = Field(
        default={},
        description="By rule of the policy: what may be carried out without a person.",
    )
    reminders: ReminderSettings = Field(
        default=ReminderSettings(), description="Whom deadlines are told, and how early."
    )


class OidcSettings(Model):
    """The organisation's own identity provider (OpenID Connect), by which colleagues sign in."""

    name: Text = Field(description="What the button says: `Sign in with …`.")
    issuer: str = Field(
        pattern=r"^https?://[^\s?#]+$",
        description="The issuer's address; by TLS, but on this machine itself.",
    )
    client_id: Text = Field(description="The name under which it knows the console.")
    client_secret: str | None = Field(
        default=None,
        pattern=r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$",
        description="Only `${NAME}`: the secret itself is in the environment. Absent: a public "
        "client, by PKCE alone.",
    )
    roles_claim: Text | None = Field(
        default=None,
        description="The claim of the ID token that gives roles; absent: roles are given here "
        "alone.",
    )
    roles: dict[Text, DeskRole] = Field(
        default={}, description="By value of that claim: the role. The first that matches counts."
    )
    acr: tuple[Text, ...] = Field(
        default=(),
        description="The levels (authentication context classes) that count, the best first: the "
        "provider is asked for them, and its ID token has to name one. Absent: any.",
    )
    amr: tuple[Text, ...] = Field(
        default=(),
        description="The methods (RFC 8176, such as `mfa`) that the ID token has to name, all of "
        "them. Absent: any.",
    )


class DeskSettings(Model):
    """The desk: where its console is, and who sees what there."""

    host: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9.-]+(:[0-9]+)?$",
        description="The host under which the console is reached; always also on this machine.",
    )
    special_categories: Literal["roles", "practitioner"] = Field(
        default="roles",
        description="Who sees data of special categories (Art. 9, 10): whoever may see the "
        "person's other data, or the practitioner alone.",
    )
    two_people: bool = Field(
        default=False,
        description="Nobody approves a decision or a plan that they made themselves.",
    )
    package_days: int | None = Field(
        default=None,
        ge=1,
        le=90,
        description="The most days for which a package lies ready on the page of its request. "
        "Absent: what the policy's rule on `package-ready` says, else 14.",
    )
    oidc: OidcSettings | None = Field(
        default=None, description="Signing in by the organisation's own accounts."
    )


class MailboxSettings(Model):
    """The mailbox (IMAP) whose mails become requests."""

    host: Text = Field(description="The server's name, as its certificate has it.")
    port: int = Field(default=993, ge=1, le=65535, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="How the connection is encrypted; certificates are verified."
    )
    user: Text = Field(description="The account.")
    password: str = Field(
        pattern=r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$",
        description="Only `${NAME}`: the password itself is in the environment.",
    )
    folder: Text = Field(default="INBOX", description="The folder that is read.")
    address: Address | None = Field(
        default=None,
        description="The address to which people write; default: `user`, where that is an address.",
    )
    since: date | None = Field(
        default=None, description="Mails that arrived before this day are not read."
    )
    rights_only: bool = Field(
        default=False,
        description="The mailbox serves requests alone: a mail of which it is unclear what it asks "
        "for is a request too, and gets a receipt.",
    )
    vouched_by: Text | None = Field(
        default=None,
        description="The name under which your own mail server writes `Authentication-Results`; "
        "absent: no mail counts as from its sender, and a code is asked for.",
    )
    authority: Text | None = Field(
        default=None,
        description="A file with the certificate of an authority of your own, as PEM.",
    )


class ProjectFile(Model):
    """One organisation's project; paths are relative to the folder that holds this file."""

    troth: Literal[1] = Field(description="The version of this file format.")
    policy: Text = Field(default="policy.yaml", description="The file of the policy.")
    earlier: dict[str, Text] = Field(
        default={},
        description="Files of earlier versions of the policy by the id of the version: whoever has "
        "not accepted a version that needs it stays under the one before.",
    )
    map: Text = Field(default="map.yaml", description="The file of the data map.")
    stores: Stores = Field(default={}, description="The address of each store of the map.")
    ledger: Text = Field(
        default="ledger.sqlite", description="A file, or the address of a PostgreSQL database."
    )
    anchor: Text | None = Field(
        default=None,
        description="A file, kept away from the ledger, that troth journal export --anchor wrote; "
        "nothing is written while the ledger is older.",
    )
    zone: Zone | None = Field(default=None, description="Default: the policy's.")
    locale: Language | None = Field(
        default=None, description="Default: the policy's first language."
    )
    mail: MailSettings | None = Field(
        default=None,
        description="The server that sends invitations; absent: they wait in the outbox.",
    )
    desk: DeskSettings = Field(
        default=DeskSettings(), description="The desk and its console; see letting people in."
    )
    mailbox: MailboxSettings | None = Field(
        default=None, description="The mailbox whose mails become requests (troth request fetch)."
    )
    recipients: dict[Name, Address] = Field(
        default={},
        description="By recipient of the policy: the address to which notices about persons go.",
    )
    portal: PortalSettings = Field(
        default=PortalSettings(), description="Colour and logo of the public pages."
    )
    limits: Limits = Field(default=Limits(), description="The limits of plans.")
    nightly: NightlySettings = Field(
        default=NightlySettings(), description="What Troth does by itself, and when."
    )
