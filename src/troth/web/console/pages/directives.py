"""Wishes for after death: the register, new versions, revocations, and what a proven death does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.responses import Response

from troth.apply.before import links_of
from troth.desk.directives.execute import (
    After,
    Executed,
    after_death,
    close_account,
    execute,
    refuse_heir,
    settle_estate,
)
from troth.desk.directives.orders import number_of_order
from troth.desk.directives.register import register_of
from troth.desk.directives.wishes import add_directive, parse_trusted, revoke
from troth.desk.overview import plans
from troth.desk.rights.carry_out import plan_of_acts
from troth.desk.rights.receive import Received, act_of
from troth.desk.told.known import known_names, known_persons
from troth.desk.workflow.office import Office
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.ledger.acts import record_acts
from troth.ledger.directives import ACTIONS, Directive, Instruction
from troth.ledger.facts import read_facts
from troth.ledger.proofs import record_proof
from troth.ledger.scope import parse_person
from troth.ledger.session import Writing
from troth.web.console.pages.office import at_the_desk
from troth.web.console.visit import Visit


async def directives_page(visit: Visit) -> Response:
    """Every version and every death; the look is journaled."""
    await visit.looked("directives", "list")
    return await _shown(visit, None)


async def directive_added(visit: Visit) -> Response:
    """Records a version of somebody's wishes, as a form of its own has them."""

    def work(office: Office) -> None:
        with office.ledger.writing(office.organisation) as writing:
            add_directive(writing, _new(visit), office.policy, office.map, at=visit.now)

    return await _done(visit, work)


async def directive_revoked(visit: Visit) -> Response:
    """Ends a version by its author's will."""
    name = str(visit.request.path_params["directive"])

    def work(office: Office) -> None:
        with office.ledger.writing(office.organisation) as writing:
            revoke(writing, name, by=visit.by, at=visit.now)

    return await _done(visit, work)


async def death_recorded(visit: Visit) -> Response:
    """Records a death with what proves it; wishes count from then on."""

    def work(office: Office) -> None:
        proof = visit.text("proof")
        if not proof:
            raise Refused(
                "death-unproven",
                "a death is recorded with what proves it (Loi 78-17, art. 85)",
                help="name the certificate, and where it lies",
            )
        persons = known_persons(_persons(visit), office.map)
        with office.ledger.writing(office.organisation) as writing:
            act = act_of(Received("death", persons, visit.now), office.policy)
            (made,) = record_acts(writing, [act], by=visit.by, at=visit.now)
            record_proof(writing, made.id, proof, by=visit.by, at=visit.now)

    return await _done(visit, work)


async def death_executed(visit: Visit) -> Response:
    """Carries out the wish in force, or what the law grants an heir.

    Erasures become a plan that waits for a second person, as every purge does; where something is
    to be handed over, that comes first, as a request of its own.
    """
    death = str(visit.request.path_params["death"])

    def work(office: Office) -> None:
        with office.ledger.writing(office.organisation) as writing:
            after = after_death(writing, death, office.map, visit.now)
        with office.ledger.writing(office.organisation) as writing:
            done = _executed(visit, office, writing, after)
        if done.erasures:
            plan_erasures(visit, office, done.erasures)

    return await _done(visit, work, stores=True)


def _executed(visit: Visit, office: Office, writing: Writing, after: After) -> Executed:
    by, at, identity = visit.by, visit.now, visit.text("identity")
    policy = office.policy
    match visit.text("what"):
        case "wish":
            return execute(
                writing,
                after,
                policy,
                office.map,
                asked_by=visit.text("asked-by"),
                identity=identity,
                by=by,
                at=at,
            )
        case "close":
            event = visit.text("event")
            return close_account(
                writing, after, policy, event=event, heirship=identity, by=by, at=at
            )
        case "estate":
            categories = _several(visit, "categories")
            known_names(categories, policy.categories, "category")
            return settle_estate(
                writing,
                after,
                policy,
                heir=parse_trusted(visit.text("asked-by")),
                heirship=identity,
                categories=categories,
                by=by,
                at=at,
            )
    refuse_heir()
    raise AssertionError("refused")


def plan_erasures(visit: Visit, office: Office, acts: Sequence[str]) -> None:
    """What a wish erases, as a plan that waits for a second person."""
    facts = read_facts(office.ledger, office.organisation, visit.now)
    links = links_of(office.ledger, office.organisation)
    made = plan_of_acts(office.stores(), facts, acts, visit.now, links)
    with office.ledger.writing(office.organisation) as writing:
        plans.keep(writing, made, by=visit.by, at=visit.now)


def _new(visit: Visit) -> Directive:
    trusted = tuple(parse_trusted(line) for line in _lines(visit, "trusted"))
    receiver = parse_trusted(visit.text("to")) if visit.text("to") else None
    found = []
    for action in ACTIONS:
        if visit.text(f"do-{action}"):
            categories = _several(visit, f"categories-{action}")
            to = (receiver or next(iter(trusted), None)) if action == "hand-over" else None
            found.append(Instruction(action, categories, to=to))
    return Directive(
        id="",
        persons=_persons(visit),
        given_at=visit.now,
        form=visit.text("form"),
        instructions=tuple(found),
        trusted=trusted,
        recorded_by=visit.by,
        registered_with=visit.text("registered"),
    )


def _persons(visit: Visit) -> tuple[Identifier, ...]:
    return tuple(parse_person(line) for line in _lines(visit, "persons"))


def _lines(visit: Visit, name: str) -> list[str]:
    return [line.strip() for line in visit.text(name).splitlines() if line.strip()]


def _several(visit: Visit, name: str) -> tuple[str, ...]:
    return tuple(one for one in visit.form.getlist(name) if isinstance(one, str) and one)


async def _done(visit: Visit, work: Callable[[Office], None], *, stores: bool = False) -> Response:
    try:
        await at_the_desk(visit, work, stores=stores)
    except Refused as error:
        await visit.looked("directives", "list", "directives")
        return await _shown(visit, error)
    return visit.to("/directives")


async def _shown(visit: Visit, problem: Refused | None) -> Response:
    project = visit.desk.project()
    return visit.page(
        "directives",
        visit.w("directives"),
        code=422 if problem else 200,
        problem=problem,
        register=await visit.reading(register_of, project.map, visit.now),
        actions=ACTIONS,
        categories=project.policy.categories,
        events=project.policy.events,
        number_of_order=number_of_order,
    )
