"""The notice as one HTML file that needs nothing else: for a person, a lawyer, a screen reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined

from troth.notice.phrases import shown
from troth.notice.plain_text import stamped
from troth.notice.tree import Block, PublicNotice


def as_html(notice: PublicNotice) -> str:
    """The whole notice. Each line is anchored by its place in the policy, and names its clauses."""
    phrases = shown(notice.language)
    return (
        environment(Anchors(notice))
        .get_template("notice.html.j2")
        .render(
            css=css(),
            notice=notice,
            shell=phrases["shell"],
            colon=phrases["colon"].rstrip(),
            stamped=stamped(notice),
            clauses=_clauses(notice),
        )
    )


def environment(anchors: Anchors) -> Environment:
    """Where the templates of a notice are found, and how its places are linked."""
    made = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.globals |= {"anchors": anchors}
    return made


def _template(name: str) -> str:
    return resources.files("troth.notice").joinpath(name).read_text("utf-8")


def css() -> str:
    """The look of a notice, on screen and on paper."""
    return resources.files("troth.notice").joinpath("notice.css").read_text("utf-8")


class Anchors:
    """Ids within the page, each of which is given once; `light`: lines have none."""

    light = False

    def __init__(self, notice: PublicNotice) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = {"content", "short", "contents", "overview", "full", "clauses"}
        self._first: dict[str, str] = {}
        for number, block in _blocks(notice):
            for clause in block.clauses:
                self._first.setdefault(clause, f"{number} {block.path}")

    def number(self, number: str) -> str:
        """The id of a chapter or card."""
        return "s" + number.replace(".", "-")

    def href(self, number: str) -> str:
        """The address of a chapter or card."""
        return f"#{self.number(number)}"

    def path(self, path: str) -> str:
        """The id of a line, by its place in the policy."""
        if path not in self._given:
            base = found = "p-" + re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")
            count = 1
            while found in self._taken:
                count += 1
                found = f"{base}-{count}"
            self._taken.add(found)
            self._given[path] = found
        return self._given[path]

    def clauses(self, number: str, block: Block) -> list[str]:
        """The clauses that a block is the first to cite; none where lines have no ids."""
        if self.light:
            return []
        here = f"{number} {block.path}"
        return [clause for clause in block.clauses if self._first[clause] == here]


def _blocks(notice: PublicNotice) -> Iterator[tuple[str, Block]]:
    def below(number: str, block: Block) -> Iterator[tuple[str, Block]]:
        yield number, block
        for part in block.parts:
            yield from below(number, part)

    for chapter in notice.chapters:
        for card in chapter.cards:
            yield from below(card.number, card.block)


def _clauses(notice: PublicNotice) -> dict[str, list[str]]:
    """Each clause of the text with the numbers of the cards that cite it."""
    found: dict[str, list[str]] = {}
    for number, block in _blocks(notice):
        for clause in block.clauses:
            numbers = found.setdefault(clause, [])
            if number not in numbers:
                numbers.append(number)
    return dict(sorted(found.items(), key=lambda one: _natural(one[0])))


def _natural(text: str) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", text)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
