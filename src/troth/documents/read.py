"""YAML text to a `Document`: strict, bounded, and with the place of every node.

It composes plain data straight from the events of libyaml (`quick`) or, where anything is out of
the ordinary, of ruamel.yaml, whose errors are told; a loader would know neither our limits nor
YAML 1.2's words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml.events as quick
from ruamel.yaml import YAML
from ruamel.yaml import events as careful
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.reader import ReaderError

from troth.documents.document import Document, Mark, Path
from troth.documents.quick import NotQuick, quick_events
from troth.documents.scalars import Scalar, plain
from troth.errors import Problems, Refused

MAX_BYTES = 8 * 1024 * 1024  # of a file; the largest maps we know have a tenth of it
MAX_NODES = 1_000_000  # of a file, with every alias counted as a copy of what it stands for
MAX_PROBLEMS = 100  # of a file; whoever has so many holds the wrong file
MAX_DEPTH = 50  # of mappings and lists inside each other

Event = Any  # of either reader: they have the same names and parts
_ALIAS = (quick.AliasEvent, careful.AliasEvent)
_DOCUMENT_START = (quick.DocumentStartEvent, careful.DocumentStartEvent)
_MAPPING_END = (quick.MappingEndEvent, careful.MappingEndEvent)
_NODE = (quick.NodeEvent, careful.NodeEvent)
_SCALAR = (quick.ScalarEvent, careful.ScalarEvent)
_SEQUENCE_START = (quick.SequenceStartEvent, careful.SequenceStartEvent)
_SEQUENCE_END = (quick.SequenceEndEvent, careful.SequenceEndEvent)
_COLLECTION_START = (quick.CollectionStartEvent, careful.CollectionStartEvent)

_INDENT = "compare its indentation with theirs; keys and '-' of one level begin in one column"


def read_document(text: str | bytes, name: str) -> Document:
    """The YAML document in `text`; `name` is what its errors call it.

    `Refused` for what is no UTF-8, no YAML, too large, too deep or empty; `Problems` (several
    together) for duplicate keys and keys that are no text.
    """
    decoded = _decode(text, name)
    try:
        return compose(name, quick_events(decoded))
    except (NotQuick, Refused, Problems):
        return read_carefully(decoded, name)


def read_carefully(decoded: str, name: str) -> Document:
    """The same by ruamel.yaml, which reads YAML 1.2 whole and says best what is wrong."""
    try:
        events = iter(YAML(typ="safe", pure=True).parse(decoded))
        return compose(name, events)
    except MarkedYAMLError as error:
        _refuse_syntax(error, decoded, name)
    except ReaderError as error:
        line = decoded.count("\n", 0, error.position) + 1
        _refuse("yaml-character", "a control character is not allowed in YAML", name, line)
    except (YAMLError, YAMLStreamError) as error:
        first = str(error).strip().splitlines()[0]
        _refuse("yaml-syntax", f"this is not YAML: {first}", name, 1)


def compose(name: str, events: Iterator[Event]) -> Document:
    """The document of the events of either reader; `name` is what its errors call it."""
    composer = _Composer(name)
    document = composer.compose(events)
    if composer.problems:
        raise Problems(composer.problems)
    if document.data is None:
        _refuse("empty-file", "the file is empty", name, 1, "it needs at least `troth: 1`")
    return document


def _decode(text: str | bytes, name: str) -> str:
    if len(text) > MAX_BYTES:
        message = f"the file has {len(text):,} bytes, more than the limit of {MAX_BYTES:,}"
        _refuse("file-too-large", message, name, 1)
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        _refuse(
            "not-utf-8",
            f"byte 0x{text[error.start]:02x} in column {column} is not UTF-8",
            name,
            before.count(b"\n") + 1,
            "save the file as UTF-8",
        )


def _refuse_syntax(error: MarkedYAMLError, text: str, name: str) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    written = lines[line - 1] if line <= len(lines) else ""
    if "\t" in written[: column + 1] and re.match(r"\s*\t", written):
        _refuse("yaml-tab", "a tab indents this line", name, line, "indent with spaces")
    problem = re.sub(r"\s+", " ", error.problem or "this is not YAML").replace("'\\x00'", "the end")
    if "<block end>" in problem:
        _refuse("yaml-syntax", "this line does not fit the lines above", name, line, _INDENT)
    context = f"{error.context}: " if error.context else ""
    help = "a text with ': ' or ' #' in it needs quotes" if "values are not" in problem else ""
    _refuse("yaml-syntax", f"{context}{problem} (column {column})", name, line, help)


def _refuse(code: str, message: str, name: str, line: int, help: str = "") -> NoReturn:
    raise Refused(code, message, place=f"{name}:{line}", help=help)


@dataclass(frozen=True)
class _Anchored:
    """The node of an anchor; `size` counts its nodes, and 0 says that it is not complete yet."""

    data: Any
    size: int


@dataclass
class _Composer:
    """The state of one reading: marks, anchors, the number of nodes, and problems found."""

    name: str
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    problems: list[Refused] = field(default_factory=list)
    nodes: int = 0

    def compose(self, events: Iterator[Event]) -> Document:
        data = None
        documents = 0
        for event in events:
            if isinstance(event, _DOCUMENT_START):
                documents += 1
                if documents > 1:
                    line = event.start_mark.line + 1
                    _refuse("yaml-documents", "a second document begins here", self.name, line)
            elif isinstance(event, _NODE):
                data = self._node(event, events, ())
        return Document(self.name, data, self.keys, self.values)

    def _node(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        mark = _mark(event)
        self.values[path] = mark
        if isinstance(event, _ALIAS):
            return self._alias(event, mark)
        before = self.nodes
        self._count(1, mark)
        anchor = event.anchor if isinstance(event, _NODE) else None
        if anchor is not None:
            self.anchors[anchor] = _Anchored(None, 0)
        if isinstance(event, _SCALAR):
            data: Any = self._scalar(event, mark)
        else:
            data = self._collection(event, events, path, mark)
        if anchor is not None:
            self.anchors[anchor] = _Anchored(data, self.nodes - before)
        return data

    def _collection(self, event: Event, events: Iterator[Event], path: Path, mark: Mark) -> Any:
        if len(path) >= MAX_DEPTH:
            message = f"more than {MAX_DEPTH} mappings and lists inside each other"
            _refuse("yaml-too-deep", message, self.name, mark.line)
        if isinstance(event, _COLLECTION_START):
            self._core_tag(event.tag, ("seq", "map"), mark)
        if isinstance(event, _SEQUENCE_START):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _sequence(self, events: Iterator[Event], path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, _SEQUENCE_END):
                break
            items.append(self._node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for event in events:
            if isinstance(event, _MAPPING_END):
                break
            key = self._key(event, events, path)
            here = (*path, key)
            mark = _mark(event)
            if key in entries:
                first = self.keys[here].line
                message = f"'{key}' is already given on line {first}"
                self._problem("duplicate-key", message, mark, "keep one of the two")
            else:
                self.keys[here] = mark
            entries[key] = self._node(next(events), events, here)
        return entries

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        mark = _mark(event)
        key = self._node(event, events, (*path, "\0key"))
        if _is_merge(event):
            help = "write the shared entries out, or give each list or mapping an alias of its own"
            self._problem("yaml-merge-key", "'<<' (merging) is not part of YAML 1.2", mark, help)
        elif not isinstance(key, str):
            shown = "a mapping or list" if isinstance(key, dict | list) else _shown(key)
            message = f"found {shown} as a key, expected text"
            self._problem("key-not-text", message, mark, "put the key in quotes")
        return key if isinstance(key, str) else f"\0{mark.line}:{mark.column}"

    def _alias(self, event: Event, mark: Mark) -> Any:
        anchored = self.anchors.get(event.anchor)
        if anchored is None or anchored.size == 0:
            what = "is not defined above" if anchored is None else "contains itself"
            _refuse("yaml-alias", f"'*{event.anchor}' {what}", self.name, mark.line)
        self._count(anchored.size, mark)
        return anchored.data

    def _count(self, nodes: int, mark: Mark) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            message = f"more than {MAX_NODES:,} nodes, aliases counted as copies"
            _refuse("yaml-too-large", message, self.name, mark.line)

    def _scalar(self, event: Event, mark: Mark) -> Scalar:
        if event.tag is None and event.implicit[0]:
            return plain(event.value)
        tag = self._core_tag(event.tag, ("str", "int", "float", "bool", "null"), mark)
        if tag in (None, "str"):
            return str(event.value)
        value = plain(event.value)
        if type(value).__name__ != {"null": "NoneType"}.get(tag or "", tag):
            self._problem("yaml-tag", f"found {_shown(value)}, expected !!{tag}", mark)
        return value

    def _core_tag(self, tag: Any, allowed: tuple[str, ...], mark: Mark) -> str | None:
        """The short name of a core tag; a tag of another language is a problem, never run."""
        text = "" if tag is None else str(tag)
        if text in ("", "!"):
            return None
        short = text.removeprefix("tag:yaml.org,2002:").removeprefix("!!")
        if short in allowed:
            return short
        self._problem("yaml-tag", f"the tag '{text}' has no meaning here", mark, "remove it")
        return None

    def _problem(self, code: str, message: str, mark: Mark, help: str = "") -> None:
        place = f"{self.name}:{mark.line}"
        self.problems.append(Refused(code, message, place=place, help=help))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Problems(self.problems)


def _is_merge(event: Event) -> bool:
    """Whether it is YAML 1.1's merge key, an unquoted `<<`."""
    return isinstance(event, _SCALAR) and event.value == "<<" and bool(event.implicit[0])


def _mark(event: Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _shown(value: Scalar) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)
