"""The public pages: what a person sends becomes one request, and nobody else learns anything."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from troth.desk.intake.parcels import send_package
from troth.errors import Transient
from troth.ledger.requests import Request, read_requests
from troth.ledger.verify import verify
from troth.postbox.box import open_postbox
from troth.postbox.content import RIGHTS
from troth.postbox.parcels import key_of, parcels_of
from troth.postbox.tables import METADATA
from troth.postbox.tokens import token_for
from troth.web.public.form import printable
from troth.web.public.words import CATALOGUES
from web.conftest import HOST, NOON, ORG, World

WISH = {"wish": "erase", "trusted": "Ben Roux", "trusted_contact": "ben@mail.example"}


def requests_of(world: World) -> tuple[Request, ...]:
    with world.desk.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        return read_requests(reading)


def secret_in(page: str) -> str:
    found = re.search(r'name="secret" value="([\w-]+)"', page)
    assert found
    return found[1]


def send(client: TestClient, right: str = "erasure", language: str = "en", **fields: str) -> str:
    """Fills in the form of a right, and sends it; the address to which the browser is sent."""
    secret = secret_in(client.get(f"/{language}/{right}").text)
    wish = WISH if right == "directives-after-death" else {}
    given = {"secret": secret, "email": "anna@mail.example", **wish, **fields}
    answer = client.post(f"/{language}/{right}", data=given)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


class _Fields(HTMLParser):
    """The names of the fields of a page, and of what labels them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.labelled: set[str] = set()
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag in ("input", "textarea") and given.get("type") != "hidden":
            self.fields.add(str(given["id"]))
        if tag == "label":
            self.labelled.add(str(given["for"]))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("right", RIGHTS)
def test_what_is_sent_becomes_one_request_with_its_deadline(
    world: World, right: str, language: str
) -> None:
    client = world.client()
    receipt = send(client, right, language, words="Please look at this.", name="Anna Berg")
    before = client.get(receipt)
    assert CATALOGUES[language]["status.posted"] in before.text  # type: ignore[index]  # en or fr
    assert world.desk.collect().taken == 1

    (request,) = requests_of(world)
    assert request.right == right
    wish = {"wish": "erase", "trusted": "Ben Roux", "trusted-contact": "ben@mail.example"}
    asked = wish if right == "directives-after-death" else {}
    assert request.names == {"email": "anna@mail.example", "name": "Anna Berg", **asked}
    assert request.words == "Please look at this."
    assert (request.channel, request.language) == ("portal", language)
    assert request.received_at == world.now
    after = client.get(receipt)
    assert request.number in before.text
    assert request.number in after.text
    stage = "decision" if right == "opt-out" else "received"  # nobody is asked who they are
    assert CATALOGUES[language][f"status.{stage}"] in after.text  # type: ignore[index]  # as above


def test_the_receipt_shows_the_day_of_the_ledger(world: World) -> None:
    # 26 November 2026 is a Thursday; a month later it is Saturday, the 27th Sunday.
    client = world.client()
    receipt = send(client)
    assert "28 December 2026" in client.get(receipt).text
    world.desk.collect()
    assert "28 December 2026" in client.get(receipt).text
    assert requests_of(world)[0].answer_by == date(2026, 12, 28)


def test_what_comes_just_after_midnight_in_paris_counts_from_the_new_day(world: World) -> None:
    # 23:30 UTC on 1 March is 00:30 on 2 March in Paris: due on 2 April 2027, a Friday.
    world.now = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    send(world.client())
    world.desk.collect()
    assert requests_of(world)[0].answer_by == date(2027, 4, 2)


def test_the_same_form_sent_twice_is_one_request(world: World) -> None:
    client = world.client()
    secret = secret_in(client.get("/en/access").text)
    given = {"secret": secret, "email": "anna@mail.example"}
    first = client.post("/en/access", data=given)
    world.desk.collect()
    second = client.post("/en/access", data=given)
    world.desk.collect()
    assert first.headers["location"] == second.headers["location"]
    assert len(requests_of(world)) == 1


def test_a_letter_taken_twice_after_a_crash_is_one_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = send(world.client())

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(world.box, "settle", crash)
        with pytest.raises(KeyboardInterrupt):
            world.desk.collect()
    assert world.desk.collect().taken == 1
    assert len(requests_of(world)) == 1
    assert "registered" in world.client().get(receipt).text


def test_the_box_holds_nothing_that_names_anybody(world: World, tmp_path: object) -> None:
    send(world.client(), words="I moved to Lyon", name="Anna Berg")
    texts = [
        path.read_bytes()
        for path in tmp_path.iterdir()  # type: ignore[attr-defined]  # a Path
        if path.name.startswith("postbox")
    ]
    assert texts
    assert not any(word in text for text in texts for word in (b"anna@", b"Berg", b"Lyon"))


def test_a_letter_that_another_wrote_is_reported_and_stays(world: World) -> None:
    from troth.postbox.box import Letter

    world.box.post(Letter("f" * 64, ORG, "AAAAA-AAAAA", world.now, "2026-12-28", b"no seal"))
    found = world.desk.collect()
    assert (found.taken, found.unreadable) == (0, ("AAAAA-AAAAA",))
    assert requests_of(world) == ()


def test_nobody_sees_a_request_without_its_link(world: World) -> None:
    client = world.client()
    receipt = send(client)
    other = receipt[:-1] + ("A" if receipt[-1] != "A" else "B")
    for _ in range(2):
        assert client.get(other).status_code == 404
        world.desk.collect()


@pytest.mark.parametrize(
    ("right", "fields", "problem"),
    [
        ("access", {"email": ""}, "problem.email"),
        ("access", {"email": "anna"}, "problem.email"),
        ("access", {"email": "a" * 300 + "@mail.example"}, "problem.long"),
        ("rectification", {"email": "anna@mail.example"}, "problem.words"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(
    world: World, right: str, fields: dict[str, str], problem: str
) -> None:
    client = world.client()
    secret = secret_in(client.get(f"/en/{right}").text)
    answer = client.post(f"/en/{right}", data={"secret": secret, "name": "Anna Berg", **fields})
    assert answer.status_code == 422
    assert CATALOGUES["en"][problem].split("{")[0] in answer.text
    assert 'value="Anna Berg"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert world.desk.collect().taken == 0


def test_a_form_from_another_site_is_not_taken(world: World) -> None:
    client = world.client()
    given = {"secret": secret_in(client.get("/en/erasure").text), "email": "anna@mail.example"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert client.post("/en/erasure", data=given, headers=headers).status_code == 403
    own = {"Origin": "http://rights.softfil.example"}
    assert client.post("/en/erasure", data=given, headers=own).status_code == 303


def test_what_fills_in_the_trap_gets_the_form_again_and_a_person_can_still_send_it(
    world: World,
) -> None:
    client = world.client()
    given = {"secret": secret_in(client.get("/en/erasure").text), "email": "anna@mail.example"}
    answer = client.post("/en/erasure", data={**given, "website": "http://spam.example"})
    assert answer.status_code == 422
    assert "spam.example" not in answer.text
    assert world.desk.collect().taken == 0
    again = {**given, "secret": secret_in(answer.text)}
    assert client.post("/en/erasure", data=again).status_code == 303
    assert world.desk.collect().taken == 1


def test_a_flood_from_one_network_is_slowed_and_others_are_not(world: World) -> None:
    client, statuses = world.client("2001:db8::1"), []
    for _ in range(12):
        given = {"secret": secret_in(client.get("/en/access").text), "email": "a@mail.example"}
        statuses.append(client.post("/en/access", data=given).status_code)
    assert statuses == [303] * 10 + [429] * 2
    world.seconds += 6
    assert send(client)


def test_another_host_shows_nothing(world: World) -> None:
    client = world.client()
    answer = client.get("/en/", headers={"Host": "other.example"})
    assert answer.status_code == 404
    assert "Soft" not in answer.text


@pytest.mark.parametrize("path", ["/", "/en/", "/fr/", "/en/erasure", "/style.css", "/en/nothing"])
def test_every_answer_carries_the_headers_and_no_cookie(world: World, path: str) -> None:
    answer = world.client().get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", answer.text)
    assert len(answer.content) < 50_000


@pytest.mark.parametrize(
    ("wanted", "sent"), [("fr-CA,fr;q=0.8", "/fr/"), ("de", "/en/"), ("", "/en/")]
)
def test_the_language_of_the_browser_is_followed(world: World, wanted: str, sent: str) -> None:
    answer = world.client().get("/", headers={"Accept-Language": wanted})
    assert answer.headers["location"] == sent


@pytest.mark.parametrize("right", RIGHTS)
def test_every_field_has_a_label_and_every_id_is_one(world: World, right: str) -> None:
    page = _Fields(world.client().get(f"/en/{right}").text)
    assert page.fields
    assert page.fields == page.labelled
    assert len(page.ids) == len(set(page.ids))


def test_both_languages_have_the_same_texts() -> None:
    assert CATALOGUES["en"].keys() == CATALOGUES["fr"].keys()


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"secret=" + b"x" * 500_000, b"email=" + b"%00" * 100],
    ids=["empty", "bytes", "huge", "zeros"],
)
def test_garbage_is_answered_and_changes_nothing(world: World, body: bytes) -> None:
    client = world.client()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/en/access", content=body, headers=headers)
    assert answer.status_code in (400, 413, 422)
    assert world.desk.collect().taken == 0


def test_an_attacker_with_the_whole_box_reads_nobody(world: World, tmp_path: Path) -> None:
    """Everything that the public process can reach, after every kind of letter was posted."""
    client = world.client()
    receipt = send(client, "access", words="I moved to Lyon", name="Anna Berg")
    world.desk.collect()
    number = requests_of(world)[0].number
    package = tmp_path / "package.zip"
    package.write_bytes(b"Anna Berg, Lyon. " * 50_000)
    code = send_package(
        world.box, world.desk.ledger, world.desk.policy, number, package, by="dpo", now=world.now
    )
    day = date(2029, 1, 1)
    token = token_for("email=anna@mail.example", world.desk.key, ORG, day)
    client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    send(client, "rectification", words="Lyon, not Paris", name="Anna Berg")
    secret = receipt.rsplit("/", 1)[1]
    with world.box.reading() as connection:
        rows = [
            str(value).encode() if not isinstance(value, bytes) else value
            for table in METADATA.sorted_tables
            if table.name not in ("windows", "pages")
            for row in connection.execute(table.select())
            for value in row
        ]
    text = b"\0".join(rows)
    assert len(text) > 800_000
    for word in (
        b"Anna",
        b"anna",
        b"Berg",
        b"Lyon",
        secret.encode(),
        token.encode(),
        code.encode(),
    ):
        assert word not in text
    (parcel,) = parcels_of(world.box, ORG)
    for guess in (parcel.link, "a" * 22, code):
        assert key_of(world.box, parcel, guess, code) is None
    assert key_of(world.box, parcel, secret, code) is not None


@pytest.mark.postgres
def test_the_pages_work_under_a_role_that_may_do_only_what_is_listed(
    postgres_url: str, world: World, tmp_path: Path
) -> None:
    role = f"pages_{uuid.uuid4().hex[:8]}"
    with (
        open_postbox(postgres_url, make=True) as box,
        psycopg.connect(postgres_url, autocommit=True) as owner,
    ):
        for statement in (
            f"CREATE ROLE {role} LOGIN",
            f"GRANT SELECT ON windows, pages, answers, chunks, letters, parcels TO {role}",
            f"GRANT INSERT ON letters TO {role}",
            f"GRANT UPDATE (tries, downloads, opened_at) ON parcels TO {role}",
        ):
            owner.execute(statement.encode())
        desk = replace(world.desk, box=box)
        desk.show(HOST)
        theirs = make_url(postgres_url).set(username=role).render_as_string(hide_password=False)
        with open_postbox(theirs) as public:
            shown = World(desk, public)
            client = shown.client()
            receipt = send(client, "access")
            assert desk.collect().taken == 1
            number = requests_of(shown)[0].number
            file = tmp_path / "package.zip"
            file.write_bytes(b"made up" * 100_000)
            code = send_package(box, desk.ledger, desk.policy, number, file, by="dpo", now=NOON)
            fetched = client.post(f"{receipt}/package", data={"package": code})
            assert fetched.content == file.read_bytes()
            assert client.get("/en/policy").status_code == 200
            for statement in (
                "DELETE FROM letters",
                "UPDATE answers SET locked = ''",
                "DELETE FROM parcels",
            ):
                with pytest.raises(Transient), public.writing() as connection:
                    connection.exec_driver_sql(statement)
        owner.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


def test_a_wish_is_taken_back_without_naming_anybody(world: World) -> None:
    """A new wish names who is trusted; its end does not."""
    client = world.client()
    nobody = {"trusted": "", "trusted_contact": ""}
    secret = secret_in(client.get("/en/directives-after-death").text)
    given = {"secret": secret, "email": "anna@mail.example", "name": "Anna Berg"}
    missing = client.post("/en/directives-after-death", data={**given, "wish": "keep", **nobody})
    assert missing.status_code == 422
    assert CATALOGUES["en"]["problem.trusted"] in missing.text
    send(client, "directives-after-death", name="Anna Berg", wish="revoke", **nobody)
    world.desk.collect()
    (request,) = requests_of(world)
    assert request.names["wish"] == "revoke"
    assert "trusted" not in request.names


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_key_of_a_letter_leads_to_its_page(world: World, language: str) -> None:
    client, key = world.client(), "7KQ4M-2XC9D-AAAAA-BBBBB-CCCCC-D"
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    assert words["letter.what"] in client.get(f"/{language}/letter").text
    for typed in (key, key.lower().replace("-", " "), f"https://x.example/en/request/{key}"):
        answer = client.post(f"/{language}/letter/open", data={"key": typed})
        assert answer.headers["location"] == f"/{language}/request/{key}"
    short = client.post(f"/{language}/letter/open", data={"key": "7KQ4M"})
    assert (short.status_code, words["problem.key"] in short.text) == (422, True)
    assert client.get("/de/letter").status_code == 404


@pytest.mark.parametrize(("language", "title"), [("en", "our fault"), ("fr", "notre faute")])
def test_a_defect_is_told_in_the_persons_language_and_logged_without_what_they_wrote(
    world: World, monkeypatch: pytest.MonkeyPatch, language: str, title: str
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("anna@mail.example")

    client = world.client()
    secret = secret_in(client.get(f"/{language}/erasure").text)
    monkeypatch.setattr("troth.web.public.visit.seal", broken)
    with capture_logs() as found:
        given = {"secret": secret, "email": "anna@mail.example"}
        answer = client.post(f"/{language}/erasure", data=given)
    assert answer.status_code == 500
    assert title in answer.text
    assert [one["event"] for one in found] == ["defect"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (
            "Qui\u00a0? 3\u202f000\u00a0€",
            "Qui\u00a0? 3\u202f000\u00a0€",
        ),  # as French keyboards have it
        ("می\u200cخواهم", "می\u200cخواهم"),  # two words of Persian, joined as they should be
        ("👩\u200d👧 Zoë", "👩\u200d👧 Zoë"),
        ("one\ttwo\r\nthree", "one two\nthree"),
        ("Anna\x00\x1b[31m \u202eBerg\u2066", "Anna[31m Berg"),  # nothing turns round, nothing ends
        ("a\ud800b\ue000c", "abc"),
    ],
)
def test_letters_stay_and_what_controls_goes(typed: str, kept: str) -> None:
    assert printable(typed) == kept
