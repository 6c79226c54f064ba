"""The controller's record as sheets, after the CNIL's model: a list, and a form per activity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from troth.record.grid import Line, Sheet, block, cells, head, sheet_name, title
from troth.record.model import (
    Basis,
    DataLine,
    Entry,
    Lacking,
    Party,
    RecipientLine,
    Record,
    TransferLine,
)
from troth.record.words import Words

WIDTHS = (38, 44, 34, 22, 24, 34)
_LIST_WIDTHS = (26, 8, 12, 12, 26, 24, 24, 26, 46, 46, 46, 26, 46, 40)


def sheets(record: Record, words: Words) -> tuple[Sheet, ...]:
    """Who keeps it, the list, a form for each activity, and what is to be completed."""
    made = [_organisation(record, words)]
    made.append(_list(record, words))
    for entry in record.entries:
        name = f"{entry.number}. {entry.id}"
        lines = tuple(_form(record, entry, words))
        made.append(Sheet(sheet_name(name, (each.name for each in made)), lines, WIDTHS))
    made.append(lacking_sheet(record.lacking, words, (each.name for each in made)))
    return tuple(made)


def lacking_sheet(lacking: Sequence[Lacking], words: Words, taken: Iterable[str]) -> Sheet:
    """What Art. 30 requires and the policy lacks."""
    heads = (words(f"lacking.{key}") for key in ("what", "where", "article", "path"))
    lines = [title(words("lacking")), head(*heads)]
    for each in lacking:
        lines.append(cells(words(f"lacks.{each.code}"), each.where, each.article, each.path))
    if not lacking:
        lines.append(cells(words("lacking.none")))
    return Sheet(sheet_name(words("lacking"), taken), tuple(lines), (48, 52, 20, 52))


def _list(record: Record, words: Words) -> Sheet:
    who = (
        "name",
        "number",
        "created",
        "updated",
        "controller",
        "officer",
        "representative",
        "joint",
    )
    what = ("purpose.main", "subjects", "data", "special", "recipients", "transfers")
    lines = [title(words("list")), head(*(words(key) for key in (*who, *what)))]
    lines += [_listed(record, entry, words) for entry in record.entries]
    return Sheet(sheet_name(words("list"), ()), tuple(lines), _LIST_WIDTHS, frozen=2)


def _listed(record: Record, entry: Entry, words: Words) -> Line:
    special = [line for line in entry.data if line.special]
    return cells(
        entry.id,
        str(entry.number),
        words.day(record.created),
        words.day(record.updated),
        _joined(named(party, words) for party in entry.controllers),
        named(record.officer, words) if record.officer else "",
        _joined(
            party.name or words("blank")
            for _, party in representing(record, {each.id for each in entry.controllers})
            if party is not None
        ),
        _joined(named(party, words) for party in entry.joint_controllers),
        entry.purpose,
        _joined(entry.subjects),
        _joined(line.label for line in entry.data if not line.special),
        _joined(line.label for line in special),
        _joined(line.party.name or line.party.id for line in entry.recipients),
        _joined(_abroad(each, words) for each in entry.transfers) or words("transfer.none"),
    )


def _form(record: Record, entry: Entry, words: Words) -> Iterator[Line]:
    yield title(words("sheet.title"))
    yield block(words("description"))
    yield cells(words("name"), entry.id)
    yield cells(words("number"), str(entry.number))
    yield cells(words("created"), words.day(record.created))
    yield cells(words("updated"), words.day(record.updated))
    yield block(words("actors"))
    yield from party_lines(
        words,
        *(("controller", party) for party in entry.controllers),
        ("officer", record.officer),
        *representing(record, {party.id for party in entry.controllers}),
        *(("joint", party) for party in entry.joint_controllers),
    )
    yield from _purposes(entry, words)
    yield from security_lines(record.security, words)
    yield from _data(entry, words)
    yield block(words("subjects"))
    for number, subject in enumerate(entry.subjects, start=1):
        yield cells(words("subject", n=number), subject)
    yield from _recipients(entry, words)
    yield from transfer_lines(entry.transfers, words)
    yield from _means(entry, words)
    yield cells(words("clauses"), ", ".join(entry.clauses))


def _organisation(record: Record, words: Words) -> Sheet:
    """Who keeps the record, once for all its sheets."""
    lines = (
        title(f"{words('record')} – {record.title}"),
        cells(words("created"), words.day(record.created)),
        cells(words("updated"), words.day(record.updated)),
        block(words("actors")),
        *party_lines(
            words,
            *(("controller", party) for party in record.controllers),
            ("officer", record.officer),
            *representing(record, {party.id for party in record.controllers}),
            *(("joint", party) for party in record.joint_controllers),
        ),
        *security_lines(record.security, words),
    )
    return Sheet(sheet_name(words("organisation"), ()), lines, WIDTHS)


def party_lines(words: Words, *parties: tuple[str, Party | None]) -> Iterator[Line]:
    """A table of parties by their role; a role without a party stands empty."""
    yield head("", *(words(key) for key in ("party", "address", "country", "phone", "email")))
    for role, party in parties:
        if party is None:
            yield cells(words(role))
            continue
        yield cells(
            words(role),
            named(party, words) if role == "controller" else party.name or "",
            party.address,
            party.country,
            ", ".join(party.phones),
            ", ".join(party.emails or party.urls),
        )


def representing(record: Record, controllers: Set[str]) -> tuple[tuple[str, Party | None], ...]:
    """Those who stand in the Union for these controllers; an empty line where there is none."""
    found = [each.party for each in record.representatives if controllers & set(each.controllers)]
    return tuple(("representative", party) for party in found) or (("representative", None),)


def named(party: Party, words: Words) -> str:
    """The party's name; the mark of what is to be completed where the policy leaves it open."""
    return party.name or next(iter(party.emails), "") or words("blank")


def _purposes(entry: Entry, words: Words) -> Iterator[Line]:
    yield block(words("purposes"))
    yield cells(words("purpose.main"), entry.purpose)
    marks = (
        ("purpose.marketing", entry.direct_marketing),
        ("purpose.automated", entry.automated_decision),
    )
    for number, key in enumerate((key for key, so in marks if so), start=1):
        yield cells(words("purpose.sub", n=number), words(key))
    for basis in entry.bases:
        yield cells(words("bases"), *_basis(basis, words))


def _basis(basis: Basis, words: Words) -> tuple[str, str]:
    kind = words(f"kind.{basis.kind}")
    said = words("basis.conditional", basis=kind) if basis.conditional else kind
    return said, basis.detail or ""


def security_lines(measures: Sequence[str], words: Words) -> Iterator[Line]:
    """The general description of the measures, as the policy promises them (Art. 32)."""
    yield block(words("security"))
    for number, measure in enumerate(measures, start=1):
        yield cells(words("security.measure", n=number), measure)
    if not measures:
        yield cells(words("security.measure", n=1), words("blank"))


def _data(entry: Entry, words: Words) -> Iterator[Line]:
    yield block(words("data"))
    yield head("", words("data.what"), words("data.limit"))
    yield from (_data_line(line, words) for line in entry.data if not line.special)
    yield block(words("special"))
    yield head("", words("data.what"), words("data.limit"))
    special = [line for line in entry.data if line.special]
    yield from (_data_line(line, words) for line in special)
    if not special:
        yield cells(words("special.none"))
    for article, detail in entry.special_conditions:
        yield cells(words("special.condition", article=article), detail)
    yield block(words("sources"))
    yield cells("", _joined(_source(each, words) for each in entry.sources))
    if entry.collected:
        yield cells(words("collected"), _joined(entry.collected))


def _data_line(line: DataLine, words: Words) -> Line:
    what = ", ".join(line.examples)
    if line.special:
        what = f"{words(f'special.{line.special}')}{': ' if what else ''}{what}"
    return cells(line.label, what, _limits(line, words))


def _limits(line: DataLine, words: Words) -> str:
    if not line.stored:
        return words("not-stored")
    return "\n".join(words.limit(limit) for limit in line.limits) or words("no-limit")


def _source(text: str, words: Words) -> str:
    provenance = ("given", "observed", "inferred", "received")
    return words(f"source.{text}") if text in provenance else text


def _recipients(entry: Entry, words: Words) -> Iterator[Line]:
    yield block(words("recipients"))
    keys = ("party", "recipient.type", "country", "task", "sub-processors")
    yield head("", *(words(key) for key in keys))
    inside = ", ".join(entry.readers) or words("staff")
    yield cells(words("recipient", n=1), inside, words("kind.internal"))
    for number, line in enumerate(entry.recipients, start=2):
        yield _recipient(number, line, words)


def _recipient(number: int, line: RecipientLine, words: Words) -> Line:
    return cells(
        words("recipient", n=number),
        line.party.name,
        words(f"kind.{line.kind}"),
        line.party.country,
        line.task,
        ", ".join(line.sub_processors),
    )


def transfer_lines(transfers: Sequence[TransferLine], words: Words) -> Iterator[Line]:
    """The transfers, each with its country and guarantee, or the word that there is none."""
    yield block(words("transfers"))
    if not transfers:
        yield cells(words("transfer.none"))
        return
    keys = ("transfer.to", "country", "transfer.kind", "transfer.link")
    yield head(*(words(key) for key in keys))
    for each in transfers:
        kind = words(f"guarantee.{each.safeguard}") if each.safeguard else words("blank")
        yield cells(each.recipient.name, each.country or words("blank"), kind, each.document)


def _abroad(transfer: TransferLine, words: Words) -> str:
    return f"{transfer.recipient.name} ({transfer.country or words('blank')})"


def _means(entry: Entry, words: Words) -> Iterator[Line]:
    yield block(words("means"))
    for each in entry.means:
        yield cells(each.store, ", ".join(each.tables))
    if entry.places:
        yield cells(words("places"), _joined(entry.places))


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
