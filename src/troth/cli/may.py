"""`troth may`: one decision whether data may be used, with its ground or every missing part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, ProjectFolder, day_option, opened_with_project, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from troth.cli.opened import Opened
    from troth.grounds.use import Answer, Known, Question
    from troth.project.load import Project


def command(
    category: Annotated[str, typer.Option(help="The personal data category, as in the policy.")],
    person: Annotated[
        list[str], typer.Option(help="The person, as namespace=value; repeat it for more names.")
    ],
    purpose: Annotated[str | None, typer.Option(help="The activity of the policy.")] = None,
    case: Annotated[
        str | None, typer.Option(help="Instead of a purpose: the case of a legal hold.")
    ] = None,
    recipient: Annotated[str | None, typer.Option(help="Who is to receive it.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Where it goes, as US; default: the recipient's country.")
    ] = None,
    role: Annotated[str | None, typer.Option(help="The role of who reads it.")] = None,
    region: Annotated[str | None, typer.Option(help="Where it is read or used.")] = None,
    place: Annotated[str | None, typer.Option(help="The place of the policy it lies in.")] = None,
    table: Annotated[str | None, typer.Option(help="The table it lies in, as store.table.")] = None,
    condition: Annotated[
        list[str] | None, typer.Option(help="A condition of the policy, as name=yes or name=no.")
    ] = None,
    born: Annotated[str | None, typer.Option(help="The person's day of birth.")] = None,
    collected: Annotated[str | None, typer.Option(help="The day of collection.")] = None,
    informed: Annotated[
        bool, typer.Option("--informed", help="The person was told where the data came from.")
    ] = False,
    accepted: Annotated[
        str | None, typer.Option(help="The version of the text that the person accepted.")
    ] = None,
    despite: Annotated[
        str | None, typer.Option(help="Why it is used although restricted: legal-claims…")
    ] = None,
    order: Annotated[str | None, typer.Option(help="The legal order that is answered.")] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="When, as 2026-01-31T09:00:00+01:00; default: now.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Say whether data may be used, on which ground, or everything that is missing.

    Example: troth may --purpose newsletter --category email --person email=anna@mail.example
    """
    from troth.grounds.may import may
    from troth.grounds.use import Question
    from troth.ledger.facts import read_facts
    from troth.ledger.scope import parse_person

    if (purpose is None) == (case is None):
        raise _incomplete("say either --purpose or --case", "a hold is a ground for its case alone")
    with opened_with_project(project) as (here, loaded):
        now = _instant(at, here)
        question = Question(
            purpose,
            category,
            tuple(parse_person(each) for each in person),
            recipient,
            country.upper() if country else None,
            role,
            region,
            place=place,
            table=table,
            case=case,
            despite=_exception(despite),
            order=order,
        )
        known = _known(condition or [], born, collected, informed, accepted, loaded)
        facts = read_facts(here.ledger, here.organisation, now)
        answer = may(question, loaded.policy, facts, now, known, spelling=_spelling(loaded))
    if json:
        print_json({"at": now.isoformat(), **_as_json(answer)})
    else:
        _show(answer, question, loaded)
    return 0 if answer.allowed else 1


def _show(answer: Answer, question: Question, project: Project) -> None:
    if answer.ground is not None:
        ground = answer.ground
        what = f"{ground.activity}, by {ground.basis}" if ground.activity else f"case {ground.hold}"
        typer.echo(f"allowed: {what} ({_cited(ground.article, ground.clauses)})")
        return
    typer.echo("not allowed:")
    for part in answer.missing:
        typer.echo(f"  - {part.words}")
        typer.echo(f"    {part.code} ({_cited(part.article, part.clauses)})")
    for hint in _hints(answer, question, project):
        typer.echo(hint)


def _hints(answer: Answer, question: Question, project: Project) -> list[str]:
    """The nearest right word for a name that the policy does not have."""
    from troth.documents.nearest import advice

    policy = project.policy
    names: dict[str, tuple[str | None, Iterable[str]]] = {
        "purpose-not-declared": (question.purpose, policy.activities),
        "category-not-declared": (question.category, policy.categories),
        "recipient-not-named": (question.recipient, policy.recipients),
    }
    found = []
    for part in answer.missing:
        name, known = names.get(part.code, (None, ()))
        hint = advice(name, known) if name else None
        if hint:
            found.append(hint)
    return found


def _cited(article: str, clauses: tuple[str, ...]) -> str:
    word = "clause" if len(clauses) == 1 else "clauses"
    return f"{article}; {word} {', '.join(clauses)}" if clauses else article


def _as_json(answer: Answer) -> dict[str, Any]:
    ground = answer.ground
    return {
        "allowed": answer.allowed,
        "ground": None
        if ground is None
        else {
            "activity": ground.activity,
            "basis": ground.basis,
            "article": ground.article,
            "clauses": list(ground.clauses),
            "case": ground.hold,
        },
        "missing": [
            {
                "code": part.code,
                "message": part.words,
                "article": part.article,
                "clauses": list(part.clauses),
            }
            for part in answer.missing
        ],
    }


def _instant(text: str | None, here: Opened) -> datetime:
    from troth.ledger.consents import parse_instant

    try:
        return parse_instant(text) if text is not None else here.now
    except ValueError as error:
        raise _incomplete(str(error), "write the instant with its offset") from None


def _exception(text: str | None) -> Any:
    from typing import get_args

    from troth.policy.terms import RefusalGround

    if text is not None and text not in get_args(RefusalGround):
        raise _incomplete(f"'{text}' is no reason to use restricted data", "see Art. 18(2)")
    return text


def _known(
    conditions: list[str],
    born: str | None,
    collected: str | None,
    informed: bool,
    accepted: str | None,
    project: Project,
) -> Known:
    from troth.documents.nearest import advice
    from troth.grounds.use import Known

    said: dict[str, set[str]] = {"yes": set(), "no": set()}
    for each in conditions:
        name, _, answer = each.partition("=")
        if answer not in said:
            raise _incomplete("a condition is written name=yes or name=no", "for example vip=yes")
        if name not in project.policy.conditions:
            known = sorted(project.policy.conditions)
            raise _incomplete(
                f"the policy has no condition '{name}'",
                advice(name, known) or f"it has {', '.join(known) or 'none'}",
            )
        said[answer].add(name)
    return Known(
        true=frozenset(said["yes"]),
        false=frozenset(said["no"]),
        birth=day_option(born, "--born"),
        accepted=accepted,
        informed=informed,
        collected=day_option(collected, "--collected"),
    )


def _spelling(project: Project) -> dict[str, Any]:
    """How the map compares the identifiers of each namespace; the first that is not exact."""
    found: dict[str, Any] = {}
    tables = (table for store in project.map.stores.values() for table in store.tables.values())
    for column in (column for table in tables for column in table.personal.values()):
        if column.identity is not None and found.get(column.identity, "exact") == "exact":
            found[column.identity] = column.compare
    return found


def _incomplete(message: str, help: str) -> Exception:
    from troth.errors import Refused

    return Refused("question-incomplete", message, help=help)
