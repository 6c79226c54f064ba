"""The pages: which models each holds, in which order, and the sections that describe them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import resources
from typing import Any, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML

from troth.datamap import bindings, filters
from troth.datamap import model as datamap
from troth.plan.model import Limits
from troth.policy import collected, people, retention
from troth.policy import model as policy
from troth.policy.base import Element
from troth.project import model as project
from troth.project.reference.types import anchor, plain, title

Group = tuple[str, tuple[type[BaseModel], ...]]

POLICY: tuple[Group, ...] = (
    ("The file", (policy.Policy, policy.Version, Element)),
    (
        "Who",
        (
            people.Controller,
            people.JointController,
            people.Representative,
            people.Contact,
            people.DataProtectionOfficer,
            people.Authority,
        ),
    ),
    ("Whose data, and which", (people.DataSubject, policy.DataCategory, policy.Place)),
    (
        "Why",
        (
            policy.Activity,
            policy.LegalBasis,
            policy.SpecialCondition,
            policy.Condition,
            policy.Consent,
            policy.Source,
            collected.CollectionPoint,
        ),
    ),
    (
        "How long",
        (
            retention.RetentionRule,
            retention.Until,
            retention.Limit,
            retention.ByParameter,
            retention.ByChoice,
            retention.Event,
            retention.Parameter,
            retention.Warn,
            retention.Archive,
            retention.Cap,
        ),
    ),
    (
        "To whom",
        (
            people.Recipient,
            people.Terms,
            people.Instruction,
            people.Safeguard,
            people.Transfer,
            policy.Tracker,
        ),
    ),
    (
        "Rights and other promises",
        (
            policy.RightTerms,
            policy.AgeRule,
            policy.Commitment,
            policy.Anonymisation,
            policy.HoldTerms,
            policy.Reading,
        ),
    ),
)
MAP: tuple[Group, ...] = (
    (
        "The file",
        (
            datamap.DataMap,
            datamap.Store,
            datamap.Table,
            datamap.Role,
            datamap.Column,
            datamap.Erased,
            datamap.Relation,
            datamap.ArchiveTable,
        ),
    ),
    (
        "Bindings",
        (
            bindings.ColumnDay,
            bindings.FirstOf,
            bindings.LatestOf,
            bindings.EarliestOf,
            bindings.RelatedDay,
            bindings.EventOf,
            bindings.FinancialYearEnd,
            bindings.PeriodEnd,
            bindings.LedgerDay,
            bindings.At,
        ),
    ),
    (
        "Filters",
        (filters.Test, filters.AllOf, filters.AnyOf, filters.NotOf, filters.RelatedRow),
    ),
)
PROJECT: tuple[Group, ...] = (
    (
        "The file",
        (
            project.ProjectFile,
            project.StoreSettings,
            project.MailSettings,
            project.MailboxSettings,
            project.NightlySettings,
            project.StandingApproval,
            project.ReminderSettings,
            project.PortalSettings,
            project.DeskSettings,
            project.OidcSettings,
            Limits,
        ),
    ),
)
PAGES: dict[str, tuple[str, tuple[Group, ...]]] = {
    "policy.md": ("policy", POLICY),
    "map.md": ("map", MAP),
    "project-file.md": ("project", PROJECT),
}
_INHERITED = (Element, retention.Until)  # described once, under their own headings


def pages() -> dict[str, str]:
    """By file name, the text of each page."""
    examples = read_examples()
    return {name: _page(key, groups, examples) for name, (key, groups) in PAGES.items()}


def read_examples() -> dict[str, list[str]]:
    """By the name of a model, YAML texts that it accepts; and the introductions of the pages."""
    text = resources.files(__package__).joinpath("examples.yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = YAML(typ="safe", pure=True).load(text)
    return found


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any, FieldInfo]]:
    """The key, the annotation and the description of each field that the model's section shows."""
    hints = get_type_hints(model, include_extras=True)
    elsewhere = {
        name
        for base in _INHERITED
        if issubclass(model, base) and model is not base
        for name in base.model_fields
    }
    for name, info in model.model_fields.items():
        if name not in elsewhere:
            yield info.alias or name, hints[name], info


def _page(key: str, groups: tuple[Group, ...], examples: dict[str, list[str]]) -> str:
    parts = [examples[f"page {key}"][0].strip()]
    for heading, models in groups:
        parts.append(f"## {heading}")
        parts += [text.strip() for text in examples.get(f"group {heading}", ())]
        for model in models:
            parts += _section(model, examples[model.__name__])
    return "\n\n".join(parts) + "\n"


def _section(model: type[BaseModel], examples: list[str]) -> Iterator[str]:
    yield f"### {title(model)}"
    yield inspect.getdoc(model) or ""
    rows = [
        f"| `{key}` | {_cell(plain(hint))} | {_cell(_meaning(info))} | {_default(info)} |"
        for key, hint, info in fields(model)
    ]
    if rows:
        head = ("| Key | What it takes | Meaning | Default |", "|---|---|---|---|")
        yield "\n".join((*head, *rows))
    also = [base for base in _INHERITED if issubclass(model, base) and model is not base]
    if also:
        links = " and of ".join(f"[{title(base)}](#{anchor(base)})" for base in also)
        yield f"And the keys of {links}."
    for example in examples:
        yield f"```yaml\n{example.rstrip()}\n```"


def _meaning(info: FieldInfo) -> str:
    return info.description or ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _default(info: FieldInfo) -> str:
    """The default as a file would write it."""
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True)
    match value:
        case None:
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case () | {}:
            return "empty"
        case BaseModel():
            return f"that of [{title(type(value))}](#{anchor(type(value))})"
        case (BaseModel(), *_):
            return "one with its defaults"
        case tuple():
            return f"`[{', '.join(str(one) for one in value)}]`"
        case _:
            return f"`{value}`"
