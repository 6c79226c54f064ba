"""What the night and the commands keep for the console: checks, plans, lists of older versions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from troth.apply.check import check
from troth.apply.forecast import forecast
from troth.apply.planning import make_plan
from troth.desk.overview import checked, plans
from troth.desk.overview.mapped import mapped
from troth.errors import Refused
from troth.ledger.facts import read_facts
from troth.ledger.kept_checks import check_history
from troth.ledger.standings import read_standings, replace_standings
from troth.web.console.desks import OpenDesk, open_desk
from web.console.conftest import KEY
from web.console.world import NOON, ORG, fill, make_project, setting_of


def test_a_check_is_read_as_it_was_kept_and_its_forecast_outlives_it(tmp_path: Path) -> None:
    with open_desk(make_project(tmp_path), {}, KEY, NOON) as desk:
        setting = setting_of(desk)
        facts = read_facts(desk.ledger, ORG, NOON)
        report, coming = check(setting, facts, NOON), forecast(setting, facts, NOON)
        later = NOON + timedelta(days=1)
        tomorrow = check(setting, facts, later)
        with desk.ledger.writing(ORG) as writing:
            checked.keep(writing, report, coming)
        with desk.ledger.reading(ORG) as reading:
            found = checked.newest(reading)
            shown = mapped(reading, desk.project().map, desk.policy)
        assert found is not None
        assert (found.report, found.forecast) == (report, coming)
        assert [one.special for one in shown.tables[0].columns] == [False, False, True]
        with desk.ledger.writing(ORG) as writing:
            checked.keep(writing, tomorrow)
            checked.keep(writing, tomorrow)  # a second check of the same day counts alone
        with desk.ledger.reading(ORG) as reading:
            found = checked.newest(reading)
            days = [one.day for one in check_history(reading, most=9)]
        assert found is not None
        assert (found.report, found.forecast) == (tomorrow, coming)
        assert days == [report.as_of, tomorrow.as_of]


def test_whoever_made_a_plan_does_not_approve_it(tmp_path: Path) -> None:
    with open_desk(make_project(tmp_path), {}, KEY, NOON) as desk:
        made = make_plan(setting_of(desk), read_facts(desk.ledger, ORG, NOON), NOON)
        with desk.ledger.writing(ORG) as writing:
            plans.keep(writing, made, by="mo", at=NOON)
            with pytest.raises(Refused) as own:
                plans.approve(writing, made.digest(), by="mo", at=NOON)
            with pytest.raises(Refused) as unknown:
                plans.approve(writing, "0" * 64, by="jo", at=NOON)
            plans.approve(writing, made.digest(), by="jo", at=NOON)
        assert (own.value.code, unknown.value.code) == ("own-plan", "unknown-plan")
        with desk.ledger.reading(ORG) as reading:
            (found,) = plans.waiting_plans(reading, NOON)
        assert found.plan == made
        assert found.approval is not None
        assert found.approval.approved_by == "jo"


def test_requests_of_an_older_version_are_listed_after_the_upgrade(tmp_path: Path) -> None:
    folder = make_project(tmp_path)

    def standings(desk: OpenDesk) -> list[object]:
        with desk.ledger.reading(ORG) as reading:
            return list(read_standings(reading))

    with open_desk(folder, {}, KEY, NOON) as desk:
        fill(desk)
        before = standings(desk)
        with desk.ledger.writing(ORG) as writing:
            replace_standings(writing, [])  # as an older version leaves it
    with open_desk(folder, {}, KEY, NOON) as desk:
        assert standings(desk) == before
