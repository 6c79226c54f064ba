"""The short notice at the point of collection: what Art. 13 asks for where a form is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from troth.documents.nearest import advice
from troth.errors import Refused
from troth.language import Language
from troth.notice.brief import addresses, bases, outside, reach, rights
from troth.notice.forms import Pen, Pieces
from troth.notice.markdown import escaped
from troth.notice.phrases import plain
from troth.notice.say import pen_for
from troth.notice.tree import Fact, Piece
from troth.policy.collected import CollectionPoint
from troth.policy.model import Activity, Policy


@dataclass(frozen=True)
class ShortNotice:
    """A few lines beside a form; `legend` explains the star of mandatory fields."""

    language: Language
    title: str
    facts: tuple[Fact, ...]
    legend: str
    colon: str


def short_notice(
    policy: Policy, at: Sequence[str], language: Language, full: str = ""
) -> ShortNotice:
    """The notice for the named collection points, or for whatever serves the named activities.

    A name is first sought among the collection points. `full`: the address of the whole notice.
    Refused (`unknown-name`) for any other name.
    """
    points = [policy.collection_points[name] for name in at if name in policy.collection_points]
    names = list(dict.fromkeys(_activities(policy, at)))
    if len(points) < len(at):
        points += _serving(policy, names, points)
    pen = pen_for(policy, language)
    words = pen.phrases["short"]
    facts = tuple(fact for fact in _facts(pen, points, names, full) if fact.pieces)
    legend = words["needed"] if any(one.mandatory for one in points) else ""
    named = [plain(policy.collection_points[n].label) for n in at if n in policy.collection_points]
    title = words["title_at"].format(", ".join(named)) if named else words["title"]
    return ShortNotice(language, title, facts, legend, pen.phrases["colon"])


def _activities(policy: Policy, at: Sequence[str]) -> Iterator[str]:
    """The activities that are served at what is named."""
    for name in at:
        if name in policy.collection_points:
            yield from policy.collection_points[name].activities
        elif name in policy.activities:
            yield name
        else:
            raise Refused(
                "unknown-name",
                f"no collection point or processing activity is named '{name}'",
                place="--at",
                help=advice(name, {**policy.collection_points, **policy.activities}),
            )


def _serving(
    policy: Policy, names: Sequence[str], known: Sequence[CollectionPoint]
) -> list[CollectionPoint]:
    """The further points that serve none but these activities."""
    return [
        one
        for one in policy.collection_points.values()
        if one not in known and set(one.activities) <= set(names)
    ]


def _facts(
    pen: Pen, points: Sequence[CollectionPoint], names: Sequence[str], full: str
) -> Iterator[Fact]:
    policy, words = pen.policy, pen.phrases["short"]
    served = [policy.activities[name] for name in names]

    def fact(key: str, texts: Sequence[str]) -> Fact:
        return Fact(words[key], _several(pen, texts))

    deciding = [name for one in served for name in one.controllers]
    yield fact("who", [pen.names["controllers"][name].label for name in deciding])
    acting = [name for one in deciding for name in policy.represented(one)]
    yield fact("representative", [pen.names["representatives"][name].label for name in acting])
    yield fact("what", [_purpose(pen, one, len(served)) for one in served])
    if len(served) == 1:
        yield fact("basis", bases(pen, served[0]))
    yield fact("fields", list(_fields(pen, points)))
    yield fact("required", list(_required(pen, points)))
    yield fact("consequence", [plain(one.consequence) for one in points if one.consequence])
    yield fact("sensitive", list(_sensitive(pen, served)))
    receiving = _receiving(policy, names, served)
    known = [pen.names["recipients"][name].label for name in receiving]
    yield fact("who_receives", known or [words["nobody"]])
    own = {name: policy.recipients[name] for name in receiving}
    told = outside(policy.model_copy(update={"recipients": own, "transfers": {}}))
    if told != "none":
        yield Fact(words["outside"], (Piece(pen.phrases["brief"][f"outside_{told}"]),))
    yield fact("long", [plain(rule.promise) for one in served for rule in one.retention])
    if any(one.automated_decision for one in served):
        yield fact("automated", [words["automated_text"]])
    yield from _rights(pen, served)
    officer = policy.data_protection_officer
    if officer is not None:
        yield Fact(words["officer"], reach(pen, officer.contacts))
    authorities = [entry.label for entry in pen.names.get("authorities", {}).values()]
    yield fact("complaint", authorities or [pen.phrases["brief"]["complaint_any"]])
    yield Fact(words["more"], _more(pen, names, full))


def _receiving(policy: Policy, names: Sequence[str], served: Sequence[Activity]) -> list[str]:
    """The recipients of the activities, named by these or by themselves; barred ones are none."""
    named = {name for one in served for name in one.recipients}
    return [
        name
        for name, one in policy.recipients.items()
        if one.allowed != "no" and (name in named or set(names) & set(one.activities))
    ]


def _several(pen: Pen, texts: Sequence[str]) -> Pieces:
    """Each text once; whole sentences follow each other, other texts are listed."""
    found = list(dict.fromkeys(texts))
    if len(found) == 1 or all(text.endswith((".", "!", "?")) for text in found):
        return (Piece(" ".join(found)),) if found else ()
    return pen.listed([(Piece(text),) for text in found])


def _purpose(pen: Pen, activity: Activity, served: int) -> str:
    purpose = plain(activity.purpose)
    return purpose if served == 1 else f"{purpose} ({', '.join(bases(pen, activity))})"


def _fields(pen: Pen, points: Sequence[CollectionPoint]) -> Iterator[str]:
    """Mandatory fields with their star, then those that may be left out."""
    needed = dict.fromkeys(plain(field) for one in points for field in one.mandatory)
    yield from (f"{field} *" for field in needed)
    free = dict.fromkeys(plain(field) for one in points for field in one.optional)
    optional = pen.phrases["short"]["optional"]
    yield from (optional.format(field) for field in free if field not in needed)


def _required(pen: Pen, points: Sequence[CollectionPoint]) -> Iterator[str]:
    """Why fields are mandatory: a law, a contract, or the service itself (Art. 13(2)(e))."""
    says = pen.phrases["kinds"]["collection-point"]["lines"]["required_by"]["says"]
    yield from (says[one.required_by] for one in points if one.mandatory and one.required_by)


def _sensitive(pen: Pen, served: Sequence[Activity]) -> Iterator[str]:
    """The special categories among the data, and why they may be used."""
    says = pen.phrases["kinds"]["category"]["lines"]["special"]["says"]
    used = {name for one in served for name in one.categories}
    for name, category in pen.policy.categories.items():
        if category.special and not category.never_stored and used & set(pen.policy.lineage(name)):
            yield says[category.special]
    yield from (plain(each.detail) for one in served for each in one.special_conditions)


def _rights(pen: Pen, served: Sequence[Activity]) -> Iterator[Fact]:
    policy, words = pen.policy, pen.phrases["short"]
    if policy.rights:
        yield Fact(words["rights"], (*_without_links(rights(pen)), Piece(". "), *_reached(pen)))
    marketing = [words["marketing"]] if any(one.direct_marketing for one in served) else []
    consents = [
        policy.consents[basis.consent]
        for one in served
        for basis in one.legal_bases
        if basis.consent is not None
    ]
    ways = [plain(one.withdrawal) for one in consents if one.withdrawal]
    for key, texts in (("rights", marketing), ("withdraw", ways)):
        if texts:
            yield Fact(words[key], _several(pen, texts))


def _reached(pen: Pen) -> Pieces:
    channels = [name for one in pen.policy.rights.values() for name in one.channels]
    found: dict[str, Piece] = {}
    for name in channels:
        for piece in addresses(pen, name):
            found.setdefault(piece.text, piece)
    return pen.listed([(piece,) for piece in found.values()]) or reach(pen)


def _without_links(pieces: Pieces) -> Pieces:
    return tuple(Piece(piece.text) for piece in pieces)


def _more(pen: Pen, names: Sequence[str], full: str) -> Pieces:
    numbers = ", ".join(pen.names["activities"][name].number for name in names)
    where = pen.phrases["short"]["more_where"].format(
        title=plain(pen.policy.title), numbers=numbers
    )
    address: Pieces = (Piece(" "), Piece(full, url=full)) if full else ()
    return (Piece(where), *address)


def short_text(notice: ShortNotice) -> str:
    """The short notice as plain text, a line for each fact."""
    lines = [f"{fact.lead}{notice.colon}{fact.text}" for fact in notice.facts]
    return "\n".join([notice.title, "", *lines, *([notice.legend] if notice.legend else [])]) + "\n"


def short_markdown(notice: ShortNotice) -> str:
    """The short notice as Markdown."""
    lines = [f"**{escaped(notice.title)}**", ""]
    for fact in notice.facts:
        lead = escaped(fact.lead + notice.colon.rstrip())
        lines.append(f"- **{lead}** {escaped(fact.text)}")
    return "\n".join([*lines, *(["", escaped(notice.legend)] if notice.legend else [])]) + "\n"


def short_html(notice: ShortNotice) -> str:
    """The short notice as a fragment of HTML, to stand in a page beside the form."""
    made = [
        Markup('<section class="privacy-notice" lang="{}" aria-label="{}">').format(
            notice.language, notice.title
        ),
        Markup("<p><strong>{}</strong></p>").format(notice.title),
        Markup("<dl>"),
    ]
    for fact in notice.facts:
        value = Markup("").join(
            Markup('<a href="{}">{}</a>').format(piece.url, piece.text)
            if piece.url
            else escape(piece.text)
            for piece in fact.pieces
        )
        lead = fact.lead + notice.colon.rstrip()
        made.append(Markup("<div><dt>{}</dt> <dd>{}</dd></div>").format(lead, value))
    made.append(Markup("</dl>"))
    if notice.legend:
        made.append(Markup("<p>{}</p>").format(notice.legend))
    made.append(Markup("</section>"))
    return "\n".join(made) + "\n"
