"""The page of a request: what its writer adds; a package is fetched once, by POST alone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from troth.apply.invite import Enclosed
from troth.desk.intake.answers import page_of
from troth.desk.intake.parcels import send_package
from troth.desk.standing.record import record_event
from troth.desk.workflow.identity import ask_code, ask_document, look_at_document
from troth.desk.workflow.office import Office, look
from troth.desk.workflow.scope import clarify
from troth.ledger.requests import RequestEvent, find_request, read_requests
from troth.postbox.parcels import CHUNK_BYTES, MOST_TRIES
from troth.postbox.seal import lock
from troth.postbox.standing import Standing
from troth.postbox.tokens import token_for
from web.conftest import ORG, World
from web.test_public import requests_of, send

PNG = b"\x89PNG\r\n\x1a\n" + b"made up" * 100


def forms(page: str) -> dict[str, str]:
    """By the end of its address: the secret of each form of the page."""
    found = re.findall(
        r'action="[^"]*/(\w+)"[^>]*>\s*<input type="hidden" name="secret" value="([\w-]+)"', page
    )
    return dict(found)


class Outbox:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.sent: list[tuple[object, ...]] = []

    def send(
        self,
        address: str,
        subject: str,
        body: str,
        html: str | None = None,
        enclosed: Sequence[Enclosed] = (),
        headers: Mapping[str, str] = {},
    ) -> None:
        self.sent.append((address, subject, body, html, enclosed, headers))


def office(world: World) -> Office:
    """The desk as staff work at it."""
    desk = world.desk
    assert desk.datamap is not None
    return Office(desk.ledger, desk.policy, desk.datamap, desk.key, mailer=Outbox(), box=world.box)


def show(world: World, receipt: str, **more: object) -> None:
    """Shows a standing of the request in the box, as the desk would."""
    number = requests_of(world)[0].number
    with world.desk.ledger.reading(ORG) as reading:
        request = find_request(reading, number)
    standing = page_of(request, world.desk.policy, world.now).model_copy(update=more)
    link = request.link or ""
    world.box.put(ORG, link, lock(standing.model_dump_json().encode(), link))


def asked(world: World) -> str:
    """A request that has been registered; its page."""
    receipt = send(world.client(), "access")
    world.desk.collect()
    return receipt


def test_a_word_is_recorded_once_and_the_page_says_so(world: World) -> None:
    receipt = asked(world)
    client = world.client()
    given = {
        "secret": forms(client.get(receipt).text)["word"],
        "word": "I also had an old account.",
    }
    for _ in range(2):
        answer = client.post(f"{receipt}/word", data=given)
        assert answer.headers["location"] == f"{receipt}?done=word"
        assert "Your words are here" in client.get(answer.headers["location"]).text
        world.desk.collect()
    (request,) = requests_of(world)
    assert [(e.kind, e.detail["words"]) for e in request.events] == [
        ("word-added", "I also had an old account.")
    ]
    assert "you added a word" in client.get(receipt).text


def test_a_request_is_withdrawn_by_post_alone(world: World) -> None:
    receipt = asked(world)
    client = world.client()
    page = client.get(receipt).text
    assert client.get(f"{receipt}/withdraw").status_code == 404
    world.desk.collect()
    assert requests_of(world)[0].events == ()
    client.post(f"{receipt}/withdraw", data={"secret": forms(page)["withdraw"]})
    world.desk.collect()
    assert [event.kind for event in requests_of(world)[0].events] == ["withdrawn"]
    after = client.get(receipt).text
    assert "You have withdrawn it." in after
    assert forms(after) == {}


def test_what_is_added_before_the_request_was_taken_arrives_with_it(world: World) -> None:
    client = world.client()
    receipt = send(client)
    given = {"secret": forms(client.get(receipt).text)["word"], "word": "One thing more."}
    client.post(f"{receipt}/word", data=given)
    found = world.desk.collect()
    assert (found.taken, found.others, found.unreadable) == (1, 1, ())
    assert requests_of(world)[0].events[0].detail["words"] == "One thing more."


def test_nobody_types_a_code_or_sends_a_document_that_was_not_asked_for(world: World) -> None:
    receipt, client = asked(world), world.client()
    secrets = forms(client.get(receipt).text)
    assert "code" not in secrets
    assert "document" not in secrets
    file = {"document": ("passport.png", PNG, "image/png")}
    early = client.post(f"{receipt}/document", data={"secret": "a" * 22}, files=file)
    assert (early.status_code, "none was kept" in early.text) == (422, True)


def test_the_code_of_a_mail_is_typed_on_the_page_and_the_clock_stops_and_starts(
    world: World,
) -> None:
    receipt, client, desk = asked(world), world.client(), office(world)
    number = requests_of(world)[0].number
    ask_code(desk, number, by="dpo", now=world.now, make=lambda: "123456")
    world.desk.collect()
    page = client.get(receipt).text
    assert "A code by mail" in page
    assert "since 26 November 2026 we wait for you" in page
    wrong = {"secret": forms(page)["code"], "code": "999 999"}
    assert client.post(f"{receipt}/code", data=wrong).status_code == 303
    world.desk.collect()
    again = client.get(receipt).text
    assert "A code by mail" in again
    world.now += timedelta(minutes=5)
    right = {"secret": forms(again)["code"], "code": "123 456"}
    client.post(f"{receipt}/code", data=right)
    world.desk.collect()
    after = client.get(receipt).text
    assert "we know that it is you" in after
    assert "28 December 2026" in after
    assert "code" not in forms(after)


def test_a_document_that_was_asked_for_is_sealed_at_the_desk(world: World) -> None:
    receipt, client, desk = asked(world), world.client(), office(world)
    number = requests_of(world)[0].number
    ask_document(desk, number, doubt="two people have this name", by="dpo", now=world.now)
    world.desk.collect()
    page = client.get(receipt).text
    assert "two people" not in page
    file = {"document": ("passport.png", PNG, "image/png")}
    given = {"secret": forms(page)["document"]}
    assert client.post(f"{receipt}/document", data=given, files=file).status_code == 303
    world.desk.collect()
    assert "your document came" in client.get(receipt).text
    _, progress = look(desk, number, world.now)
    (document,) = progress.identity.documents
    looked = look_at_document(desk, number, document, by="dpo", now=world.now)
    assert looked[1] == PNG


def test_a_question_of_the_desk_is_heard_with_a_word(world: World) -> None:
    receipt, client, desk = asked(world), world.client(), office(world)
    number = requests_of(world)[0].number
    clarify(desk, number, "Which of our shops?", about="scope", by="dpo", now=world.now)
    world.desk.collect()
    page = client.get(receipt).text
    assert "Which of our shops?" in page
    client.post(f"{receipt}/word", data={"secret": forms(page)["word"], "word": "That in Lyon."})
    world.desk.collect()
    assert "Which of our shops?" not in client.get(receipt).text
    question = look(desk, number, world.now)[1].question
    assert question is not None
    assert question.heard


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "Choose a file"),
        (b"<svg onload='alert(1)'/>", "neither a PDF nor a picture"),
        (b"MZ" + b"x" * 100, "neither a PDF nor a picture"),
        (b"%PDF-1.7" + b"x" * 8_000_000, "too large"),
    ],
    ids=["nothing", "svg", "program", "huge"],
)
def test_what_is_no_document_is_said_and_not_kept(
    world: World, content: bytes, problem: str
) -> None:
    receipt, client = asked(world), world.client()
    show(world, receipt, awaited=("document",))
    secret = forms(client.get(receipt).text)["document"]
    file = {"document": ("passport.pdf", content, "application/pdf")}
    answer = client.post(f"{receipt}/document", data={"secret": secret}, files=file)
    assert (answer.status_code, problem in answer.text) == (422, True)
    assert world.desk.collect().others == 0


def test_a_document_is_nowhere_in_clear(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, client = asked(world), world.client()
    show(world, receipt, awaited=("document",))
    secret = forms(client.get(receipt).text)["document"]
    spooled = tmp_path / "spool"
    spooled.mkdir()
    monkeypatch.setenv("TMPDIR", str(spooled))
    content = PNG + b"4711-PASSPORT" * 300_000
    rolled: list[object] = []
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", rolled.append)
    file = {"document": ("passport.png", content, "image/png")}
    assert (
        client.post(f"{receipt}/document", data={"secret": secret}, files=file).status_code == 303
    )
    assert rolled == []
    assert list(spooled.iterdir()) == []
    texts = [path.read_bytes() for path in tmp_path.glob("postbox*")]
    assert sum(map(len, texts)) > len(content)
    assert not any(b"4711-PASSPORT" in text for text in texts)


def test_the_page_tells_a_moved_deadline_and_what_is_awaited(world: World) -> None:
    receipt, client = asked(world), world.client()
    show(world, receipt, due_on=date(2027, 2, 26), extended=True)
    page = client.get(receipt).text
    assert "26 February 2027" in page
    assert "later than first said" in page
    show(
        world,
        receipt,
        due_on=None,
        stopped_on=date(2026, 12, 1),
        awaited=("word",),
        asked="Which shop?",
    )
    page = client.get(receipt).text
    assert "since 1 December 2026 we wait for you" in page
    assert "Which shop?" in page


def test_the_other_language_is_one_link_away_on_every_page(world: World) -> None:
    receipt, client = asked(world), world.client()
    secret = forms(client.get(receipt).text)["word"]
    token = token_for("email=anna@mail.example", world.desk.key, ORG, date(2029, 1, 1))
    for page in (
        client.get(receipt),
        client.post(f"{receipt}/word", data={"secret": secret, "word": ""}),
        client.post("/en/erasure/child", data={"secret": secret}),
        client.get(f"/u/{token}"),
        client.get("/en/policy/overview"),
        client.get("/nothing/at/all"),
    ):
        (link,) = re.findall(r'href="([^"]+)" lang="fr"', page.text)
        assert client.get(link).status_code == 200, link


# --- packages ---


def package(size: int = 3 * CHUNK_BYTES + 17) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("data.json", b"x" * size)
    return made.getvalue()


def laid_ready(world: World, tmp_path: Path, content: bytes) -> tuple[str, str]:
    """The page of a request whose package is ready, and the code."""
    receipt = asked(world)
    file = tmp_path / "package.zip"
    file.write_bytes(content)
    number = requests_of(world)[0].number
    code = send_package(
        world.box, world.desk.ledger, world.desk.policy, number, file, by="dpo", now=world.now
    )
    return receipt, code


def test_a_package_is_fetched_with_the_code_and_then_its_bytes_go(
    world: World, tmp_path: Path
) -> None:
    content = package()
    receipt, code = laid_ready(world, tmp_path, content)
    client = world.client()
    for _ in range(3):  # a mail scanner opens every link
        assert "Your data is ready" in client.get(receipt).text
        assert client.get(f"{receipt}/package").status_code == 404
    answer = client.post(f"{receipt}/package", data={"package": code.lower().replace("-", " ")})
    assert answer.status_code == 200
    assert answer.content == content
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    world.now += timedelta(hours=1, seconds=1)
    world.desk.collect()
    assert "Your data is ready" not in client.get(receipt).text
    assert "was fetched, and deleted here" in client.get(receipt).text
    kinds = [event.kind for event in requests_of(world)[0].events]
    assert kinds == ["package-sent", "package-fetched"]
    gone = client.post(f"{receipt}/package", data={"package": code})
    assert (gone.status_code, "has been fetched" in gone.text) == (422, True)


def test_an_interrupted_download_is_fetched_again_once_within_the_hour(
    world: World, tmp_path: Path
) -> None:
    content = package()
    receipt, code = laid_ready(world, tmp_path, content)
    client, statuses = world.client(), []
    for _ in range(3):
        world.now += timedelta(minutes=10)
        statuses.append(client.post(f"{receipt}/package", data={"package": code}).status_code)
    assert statuses == [200, 200, 422]


def test_after_an_hour_even_the_second_try_is_over(world: World, tmp_path: Path) -> None:
    receipt, code = laid_ready(world, tmp_path, package())
    client = world.client()
    assert client.post(f"{receipt}/package", data={"package": code}).status_code == 200
    world.now += timedelta(hours=1, seconds=1)
    assert client.post(f"{receipt}/package", data={"package": code}).status_code == 422


def test_a_package_that_nobody_fetches_goes_after_two_weeks(world: World, tmp_path: Path) -> None:
    receipt, code = laid_ready(world, tmp_path, package())
    world.now += timedelta(days=15)
    assert world.client().post(f"{receipt}/package", data={"package": code}).status_code == 422
    world.desk.collect()
    assert [e.kind for e in requests_of(world)[0].events] == ["package-sent", "package-expired"]


def test_codes_cannot_be_tried_out(world: World, tmp_path: Path) -> None:
    receipt, code = laid_ready(world, tmp_path, package())
    client = world.client()
    for _ in range(MOST_TRIES):
        world.seconds += 60
        wrong = client.post(f"{receipt}/package", data={"package": "0000-0000"})
        assert wrong.status_code == 422
    world.seconds += 60
    assert client.post(f"{receipt}/package", data={"package": code}).status_code == 422
    assert "Too many wrong codes" in client.get(receipt).text


def test_a_package_lies_locked_and_a_piece_that_was_altered_breaks_the_download(
    world: World, tmp_path: Path
) -> None:
    import sqlalchemy as sa

    from troth.postbox.tables import chunks

    content = package()
    receipt, code = laid_ready(world, tmp_path, content)
    texts = [path.read_bytes() for path in tmp_path.glob("postbox*")]
    assert not any(b"x" * 64 in text for text in texts)
    with world.box.writing() as connection:
        connection.execute(sa.delete(chunks).where(chunks.c.position == 1))
    with pytest.raises(Exception, match="missing or altered"):
        world.client().post(f"{receipt}/package", data={"package": code})


def test_the_other_organisation_of_a_server_does_not_open_a_link(world: World) -> None:
    receipt = asked(world)
    content = world.box.window("rights.softfil.example")
    assert content is not None
    world.box.show("other", "rights.other.example", {**content, "organisation": "other"})
    assert world.client().get(receipt).status_code == 200
    elsewhere = world.client().get(receipt, headers={"Host": "rights.other.example"})
    assert elsewhere.status_code == 404


def test_a_closed_request_says_how_it_ended_and_takes_no_more_words(world: World) -> None:
    receipt, client = asked(world), world.client()
    secret = forms(client.get(receipt).text)["word"]
    number = requests_of(world)[0].number
    with world.desk.ledger.writing(ORG) as writing:
        record_event(writing, world.desk.policy, number, RequestEvent("closed", world.now, "dpo"))
    world.desk.collect()
    page = client.get(receipt).text
    assert "It has been answered, and is closed." in page
    assert "26 November 2026" in page
    client.post(f"{receipt}/word", data={"secret": secret, "word": "And now?"})
    assert world.desk.collect().unreadable == ()
    assert len(requests_of(world)[0].events) == 1


def test_a_standing_names_nobody(world: World) -> None:
    send(world.client(), name="Anna Berg", words="Lyon")
    world.desk.collect()
    with world.desk.ledger.reading(ORG) as reading:
        (request,) = read_requests(reading)
    text = page_of(request, world.desk.policy, world.now).model_dump_json()
    assert not any(word in text for word in ("anna", "Berg", "Lyon"))
    assert Standing.model_validate_json(text).number == request.number
