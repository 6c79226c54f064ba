"""`troth request clarify`, `act`, `approve`, `return`, `task`, `close`: steps of a request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from troth.cli.desk import Number, at_desk, told
from troth.cli.opened import AsJson, By, ProjectFolder, who
from troth.errors import Refused


def clarify(
    number: Number,
    ask: Annotated[str | None, typer.Option(help="What is unclear, in words for them.")] = None,
    scope: Annotated[
        bool, typer.Option("--scope", help="It is about which part of much data is meant.")
    ] = False,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Suspend all use of their data until they answer.")
    ] = False,
    answer: Annotated[str | None, typer.Option(help="What the person answered.")] = None,
    right: Annotated[str | None, typer.Option(help="The right that they meant.")] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Ask the person what they mean, or note their answer.

    A question about the part of much data that is meant (--scope) stops the month of the GDPR until
    it is answered; a question about what they wish does not. The letter leaves by mail.

    Example: troth request clarify 7KQ4M-2XC9D --ask "Do you want it erased, or set aside?"
    """
    from troth.cli.opened import clock
    from troth.desk.workflow.letters import Said
    from troth.desk.workflow.post import send_letters, write_letter
    from troth.desk.workflow.scope import clarified
    from troth.desk.workflow.scope import clarify as ask_person

    if (ask is None) == (answer is None):
        raise Refused("clarify-unclear", "say --ask QUESTION or --answer ANSWER")
    with at_desk(project, stores=set_aside) as (here, office):
        me, now = who(by), here.now
        if ask is not None:
            about: Literal["scope", "wish"] = "scope" if scope else "wish"
            ask_person(office, number, ask, about=about, set_aside=set_aside, by=me, now=now)
            write_letter(office, number, "clarification", by=me, now=now, said=Said(question=ask))
            send_letters(office, clock, number)
        else:
            clarified(office, number, answer or "", right=right, by=me, now=now)
        told(office, number, here, json=json)


def right(
    number: Number,
    to: Annotated[str, typer.Option(help="What the request really asks for.")],
    reason: Annotated[str, typer.Option(help="Why it is understood so.")] = "",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Say which right a request asks for, where it was unclear or wrongly understood.

    The deadline goes on from the receipt, by the terms of that right. What was recorded of the
    wrong one ends, so that silence never grants it.

    Example: troth request right 7KQ4M-2XC9D --to access --reason "the letter asks for a copy"
    """
    from troth.desk.workflow.scope import correct_right

    with at_desk(project) as (here, office):
        correct_right(office, number, to, reason, by=who(by), now=here.now)
        told(office, number, here, json=json)


def page(
    number: Number,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Give a page to whoever asked by mail, letter or telephone: a letter with its link.

    On the page the person sees how far the request is, and fetches a package once, by the code of
    the answer. The letter leaves by mail, or is printed and posted: `troth request answer --letter
    page --out FILE`, then --posted. An earlier link opens the page no more. troth.yaml says where
    the pages are (portal: address).

    Example: troth request page 7KQ4M-2XC9D
    """
    from troth.cli.opened import clock
    from troth.desk.workflow.handing import give_page
    from troth.desk.workflow.post import send_letters

    with at_desk(project) as (here, office):
        give_page(office, number, by=who(by), now=here.now)
        send_letters(office, clock, number)
        told(office, number, here, json=json)


def act(
    number: Number,
    person: Annotated[
        list[str] | None,
        typer.Option(help="The person who was identified, as namespace=value. Repeatable."),
    ] = None,
    confirm: Annotated[
        str | None, typer.Option(help="Doubtful matches that are the person: their marks.")
    ] = None,
    activity: Annotated[
        list[str] | None, typer.Option(help="Only this activity of the policy. Repeatable.")
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option(help="Only this category of data. Repeatable.")
    ] = None,
    place: Annotated[list[str] | None, typer.Option(help="Only in this place. Repeatable.")] = None,
    consent: Annotated[
        list[str] | None, typer.Option(help="A withdrawal: only this consent. Repeatable.")
    ] = None,
    old_file: Annotated[
        bool, typer.Option("--old-file", help="A medical file older than five years.")
    ] = False,
    event: Annotated[
        str, typer.Option(help="An account's closure: the policy's event that ends it.")
    ] = "",
    proof: Annotated[str, typer.Option(help="A death: what proves it, and where it lies.")] = "",
    receiver: Annotated[
        str, typer.Option(help="A portability: to whom the person wants it sent.")
    ] = "",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Record what the request asks for as an act of its person; it counts from its receipt.

    The person is whoever the proven address names in the stores. What takes effect by itself (an
    opt-out, a withdrawal, a restriction, a directive for after death as the form has it) is decided
    with it.

    Example: troth request act 7KQ4M-2XC9D
    """
    from troth.cli.request_find import marks
    from troth.desk.workflow.scope import Meant, record_act
    from troth.ledger.scope import parse_person

    meant = Meant(
        persons=tuple(parse_person(text) for text in person or ()),
        activities=tuple(activity or ()),
        categories=tuple(category or ()),
        places=tuple(place or ()),
        consents=tuple(consent or ()),
        confirm=tuple(marks(confirm)),
        old_file=old_file,
        event=event,
        proof=proof,
        receiver=receiver,
    )
    with at_desk(project, stores=not person) as (here, office):
        record_act(office, number, meant, by=who(by), now=here.now)
        told(office, number, here, json=json)


def approve(
    number: Number,
    what: Annotated[str, typer.Argument(help="decision, plan or lifting.")],
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Approve a decision, a plan or the end of a restriction that somebody else has made.

    Example: troth request approve 7KQ4M-2XC9D decision --by "Ben"
    """
    from troth.cli.opened import clock
    from troth.desk.workflow.decision import approve as approved
    from troth.desk.workflow.lifting import approve_lifting
    from troth.desk.workflow.post import send_letters

    if what not in ("decision", "plan", "lifting"):
        known = "decision, plan or lifting"
        raise Refused("nothing-to-approve", f"'{what}' is not approved", help=known)
    meant: Literal["decision", "plan"] = "plan" if what == "plan" else "decision"
    with at_desk(project) as (here, office):
        if what == "lifting":
            approve_lifting(office, number, by=who(by), now=here.now)
            send_letters(office, clock, number)
            told(office, number, here, json=json)
            return
        approved(office, number, meant, by=who(by), now=here.now)
        told(office, number, here, json=json)


def give_back(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why it cannot be approved.")] = "",
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Give a decision back to whoever made it, or keep a restriction that was to end.

    Example: troth request return 7KQ4M-2XC9D --reason "the case is closed since May"
    """
    from troth.desk.workflow.decision import give_back as given_back
    from troth.desk.workflow.lifting import return_lifting
    from troth.desk.workflow.office import look

    with at_desk(project) as (here, office):
        if "return-lifting" in look(office, number, here.now)[1].next:
            return_lifting(office, number, reason, by=who(by), now=here.now)
            told(office, number, here, json=json)
            return
        given_back(office, number, reason, by=who(by), now=here.now)
        told(office, number, here, json=json)


def task(
    number: Number,
    open_: Annotated[str | None, typer.Option("--open", help="What somebody is to do.")] = None,
    place: Annotated[str, typer.Option(help="Where: a place of the policy, or in words.")] = "",
    done: Annotated[str | None, typer.Option(help="The task that is done.")] = None,
    said: Annotated[str, typer.Option(help="What was done, and where that can be seen.")] = "",
    proof: Annotated[Path | None, typer.Option(help="A proof; it is sealed.")] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Open a task for a human, or finish one with its proof.

    Places of the policy that a human alone reaches become tasks by themselves once a request is
    accepted. A request is not closed while one is open.

    Example: troth request task 7KQ4M-2XC9D --done task-51be --said "folder 17 shredded"
    """
    from troth.desk.workflow.tasks import finish_task, open_task

    if (open_ is None) == (done is None):
        raise Refused("task-unclear", "say --open WHAT or --done TASK")
    with at_desk(project) as (here, office):
        me, now = who(by), here.now
        if open_ is not None:
            open_task(office, number, place=place, what=open_, by=me, now=now)
        else:
            content, media = None, "application/octet-stream"
            if proof is not None:
                from mimetypes import guess_type

                from troth.project.load import read_file

                content = read_file(proof, proof.name)
                media = guess_type(proof.name)[0] or media
            finish_task(
                office, number, done or "", said=said, proof=content, media=media, by=me, now=now
            )
        told(office, number, here, json=json)


def close(
    number: Number,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Close a request; refused while a task is open or an answer is owed.

    Example: troth request close 7KQ4M-2XC9D
    """
    from troth.desk.workflow.closing import close as closed

    with at_desk(project) as (here, office):
        closed(office, number, by=who(by), now=here.now)
        told(office, number, here, json=json)
