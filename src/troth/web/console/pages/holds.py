"""Legal holds: listed, opened for a case, lifted with a reason."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from troth.datamap.model import DataMap
from troth.errors import Refused
from troth.ledger.holds import add_hold, lift_hold, list_holds
from troth.ledger.scope import parse_person, parse_rows, parse_table
from troth.web.console.visit import Visit


async def holds_page(visit: Visit) -> Response:
    """Every hold, those that are open first."""
    await visit.looked("holds", "list")
    return await _shown(visit, None)


async def hold_opened(visit: Visit) -> Response:
    """Opens a hold on persons or rows; one on everything is refused."""
    try:
        project = visit.desk.project()
        persons = [parse_person(line) for line in _lines(visit, "persons")]
        rows = [row for line in _lines(visit, "rows") for row in parse_rows(line)]
        tables = [parse_table(line) for line in _lines(visit, "tables")]
        _refuse_unknown(project.map, {one.namespace for one in persons}, {*tables})
        _refuse_unknown(project.map, set(), {(store, table) for store, table, _ in rows})
        await visit.writing(
            add_hold,
            case=visit.text("case"),
            reason=visit.text("reason"),
            by=visit.by,
            at=visit.now,
            persons=persons,
            tables=tables,
            rows=rows,
            review_on=_day(visit.text("review-on")),
        )
    except Refused as error:
        return await _refused(visit, error)
    return visit.to("/holds")


async def hold_lifted(visit: Visit) -> Response:
    """Lifts a hold: ordinary rules count again at once."""
    try:
        await visit.writing(
            lift_hold,
            visit.request.path_params["hold"],
            reason=visit.text("reason"),
            by=visit.by,
            at=visit.now,
        )
    except Refused as error:
        return await _refused(visit, error)
    return visit.to("/holds")


async def _refused(visit: Visit, error: Refused) -> Response:
    await visit.looked("holds", "list", "holds")
    return await _shown(visit, error)


async def _shown(visit: Visit, problem: Refused | None) -> Response:
    every = await visit.reading(list_holds)
    records = sorted(
        every, key=lambda one: (one.lifted_by is not None, -one.hold.opened_at.timestamp())
    )
    return visit.page(
        "holds",
        visit.w("holds"),
        code=422 if problem else 200,
        records=records,
        problem=problem,
    )


def _lines(visit: Visit, name: str) -> list[str]:
    return [line.strip() for line in visit.text(name).splitlines() if line.strip()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(
            "not-a-day", f"'{text}' is not a day", help="write it as YYYY-MM-DD"
        ) from None


def _refuse_unknown(datamap: DataMap, spaces: set[str], tables: set[tuple[str, str]]) -> None:
    """A mistyped hold would protect nothing."""
    known = {
        column.identity
        for store in datamap.stores.values()
        for table in store.tables.values()
        for column in table.personal.values()
        if column.identity
    }
    for space in spaces - known:
        raise Refused(
            "unknown-namespace",
            f"no column of the map identifies persons by '{space}'",
            help=f"the map knows {', '.join(sorted(known))}",
        )
    for store, name in tables:
        if store not in datamap.stores or name not in datamap.stores[store].tables:
            raise Refused(
                "unknown-table",
                f"the map has no table '{store}.{name}'",
                help="write it as the map does: store.table",
            )
