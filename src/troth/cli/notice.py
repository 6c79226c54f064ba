"""`troth notice`: the public notice of a policy, and the short ones beside its forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.notice_files import format_of, keep_the_version, rendered, targets, write
from troth.cli.opened import AsJson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troth.documents.document import Document, Finding
    from troth.language import Language
    from troth.notice.short import ShortNotice
    from troth.notice.tree import PublicNotice
    from troth.policy.model import Policy


def command(
    policy: Annotated[Path, typer.Option(help="The policy.")] = Path("policy.yaml"),
    language: Annotated[
        list[str] | None,
        typer.Option("--lang", help="en or fr, also both; default: the policy's languages."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="A file ending in .html, .md, .txt or .pdf, or a folder for all four."),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option("--at", help="The short notice of a form: a processing activity; repeatable."),
    ] = None,
    full: Annotated[
        str, typer.Option(help="With --at: the address at which the whole notice stands.")
    ] = "",
    kind: Annotated[
        str | None,
        typer.Option("--format", help="html, md or txt on the terminal; default: txt."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Also while something is not settled; marked as such.")
    ] = False,
    texts: Annotated[
        Path | None,
        typer.Option(help="The policy's own words in the language: YAML list of text and says."),
    ] = None,
    write_texts: Annotated[
        Path | None, typer.Option(help="Write such a file to fill in, and nothing else.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="The day on which it is published; default: today.")
    ] = None,
    check_links: Annotated[
        bool, typer.Option("--check-links", help="Ask every page that is named, over the network.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Write the public notice of a policy, in French and English.

    First what fits one screen, then everything; each line is anchored to the clauses that it
    expresses. A folder gets HTML, Markdown, plain text and PDF/UA. The notice is read back before
    it is written, and refused where it would not say what the policy says.

    A draft also tells what the text said before, and why something else is done; what is
    published tells what is done. Refused without --draft while a period is an assumption, a
    required field is empty, or an address leads nowhere. What Art. 13 and 14 ask for and the
    policy lacks is told on stderr.

    Example: troth notice --policy examples/softfil/policy.yaml --lang en --draft --out notice.html
    """
    from troth.documents.read import read_document
    from troth.notice.public import public
    from troth.notice.translate import own_words, translated
    from troth.policy.load import parse_policy
    from troth.project.load import read_file

    content = read_file(policy, policy.name)
    document = read_document(content, policy.name)
    promise = parse_policy(content, policy.name)
    if write_texts is not None:
        _write_texts(write_texts, own_words(promise), _words(texts), json=json)
        return
    languages = _languages(language, promise)
    words = _words(texts)
    shown = promise if draft else public(promise)
    said = translated(shown, words)
    untranslated = [text for text in own_words(shown) if texts and text not in words]
    if not draft:
        _stop(document, promise, untranslated)
    if check_links:
        _ask(document, promise)
    _tell(document, promise, said, languages)
    if at:
        _short(said, at, languages, full, out, kind, json=json)
    else:
        _whole(document, said, languages, out, kind, on, json=json)


def _languages(given: list[str] | None, policy: Policy) -> tuple[Language, ...]:
    from troth.errors import Refused
    from troth.language import LANGUAGES

    found = [one for text in given or policy.languages for one in text.split(",")]
    for one in found:
        if one not in LANGUAGES:
            raise Refused(
                "unknown-language", f"'{one}' is no language of notices", place="--lang",
                help="write en or fr",
            )  # fmt: skip
    return tuple(one for one in LANGUAGES if one in found)


def _words(texts: Path | None) -> dict[str, str]:
    from troth.documents.read import read_document
    from troth.notice.translate import read_words
    from troth.project.load import read_file

    if texts is None:
        return {}
    return read_words(read_document(read_file(texts, texts.name), texts.name))


def _write_texts(target: Path, own: Iterable[str], known: dict[str, str], *, json: bool) -> None:
    """A file to fill in: every text, with what it is in the other language as far as known."""
    from io import StringIO

    from ruamel.yaml import YAML

    from troth.cli.opened import print_json

    rows = [{"text": text, "says": known.get(text, "")} for text in own]
    made = StringIO()
    yaml = YAML()
    yaml.width = 100
    yaml.dump(rows, made)
    write(target, made.getvalue().encode("utf-8"))
    missing = sum(not row["says"] for row in rows)
    if json:
        print_json({"file": str(target), "texts": len(rows), "untranslated": missing})
    else:
        typer.echo(f"{target}: {len(rows)} texts, {missing} to translate")


def _stop(document: Document, policy: Policy, untranslated: list[str]) -> None:
    """Raises all that stops a publication, in the order of the file."""
    from troth.documents.document import Finding
    from troth.notice.ready import stopping

    found = list(stopping(policy))
    if untranslated:
        message = f"{len(untranslated)} texts are not translated"
        help = "fill them in (--write-texts), or ask for a --draft"
        found.append(Finding(("title",), "notice-untranslated", message, help))
    document.refuse(found)


def _ask(document: Document, policy: Policy) -> None:
    """Raises for every page of the notice that does not answer."""
    from troth.cli.links import unreachable

    document.refuse(unreachable(policy))


def _tell(
    document: Document, policy: Policy, said: Policy, languages: tuple[Language, ...]
) -> None:
    """What a lawyer would ask about, on stderr."""
    from troth.notice.ready import in_other_words, lacking

    foreign = [one for language in languages for one in in_other_words(said, language)]
    for remark in document.remarks([*foreign, *lacking(policy)]):
        typer.echo(str(remark), err=True)


def _whole(
    document: Document,
    policy: Policy,
    languages: tuple[Language, ...],
    out: Path | None,
    kind: str | None,
    on: str | None,
    *,
    json: bool,
) -> None:
    from zoneinfo import ZoneInfo

    from troth.cli.opened import clock, day_option
    from troth.law.calendar import day_of
    from troth.notice.ready import unfaithful
    from troth.notice.say import notice

    now = clock()
    day = day_option(on, "--on") or day_of(now, ZoneInfo(policy.zone))
    made = [notice(policy, language, day) for language in languages]
    unclear: list[Finding] = [one for each in made for one in unfaithful(policy, each)]
    document.refuse(unclear)
    files: list[dict[str, str]] = []
    if out is None:
        if not json:
            _print([rendered(one, format_of(kind)) for one in made])
    else:
        found = list(targets(made, out, kind))
        for one, target, form in found:
            keep_the_version(one, target, form)
        for one, target, form in found:
            content = rendered(one, form, now)
            write(target, content if isinstance(content, bytes) else content.encode("utf-8"))
            files.append({"file": str(target), "language": one.language, "format": form})
    _done(made, files, json=json)


def _short(
    policy: Policy,
    at: list[str],
    languages: tuple[Language, ...],
    full: str,
    out: Path | None,
    kind: str | None,
    *,
    json: bool,
) -> None:
    from troth.cli.opened import print_json
    from troth.errors import Refused
    from troth.notice.short import short_html, short_markdown, short_notice, short_text

    names = [name for text in at for name in text.split(",")]
    made = [short_notice(policy, names, language, full) for language in languages]
    suffix = out.suffix.removeprefix(".") if out is not None else ""
    form = format_of(kind or suffix or None)
    if form == "pdf":
        raise Refused("usage", "a short notice is html, md or txt", place="--format")
    render = {"html": short_html, "md": short_markdown, "txt": short_text}[form]
    texts = [render(one) for one in made]
    if out is not None:
        write(out, "\n".join(texts).encode("utf-8"))
    elif not json:
        _print(texts)
    if json:
        print_json({"at": names, "notices": [_short_json(one) for one in made]})
    elif out is not None:
        typer.echo(f"{out} written")


def _short_json(one: ShortNotice) -> dict[str, Any]:
    facts = [{"about": fact.lead, "says": fact.text} for fact in one.facts]
    return {"language": one.language, "title": one.title, "facts": facts, "legend": one.legend}


def _print(texts: Iterable[str | bytes]) -> None:
    for text in texts:
        typer.echo(text, nl=False)


def _done(made: list[PublicNotice], files: list[dict[str, str]], *, json: bool) -> None:
    from troth.cli.opened import print_json

    if json:
        print_json({"notices": [_as_json(one) for one in made], "files": files})
        return
    for file in files:
        typer.echo(f"{file['file']} written")
    if files and made[0].open:
        typer.echo("a draft: " + "; ".join(made[0].open), err=True)


def _as_json(one: PublicNotice) -> dict[str, Any]:
    return {
        "language": one.language,
        "title": one.title,
        "version": one.stamp.version,
        "position": one.stamp.position,
        "versions": one.stamp.of,
        "effective": one.stamp.effective.isoformat() if one.stamp.effective else None,
        "digest": one.stamp.digest,
        "draft": bool(one.open),
        "open": list(one.open),
        "chapters": [
            {
                "number": chapter.number,
                "heading": chapter.heading,
                "entries": [
                    {"number": card.number, "title": card.name, "path": card.block.path,
                     "clauses": list(card.block.clauses)}
                    for card in chapter.cards
                ],
            }
            for chapter in one.chapters
        ],
    }  # fmt: skip
