"""Days in SQL: whether a column can be read as a day, and lies between two days.

All arithmetic on dates has been done before: what reaches the database are constants, the first
and last day or the instants at which they begin, in the column's own form.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from troth.law.calendar import day_begins
from troth.plan.predicate import DayColumn
from troth.plan.schema import TypeKind
from troth.stores.address import DialectName
from troth.stores.texts import Condition, Expression, join, json_is, json_text, matches, part

_LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
"""A leap year of the calendar; the year 0000 is one too, but lies before every bound."""


def _real_days(form: str) -> str:
    """A pattern of the real days of the calendar, written as `form` with Y, M and D."""
    kinds = (
        ("[0-9]{4}", "(0[13578]|1[02])", "(0[1-9]|[12][0-9]|3[01])"),
        ("[0-9]{4}", "(0[469]|11)", "(0[1-9]|[12][0-9]|30)"),
        ("[0-9]{4}", "02", "(0[1-9]|1[0-9]|2[0-8])"),
        (_LEAP, "02", "29"),
    )
    pieces = []
    for year, month, day in kinds:
        named = {"Y": year, "M": month, "D": day}
        pieces.append("".join(named.get(letter, letter) for letter in form))
    return f"({'|'.join(pieces)})"


DATE = _real_days("Y-M-D")
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
FRACTION = "([.][0-9]+)?"
OFFSET = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
DAY_IN = "troth_day_in"
"""What SQLite calls `sqlite_days.day_in`."""
_FIRST_DAY = date(2, 1, 1)  # before it, no zone can be applied
_LAST_DAY = date(9999, 12, 30)
_COMPARED = ("date", "timestamp", "timestamptz")
_INTEGER = "-?[0-9]{1,18}"
_SAME = sa.literal("+0 days", sa.Text())
"""Makes SQLite work a day out: without it 30 February stays as it is."""


def day_within(
    dialect: DialectName,
    column: Expression,
    kind: TypeKind,
    day: DayColumn,
    zone: ZoneInfo,
    first: date,
    last: date | None,
    *,
    alone: bool = False,
) -> Condition:
    """Readable in its form, and first <= day <= last in `zone`; never NULL.

    `alone`: nothing stands around it, so that SQLite, whose parser takes no deep expressions, has
    room for a quicker way.
    """
    low = max(first, _FIRST_DAY)
    high = min(last or _LAST_DAY, _LAST_DAY)
    if high < low:
        return sa.false()
    reader = _Reader(dialect, day, zone, low, high, alone=alone)
    if day.json_path is not None:
        return _inside_json(reader, column, day.json_path)
    found = _readable(reader, column, kind)
    # Each of these is false for NULL; a call around it would keep indexes from serving.
    sound = day.form == "native" and (dialect == "sqlite" or kind in _COMPARED)
    return found if sound else sa.func.coalesce(found, sa.false())


class _Reader:
    """One day column with its bounds."""

    def __init__(
        self,
        dialect: DialectName,
        day: DayColumn,
        zone: ZoneInfo,
        low: date,
        high: date,
        *,
        alone: bool = False,
    ) -> None:
        self.dialect, self.day, self.alone = dialect, day, alone
        self.low, self.high = low, high
        self.begins = day_begins(low, zone)
        self.ends = day_begins(high + timedelta(days=1), zone)
        self.naive_zone = ZoneInfo(day.zone)

    @property
    def wall_begins(self) -> datetime:
        return _wall(self.begins, self.naive_zone)

    @property
    def wall_ends(self) -> datetime:
        return _wall(self.ends, self.naive_zone)


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """The earliest wall-clock time whose first reading in `zone` is at or after `instant`."""
    local = instant.astimezone(zone)
    wall = local.replace(tzinfo=None, fold=0)
    if local.fold:  # the clock was put back: this wall time is first read an hour too early
        while wall.replace(tzinfo=zone).astimezone(UTC) < instant:
            wall += timedelta(minutes=1)
    return wall


def _readable(reader: _Reader, column: Expression, kind: TypeKind) -> Condition:
    match reader.day.form:
        case "native":
            return _native(reader, column, kind)
        case "text":
            if kind not in ("text", "enum") and reader.dialect != "sqlite":
                return sa.false()
            return _formatted(reader, column)
        case "unix" | "unix-ms":
            return _unix(reader, column, kind)


def _native(reader: _Reader, column: Expression, kind: TypeKind) -> Condition:
    if reader.dialect == "sqlite" or kind == "text":
        return _stored(reader, column)
    match kind:
        case "date":
            low, high = sa.literal(reader.low, sa.Date()), sa.literal(reader.high, sa.Date())
            return sa.and_(column.is_not(None), column >= low, column <= high)
        case "timestamp":
            low_wall = sa.literal(reader.wall_begins, sa.DateTime())
            high_wall = sa.literal(reader.wall_ends, sa.DateTime())
            return sa.and_(column.is_not(None), column >= low_wall, column < high_wall)
        case "timestamptz":
            return _instants(reader, column)
        case _:
            return sa.false()


def _instants(reader: _Reader, column: Expression) -> Condition:
    begins, ends = reader.begins, reader.ends
    if reader.dialect == "mariadb":  # the session's zone is UTC; its literals carry no zone
        begins, ends = begins.replace(tzinfo=None), ends.replace(tzinfo=None)
    kind = sa.DateTime(timezone=reader.dialect == "postgresql")
    return sa.and_(
        column.is_not(None), column >= sa.literal(begins, kind), column < sa.literal(ends, kind)
    )


def _stored(reader: _Reader, column: Expression) -> Condition:
    """A text as SQLite writes dates: a day, or a time with or without its offset from UTC."""
    dialect = reader.dialect
    if dialect == "sqlite":
        days = (reader.low.isoformat(), reader.high.isoformat())
        times = (reader.wall_begins, reader.wall_ends, reader.begins, reader.ends)
        bounds = (*days, *(_as_text(each) for each in times))
        given = (sa.literal(bound, sa.Text()) for bound in bounds)
        asked: Condition = getattr(sa.func, DAY_IN)(column, *given, type_=sa.Boolean())
        plain = isinstance(column, sa.ColumnClause)  # what stands inside JSON is dear to look up
        return _usual(reader, column, asked) if plain and reader.alone else asked
    return sa.case(
        (matches(dialect, column, DATE), _iso(reader, column)),
        (
            matches(dialect, column, f"{DATE}[ T]{TIME}{FRACTION}"),
            _wall_text(reader, column),
        ),
        (
            matches(dialect, column, f"{DATE}[ T]{TIME}{FRACTION}{OFFSET}"),
            _offset_text(reader, column),
        ),
        else_=sa.false(),
    )


def _usual(reader: _Reader, column: Expression, otherwise: Condition) -> Condition:
    """A day or wall-clock time as SQLite writes it itself, compared without leaving SQLite.

    Its functions take more than is a day here (blanks, offsets, 30 February) but write only days:
    a text that they leave as it is is one.
    """
    text = sa.collate(sa.type_coerce(column, sa.Text()), "BINARY")
    wall = part(column, 1, 19)
    begins, ends = (
        sa.literal(_as_text(each), sa.Text()) for each in (reader.wall_begins, reader.wall_ends)
    )
    fraction = sa.not_(
        part(column, 20, 99).op("GLOB", is_comparison=True)(sa.literal("*[^.0-9]*", sa.Text()))
    )
    return sa.case(
        (sa.func.date(column, _SAME) == text, _iso(reader, column)),
        (
            sa.and_(sa.func.datetime(column, _SAME) == wall, fraction),
            sa.and_(column >= begins, column < ends),
        ),
        else_=otherwise,
    )


def _as_text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}".zfill(19)


def _iso(reader: _Reader, iso: Expression) -> Condition:
    """An ISO text of a day between the bounds."""
    return sa.and_(
        iso >= sa.literal(reader.low.isoformat(), sa.Text()),
        iso <= sa.literal(reader.high.isoformat(), sa.Text()),
    )


def _wall_text(reader: _Reader, column: Expression) -> Condition:
    """A wall-clock time between the bounds, as text."""
    wall = join(part(column, 1, 10), " ", part(column, 12, 8))
    return sa.and_(
        wall >= sa.literal(_as_text(reader.wall_begins), sa.Text()),
        wall < sa.literal(_as_text(reader.wall_ends), sa.Text()),
    )


def _offset_text(reader: _Reader, column: Expression) -> Condition:
    """A time with its offset, between the instants."""
    utc: Expression
    begins, ends = _as_text(reader.begins), _as_text(reader.ends)
    match reader.dialect:
        case "postgresql":
            utc = sa.func.to_char(
                sa.func.timezone("UTC", sa.cast(column, sa.DateTime(timezone=True))),
                "YYYY-MM-DD HH24:MI:SS",
            )
        case "mariadb":
            wall = join(part(column, 1, 10), " ", part(column, 12, 8))
            offset = sa.case(
                (sa.func.right(column, 1) == "Z", "+00:00"), else_=sa.func.right(column, 6)
            )
            utc = sa.cast(sa.func.convert_tz(wall, offset, "+00:00"), sa.CHAR(19))
    return sa.and_(utc >= sa.literal(begins, sa.Text()), utc < sa.literal(ends, sa.Text()))


def _formatted(reader: _Reader, column: Expression) -> Condition:
    """A text in one declared format, put into ISO order."""
    dialect = reader.dialect
    if reader.day.format == "YYYY-MM-DD hh:mm:ss":
        pattern = f"{DATE}[ T]{TIME}{FRACTION}"
        return _guarded(matches(dialect, column, pattern), _wall_text(reader, column))
    patterns = {
        "YYYY-MM-DD": (DATE, (1, 6, 9)),
        "DD/MM/YYYY": (_real_days("D/M/Y"), (7, 4, 1)),
        "MM/DD/YYYY": (_real_days("M/D/Y"), (7, 1, 4)),
        "DD.MM.YYYY": (_real_days("D[.]M[.]Y"), (7, 4, 1)),
        "YYYYMMDD": (_real_days("YMD"), (1, 5, 7)),
    }
    pattern, (year, month, day) = patterns[reader.day.format]
    iso = join(part(column, year, 4), "-", part(column, month, 2), "-", part(column, day, 2))
    return _guarded(matches(dialect, column, pattern), _iso(reader, iso))


def _guarded(condition: Condition, then: Condition) -> Condition:
    """`then` is evaluated only where `condition` holds, so that no cast can fail."""
    return sa.case((condition, then), else_=sa.false())


def _unix(reader: _Reader, column: Expression, kind: TypeKind) -> Condition:
    """Whole seconds or milliseconds since 1970, as a number or as digits."""
    scale = 1000 if reader.day.form == "unix-ms" else 1
    low, high = (int(each.timestamp()) * scale for each in (reader.begins, reader.ends))

    def between(number: Expression) -> Condition:
        return sa.and_(
            number >= sa.literal(low, sa.BigInteger()), number < sa.literal(high, sa.BigInteger())
        )

    digits = _guarded(
        matches(reader.dialect, column, _INTEGER), between(sa.cast(column, _big(reader.dialect)))
    )
    if reader.dialect == "sqlite":
        number = sa.func.typeof(column) == "integer"
        return sa.case((number, between(column)), else_=digits)
    match kind:
        case "integer":
            return sa.and_(column.is_not(None), between(column))
        case "number":
            return sa.and_(column.is_not(None), column == sa.func.floor(column), between(column))
        case "text" | "enum":
            return digits
        case _:
            return sa.false()


def _big(dialect: DialectName) -> sa.types.TypeEngine[int]:
    return sa.Integer() if dialect == "sqlite" else sa.BigInteger()


def _inside_json(reader: _Reader, column: Expression, path: str) -> Condition:
    """A day inside JSON: texts as texts, numbers as Unix time."""
    text = json_text(reader.dialect, column, path)
    is_text = json_is(reader.dialect, column, path, "text")
    if reader.day.form in ("unix", "unix-ms"):
        number = json_is(reader.dialect, column, path, "number")
        as_text = sa.cast(text, sa.Text()) if reader.dialect != "mariadb" else text
        found = sa.case((sa.or_(number, is_text), _unix(reader, as_text, "text")), else_=sa.false())
    else:
        found = sa.case((is_text, _readable(reader, text, "text")), else_=sa.false())
    return sa.func.coalesce(found, sa.false())
