"""What of a policy is not settled yet, so that its notice is a draft."""

from __future__ import annotations

from troth.notice.forms import Pen
from troth.policy.model import Policy
from troth.policy.people import Controller


def unsettled(pen: Pen) -> tuple[str, ...]:
    """Each thing that somebody has to decide or to fill in first, in words."""
    policy, words = pen.policy, pen.phrases["reasons"]
    found = [words["name"] for one in policy.controllers.values() if one.name is None]
    fields = pen.phrases["kinds"]["controller"]["lines"]["mandatory"]["says"]
    missing = [
        fields.get(field, field)
        for name, one in policy.controllers.items()
        for field in one.mandatory
        if not filled(policy, name, field)
    ]
    numbers = [
        pen.names["parameters"][name].number for name, one in policy.parameters.items() if one.ours
    ]
    for key, texts in (("mandatory", missing), ("parameter", numbers)):
        if texts:
            found.append(words[key].format(", ".join(texts)))
    return tuple(found)


def filled(policy: Policy, name: str, field: str) -> bool:
    """Whether a field of a controller is filled in; what is no field of it, nobody can tell."""
    controller = policy.controllers[name]
    if field == "representative":
        return bool(policy.represented(name))
    return field in Controller.model_fields and bool(getattr(controller, field))
