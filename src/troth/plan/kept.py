"""What rows and values show of events of other rows, so that their days are kept before they go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from troth.datamap.bindings import (
    Binding,
    EarliestOf,
    EventOf,
    FirstOf,
    LatestOf,
    RelatedDay,
)
from troth.datamap.inside import columns_of
from troth.datamap.paths import Hop
from troth.plan.frame import Frame
from troth.plan.model import DeleteRows, EraseValues, KeptEvidence
from troth.plan.sets import Linked, SetDefinition


def shown_by(frame: Frame, columns: Collection[str] | None = None) -> tuple[KeptEvidence, ...]:
    """The events that are read from rows of this table, or from these values of it.

    Of a value inside a JSON column, from anywhere in the column: a day too many is kept.

    A parent in the same store stays while a row references it, so only paths into another store
    lose it.
    """
    found: dict[KeptEvidence, None] = {}
    columns = None if columns is None else columns_of(columns)
    for store, entry in frame.context.map.stores.items():
        for table, other in entry.tables.items():
            reader = frame.at(store, table)
            for event, binding in other.events.items() if other.key else ():
                for part in parts_of(binding):
                    for through in _through(frame, reader, part, event, columns):
                        path = part.related if isinstance(part, RelatedDay) else part.of
                        kept = KeptEvidence(
                            store=store,
                            table=table,
                            key=other.key,
                            event=event,
                            path=path,
                            of=isinstance(part, EventOf),
                            through=through,
                        )
                        found[kept] = None
    return tuple(found)


def parts_of(binding: Binding) -> Iterator[RelatedDay | EventOf]:
    """The parts of a binding that look at other rows."""
    match binding:
        case RelatedDay() | EventOf():
            yield binding
        case FirstOf():
            for part in binding.first:
                yield from parts_of(part)
        case LatestOf():
            for part in binding.latest:
                yield from parts_of(part)
        case EarliestOf():
            for part in binding.earliest:
                yield from parts_of(part)
        case _:
            return


def _through(
    frame: Frame,
    reader: Frame,
    part: RelatedDay | EventOf,
    event: str,
    columns: Collection[str] | None,
) -> Iterator[int]:
    """How many steps lead from the reader to rows of this table that show it something."""
    path = part.related if isinstance(part, RelatedDay) else part.of
    hops = reader.hops(path)
    if sum(hop.crosses for hop in hops) > 1:  # its days are not found backwards
        return
    crossing = next((at for at, hop in enumerate(hops) if hop.crosses), None)
    here = frame.store, frame.table
    for at, hop in enumerate(hops):
        ends = at == len(hops) - 1
        if (hop.target_store, hop.target_table) != here:
            continue
        if columns is not None:
            if _reads(frame, hops, at, part, event, columns):
                yield at + 1
        elif isinstance(part, RelatedDay):
            if ends:
                yield at + 1
        elif crossing is not None and at >= crossing:
            yield at + 1


def _reads(
    frame: Frame,
    hops: tuple[Hop, ...],
    at: int,
    part: RelatedDay | EventOf,
    event: str,
    columns: Collection[str],
) -> bool:
    """Some of these columns link the path here, or hold the day at its end."""
    read = {right for _, right in hops[at].pairs}
    if at + 1 < len(hops):
        read |= {left for left, _ in hops[at + 1].pairs}
    elif isinstance(part, RelatedDay):
        read.add(part.day.column)
    else:
        binding = frame.entry.events.get(part.event or event)
        read |= set(_words(binding.model_dump())) if binding is not None else set()
    return bool(read & set(columns))


def _words(node: object) -> Iterator[str]:
    """Every text in a binding; its columns are among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for inner in node.values():
            yield from _words(inner)
    elif isinstance(node, list | tuple):
        for inner in node:
            yield from _words(inner)


def shown_across(
    step: DeleteRows | EraseValues, sets: Mapping[str, SetDefinition]
) -> DeleteRows | EraseValues:
    """The step with the sets of another store that are made from what it takes.

    Only of stores that read each other: elsewhere readers go first, and nothing is lost.
    """
    linked = [each for each in sets.values() if isinstance(each, Linked)]
    reads = {(each.store, each.other_store) for each in linked}
    found = []
    for each in linked:
        if (each.other_store, each.store) not in reads:
            continue
        theirs = (each.other_store, each.other_table) == (step.store, step.table)
        mine = (each.store, each.table) == (step.store, step.table)
        if isinstance(step, EraseValues):
            going = columns_of(step.columns).keys()
            theirs = theirs and bool(going & set(each.other_links))
            mine = mine and bool(going & set(each.links))
        else:
            mine = False
        if theirs or mine:
            found.append(each.name)
    return step.model_copy(update={"shows": tuple(sorted(found))})
