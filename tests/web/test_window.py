"""What an organisation shows: its rights, its policy in light pages, its colour and its picture."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from starlette.testclient import TestClient

from troth.desk.intake.logo import MOST_LOGO_BYTES, picture_of
from troth.desk.intake.window import Look, book_of, window_of
from troth.errors import Refused
from troth.ledger.ledger import open_ledger
from troth.ledger.requests import read_requests
from troth.notice.public import public
from troth.notice.say import notice
from troth.policy.choices import choices_of
from troth.policy.model import Policy
from troth.policy.offered import rights_of
from troth.postbox.box import open_postbox
from troth.postbox.seal import new_key
from troth.project.load import load_policy
from troth.web.public.app import public_app
from troth.web.public.colours import DARK_PAPER, LIGHT_PAPER, contrast, on, readable
from troth.web.public.limits import Limits
from troth.web.public.visit import fresh_secret
from troth.web.serve import Desk
from web.conftest import NOON

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("collectif-m", "mast", "publisher", "softfil", "spimed")
TODAY = date(2026, 11, 26)
MOST_PAGE_BYTES = 50_000


def png(width: int = 300, height: int = 100, colour: str = "#aa3300") -> bytes:
    made = io.BytesIO()
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Anna Berg")
    Image.new("RGB", (width, height), colour).save(made, "PNG", pnginfo=about)
    return made.getvalue()


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (120, 60), "#aa3300").save(made, "JPEG", comment=b"Anna Berg")
    return made.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_no_page_of_any_example_weighs_more_than_fifty_kilobytes(name: str, tmp_path: Path) -> None:
    """HTML, both styles and the picture together, as they are before anything is compressed."""
    policy = load_policy(EXAMPLES / name / "policy.yaml")
    look = Look("#d9a300", picture_of(png(), "logo.png"))
    with open_postbox(str(tmp_path / "box.sqlite"), make=True) as box:
        window = window_of(policy, new_key(), TODAY, "testserver", look)
        book = book_of(policy, TODAY, look)
        box.show(policy.organisation, "testserver", window.model_dump(mode="json"), book)
        client = TestClient(public_app(box, lambda: NOON, Limits(lambda: 0.0)))
        styles = sum(len(client.get(path).content) for path in ("/style.css", "/colours.css"))
        paths = [f"/{page.name}".removesuffix("/") for page in book if page.kind == "text/html"]
        paths += [
            f"/{language}/{right}"
            for language in policy.languages
            for right in ("", *window.offered)
        ]
        weights = {}
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            weights[path] = len(answer.content) + styles
    assert max(weights.values()) + MOST_LOGO_BYTES <= MOST_PAGE_BYTES, max(
        weights, key=lambda path: weights[path]
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_of_the_policy_say_every_line_of_its_notice(name: str) -> None:
    policy = load_policy(EXAMPLES / name / "policy.yaml")
    book = {page.name: page.body.decode() for page in book_of(policy, TODAY, Look())}
    for language in policy.languages:
        whole = " ".join(text for at, text in book.items() if at.startswith(f"{language}/"))
        words = " ".join(re.sub(r"<[^>]+>", " ", whole).split())
        words = words.replace("&#39;", "'").replace("&amp;", "&").replace("&#34;", '"')
        for chapter in notice(public(policy), language, TODAY).chapters:
            for card in chapter.cards:
                assert " ".join(card.name.split())[:60] in words
                for fact in card.block.facts:
                    assert fact.lead in words


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_the_policy_leads_to_a_place_that_is_there(name: str) -> None:
    policy = load_policy(EXAMPLES / name / "policy.yaml")
    pages = {
        f"/{page.name}".removesuffix("/"): page.body.decode()
        for page in book_of(policy, TODAY, Look())
    }
    for page in pages.values():
        for link in re.findall(r'href="(/[^"]+)"', page):
            path, _, anchor = link.partition("#")
            assert path in pages, link
            assert not anchor or f'id="{anchor}"' in pages[path], link


def test_words_of_a_policy_are_never_markup(policy: Policy) -> None:
    hostile = policy.model_copy(update={"title": "<script>alert(1)</script> & 'you'"})
    for page in book_of(hostile, TODAY, Look()):
        if page.kind == "text/html":
            assert b"<script" not in page.body
    name = next(iter(policy.activities))
    activity = policy.activities[name].model_copy(
        update={"purpose": "<img src=x onerror=alert(1)>"}
    )
    hostile = policy.model_copy(update={"activities": {**policy.activities, name: activity}})
    assert not any(b"<img" in page.body for page in book_of(hostile, TODAY, Look()))


def test_only_the_rights_that_law_and_policy_give_are_offered(policy: Policy) -> None:
    given = rights_of(policy)
    assert {"access", "erasure", "opt-out", "human-decision", "account-closure"} <= given
    plain = policy.model_copy(
        update={
            "rights": {},
            "laws": ("gdpr",),
            "activities": {
                name: one.model_copy(
                    update={"direct_marketing": False, "automated_decision": False}
                )
                for name, one in policy.activities.items()
                if [basis.kind for basis in one.legal_bases] == ["legal-obligation"]
            },
        }
    )
    assert plain.activities
    assert rights_of(plain) == {"access", "rectification", "erasure", "restriction", "complaint"}


def test_choices_are_marketing_first_and_each_rests_on_something(policy: Policy) -> None:
    found = choices_of(policy)
    marketing = [one.marketing for one in found]
    assert marketing == sorted(marketing, reverse=True)
    assert len({one.id for one in found}) == len(found)
    assert all(one.wording for one in found if one.may_give)


@pytest.mark.parametrize(
    "accent", ["#1f4e79", "#ffee00", "#000000", "#ffffff", "#ff0000", "#7f7f7f"]
)
def test_every_colour_can_be_read_by_day_and_by_night(accent: str) -> None:
    for paper in (LIGHT_PAPER, DARK_PAPER):
        found = readable(accent, paper)
        assert contrast(found, paper) >= 4.5
        assert contrast(on(found), found) >= 4.5
    assert readable("#1f4e79", LIGHT_PAPER) == "#1f4e79"  # as it is, where it can be read


def test_contrast_is_counted_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the known near miss


@pytest.mark.parametrize("content", [png(), jpeg()], ids=["png", "jpeg"])
def test_a_picture_loses_what_is_written_beside_it(content: bytes) -> None:
    hidden = content + b"<script>alert(1)</script>"
    found = picture_of(hidden, "logo")
    assert b"Anna Berg" in content
    assert b"Anna Berg" not in found.content
    assert b"<script" not in found.content
    assert found.height <= 72
    with Image.open(io.BytesIO(found.content)) as image:
        image.load()
        assert image.getpixel((5, 5))[0] > 150  # type: ignore[index]  # a colour of three parts


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "neither PNG nor JPEG"),
        (b"GIF89a" + b"x" * 50, "neither PNG nor JPEG"),
        (png()[:40], "damaged"),
        (jpeg()[:30], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * MOST_LOGO_BYTES, "are shown"),
    ],
    ids=["svg", "gif", "half a png", "half a jpeg", "large"],
)
def test_what_is_no_picture_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        picture_of(content, "logo")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("mast", marks=pytest.mark.clause("MAS-RGT-1", "MAS-AMB-10")),
        pytest.param("collectif-m", marks=pytest.mark.clause("COL-RGT-1")),
        pytest.param("publisher", marks=pytest.mark.clause("PUB-DEF-2")),
    ],
)
def test_each_right_is_asked_for_with_an_address_alone_and_counts_from_its_receipt(
    name: str, tmp_path: Path
) -> None:
    """Nothing else is mandatory where the right itself needs nothing else; no account, no fee."""
    policy = load_policy(EXAMPLES / name / "policy.yaml")
    rights = ("access", "erasure", "objection", "restriction", "portability")
    with (
        open_postbox(str(tmp_path / "box.sqlite"), make=True) as box,
        open_ledger(str(tmp_path / "ledger.sqlite"), at=NOON) as ledger,
    ):
        desk = Desk(box, ledger, policy, new_key(), lambda: NOON)
        desk.show("testserver")
        client = TestClient(public_app(box, lambda: NOON, Limits(lambda: 0.0)))
        for right in rights:
            given = {"secret": fresh_secret(), "email": "anna@mail.example"}
            receipt = client.post(f"/fr/{right}", data=given)
            assert receipt.status_code == 200, receipt.text
        assert client.get("/fr/", headers={"Host": "elsewhere.example"}).status_code == 404
        desk.collect()
        with ledger.reading(policy.organisation) as reading:
            found = read_requests(reading)
    assert sorted(one.right for one in found) == sorted(rights)
    # 26 November 2026 is a Thursday: a month later is a Saturday, so Monday the 28th at the latest.
    assert {one.received_at for one in found} == {NOON}
    assert all(TODAY < one.answer_by <= date(2026, 12, 28) for one in found)
