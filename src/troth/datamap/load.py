"""From the text of `map.yaml` to a `DataMap` checked with its policy."""

from __future__ import annotations

from troth.datamap.check import check_map, remarks_on_map
from troth.datamap.model import DataMap
from troth.documents.document import Remark
from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.policy.model import Policy


def parse_map(text: str | bytes, name: str, policy: Policy) -> tuple[DataMap, tuple[Remark, ...]]:
    """The map written in `text`, and remarks on what it leaves unknown.

    `name` is the file that errors name. `Refused` for what is no YAML, `Problems` with file and
    line for every wrong word, wrong value, and name that the policy or the map does not have.
    """
    document = read_document(text, name)
    datamap = validate(document, DataMap)
    document.refuse(check_map(datamap, policy))
    return datamap, document.remarks(remarks_on_map(datamap, policy))
