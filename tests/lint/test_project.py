"""A policy with nothing to mend, and its map: one thing changed gives just that finding."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from troth.datamap.load import parse_map
from troth.lint.mapped import MAP_RULES
from troth.lint.model import Flaw
from troth.lint.typed import POLICY_RULES
from troth.lint.whole import examine_project
from troth.policy.load import parse_policy

HERE = Path(__file__).parent / "sound"
TODAY = date(2026, 6, 1)
Change = Callable[[Any, Any], object]


def _nothing(_policy: Any, _datamap: Any) -> None:
    pass


def examined(change: Change = _nothing) -> tuple[Flaw, ...]:
    """What is found in the sound project once `change` was made to the data of its two files."""
    yaml = YAML(typ="safe")
    policy, datamap = (yaml.load(HERE / name) for name in ("policy.yaml", "map.yaml"))
    change(policy, datamap)
    typed = parse_policy(_text(policy), "policy.yaml")
    mapped, _ = parse_map(_text(datamap), "map.yaml", typed)
    return examine_project(typed, mapped, TODAY)


def _text(data: Any) -> str:
    out = io.StringIO()
    YAML(typ="safe").dump(data, out)
    return out.getvalue()


def test_a_sound_project_is_not_accused() -> None:
    assert examined() == ()


def _set(*path: Any, value: Any) -> Change:
    """The policy with `value` at `path`."""

    def change(policy: Any, _: Any) -> None:
        inside = policy
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = value

    return change


def _without(*path: Any) -> Change:
    def change(policy: Any, _: Any) -> None:
        inside = policy
        for step in path[:-1]:
            inside = inside[step]
        del inside[path[-1]]

    return change


def _both(*changes: Change) -> Change:
    def change(policy: Any, datamap: Any) -> None:
        for one in changes:
            one(policy, datamap)

    return change


def _column(table: str, name: str, entry: Any) -> Change:
    def change(_: Any, datamap: Any) -> None:
        datamap["stores"]["shop"]["tables"][table]["columns"][name] = entry

    return change


def _no_table(name: str) -> Change:
    return lambda _, datamap: datamap["stores"]["shop"]["tables"].pop(name)


def _no_events(table: str) -> Change:
    return lambda _, datamap: datamap["stores"]["shop"]["tables"][table].pop("events")


ABROAD = {"name": "Cloud Inc", "role": "controller", "task": "mail", "country": "US"}
STANDS_IN = {"name": "Desk SAS", "address": "Strasbourg", "clauses": ["A-5"]}
PARTNER = {"name": "Maison Caillou", "activities": ["selling"], "clauses": ["H-1"]}
CHANGES: dict[str, tuple[Change, str]] = {
    "policy-identity": (
        _without("controllers", "brindille", "address"),
        "controllers.brindille.address",
    ),
    "policy-officer": (
        _without("data_protection_officer", "contacts"),
        "data_protection_officer.contacts",
    ),
    "policy-authority": (
        _both(
            _set("authorities", value={}),
            _set(
                "rights",
                "complaint",
                value={
                    "right": "complaint",
                    "promise": "You may complain.",
                    "channels": ["desk"],
                    "clauses": ["G-1"],
                },
            ),
        ),
        "authorities",
    ),
    "policy-undated": (_set("versions", 0, "effective", value=None), "versions[0].effective"),
    "policy-no-period": (_set("activities", "fraud", "retention", value=[]), "activities.fraud"),
    "policy-balance": (
        _without("activities", "fraud", "legal_bases", 0, "balanced"),
        "activities.fraud.legal_bases[0].balanced",
    ),
    "policy-withdrawal": (
        _without("consents", "letters", "withdrawal"),
        "consents.letters.withdrawal",
    ),
    "policy-source": (
        _set("activities", "fraud", "sources", value=[{"provenance": "received"}]),
        "activities.fraud.sources[0].origin",
    ),
    "policy-safeguard": (
        _both(
            _without("transfers", "none"),
            _set("recipients", "mail", value={**ABROAD, "country": "IN", "clauses": ["H-2"]}),
        ),
        "recipients.mail.safeguard",
    ),
    "policy-country": (
        _set("recipients", "mail", value={**ABROAD, "country": None, "clauses": ["H-2"]}),
        "recipients.mail.country",
    ),
    "policy-terms": (_without("recipients", "host", "terms"), "recipients.host.terms"),
    "policy-transfer": (
        _set("recipients", "mail", value={**ABROAD, "country": "CA", "clauses": ["H-2"]}),
        "recipients.mail.country",
    ),
    "policy-arrangement": (
        _set("joint_controllers", value={"caillou": PARTNER}),
        "joint_controllers.caillou.arrangement",
    ),
    "policy-right": (_without("rights", "wishes"), "rights: directives-after-death"),
    "policy-machine": (
        _set("activities", "fraud", "automated_decision", value=True),
        "activities.fraud",
    ),
    "policy-month": (_set("rights", "access", "deadline", value="P3M"), "rights.access.deadline"),
    "policy-marketing": (
        _both(
            _without("rights", "opt-out"),
            _set("rights", "objection", "conditions", value=["a reason of your own"]),
        ),
        "activities.letters.direct_marketing",
    ),
    "policy-joint-consent": (
        _set("ages", 0, "consents", value=["parent"]),
        "ages.minors.consents",
    ),
    "policy-trackers": (_without("trackers", "visits", "lifetime"), "trackers.visits.lifetime"),
    "policy-consequence": (
        _without("collection_points", "order", "consequence"),
        "collection_points.order.consequence",
    ),
    "policy-marked": (
        _without("collection_points", "order", "marked"),
        "collection_points.order.marked",
    ),
    "policy-fields": (
        _without("collection_points", "order", "mandatory"),
        "collection_points.order",
    ),
    "policy-collected": (
        _set("collection_points", "order", "categories", value=["contact", "gift"]),
        "collection_points.order.categories[1]",
    ),
    "policy-representative": (
        _set("controllers", "brindille", "country", value="CH"),
        "controllers.brindille.country",
    ),
    "policy-representative-reached": (
        _both(
            _set("controllers", "brindille", "country", value="CH"),
            _set("representatives", value={"desk": {**STANDS_IN, "country": "GB"}}),
        ),
        "representatives.desk.country",
    ),
    "policy-channel": (_without("rights", "access", "channels"), "rights.access.channels"),
    "policy-assumed": (
        _set(
            "parameters",
            value={"silence": {"value": "P2Y", "text": "some time", "clauses": ["H-3"]}},
        ),
        "parameters.silence",
    ),
    "no-activity": (_column("buyer", "greeting", {"category": "gift"}), "shop.buyer.greeting"),
    "never-stored": (
        _both(
            _set("activities", "fraud", "categories", value=["order", "card"]),
            _column("buyer", "card_number", {"category": "card"}),
        ),
        "shop.buyer.card_number",
    ),
    "operator-of-a-place": (
        _both(
            *(
                _set("activities", name, "recipients", value=[])
                for name in ("selling", "safety", "fraud")
            )
        ),
        "shop.buyer",
    ),
    "recipient-refused": (
        _set("recipients", "host", "allowed", value="no"),
        "recipients.host.allowed",
    ),
    "no-table": (_no_table("reader"), "activities.letters"),
    "no-event": (_no_events("reader"), "activities.letters.retention.letters-end"),
}


def test_a_representative_in_the_union_is_enough() -> None:
    change = _both(
        _set("controllers", "brindille", "country", value="CH"),
        _set("representatives", value={"desk": {**STANDS_IN, "country": "FR"}}),
    )
    assert not examined(change)


def test_a_representative_stands_for_those_it_names_alone() -> None:
    second = {"name": "Sister SA", "address": "Bern", "country": "CH", "contacts": ["desk"]}
    change = _both(
        _set("controllers", "brindille", "country", value="CH"),
        _set("controllers", "sister", value={**second, "clauses": ["A-2"]}),
        _set(
            "representatives",
            value={"desk": {**STANDS_IN, "country": "FR", "controllers": ["sister"]}},
        ),
    )
    found = examined(change)
    assert [flaw.places for flaw in found] == [("controllers.brindille.country",)]


@pytest.mark.parametrize("kind", ["call", "message", "counter", "device"])
def test_only_what_is_seen_can_be_marked(kind: str) -> None:
    change = _both(
        _without("collection_points", "order", "marked"),
        _set("collection_points", "order", "kind", value=kind),
    )
    assert not examined(change)


def test_every_rule_has_its_change() -> None:
    assert set(CHANGES) == {rule.name for rule in (*POLICY_RULES, *MAP_RULES)}


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_gives_just_that_finding(name: str) -> None:
    change, place = CHANGES[name]
    found = examined(change)
    assert {flaw.rule for flaw in found} == {name}
    assert any(place in flaw.places for flaw in found)
