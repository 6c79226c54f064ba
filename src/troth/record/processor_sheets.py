"""The record of processors as sheets (Art. 30(2)): a list, and a form per processor."""

from __future__ import annotations

from collections.abc import Iterator

from troth.record.grid import Line, Sheet, block, cells, head, sheet_name, title
from troth.record.model import ProcessorEntry, Record
from troth.record.sheets import (
    WIDTHS,
    lacking_sheet,
    named,
    party_lines,
    representing,
    security_lines,
    transfer_lines,
)
from troth.record.words import Words

_LIST_WIDTHS = (38, 10, 14, 34, 44, 34, 34)


def processor_sheets(record: Record, words: Words) -> tuple[Sheet, ...]:
    """The list of processors, a form for each, and what is to be completed."""
    made = [_list(record, words)]
    for entry in record.processors:
        name = f"{entry.number}. {entry.processor.id}"
        lines = tuple(_form(record, entry, words))
        made.append(Sheet(sheet_name(name, (each.name for each in made)), lines, WIDTHS))
    made.append(lacking_sheet(record.lacking, words, (each.name for each in made)))
    return tuple(made)


def _list(record: Record, words: Words) -> Sheet:
    keys = ("processor", "number", "country", "behalf", "task", "sub-processors", "transfers")
    lines = [
        title(f"{words('record.processor')} – {record.title}"),
        head(*(words(key) for key in keys)),
    ]
    for entry in record.processors:
        lines.append(
            cells(
                entry.processor.name,
                str(entry.number),
                entry.processor.country,
                "; ".join(named(each.controller, words) for each in entry.behalf),
                "; ".join(dict.fromkeys(each.task for each in entry.behalf)),
                ", ".join(entry.sub_processors),
                "; ".join(each.country or words("blank") for each in entry.transfers)
                or words("transfer.none"),
            )
        )
    return Sheet(sheet_name(words("list.processor"), ()), tuple(lines), _LIST_WIDTHS, 2)


def _form(record: Record, entry: ProcessorEntry, words: Words) -> Iterator[Line]:
    yield title(words("sheet.title.processor"))
    yield block(words("actors"))
    yield from party_lines(
        words,
        ("processor", entry.processor),
        *(("behalf", each.controller) for each in entry.behalf),
        *representing(record, {each.controller.id for each in entry.behalf}),
        ("officer", record.officer),
    )
    yield block(words("tasks"))
    yield head("", words("task"), words("for-activities"), words("instructions"))
    for each in entry.behalf:
        yield cells(
            named(each.controller, words),
            each.task,
            "; ".join(each.activities),
            "; ".join(each.instructions),
        )
    yield cells(words("data"), "; ".join(entry.categories))
    yield cells(words("sub-processors"), ", ".join(entry.sub_processors))
    yield from transfer_lines(entry.transfers, words)
    yield from security_lines(record.security, words)
    if entry.certification:
        yield cells(words("certification"), entry.certification)
