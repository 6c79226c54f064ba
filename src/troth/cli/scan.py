"""`troth scan`: a live database becomes the draft of a data map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from troth.discover.guess import StoreGuess
    from troth.discover.survey import Progress
    from troth.policy.model import Policy

MOST_SHOWN = 12  # doubtful guesses listed at the terminal; the map has them all
SEED = 1  # of the sample: the same database gives the same draft


def command(
    store_url: Annotated[
        str | None,
        typer.Argument(help="Address of a database: sqlite:///file, postgresql://, mariadb://."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The store's name in the map; default: the database's.")
    ] = None,
    store: Annotated[
        list[str] | None, typer.Option(help="A further store, as name=address. Repeatable.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option(help="A project folder: all stores of its troth.yaml.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="The policy whose categories, people and events are used.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the draft goes; default map.yaml.")
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(help="Country of local telephone numbers (FR, GB…). Repeatable."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing map.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON; the draft is written only with --out.")
    ] = False,
) -> None:
    """Draft a data map from a live database, reading only.

    Finds personal data, whose it is, how tables are related, and the dates that may start a
    retention period: from names, types and bounded samples. Each guess says why and how sure it
    is. No value of the database is written anywhere.

    Example: troth scan postgresql://reader@localhost/shop --policy policy.yaml --out map.yaml
    """
    target = _target(out, json, force)
    urls = _addresses(store_url, name, store or [], project)
    typed = _policy(policy, project)
    found = _scan(urls, typed, region or [], quiet=json)
    if target is not None:
        _write(target, found)
    if json:
        _print_json(found)
    else:
        _print_summary(found, target)


def _target(out: Path | None, json: bool, force: bool) -> Path | None:
    """Where the draft goes, refused before any work if that would destroy a reviewed map."""
    from troth.errors import Refused

    target = out if out is not None or json else Path("map.yaml")
    if target is not None and target.exists() and not force:
        raise Refused(
            "map-exists",
            "a map is there already, perhaps with somebody's review in it",
            place=str(target),
            help="write elsewhere with --out, or overwrite it with --force",
        )
    return target


def _addresses(
    url: str | None, name: str | None, more: Sequence[str], project: Path | None
) -> dict[str, str]:
    """The stores to scan, by name."""
    from troth.errors import Refused

    urls: dict[str, str] = {}
    if project is not None:
        import os

        from troth.project.load import load_settings

        settings = load_settings(project, os.environ)
        urls.update({name: secret.reveal() for name, secret in settings.stores.items()})
    if url is not None:
        urls[name or _name_from(url)] = url
    for text in more:
        key, equals, address = text.partition("=")
        if not equals or not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", key):
            raise Refused(
                "store-option",
                "--store takes a name and an address",
                help="write --store shop=postgresql://reader@localhost/shop",
            )
        urls[key] = address
    if not urls:
        raise Refused(
            "no-store",
            "no database was named",
            help="give its address, or --store name=address, or --project FOLDER",
        )
    return urls


def _name_from(url: str) -> str:
    """A store's name made from the database's name at the end of its address."""
    last = re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    stem = re.sub(r"\.(db|sqlite3?|sqlite)$", "", last.lower())
    name = re.sub(r"[^a-z0-9_-]+", "-", stem).strip("-_")[:40]
    return name if re.match(r"[a-z]", name) and "@" not in last else "main"


def _policy(file: Path | None, project: Path | None) -> Policy | None:
    from troth.project.load import load_policy

    if file is None and project is not None and (project / "policy.yaml").is_file():
        file = project / "policy.yaml"
    return load_policy(file) if file is not None else None


def _scan(
    urls: dict[str, str], policy: Policy | None, regions: Sequence[str], *, quiet: bool
) -> tuple[StoreGuess, ...]:
    from random import Random

    from troth.discover.lexicon import load_lexicon
    from troth.discover.scan import scan_stores
    from troth.discover.survey import REGIONS, Settings

    with _progress(quiet) as progress:
        settings = Settings(
            lexicon=load_lexicon(),
            today=_today(),
            rng=Random(SEED),
            policy=policy,
            regions=[code.upper() for code in regions] or REGIONS,
            progress=progress,
        )
        return scan_stores(urls, settings)


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """A line on stderr that says which table is read; nothing where nobody looks."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _table, _done, _total: None
        return
    with console.status("Looking at the schema…") as status:
        yield lambda table, done, total: status.update(f"{done + 1} of {total} tables: {table}")


def _today() -> date:
    """The day by which ages are judged; which zone it is in makes no difference here."""
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _write(target: Path, found: Sequence[StoreGuess]) -> None:
    from troth.discover.draft import draft_yaml
    from troth.errors import Refused
    from troth.project.schemas import modeline, write_beside

    schema = "map.schema.json"
    try:
        target.write_text(modeline(schema) + draft_yaml(found, _today()), encoding="utf-8")
        write_beside(target.parent, schema)
    except OSError as error:
        why = (error.strerror or "the file cannot be written").lower()
        raise Refused("file-unwritable", why, place=str(target)) from None


def _print_json(found: tuple[StoreGuess, ...]) -> None:
    from troth.cli.opened import print_json
    from troth.discover.guess import as_json

    print_json(as_json(found))


def _print_summary(found: Sequence[StoreGuess], target: Path | None) -> None:
    from rich.console import Console

    console = Console()
    for store in found:
        _print_store(console, store)
    _print_doubts(console, found)
    if target is not None:
        console.print(f"\nDraft written to {target}. Review what is marked 'doubtful'.")


def _print_store(console: Console, store: StoreGuess) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"Store {store.store}", title_justify="left")
    for head in ("table", "whose data", "personal data", "events"):
        table.add_column(head, overflow="fold")
    for guess in store.tables:
        if guess.role is None:
            continue
        whose = guess.role.subject
        if guess.role.path:
            whose += f" (by {' → '.join(guess.role.path)})"
        columns = ", ".join(column.column.name for column in guess.personal)
        events = ", ".join(event.event for event in guess.events)
        table.add_row(*(escape(text) for text in (guess.schema.name, whose, columns, events)))
    console.print(table)
    personal = sum(guess.role is not None for guess in store.tables)
    others = len(store.tables) - personal
    console.print(
        f"{personal} tables with personal data, {others} without, {len(store.ignored)} left alone."
    )


def _print_doubts(console: Console, found: Sequence[StoreGuess]) -> None:
    from rich.markup import escape

    doubts = [
        f"{guess.schema.name}.{column.column.name}: {column.reason} ({column.confidence:.2f})"
        for store in found
        for guess in store.tables
        for column in guess.columns
        if column.doubtful
    ]
    doubts += [
        f"{guess.schema.name} → {link.references}: {link.evidence} ({link.confidence:.2f})"
        for store in found
        for guess in store.tables
        for link in guess.links
        if link.doubtful
    ]
    if not doubts:
        return
    console.print(f"\n{len(doubts)} guesses need a look:")
    for doubt in doubts[:MOST_SHOWN]:
        console.print(f"  - {escape(doubt)}")
    if len(doubts) > MOST_SHOWN:
        console.print(f"  … and {len(doubts) - MOST_SHOWN} more, marked 'doubtful' in the draft")
