"""How a value of a notice is read back: the inverse of `troth.notice.forms`, form by form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troth.notice.kinds import Form, Line
from troth.notice.names import slug
from troth.notice.phrases import Phrases

_ITEM = "({}) "
_NUMBERED = re.compile(r" \((\d+\.\d+)\)$")


class UnreadError(ValueError):
    """A value that none of our patterns could have written."""


@dataclass(frozen=True)
class Eye:
    """What reading needs: the words, and what the notice calls its elements.

    `labels`: by section, each title with its id in the order of the text; `numbers`: by number.
    """

    phrases: Phrases
    labels: Mapping[str, Sequence[tuple[str, str]]]
    numbers: Mapping[str, str]

    def read(self, line: Line, says: Mapping[str, str] | str, text: str) -> Any:
        """The plain value of a line's text, as `policy.yaml` would hold it; or `UnreadError`."""
        if isinstance(says, Mapping):
            words = {word: name for name, word in says.items()}
            if line.form == "words":
                return [_word(words, item) for item in self.items(text)]
            if line.form == "fields":
                return [words.get(item, item) for item in self.items(text)]
            return _word(words, text)
        found = inside(says, text)
        try:
            return _READERS[line.form](self, line, found)
        except (ValueError, KeyError, IndexError) as error:
            raise UnreadError(f"'{text}' is not what a notice says of {line.field}") from error

    def items(self, text: str) -> list[str]:
        """The items of a list: numbered, or with the separator between them."""
        if text.startswith(_ITEM.format(1)):
            return list(self._numbered(text))
        return text.split(self.phrases["separator"])

    def _numbered(self, text: str) -> Iterator[str]:
        rest, number = text.removeprefix(_ITEM.format(1)), 1
        while True:
            number += 1
            item, found, rest = rest.partition(self.phrases["separator"] + _ITEM.format(number))
            yield item
            if not found:
                return

    def reference(self, section: str, label: str) -> str:
        """The id of the element that a title names; `UnreadError` where none or several do."""
        found = [name for title, name in self.labels.get(section, ()) if title == label]
        if len(found) == 1:
            return found[0]
        number = _NUMBERED.search(label)
        name = self.numbers.get(number[1]) if number is not None else None
        if number is None or (label[: number.start()], name) not in self.labels.get(section, ()):
            raise UnreadError(f"'{label}' names {len(found)} of the {section}")
        return str(name)

    def references(self, section: str, text: str) -> list[str]:
        """The ids of several elements; a title may hold the separator where it stands alone."""
        try:
            return [self.reference(section, text)]
        except UnreadError:
            return [self.reference(section, one) for one in self.items(text)]

    def source(self, text: str) -> Any:
        words = self.phrases["source"]
        before, middle, end = re.split(r"\{name\}|\{cases\}", words["choice"])
        if text.startswith(before) and text.endswith(end):
            name, found, cases = text.removeprefix(before).removesuffix(end).partition(middle)
            if found:
                return self._choice(name, cases)
        for form in ("open", "set"):
            match = pattern(words[form], number=r"\d+\.\d+").fullmatch(text)
            if match:
                return {"parameter": self.numbers[match["number"]]}
        return str(self.phrases.read_period(text))

    def _choice(self, name: str, cases: str) -> dict[str, Any]:
        words = self.phrases["source"]
        periods: dict[str, str] = {}
        made: dict[str, Any] = {"chosen_by": slug(name), "periods": periods}
        at_once = re.escape(self.phrases["at_once"])
        for case in re.split(rf"{self.phrases['separator']}(?=\d|{at_once} )", cases):
            match = pattern(words["case"]).fullmatch(case)
            if match:
                periods[match["value"]] = str(self.phrases.read_period(match["period"]))
                continue
            last = pattern(words["otherwise"]).fullmatch(case)
            if last is None:
                raise UnreadError(f"'{case}' is no case of a choice")
            made["otherwise"] = str(self.phrases.read_period(last["period"]))
        return made

    def until(self, text: str) -> dict[str, Any]:
        """The fields `period` and `after`, `earliest`, `latest`, or `during`."""
        words = self.phrases["until"]
        for which in ("earliest", "latest"):
            match = pattern(words[which]).fullmatch(text)
            if match:
                return {which: [self._limit(item) for item in self._numbered(match["limits"])]}
        match = pattern(words["during"]).fullmatch(text)
        if match:
            return {"during": self.reference("events", match["event"])}
        return self._limit(text)

    def _limit(self, text: str) -> dict[str, Any]:
        words = self.phrases["until"]
        match = pattern(words["zero"]).fullmatch(text)
        if match:
            return {"period": "P0D", "after": self.reference("events", match["event"])}
        at_once = re.escape(self.phrases["at_once"])
        match = pattern(words["zero_set"], source=rf"{at_once}.*?").fullmatch(text)
        match = match or pattern(words["limit"]).fullmatch(text)
        if match is None:
            raise UnreadError(f"'{text}' is no time limit")
        event = self.reference("events", match["event"])
        return {"period": self.source(match["source"]), "after": event}


def pattern(words: str, **forms: str) -> re.Pattern[str]:
    """A pattern with named slots as an expression; a slot takes as little as it can."""
    parts = re.split(r"\{(\w+)\}", words)
    made = [
        f"(?P<{part}>{forms.get(part, '.*?')})" if at % 2 else re.escape(part)
        for at, part in enumerate(parts)
    ]
    return re.compile("".join(made))


def inside(says: str, text: str) -> str:
    """What stands in the slot of a pattern; `UnreadError` where the text is unlike it."""
    before, after = says.split("{}")
    if len(text) < len(before) + len(after) or not (
        text.startswith(before) and text.endswith(after)
    ):
        raise UnreadError(f"'{text}' is not of the form '{says}'")
    return text[len(before) : len(text) - len(after)]


def _word(words: Mapping[str, str], text: str) -> Any:
    if text not in words:
        raise UnreadError(f"'{text}' is none of the words of a notice")
    return {"true": True, "false": False}.get(words[text], words[text])


def _same(_: Eye, __: Line, text: str) -> str:
    return text


def _number(eye: Eye, _: Line, text: str) -> str:
    found = _NUMBERED.search(text)
    if found is None:
        raise UnreadError(f"'{text}' has no number")
    return eye.numbers[found[1]]


_READERS: Mapping[Form, Callable[[Eye, Line, str], Any]] = {
    "text": _same,
    "zone": _same,
    "email": _same,
    "phone": _same,
    "url": _same,
    "texts": lambda eye, _, text: eye.items(text),
    "count": lambda _, __, text: int(text),
    "day": lambda eye, _, text: eye.phrases.read_day(text),
    "year-end": lambda eye, _, text: eye.phrases.read_year_end(text),
    "country": lambda eye, _, text: eye.phrases.read_country(text),
    "countries": lambda eye, _, text: [eye.phrases.read_country(one) for one in eye.items(text)],
    "period": lambda eye, _, text: str(eye.phrases.read_period(text)),
    "source": lambda eye, _, text: eye.source(text),
    "until": lambda eye, _, text: eye.until(text),
    "ref": lambda eye, line, text: eye.reference(line.of, text),
    "refs": lambda eye, line, text: eye.references(line.of, text),
    "number": _number,
}
