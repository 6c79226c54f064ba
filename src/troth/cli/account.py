"""`troth account`: who may sign in at the desk, and which systems may call its API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.groups import Commands
from troth.cli.opened import AsJson, By, Opened, ProjectFolder, opened, print_json, who

if TYPE_CHECKING:
    from troth.desk.accounts.letting_in import LetIn
    from troth.ledger.accounts import Account
    from troth.ledger.tokens import ApiToken

app = typer.Typer(
    help="Accounts of the desk: who may sign in, and as what.",
    cls=Commands,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(help="The name of the account.")]
Role = Annotated[
    str,
    typer.Option(
        help="dpo, agent, approver, engineer, auditor, practitioner or publisher.",
    ),
]


@app.command("add")
def add(
    name: Name,
    role: Role,
    email: Annotated[
        str | None, typer.Option(help="Where the person is told of what concerns the account.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Let somebody in, and print the code with which they enrol, once.

    With name and code the person chooses a passkey, or a password with an authenticator, on the
    console's page /enrol. The code counts for three days, until a way to sign in is chosen. Hand
    it over in person or by another way than the name.

    Example: troth account add anne.martin --role dpo --email anne@softfil.example
    """
    from troth.desk.accounts.letting_in import let_in

    with _opened(project) as (here, key), here.ledger.writing(here.organisation) as writing:
        made = let_in(writing, key, name, role, by=who(by), at=here.now, email=email)
    _print_code(made, project, json=json)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also those that are shut.")] = False,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show who may sign in, as what, and how.

    Example: troth account list --all
    """
    from troth.ledger.accounts import read_accounts
    from troth.ledger.credentials import credentials_of

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = [
            (account, sorted({one.kind for one in credentials_of(reading, account.id)}))
            for account in read_accounts(reading)
            if every or account.active
        ]
    if json:
        print_json({"accounts": [_json(one) | {"keys": keys} for one, keys in found]})
        return
    for one, keys in found:
        shut = "" if one.active else ", shut"
        mail = f", {one.email}" if one.email else ""
        typer.echo(f"{one.name}  {one.role}{shut}{mail}; {', '.join(keys) or 'no key yet'}")
    typer.echo(f"{len(found)} account{'' if len(found) == 1 else 's'}")


@app.command("role")
def role_(
    name: Name,
    role: Role,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Give somebody another role; whatever they have open ends at once.

    Example: troth account role anne.martin --role auditor
    """
    from troth.desk.accounts.letting_in import give_role

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        account = give_role(writing, name, role, by=who(by), at=here.now)
    _print(account, f"{account.name} is {account.role} from now on", json=json)


@app.command("disable")
def disable(
    name: Name, by: By = None, project: ProjectFolder = Path(), json: AsJson = False
) -> None:
    """Shut an account: its sessions end at once, and its keys are destroyed.

    Its name stays with what it did, and is not given again.

    Example: troth account disable anne.martin
    """
    from troth.desk.accounts.letting_in import shut_out

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        account = shut_out(writing, name, by=who(by), at=here.now)
    _print(account, f"{account.name} is shut", json=json)


@app.command("enable")
def enable(
    name: Name, by: By = None, project: ProjectFolder = Path(), json: AsJson = False
) -> None:
    """Open an account again, and print a new code to enrol.

    Example: troth account enable anne.martin
    """
    from troth.desk.accounts.letting_in import let_in_again

    with _opened(project) as (here, key), here.ledger.writing(here.organisation) as writing:
        made = let_in_again(writing, key, name, by=who(by), at=here.now)
    _print_code(made, project, json=json)


@app.command("recover")
def recover(
    name: Name, by: By = None, project: ProjectFolder = Path(), json: AsJson = False
) -> None:
    """For somebody who lost their keys: destroy all of them, and print a new code to enrol.

    Make sure first who is asking. Whatever they have open ends at once.

    Example: troth account recover anne.martin
    """
    from troth.desk.accounts.letting_in import recovered

    with _opened(project) as (here, key), here.ledger.writing(here.organisation) as writing:
        made = recovered(writing, key, name, by=who(by), at=here.now)
    _print_code(made, project, json=json)


@app.command("sign-out")
def sign_out(name: Name, project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """End whatever somebody has open, as after a lost computer; they may sign in again.

    Example: troth account sign-out anne.martin
    """
    from troth.desk.accounts.sessions import end_sessions
    from troth.ledger.accounts import find_account

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        account = find_account(writing, name)
        number = end_sessions(writing, account)
        writing.append("signed-out", here.now, {"account": account.id, "sessions": number})
    if json:
        print_json({"name": account.name, "ended": number})
    else:
        typer.echo(f"{number} session{'' if number == 1 else 's'} of {account.name} ended")


@app.command("looks")
def looks(
    reference: Annotated[
        str | None, typer.Option(help="Only looks at this record, as 7KQ4M-9TX2B.")
    ] = None,
    most: Annotated[int, typer.Option(help="At most so many, the newest first.", min=1)] = 100,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Show who looked at personal data on the console, at what and why.

    Example: troth account looks --reference 7KQ4M-9TX2B
    """
    from troth.ledger.looks import read_looks

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = read_looks(reading, most=most, reference=reference)
    if json:
        print_json({"looks": [vars(one) | {"at": one.at.isoformat()} for one in found]})
        return
    for one in found:
        typer.echo(f"{one.at:%Y-%m-%d %H:%M} UTC  {one.account}  {one.what} {one.reference}"
                   f"  ({one.purpose})")  # fmt: skip
    typer.echo(f"{len(found)} look{'' if len(found) == 1 else 's'}")


@app.command("token")
def token(
    name: Annotated[str, typer.Argument(help="The system that will hold the token.")],
    scope: Annotated[
        list[str], typer.Option(help="What it may do, as consent:write. Repeatable, or a,b.")
    ],
    days: Annotated[int, typer.Option(help="For how many days it counts.", min=1)] = 365,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Make a token by which a system of the organisation calls the API, and print it, once.

    Example: troth account token shop --scope consent:write,may:read --days 180
    """
    from troth.desk.accounts.tokens import make_token

    scopes = [part for one in scope for part in one.replace(",", " ").split()]
    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        made = make_token(writing, name, scopes, by=who(by), at=here.now, days=days)
    if json:
        print_json(_token_json(made.token) | {"secret": made.secret})
        return
    typer.echo(made.secret)
    typer.echo(
        f"{made.token.id} for {made.token.name}: {' '.join(made.token.scopes)}, "
        f"until {made.token.expires_at:%Y-%m-%d}; it is not shown again",
        err=True,
    )


@app.command("tokens")
def tokens(project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Show the tokens of the API.

    Example: troth account tokens
    """
    from troth.ledger.tokens import read_tokens

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        found = read_tokens(reading)
    if json:
        print_json({"tokens": [_token_json(one) for one in found]})
        return
    for one in found:
        state = f"until {one.expires_at:%Y-%m-%d}"
        if one.revoked_at is not None:
            state = f"revoked {one.revoked_at:%Y-%m-%d}"
        used = f"{one.used_at:%Y-%m-%d}" if one.used_at else "never"
        typer.echo(f"{one.id}  {one.name}  {' '.join(one.scopes)}; {state}; last used {used}")
    typer.echo(f"{len(found)} token{'' if len(found) == 1 else 's'}")


@app.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="The token's name or id.")],
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Revoke a token of the API, at once.

    Example: troth account revoke shop
    """
    from troth.ledger.tokens import revoke_token

    with opened(project) as here, here.ledger.writing(here.organisation) as writing:
        number = revoke_token(writing, token, at=here.now)
    if json:
        print_json({"token": token, "revoked": number})
    else:
        typer.echo(f"{number} token{'' if number == 1 else 's'} revoked")


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[Opened, bytes]]:
    """The ledger of a project, with the key of its desk, which is made where it is missing."""
    from troth.desk.intake.key import key_in

    with opened(folder) as here:
        yield here, key_in(folder.resolve() / "postbox.key")


def _print_code(made: LetIn, folder: Path, *, json: bool) -> None:
    import os

    from troth.project.load import load_settings
    from troth.web.console.desks import origin_of

    host = load_settings(folder, os.environ).desk.host
    page = f"{origin_of(host)}/enrol" if host else "the console's page /enrol"
    if json:
        print_json(_json(made.account) | {"code": made.code, "page": page})
        return
    typer.echo(made.code)
    typer.echo(
        f"{made.account.name} ({made.account.role}) enrols with this code on {page}, "
        "within three days; it is not shown again",
        err=True,
    )


def _print(account: Account, said: str, *, json: bool) -> None:
    if json:
        print_json(_json(account))
    else:
        typer.echo(said)


def _json(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "role": account.role,
        "email": account.email,
        "active": account.active,
        "added_at": account.added_at.isoformat(),
    }


def _token_json(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "made_by": token.made_by,
        "expires_at": token.expires_at.isoformat(),
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
        "used_at": token.used_at.isoformat() if token.used_at else None,
    }
