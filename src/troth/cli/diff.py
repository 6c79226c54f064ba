"""`troth diff`: what a new version of the policy changes for people, and the letter on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from troth.cli.opened import AsJson, ProjectFolder, print_json

if TYPE_CHECKING:
    from troth.apply.announce import Reached
    from troth.diff.letter import Letter
    from troth.diff.model import Change, Difference
    from troth.policy.model import Policy

HEADS = (
    ("lower", "lower protection"),
    ("better", "better protection"),
    ("neutral", "neutral"),
)


def command(
    old: Annotated[Path, typer.Argument(help="The policy file of the version before.")],
    new: Annotated[Path, typer.Argument(help="The policy file of the new version.")],
    letter: Annotated[
        Path | None,
        typer.Option("--letter", help="Write the letter into this folder, as text and as a page."),
    ] = None,
    mail: Annotated[
        bool,
        typer.Option(
            "--mail", help="Send the letter to everybody concerned whose address the stores have."
        ),
    ] = False,
    language: Annotated[
        str | None, typer.Option(help="The letter's: fr or en; default: the policy's first.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Show what a new version of the policy changes for people, and what that asks for.

    Each change is better, neutral or lower protection, with its article; where a program cannot
    say which, a person has to look. Then who is to be told, who has to consent again, and whether
    the new version says that it is one. A version that lowers protection keeps the old one in force
    for whoever has not accepted it: name the old file under `earlier` in troth.yaml.

    With --mail, NEW is the policy of the project: the letter goes through its outbox, once to each
    person.

    Exit status 1: something lowers protection, has to be looked at, or is wrong with the versions.

    Example: troth diff policy-2025.yaml policy.yaml --letter letter
    """
    from troth.diff.difference import difference
    from troth.diff.letter import letter as written
    from troth.project.load import load_policy

    before, after = load_policy(old), load_policy(new)
    found = difference(before, after)
    text = written(found, after, _language(language, after))
    if letter is not None:
        _write(letter, text)
    sent = _send(found, after, text, project) if mail else None
    if json:
        print_json(_json(found, sent))
    else:
        _tell(found, after)
        if sent is not None:
            _tell_sent(sent)
    return 1 if found.lowers or found.unclear or found.flaws else 0


def _language(asked: str | None, policy: Policy) -> Literal["en", "fr"]:
    from troth.errors import Refused

    chosen = asked or policy.languages[0]
    if chosen == "fr":
        return "fr"
    if chosen == "en":
        return "en"
    raise Refused("unknown-language", f"there is no letter in '{chosen}'", help="say fr or en")


def _write(folder: Path, text: Letter) -> None:
    from troth.apply.letter_page import as_page
    from troth.errors import Refused

    try:
        folder.mkdir(parents=True, exist_ok=True)
        head = f"{text.subject}\n\n"
        (folder / "letter.txt").write_text(head + text.body, encoding="utf-8")
        (folder / "letter.html").write_text(as_page(text.subject, text.body), encoding="utf-8")
    except OSError as error:
        why = (error.strerror or "it cannot be written").lower()
        raise Refused(
            "file-unwritable", why, place=str(folder), help="name another folder"
        ) from None


def _send(
    found: Difference, new: Policy, text: Letter, project: Path
) -> tuple[Reached, int, int] | None:
    """Queues the letter for everybody concerned, and sends it where there is a mail server."""
    from troth.apply.announce import Announcement, queue, reach
    from troth.apply.invite import send_waiting
    from troth.cli.opened import clock
    from troth.cli.opening import mailer_of, ready
    from troth.errors import Refused
    from troth.plan.model import digest_of

    if not found.telling.subjects:
        return None
    with ready(project, "write") as here:
        mine = here.project.policy.model_copy(update={"zone": new.zone})
        if digest_of(mine) != digest_of(new):
            raise Refused(
                "diff-of-another-policy",
                "the letter would tell of another text than the project's policy",
                place=str(project),
                help="give the project's own policy as NEW, or name its folder with --project",
            )
        announcement = Announcement(found.new, found.telling.subjects, text.subject, text.body)
        reached = reach(here.setting, here.facts(here.now), here.now, announcement)
        with here.ledger.writing(here.organisation) as writing:
            queue(writing, reached, at=here.now)
        mailer = mailer_of(here.project)
        sent, waiting = send_waiting(here.ledger, here.organisation, clock, mailer)
    return reached, sent, waiting


def _json(found: Difference, sent: tuple[Reached, int, int] | None) -> dict[str, Any]:
    from dataclasses import asdict

    told = asdict(found)
    if sent is not None:
        reached, left, waiting = sent
        told["mail"] = {
            "letters": reached.letters,
            "rows": reached.rows,
            "told_before": reached.told,
            "without_address": [{"table": table, "rows": rows} for table, rows in reached.without],
            "sent": left,
            "waiting": waiting,
        }
    return told


def _tell(found: Difference, new: Policy) -> None:
    if not found.changes:
        typer.echo("nothing changes for people")
    plain = 0
    for direction, head in HEADS:
        mine = [each for each in found.changes if each.direction == direction]
        told = [each for each in mine if direction != "neutral" or each.unclear]
        plain += len(mine) - len(told)
        if told:
            typer.echo(f"{head}: {len(told)}")
            for each in told:
                _tell_change(each)
    if plain:
        typer.echo(f"{plain} other change{'' if plain == 1 else 's'} of wording (--json shows all)")
    _tell_telling(found, new)
    for flaw in found.flaws:
        typer.echo(f"! {flaw.message} [{flaw.code}, GDPR {flaw.article}]")
        typer.echo(f"  {flaw.help}")


def _tell_change(each: Change) -> None:
    look = " (look: a program cannot say which way)" if each.unclear else ""
    typer.echo(f"  - {each.path}: {each.code}{look}")
    if each.before or each.after:
        typer.echo(f"    {each.before or '–'} → {each.after or '–'}")
    typer.echo(f"    {each.reason} ({_cited(each.article)})")


def _cited(article: str) -> str:
    return article if article.startswith("Loi") else f"GDPR {article}"


def _tell_telling(found: Difference, new: Policy) -> None:
    telling = found.telling
    if telling.subjects:
        labels = "; ".join(new.subjects[name].label for name in telling.subjects)
        typer.echo(f"to be told (GDPR {', '.join(telling.articles)}): {labels}")
    if telling.further:
        typer.echo(f"before their first use for: {', '.join(telling.further)}")
    if found.again:
        labels = "; ".join(new.consents[name].label for name in found.again)
        typer.echo(f"to be asked for consent again (GDPR 7): {labels}")
    if found.acceptance:
        typer.echo(f"whoever does not accept {found.new} stays under {found.old}")


def _tell_sent(sent: tuple[Reached, int, int]) -> None:
    reached, left, waiting = sent
    typer.echo(
        f"{reached.letters} letter{'' if reached.letters == 1 else 's'} for {reached.rows} "
        f"persons' rows; {reached.told} were told before"
    )
    for table, rows in reached.without:
        typer.echo(f"  {table}: no address of {rows}; tell them another way")
    typer.echo(f"{left} sent, {waiting} waiting in the outbox")
