"""Answering requests for portability (Art. 20): one person, or many in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from troth.desk.find.model import Found
from troth.desk.package.access import Asking, collect, file_name
from troth.desk.package.disclose import category_of
from troth.desk.package.export import TableExport, write_csv, write_json
from troth.desk.package.files import (
    place,
    private_folder,
    refuse_existing,
    sha256,
    write_sums,
    write_zip,
)
from troth.desk.package.look import look_at_persons
from troth.desk.package.pages import write_letter
from troth.desk.package.portable import Choice, Excluded, Portable
from troth.desk.package.schemas import schemas
from troth.desk.package.sheet import ToldColumn
from troth.desk.package.spool import Spool
from troth.desk.package.tell import categories_of, labels, version_of
from troth.desk.package.words import Words
from troth.law.calendar import day_of
from troth.project.schemas import as_text

SCHEMA = "schema.json"


@dataclass(frozen=True)
class Carried:
    """An export that was made; `excluded` counts groups of values that stay behind."""

    zip: Path
    digest: str
    rows: int
    tables: int
    excluded: int


def answer_portability(
    asking: Asking, found: Sequence[Found], targets: Sequence[Path], to: str | None = None
) -> Iterator[Carried]:
    """Writes an export for each person whose sets are loaded, to its own zip; tables are read once.

    Refused: `package-exists`.
    """
    refuse_existing(*targets)
    with private_folder(targets[0].absolute().parent) as work:
        persons = [one.identifiers for one in found]
        look = look_at_persons(
            asking.setting,
            asking.desk,
            persons,
            asking.facts,
            asking.now,
            asking.told,
            sealed=asking.sealed,
        )
        spools = collect(look, work, asking.told)
        for number, target in enumerate(targets):
            with private_folder(work) as own:
                made = own / "made"
                carried = _write(asking, spools, number, made, to)
                packed = own / target.name
                write_zip(made, packed)
                digest = sha256(packed)
                place(packed, target)
            yield Carried(target, digest, *carried)


def _write(
    asking: Asking, spools: Sequence[Spool], number: int, made: Path, to: str | None
) -> tuple[int, int, int]:
    made.mkdir(mode=0o700)
    policy = asking.setting.policy
    choices = [Choice(policy, spool, number) for spool in spools if number in spool.shares]
    for choice in choices:
        choice.look()
    carried = [choice for choice in choices if choice.rows]
    head = Portable(
        organisation=policy.organisation,
        made_at=asking.now.isoformat(),
        policy=version_of(policy, day_of(asking.now, policy.zoneinfo)),
        to=to,
        excluded=tuple(one for choice in choices for one in _excluded(choice)),
    )
    exports = [_export(choice, at) for at, choice in enumerate(carried, 1)]
    write_json(made / "data.json", head.model_dump(mode="json"), exports, bare=True)
    for one in exports:
        write_csv(made / one.file, one, None)
    schema = schemas()["portability.schema.json"]
    (made / SCHEMA).write_text(as_text(schema), encoding="utf-8")
    write_letter(made, policy, head, Words(asking.language), sum(one.rows for one in carried))
    write_sums(made)
    return sum(choice.rows for choice in carried), len(carried), len(head.excluded)


def _export(choice: Choice, at: int) -> TableExport:
    frame = choice.spool.table.frame
    personal = frame.entry.personal
    columns = tuple(
        ToldColumn(
            name=name,
            categories=labels(choice.policy, category_of(personal[name])),
            provenance=(),
        )
        for name in personal
        if name in choice.columns
    )
    file = f"table-{at:02}-{file_name(frame.table)}.csv"
    return TableExport(frame.label, frame.place, file, frame.entry.key, columns, choice.lines)


def _excluded(choice: Choice) -> Iterator[Excluded]:
    entry = choice.spool.table.frame.entry
    for (name, why, masked, articles), rows in choice.out.items():
        yield Excluded.model_validate(
            {
                "table": choice.spool.table.label,
                "column": name,
                "categories": labels(choice.policy, categories_of(entry, name)),
                "why": why,
                "articles": articles,
                "masked": masked or None,
                "rows": rows,
            }
        )
