"""The notification to the authority as a document, with everything that Art. 33(3) asks for."""

from __future__ import annotations

from datetime import datetime
from html import escape
from importlib import resources
from typing import Any

from troth.desk.breaches.affected import labels
from troth.desk.breaches.standing import Standing, told_at
from troth.desk.breaches.words import WORDS, moment
from troth.language import Language
from troth.law.breaches import tells_persons
from troth.notice.typeset import typeset
from troth.policy.model import Policy

Part = dict[str, Any]


def parts_of(standing: Standing, policy: Policy, language: Language, now: datetime) -> list[Part]:
    """The document as headings and pairs; what is not known yet is said to be so (Art. 33(4))."""
    words, known, zone = WORDS[language], standing.known, policy.zoneinfo
    unknown = words["unknown"]

    def at(instant: datetime) -> str:
        return moment(instant.astimezone(zone))

    def number(value: int | None) -> str:
        return unknown if value is None else str(value)

    controller = next(iter(policy.controllers.values()))
    who = ", ".join(
        str(one)
        for one in (controller.name or policy.title, controller.address, controller.registration)
        if one
    )
    head = [
        (words["controller"], [who]),
        (words["number"], [standing.breach.id]),
        (words["aware"], [at(standing.clock.aware)]),
        (words["due"], [at(standing.clock.due)]),
    ]
    if standing.breach.processor is not None:
        recipient = policy.recipients.get(standing.breach.processor)
        name = recipient.name if recipient else standing.breach.processor
        head.append((words["processor"], [name]))
    if standing.notified:
        earlier = [
            f"{at(told_at(e))}, {e.detail['authority']} ({e.detail['phase']})"
            for e in standing.notified
        ]
        head.append((words["phase"], earlier))
    reasons = [e.detail["reasons"] for e in standing.notified if e.detail["reasons"]]
    if reasons:
        head.append((words["reasons"], reasons))
    subjects = [
        policy.subjects[name].label if name in policy.subjects else name for name in known.subjects
    ]
    nature = [
        (words["facts"], [known.facts or unknown]),
        (words["subjects"], subjects or [unknown]),
        (words["people"], [number(known.people)]),
        (words["categories"], labels(policy, known.categories, words["special"]) or [unknown]),
        (words["records"], [number(known.records)]),
    ]
    if known.tables:
        nature.append((words["tables"], list(known.tables)))
    rest = [
        (words["contact"], [known.contact or unknown]),
        (words["consequences"], [known.consequences or unknown]),
        (words["measures"], known.measures.split("\n") if known.measures else [unknown]),
        (words["risk"], [words[f"risk.{known.risk or ''}"]]),
        (words["persons"], [_persons(standing, words)]),
    ]
    return [
        {"kind": "soft", "text": words["article"]},
        {"kind": "heading", "level": 1, "text": words["title"]},
        {"kind": "soft", "text": f"{words['state']} {at(now)}"},
        _pairs(head),
        {"kind": "heading", "level": 2, "text": words["nature"]},
        _pairs(nature),
        *_told(rest),
    ]


def as_html(parts: list[Part], language: Language) -> str:
    """The document as one page that fetches nothing."""
    title = next(part["text"] for part in parts if part["kind"] == "heading")
    body = "\n".join(_html(part) for part in parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style></head>\n"
        f"<body><main>\n{body}\n</main></body>\n</html>\n"
    )


def as_pdf(parts: list[Part], language: Language, author: str, made: datetime) -> bytes:
    """The document as PDF/UA."""
    title = next(part["text"] for part in parts if part["kind"] == "heading")
    data = {
        "language": language,
        "title": title,
        "author": author,
        "page": WORDS[language]["page"],
        "parts": parts,
    }
    template = resources.files("troth.desk.package").joinpath("answer.typ").read_bytes()
    return typeset(template, data, made, boxes=True)


_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0}main{max-width:44rem;margin:auto;"
    "padding:1rem}dt{font-weight:600;margin-top:.6rem}dd{margin:0;white-space:pre-line}"
    "p{white-space:pre-line}.soft{color:#4a5661}"
)


def _html(part: Part) -> str:
    match part["kind"]:
        case "heading":
            return f"<h{part['level']}>{escape(part['text'])}</h{part['level']}>"
        case "pairs":
            rows = "".join(
                f"<dt>{escape(pair['name'])}</dt>"
                + "".join(f"<dd>{escape(text)}</dd>" for text in pair["texts"])
                for pair in part["pairs"]
            )
            return f"<dl>{rows}</dl>"
        case "soft":
            return f'<p class="soft">{escape(part["text"])}</p>'
        case _:
            return f"<p>{escape(part['text'])}</p>"


def _told(rows: list[tuple[str, list[str]]]) -> list[Part]:
    parts: list[Part] = []
    for name, texts in rows:
        parts.append({"kind": "heading", "level": 2, "text": name})
        parts += [{"kind": "body", "text": text} for text in texts]
    return parts


def _pairs(rows: list[tuple[str, list[str]]]) -> Part:
    return {"kind": "pairs", "pairs": [{"name": name, "texts": texts} for name, texts in rows]}


def _persons(standing: Standing, words: Any) -> str:
    found = []
    if standing.letters:
        found.append(words["persons.letters"].format(n=standing.letters))
    if standing.communicated:
        found.append(words["persons.communicated"])
    for event in standing.breach.events:
        if event.kind == "excused":
            text = words["persons.excused"]
            found.append(
                text.format(article=event.detail["article"], reason=event.detail["reason"])
            )
    if found:
        return "; ".join(found)
    to_tell = tells_persons(standing.known.risk, standing.exemption)
    return str(words["persons.open" if to_tell else "persons.none"])
