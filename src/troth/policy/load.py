"""From the text of `policy.yaml` to a checked `Policy`."""

from __future__ import annotations

from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.policy.check import check_policy
from troth.policy.model import Policy


def parse_policy(text: str | bytes, name: str) -> Policy:
    """The policy written in `text`; `name` is the file that its errors name.

    `Refused` for what is no YAML, `Problems` with file and line for every wrong word, wrong
    value and broken cross reference.
    """
    document = read_document(text, name)
    policy = validate(document, Policy)
    document.refuse(check_policy(policy))
    return policy
