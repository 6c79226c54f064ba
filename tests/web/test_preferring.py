"""Preferences by the link of a mail, and unsubscribing: consents and opt-outs in the ledger."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from troth.desk.intake.mail_links import mail_links
from troth.errors import Refused
from troth.grounds.facts import ConsentFact, Identifier
from troth.ledger.acts import opt_outs_of
from troth.ledger.consents import read_consents, record_consents
from troth.ledger.verify import verify
from troth.policy.choices import choices_of
from troth.postbox.tokens import LASTS, genuine, signing_part, subject_of, token_for
from web.conftest import ORG, World

ANNA = Identifier("email", "anna@mail.example")


def token_of(world: World, person: str = "email=anna@mail.example") -> str:
    return token_for(person, world.desk.key, ORG, world.now.date() + LASTS)


def secret_in(page: str) -> str:
    found = re.search(r'name="secret" value="([\w-]+)"', page)
    assert found
    return found[1]


def states(world: World) -> dict[str, str]:
    """What Anna said last to each consent."""
    with world.desk.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        return {fact.consent: fact.state for fact in read_consents(reading, world.now, ANNA)}


def opt_outs(world: World) -> tuple[tuple[str, ...], ...]:
    with world.desk.ledger.reading(ORG) as reading:
        return opt_outs_of(reading, ANNA)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_choice_is_recorded_and_what_stands_is_shown(world: World, language: str) -> None:
    offered = [one for one in choices_of(world.desk.policy) if one.consent is not None]
    given = next(one for one in offered if one.may_give)
    refused = next(one for one in offered if one is not given)
    client = world.client()
    address = f"/{language}/preferences/{token_of(world)}"
    page = client.get(address).text
    data = {"secret": secret_in(page), given.id: "yes", refused.id: "no"}
    answer = client.post(address, data=data)
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert client.get(where).status_code == 200
    world.desk.collect()
    assert states(world) == {given.consent: "given", refused.consent: "withdrawn"}
    after = client.get(where).text
    assert given.label in re.sub(r"&#39;", "'", after)
    assert ("Oui" if language == "fr" else "Yes") in after
    client.post(address, data=data)
    world.desk.collect()
    with world.desk.ledger.reading(ORG) as reading:
        assert len(read_consents(reading, world.now, ANNA)) == 2


@pytest.mark.clause("SMA-2d-10", "SMA-2d-15")
def test_one_click_unsubscribes_without_any_page_and_a_scanner_does_not(world: World) -> None:
    sold = [one for one in choices_of(world.desk.policy) if one.marketing and one.consent]
    with world.desk.ledger.writing(ORG) as writing:
        facts = [ConsentFact(ANNA, one.consent or "", "given", world.now) for one in sold]
        record_consents(writing, facts, by="test", at=world.now)
    client, address = world.client(), f"/u/{token_of(world)}"
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert world.desk.collect().others == 0
    headers = {"User-Agent": "a mail provider"}
    for _ in range(2):  # RFC 8058, section 3.1; providers repeat what was not answered in time
        done = client.post(address, data={"List-Unsubscribe": "One-Click"}, headers=headers)
        assert (done.status_code, done.text) == (200, "unsubscribed\n")
    assert world.desk.collect().others == 1
    assert set(states(world).values()) == {"withdrawn"}
    assert opt_outs(world) == ((),)
    client.post(address, data={"List-Unsubscribe": "One-Click"})
    world.desk.collect()
    assert opt_outs(world) == ((),)


def test_a_provider_that_unsubscribes_many_is_not_slowed(world: World) -> None:
    client = world.client()
    for at in range(30):
        token = token_of(world, f"email=p{at}@mail.example")
        done = client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert world.desk.collect().others == 30


def test_the_button_unsubscribes_and_leads_to_what_stands(world: World) -> None:
    client, address = world.client(), f"/u/{token_of(world)}"
    page = client.get(address)
    assert "text/html" in page.headers["content-type"]
    answer = client.post(address, data={"secret": secret_in(page.text)})
    assert answer.status_code == 303
    world.desk.collect()
    assert "You are unsubscribed" in client.get(answer.headers["location"]).text
    assert opt_outs(world) == ((),)


def test_a_post_without_its_words_unsubscribes_nobody(world: World) -> None:
    answer = world.client().post(f"/u/{token_of(world)}", data={"List-Unsubscribe": "Maybe"})
    assert answer.status_code == 422
    assert world.desk.collect().others == 0


def test_a_forged_an_expired_and_a_foreign_token_open_nothing(world: World) -> None:
    client, good = world.client(), token_of(world)
    other = token_for("email=anna@mail.example", b"k" * 32, ORG, date(2029, 1, 1))
    foreign = token_for("email=anna@mail.example", world.desk.key, "other", date(2029, 1, 1))
    old = token_for("email=anna@mail.example", world.desk.key, ORG, date(2026, 11, 25))
    assert client.get(f"/en/preferences/{old}").status_code == 404
    assert client.get(f"/u/{old}").status_code == 200  # unsubscribing outlives every mail
    for token in (other, foreign, good[:-2] + "AA", "é", "A" * 5000, good[:20]):
        assert client.get(f"/en/preferences/{token}").status_code == 404
        assert client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 404


def test_known_and_unknown_people_see_the_same(world: World) -> None:
    with world.desk.ledger.writing(ORG) as writing:
        one = next(one for one in choices_of(world.desk.policy) if one.consent)
        fact = ConsentFact(ANNA, one.consent or "", "given", world.now)
        record_consents(writing, [fact], by="test", at=world.now)
    pages = []
    for person in ("email=anna@mail.example", "email=nobody@mail.example"):
        token = token_of(world, person)
        page = world.client().get(f"/en/preferences/{token}").text
        pages.append(page.replace(token, "").replace(secret_in(page), ""))
    assert pages[0] == pages[1]


def test_what_stands_is_told_to_nobody_who_did_not_say_it(world: World) -> None:
    first, second = (one for one in choices_of(world.desk.policy)[:2])
    with world.desk.ledger.writing(ORG) as writing:
        fact = ConsentFact(ANNA, first.consent or "", "given", world.now)
        record_consents(writing, [fact], by="test", at=world.now)
    client, address = world.client(), f"/en/preferences/{token_of(world)}"
    data = {"secret": secret_in(client.get(address).text), second.id: "no"}
    where = client.post(address, data=data).headers["location"]
    world.desk.collect()
    after = client.get(where).text
    assert second.label in re.sub(r"&#39;", "'", after)
    assert first.label not in re.sub(r"&#39;", "'", after)


def test_a_token_hides_its_person_and_lasts_as_long_as_it_says(world: World) -> None:
    token = token_of(world)
    assert "anna" not in token
    assert subject_of(token, world.desk.key, ORG) == "email=anna@mail.example"
    public = signing_part(world.desk.key)
    last = world.now.date() + LASTS
    assert genuine(token, public, ORG, last)
    assert not genuine(token, public, ORG, last + timedelta(days=1))


def test_the_headers_of_a_mail_are_those_that_its_program_presses(world: World) -> None:
    links = mail_links(world.desk.policy, world.desk.key, ANNA, "https://data.example/", world.now)
    headers = dict(links.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("https://data.example")
    name, value = headers["List-Unsubscribe-Post"].split("=")
    assert world.client().post(address, data={name: value}).status_code == 200
    world.desk.collect()
    assert opt_outs(world) == ((),)
    page = world.client().get(links.preferences.removeprefix("https://data.example"))
    assert page.status_code == 200
    with pytest.raises(Refused, match="over TLS"):
        mail_links(world.desk.policy, world.desk.key, ANNA, "http://data.example", world.now)


def test_words_of_the_policy_in_another_language_are_marked_as_such(world: World) -> None:
    token = token_of(world)
    assert '<legend lang="en">' in world.client().get(f"/fr/preferences/{token}").text
    assert "<legend>" in world.client().get(f"/en/preferences/{token}").text
