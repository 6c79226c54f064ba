"""Sentences about keeping, made of the ways in which a language says it, with the answer.

Data, periods and events are put into every construction, so that what is right is known without
any reading. The lists are the project's own words, apart from the reader's lexicon and grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_CONTRACTED = (
    (r"\b([dD])e le (?=\w)", r"\1u "),
    (r"\b([dD])e les (?=\w)", r"\1es "),
    (r"\b([àÀ]) le (?=\w)", {"à": "au ", "À": "Au "}),
    (r"\b([àÀ]) les (?=\w)", {"à": "aux ", "À": "Aux "}),
    (r"\b(que|[lL]orsque) (?=[aeéiouyh])", ""),
    (r"\b([sS])i (?=ils?\b)", r"\1'"),
)


@dataclass(frozen=True)
class Made:
    """A page about one promise or two, with the construction it is of and what it promises."""

    construction: str
    page: str
    expected: tuple[dict[str, Any], ...]


@cache
def _lists(language: str) -> dict[str, Any]:
    file = Path(__file__).with_name(f"{language}.yaml")
    lists: dict[str, Any] = YAML(typ="safe").load(file.read_text("utf-8"))
    return lists


def made(language: str) -> Iterator[Made]:
    """Every construction with every event; data and periods take turns."""
    lists = _lists(language)
    number = count()
    groups = ("constructions", "floors", "pairs", "both")
    for group in groups:
        for construction in lists[group]:
            for event in lists["events"]:
                yield _one(language, construction, group, event, next(number))


def _one(language: str, construction: str, group: str, event: Any, at: int) -> Made:
    lists = _lists(language)
    events = lists["events"]
    other = events[(events.index(event) + 7) % len(events)]
    first = _parts(lists, event, at)
    second = _parts(lists, other, at + 1)
    parts = first[0] | {f"{name}2": words for name, words in second[0].items()}
    sentence = construction.format(**parts)
    if language == "fr":
        sentence = contracted(sentence)
    bound = "floor" if group == "floors" else "ceiling"
    expected = [first[1] | {"bound": bound}]
    if group in ("pairs", "both"):
        after = event["names"] if group == "both" else other["names"]
        expected.append(second[1] | {"after": after, "bound": bound})
    return Made(construction, lists["lead"] + sentence + "\n", tuple(expected))


def _parts(lists: Any, event: Any, at: int) -> tuple[dict[str, str], dict[str, Any]]:
    """The words that fill a construction, and what is then expected."""
    data = lists["data"][at % len(lists["data"])]
    period = lists["periods"][at % len(lists["periods"])]
    parts = {
        "data": data["plural"],
        "label": data["label"].lower(),
        "period": period["text"],
        **{form: event[form] for form in ("noun", "clause", "past")},
    }
    parts |= {name.capitalize(): words[0].upper() + words[1:] for name, words in parts.items()}
    return parts, {"what": data["word"], "period": period["is"], "after": event["names"]}


def contracted(sentence: str) -> str:
    """French with its contractions: "de le" is "du", "lorsque elle" is "lorsqu'elle"."""
    for pattern, by in _CONTRACTED:
        if by == "":
            sentence = re.sub(pattern, lambda m: m.group(1)[:-1] + "'", sentence)
        elif isinstance(by, dict):
            sentence = re.sub(pattern, lambda m, by=by: by[m.group(1)], sentence)
        else:
            sentence = re.sub(pattern, by, sentence)
    return sentence
