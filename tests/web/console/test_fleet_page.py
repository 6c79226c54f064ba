"""The agency's page of all organisations, and the calendar by its address: numbers, no names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from icalendar import Calendar

from desk.fleet.town import make_town
from troth.desk.fleet.organisations import Organisations
from troth.ledger.accounts import AccountEvent, record_account_event
from troth.ledger.breaches import open_breach
from troth.project.server import load_server
from web.console.conftest import NOON, Bureau


def test_the_agency_sees_how_each_stands(bureau: Bureau, tmp_path: Path) -> None:
    town = tmp_path / "town"
    town.mkdir()
    file = make_town(town, ["acme", "cafe"])
    (town / "cafe" / "map.yaml").unlink()
    assert bureau.signed_in("dpo").get("/fleet").status_code == 404  # no agency
    with Organisations(load_server(file, {}), {}, lambda: NOON) as organisations:
        bureau.desk = replace(bureau.desk, fleet=organisations)
        assert bureau.client().get("/fleet").status_code == 303
        page = bureau.signed_in("auditor").get("/fleet")
        assert bureau.signed_in("publisher").get("/fleet").status_code == 403
    assert page.status_code == 200
    assert "acme" in page.text
    assert "<code>file-missing</code>" in page.text
    assert "0 of 2 are well" in page.text
    assert page.text.index(">cafe<") < page.text.index(">acme<")  # the worst comes first
    assert 'href="https://desk.acme.example/"' in page.text


def test_a_calendar_opens_by_its_address_until_the_account_changes(bureau: Bureau) -> None:
    account = bureau.let_in("dpo", "anne")
    desk = bureau.desk
    with desk.ledger.writing(desk.organisation) as writing:
        open_breach(writing, NOON, by="anne", at=NOON)
    page = bureau.client(bureau.token(account)).get("/calendar").text
    found = re.search(r"https://\S+(/calendar/\w+\.ics)", page)
    assert found
    program = bureau.client()  # signs in nowhere
    answer = program.get(found[1])
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtend") == NOON + timedelta(hours=72)
    assert "anne" not in answer.text
    assert program.get(found[1].replace(".ics", "0.ics")).status_code == 404
    assert bureau.signed_in("publisher").get("/calendar").status_code == 403
    with desk.ledger.writing(desk.organisation) as writing:
        record_account_event(writing, AccountEvent(account.id, "keys-reset", NOON, "test"))
    assert program.get(found[1]).status_code == 404
