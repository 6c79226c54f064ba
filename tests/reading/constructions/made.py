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
    """A page about one promise, with the construction it is of and what it promises."""

    construction: str
    page: str
    expected: dict[str, Any]


@cache
def _lists(language: str) -> dict[str, Any]:
    file = Path(__file__).with_name(f"{language}.yaml")
    lists: dict[str, Any] = YAML(typ="safe").load(file.read_text("utf-8"))
    return lists


def made(language: str) -> Iterator[Made]:
    """Every construction with every event; data and periods take turns."""
    lists = _lists(language)
    number = count()
    for bound, group in (("ceiling", "constructions"), ("floor", "floors")):
        for construction in lists[group]:
            for event in lists["events"]:
                at = next(number)
                data = lists["data"][at % len(lists["data"])]
                period = lists["periods"][at % len(lists["periods"])]
                yield _one(language, construction, data, period, event, bound)


def _one(language: str, construction: str, data: Any, period: Any, event: Any, bound: str) -> Made:
    parts = {
        "data": data["plural"],
        "label": data["label"].lower(),
        "period": period["text"],
        **{form: event[form] for form in ("noun", "clause", "past")},
    }
    parts |= {name.capitalize(): words[0].upper() + words[1:] for name, words in parts.items()}
    sentence = construction.format(**parts)
    if language == "fr":
        sentence = contracted(sentence)
    expected = {
        "what": data["word"],
        "period": period["is"],
        "after": event["names"],
        "bound": bound,
    }
    return Made(construction, _lists(language)["lead"] + sentence + "\n", expected)


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
