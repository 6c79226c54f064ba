"""A new key for a desk: what was sealed before still opens, and what a crash leaves too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import patch

import pyotp
import pytest

from apply.shop import MAP, POLICY
from troth.cli.main import main
from troth.datamap.load import parse_map
from troth.desk.accounts.enrol import invite, new_authenticator, set_password
from troth.desk.accounts.sessions import find_session, start_session
from troth.desk.accounts.signing import Given, sign_in
from troth.desk.intake import rotation
from troth.desk.intake.collect import collect, counter_of
from troth.desk.intake.key import KeyFile, key_in
from troth.desk.intake.rotation import retire, rotate
from troth.desk.intake.window import Look, window_of
from troth.desk.standing.record import record_request
from troth.errors import Refused, Transient
from troth.ledger.accounts import add_account
from troth.ledger.desk_key import keys_of
from troth.ledger.documents import digest_of_sealed, open_document, store_document
from troth.ledger.entries import read_entries
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.requests import Request
from troth.ledger.verify import verify
from troth.policy.load import parse_policy
from troth.postbox.box import Letter, open_postbox
from troth.postbox.content import Content, written
from troth.postbox.numbers import number_of
from troth.postbox.seal import SealError, fingerprint, public_part, seal
from troth.postbox.tokens import genuine, subject_of, token_for
from troth.web.serve import Desk

ORG = "corner-shop"
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
POLICY_OF = parse_policy(POLICY.encode(), "policy.yaml")
MAP_OF = parse_map(MAP.encode(), "map.yaml", POLICY_OF)[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    key_in(tmp_path / "postbox.key")
    return tmp_path / "postbox.key"


@pytest.fixture
def ledger(tmp_path: Path):  # type: ignore[no-untyped-def]  # a generator of one ledger
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=NOW) as made:
        yield made


def document(ledger: Ledger, key: bytes, content: bytes = b"a proof") -> str:
    asked = Request(
        "AAAAA-11111", "access", "portal", NOW, date(2026, 7, 10), "en", "a@b.example", {}
    )
    with ledger.writing(ORG) as writing:
        record_request(writing, POLICY_OF, asked, by="x", at=NOW)
        return store_document(
            writing, asked.number, "proof", content, "text/plain", desk_key=key, by="x", at=NOW
        ).id


def content_of(ledger: Ledger, id: str, key: bytes) -> bytes:
    with ledger.reading(ORG) as reading:
        return open_document(reading, id, desk_key=key)


@pytest.mark.parametrize("content", [b"a proof", b""])
def test_documents_are_sealed_anew(ledger: Ledger, file: Path, content: bytes) -> None:
    old = key_in(file)
    id = document(ledger, old, content)
    found = rotate(ledger, ORG, file, by="anne", at=NOW)
    new = key_in(file)
    assert (found.documents, len(found.older), bytes(new) != bytes(old)) == (1, 1, True)
    assert keys_of(new)[1:] == (bytes(old),)
    assert content_of(ledger, id, bytes(new)) == content  # by the new one alone
    with pytest.raises(Refused, match="does not open"):
        content_of(ledger, id, bytes(old))
    assert rotate(ledger, ORG, file, by="anne", at=NOW).documents == 1
    with ledger.reading(ORG) as reading:
        sealed = digest_of_sealed(reading, id)
        entries = list(read_entries(reading))
        assert verify(reading).ok
    last = [one.payload for one in entries if one.kind == "document-sealed-anew"][-1]
    assert last is not None
    assert last["sealed"] == sealed
    kept = str([one.payload for one in entries])
    assert all(one.hex() not in kept for one in keys_of(key_in(file)))


def test_a_crash_between_file_and_ledger_leaves_nothing_shut(ledger: Ledger, file: Path) -> None:
    id = document(ledger, key_in(file))
    with (
        patch.object(rotation, "reseal_documents", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        rotate(ledger, ORG, file, by="anne", at=NOW)
    assert len(keys_of(key_in(file))) == 2
    assert content_of(ledger, id, key_in(file)) == b"a proof"
    assert retire(ledger, ORG, file, by="anne", at=NOW).documents == 1
    assert len(keys_of(key_in(file))) == 1
    assert content_of(ledger, id, key_in(file)) == b"a proof"


def test_a_key_file_that_cannot_be_written_changes_nothing(ledger: Ledger, file: Path) -> None:
    id, before = document(ledger, key_in(file)), file.read_bytes()
    with (
        patch.object(Path, "replace", side_effect=OSError("no room")),
        pytest.raises(Refused, match="cannot be written"),
    ):
        rotate(ledger, ORG, file, by="anne", at=NOW)
    assert file.read_bytes() == before
    assert [one.name for one in file.parent.glob("postbox.key*")] == ["postbox.key"]
    assert content_of(ledger, id, key_in(file)) == b"a proof"


def test_colleagues_keep_their_ways_in_and_sign_in_anew(ledger: Ledger, file: Path) -> None:
    with ledger.writing(ORG) as writing:
        account = add_account(writing, "anne", "dpo", by="x", at=NOW)
        invite(writing, key_in(file), account, NOW)
        made = new_authenticator(key_in(file), ORG, account, NOW)
        code = pyotp.TOTP(made.secret).at(NOW)
        password = "four calm otters juggle"
        recovery = set_password(writing, key_in(file), account, password, made.ticket, code, NOW)
        token = start_session(writing, account, how="test", at=NOW)
    found = rotate(ledger, ORG, file, by="anne", at=NOW)
    assert (found.authenticators, found.sessions) == (1, 1)
    with ledger.reading(ORG) as reading:
        assert find_session(reading, token, NOW) is None
    later = NOW.replace(minute=5)
    code = pyotp.TOTP(made.secret).at(later)
    key = key_in(file)
    assert sign_in(ledger, ORG, key, Given("anne", password, code), later).name == "anne"
    assert sign_in(ledger, ORG, key, Given("anne", password, recovery[0]), later).name == "anne"
    retire(ledger, ORG, file, by="anne", at=later)
    last, key = NOW.replace(minute=9), key_in(file)
    code = pyotp.TOTP(made.secret).at(last)
    assert sign_in(ledger, ORG, key, Given("anne", password, code), last).name == "anne"
    with pytest.raises(Refused):
        sign_in(ledger, ORG, key, Given("anne", password, recovery[1]), last)


def test_letters_on_their_way_and_links_of_mails_still_open(ledger: Ledger, file: Path) -> None:
    old, secret = key_in(file), "s" * 30
    said = Content(secret=secret, language="en", right="access", email="anna@mail.example")
    number = number_of(secret)
    sealed = seal(written(said), public_part(old), f"{ORG} {number}")
    token = token_for("email=anna@mail.example", old, ORG, date(2028, 1, 1))
    rotate(ledger, ORG, file, by="anne", at=NOW)
    key = key_in(file)
    window = window_of(POLICY_OF, key, NOW.date(), "shop.example", Look())
    assert window.key == public_part(key).hex()
    public = [bytes.fromhex(one) for one in (window.signing, *window.signed_before)]
    assert [genuine(token, one, ORG, NOW.date()) for one in public] == [False, True]
    assert subject_of(token, keys_of(key)[1], ORG) == "email=anna@mail.example"
    with pytest.raises(SealError):
        subject_of(token, bytes(key), ORG)
    with open_postbox(str(file.parent / "box.sqlite"), make=True) as box:
        box.post(Letter(fingerprint(secret), ORG, number, NOW, "2026-07-10", sealed))
        assert collect(counter_of(box, ledger, POLICY_OF, key, MAP_OF), NOW).taken == 1


def test_the_command_names_keys_and_never_shows_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    settings = "troth: 1\nstores: {shop: 'sqlite:///shop.db'}\n"
    (tmp_path / "troth.yaml").write_text(settings, encoding="utf-8")
    project = ["--project", str(tmp_path)]
    assert main(["key", "rotate", "--by", "anne", *project]) == 0
    assert main(["key", "show", *project]) == 0
    said = capsys.readouterr().out
    assert "0 documents and 0 authenticators sealed anew" in said
    keys = keys_of(key_in(tmp_path / "postbox.key"))
    assert len(keys) == 2
    assert all(one.hex() not in said for one in keys)
    assert main(["key", "retire", *project, "--json"]) == 0
    assert len(keys_of(key_in(tmp_path / "postbox.key"))) == 1
    (tmp_path / "postbox.key").write_text("no key\n")
    assert main(["key", "rotate", *project]) == 2
    assert "[key-file]" in capsys.readouterr().err


def test_a_running_server_opens_by_the_new_key_without_being_started_again(
    ledger: Ledger, file: Path
) -> None:
    """What is sealed anew opens at once; what is not whole opens nothing, and is made by nobody."""
    running = KeyFile(file)
    stored = document(ledger, running.now())
    before = running.now()
    rotate(ledger, ORG, file, by="dpo", at=NOW)
    assert running.now() != before
    assert keys_of(running.now())[1:] == (bytes(before),)
    with ledger.reading(ORG) as reading:
        assert open_document(reading, stored, desk_key=running.now()) == b"a proof"
        with pytest.raises(Refused):
            open_document(reading, stored, desk_key=bytes(before))

    whole = file.read_text()
    for half in ("", whole[:40], whole + "12"):
        file.write_text(half)
        with pytest.raises(Transient) as caught:
            running.now()
        assert caught.value.code == "key-file-changed"
    file.unlink()
    with pytest.raises(Transient):
        running.now()
    assert not file.exists()
    file.touch(mode=0o600)
    file.write_text(whole)
    assert keys_of(running.now()) == keys_of(key_in(file))
    file.chmod(0o644)
    with pytest.raises(Transient):
        running.now()


def test_the_public_pages_seal_for_the_new_key(ledger: Ledger, file: Path, tmp_path: Path) -> None:
    with open_postbox(str(tmp_path / "box.sqlite"), make=True) as box:
        desk = Desk(box, ledger, POLICY_OF, KeyFile(file), lambda: NOW, MAP_OF)
        desk.show("shop.example")
        rotate(ledger, ORG, file, by="dpo", at=NOW)
        retire(ledger, ORG, file, by="dpo", at=NOW)
        desk.show("shop.example")
        shown = box.window("shop.example")
        assert shown is not None
        assert shown["key"] == public_part(key_in(file)).hex()
