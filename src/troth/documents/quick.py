"""The events of YAML by libyaml, ten times as fast, for text that it reads as YAML 1.2 does.

What it finds wrong is told by the other reader, and what it might read as YAML 1.1 is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

try:
    from yaml.cyaml import CParser
except ImportError:  # where PyYAML was built without libyaml
    CParser = None

_OTHER = re.compile(
    "[\t\x7f-\x9f\u2028\u2029\ufeff]"  # tabs, and what only one of the two takes for a line's end
    r"|^(?:%|---|\.\.\.)"  # directives and marks of documents
    r"|(?:^|[\s\[{,])!(?:[\s\]},]|\Z)"  # the tag of nothing
    r"|[|>][-+0-9]*#"  # no comment, and libyaml takes it for one
    r"|[|>][-+0-9]* *(?: #[^\n]*)?\r?\n +\r?\n"  # blanks in front of a text may be too many
    r"|(?:^[ -]*|[\[{,]\s*)\?(?:\s|\Z)",  # long keys
    re.MULTILINE,
)


class NotQuick(Exception):  # noqa: N818  # nothing is wrong yet: the other reader decides
    """The other reader has to read this text."""


def quick_events(text: str) -> Iterator[Any]:
    """The events of the text; NotQuick, at once or on the way, for what the other has to read."""
    if CParser is None or _OTHER.search(text):
        raise NotQuick
    parser = CParser(text)
    try:
        while parser.check_event():
            event = parser.get_event()
            if getattr(event, "anchor", None) is not None or getattr(event, "tag", None):
                raise NotQuick
            yield event
    except yaml.YAMLError as error:
        raise NotQuick from error
    finally:
        parser.dispose()
