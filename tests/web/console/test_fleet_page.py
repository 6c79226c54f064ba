"""The page of the agency: numbers of all organisations, and nobody else's to see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desk.fleet.town import make_town
from troth.desk.fleet.organisations import Organisations
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
    assert "out of reach (file-missing)" in page.text
    assert "0 of 2 are well" in page.text
