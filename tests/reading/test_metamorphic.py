"""One thing changed in a text changes that thing in its draft, and nothing else."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from reading.corpus import of
from troth.reading.documents.load import read_text
from troth.reading.draft.build import draft_of

PURPOSES = {
    "booking": "- booking and running classes, on the basis of our contract with you;",
    "newsletter": "- sending our newsletter, with your consent;",
    "accounts": "- keeping our accounts, because the law obliges us to;",
}
KEPT = {
    "booking": "- Booking records are kept for three years after your last class.",
    "invoices": "- Invoices are kept for ten years from the end of the financial year.",
    "newsletter": "- Newsletter addresses are kept for 24 months after you last opened a message.",
    "logs": "- Server logs are kept for 12 months.",
}
RECIPIENTS = {
    "bank": "- our bank, for payments;",
    "host": "- our hosting company;",
    "advisers": "- our lawyers and auditors.",
}
RIGHTS = {
    "access": "You have the right to access your data.",
    "objection": "You have the right to object to the use of your data.",
    "portability": "You have the right to data portability.",
}


def _text(**changed: dict[str, str]) -> str:
    parts = {"purposes": PURPOSES, "kept": KEPT, "recipients": RECIPIENTS, "rights": RIGHTS}
    parts |= changed
    return "\n".join(
        [
            "Privacy notice of Larkfield Yoga Ltd\n",
            "Why we use your data\n",
            "We use your data for the following purposes:",
            *parts["purposes"].values(),
            "\nHow long we keep it\n",
            *parts["kept"].values(),
            "\nWho receives your data\n",
            "We share your data with:",
            *parts["recipients"].values(),
            "\nYour rights\n",
            *(f"{right}\n" for right in parts["rights"].values()),
            "\nTransfers\n",
            "Your data is never transferred outside the European Union.\n",
        ]
    )


def _items(characters: str) -> dict[str, Any]:
    """What a draft says, by path, without where in the text it says it."""
    return {
        element.path: element.value
        for element in draft_of(of(characters)).listed()
        if not element.path.endswith((".subjects", ".categories"))
    }


def _difference(after: dict[str, Any]) -> tuple[set[str], set[str], set[str]]:
    before = _items(_text())
    gone, new = set(before) - set(after), set(after) - set(before)
    return gone, new, {path for path in set(before) & set(after) if before[path] != after[path]}


@pytest.mark.parametrize(("right", "path"), [(r, f"rights.{r}") for r in RIGHTS])
def test_a_right_dropped(right: str, path: str) -> None:
    rest = {name: text for name, text in RIGHTS.items() if name != right}
    gone, new, changed = _difference(_items(_text(rights=rest)))
    implied = {"categories.suppression-list"} if right == "objection" else set()  # who refused
    assert (gone, new, changed) == (implied, set(), {path})  # granted before, and unknown now


@pytest.mark.parametrize(
    ("dropped", "path"),
    [
        ("bank", "recipients.payment"),
        ("host", "recipients.hosting"),
        ("advisers", "recipients.advisers"),
    ],
)
def test_a_recipient_dropped(dropped: str, path: str) -> None:
    rest = {name: text for name, text in RECIPIENTS.items() if name != dropped}
    assert _difference(_items(_text(recipients=rest))) == ({path}, set(), set())


@pytest.mark.parametrize(
    ("changed", "old", "new", "period"),
    [
        ("booking", "three years", "five years", "P5Y"),
        ("invoices", "ten years", "six years", "P6Y"),
        ("newsletter", "24 months", "13 months", "P13M"),
        ("logs", "12 months", "90 days", "P90D"),
    ],
)
def test_a_period_changed(changed: str, old: str, new: str, period: str) -> None:
    kept = {**KEPT, changed: KEPT[changed].replace(old, new)}
    after = _items(_text(kept=kept))
    gone, added, differs = _difference(after)
    [path] = differs
    assert (gone, added) == (set(), set())
    assert ".retention." in path
    before = _items(_text())[path]
    assert {key for key in before if before[key] != after[path][key]} == {"period"}
    assert after[path]["period"] == period


def test_a_promise_of_retention_dropped() -> None:
    rest = {name: text for name, text in KEPT.items() if name != "newsletter"}
    before, after = _items(_text()), _items(_text(kept=rest))
    [path] = [p for p in before if ".retention." in p and before[p]["period"] == "P24M"]
    gone = set(before) - set(after)
    assert path in gone
    assert {p for p in gone if ".retention." in p} == {path}
    activity = path.partition(".retention.")[0]
    assert f"{activity}.retention" in set(after) - set(before)  # which is unknown now
    assert after[f"{activity}.retention"] is None


def test_a_denial_turned_round() -> None:
    text = _text().replace("is never transferred outside", "is transferred outside")
    before, after = _items(_text()), _items(text)
    assert before["transfers.none-outside"] == {"allowed": False}
    assert "transfers.none-outside" not in after
    assert after["transfers.outside"]["allowed"] is True
    others = {
        p for p in set(before) ^ set(after) if not p.startswith(("transfers.", "safeguards."))
    }
    assert not others


def _as_html(characters: str) -> str:
    """The same text as a web page: its headings, lists and paragraphs marked up."""
    lines = [line for line in characters.split("\n") if line.strip()]
    heads = {"Why we use your data", "How long we keep it", "Who receives your data", "Transfers"}
    body: list[str] = []
    for number, line in enumerate(lines):
        text = html.escape(line)
        if number == 0:
            body.append(f"<h1>{text}</h1>")
        elif line in {*heads, "Your rights"}:
            body.append(f"<h2>{text}</h2>")
        elif line.startswith("- "):
            body.append(f"<ul><li>{text[2:]}</li></ul>")
        else:
            body.append(f"<p>{text}</p>")
    joined = "\n".join(body).replace("</ul>\n<ul>", "\n")
    return f"<!doctype html><html lang=en><body><nav>Menu</nav><main>{joined}</main></body></html>"


def test_the_same_text_as_a_page_and_in_markdown() -> None:
    plain = _items(_text())
    page = read_text(_as_html(_text()).encode(), "policy.html")
    marked = read_text(
        re.sub(r"(?m)^((?:Why|How|Who|Your rights|Transfers).*)\n$", r"## \1\n", _text()).encode(),
        "policy.md",
    )
    for text in (page, marked):
        found = {
            element.path: element.value
            for element in draft_of(text).listed()
            if not element.path.endswith((".subjects", ".categories"))
        }
        assert found == plain
