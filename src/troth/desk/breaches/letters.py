"""The letter by which persons are told of a breach, in plain words, with all of Art. 34(2)."""

from __future__ import annotations

from dataclasses import dataclass

from troth.desk.breaches.affected import labels
from troth.desk.breaches.standing import Standing, contents
from troth.desk.breaches.words import WORDS
from troth.errors import Refused
from troth.language import Language
from troth.law.breaches import TOLD
from troth.policy.model import Policy


@dataclass(frozen=True)
class Letter:
    """A subject and a body of plain text."""

    subject: str
    body: str


def letter_of(
    standing: Standing,
    policy: Policy,
    language: Language,
    *,
    follow_up: bool = False,
    note: bool = False,
) -> Letter:
    """The first letter, or the one that tells the cause; `note`: with the sentence on liability.

    Refused (`breach-letter-incomplete`) where something of Art. 34(2) is not known, and
    (`breach-without-cause`) for a follow-up without the cause.
    """
    words, known = WORDS[language], standing.known
    missing = [one for one in TOLD if one not in contents(known)]
    if missing:
        raise Refused(
            "breach-letter-incomplete",
            f"a letter to persons lacks {', '.join(missing)} (Art. 34(2))",
            help=f"note it first: troth breach note {standing.breach.id} --{missing[0]} …",
        )
    if follow_up and not known.cause:
        raise Refused(
            "breach-without-cause",
            "a follow-up tells the cause, which nobody has noted",
            help=f"troth breach note {standing.breach.id} --cause …",
        )
    controller = next(iter(policy.controllers.values()))
    who = controller.name or policy.title
    blocks = [("letter.facts", [known.facts])]
    if follow_up:
        blocks.append(("letter.cause", [known.cause]))
    if known.categories:
        names = labels(policy, known.categories, words["special"])
        blocks.append(("letter.categories", names))
    blocks += [
        ("letter.consequences", [known.consequences]),
        ("letter.measures", known.measures.split("\n")),
        ("letter.contact", [known.contact]),
    ]
    paragraphs = [
        words["letter.hello"],
        words["letter.intro.after" if follow_up else "letter.intro"],
        *(
            "\n".join([f"{words[name]}:", *(f"- {line}" for line in lines)])
            for name, lines in blocks
        ),
        *([words["letter.note"]] if note else []),
        who,
    ]
    subject = words["letter.after" if follow_up else "letter.subject"].format(who=who)
    return Letter(subject, "\n\n".join(paragraphs) + "\n")
