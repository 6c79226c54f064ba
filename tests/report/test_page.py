"""The HTML report: complete in itself, safe, in two languages."""

from __future__ import annotations

import inspect
import re
import string
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from apply.shop import POLICY
from troth.apply import check, reasons
from troth.apply.forecast import Forecast
from troth.apply.promises import (
    CheckReport,
    Finding,
    GroupCount,
    PromiseState,
    Reason,
    Status,
    Undeclared,
    promises_of,
)
from troth.language import LANGUAGES, Language
from troth.law.calendar import Period
from troth.policy.load import parse_policy
from troth.policy.model import Policy
from troth.report import as_json
from troth.report.chart import Series, nice_ceiling, stacked
from troth.report.english import ENGLISH
from troth.report.french import FRENCH
from troth.report.page import Insight, page
from troth.report.words import Words

TITLE = "<script>alert(1)</script> & co"


@pytest.fixture
def policy() -> Policy:
    return parse_policy(POLICY, "policy.yaml").model_copy(update={"title": TITLE})


def finding(status: Status, table: str) -> Finding:
    due, unknown = (7 if status == "broken" else 0), (3 if status == "unknown" else 0)
    return Finding(
        "shop",
        table,
        ("email",),
        status,
        rows=20,
        due=due,
        unknown=unknown,
        kept=20 - due - unknown,
        overdue_since=date(2020, 5, 1) if due else None,
        reasons=(Reason("event-null", (("column", "at"), ("event", "entry")), 3),)
        if unknown
        else (),
    )


def report_of(policy: Policy) -> CheckReport:
    states: tuple[Status, ...] = ("broken", "kept", "unknown")
    return CheckReport(
        organisation="corner-shop",
        title=policy.title,
        as_of=date(2026, 11, 22),
        at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        promises=tuple(
            PromiseState(promise, (finding(state, f"t{number}"),))
            for number, (promise, state) in enumerate(zip(promises_of(policy), states, strict=True))
        ),
        groups=(GroupCount("shop", "t0", ("email",), 20, 7, 0, 13),),
        undeclared=(Undeclared("table", "shop", "surprise"),),
    )


def rendered(policy: Policy, language: Language) -> str:
    promises = promises_of(policy)
    months = tuple(date(2027 + at // 12, at % 12 + 1, 1) for at in range(24))
    counts = {promises[0]: (5,) * 24, promises[1]: (0,) * 24, promises[2]: (1, *(0,) * 23)}
    insight = Insight(Forecast(months, counts))
    return page(report_of(policy), policy, insight, language)


class _Outline(HTMLParser):
    """What a page loads and how it is built."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset")]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_needs_nothing_else(policy: Policy, language: Language) -> None:
    text = rendered(policy, language)
    outline = _Outline()
    outline.feed(text)

    assert not {"script", "link", "img", "iframe"} & set(outline.tags)
    assert outline.loads == []
    assert "url(" not in text
    assert "@import" not in text
    assert outline.tags.count("table") == outline.tags.count("caption")
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert outline.headings[0] == 1
    assert all(after <= before + 1 for before, after in steps)


def test_texts_of_the_policy_are_escaped(policy: Policy) -> None:
    text = rendered(policy, "en")

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in text
    assert "<script" not in text


def test_english_and_french_tell_the_same(policy: Policy) -> None:
    english, french = rendered(policy, "en"), rendered(policy, "fr")

    assert "7 rows overdue" in english
    assert "since 1 May 2020" in english
    assert "7 lignes échues" in french
    assert "depuis le 1er mai 2020" in french
    assert "surprise" in english
    assert "surprise" in french


def test_both_catalogues_have_the_same_keys_and_values() -> None:
    assert set(ENGLISH) == set(FRENCH)
    for key, text in ENGLISH.items():
        assert _fields(text) >= _fields(FRENCH[key]), key


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_reason_has_its_words_and_its_remedy() -> None:
    codes = {key.partition(".")[2] for key in ENGLISH if key.startswith("why.")}
    assert codes == {key.partition(".")[2] for key in ENGLISH if key.startswith("how.")}


def test_every_reason_that_a_check_gives_is_in_the_catalogues() -> None:
    sources = [inspect.getsource(module) for module in (check, reasons, as_json)]
    given = {
        code
        for source in sources
        for code in re.findall(
            r'(?:yield |Reason\()"([a-z]+(?:-[a-z]+)+|nobody|undecided)"', source
        )
    }
    assert len(given) > 15
    assert {f"why.{code}" for code in given} <= set(ENGLISH)


def test_numbers_and_periods_in_words() -> None:
    english, french = Words("en"), Words("fr")
    assert english.count("rows", 0) == "0 rows"
    assert french.count("rows", 0) == "0 ligne"
    assert english.number(1234567) == "1,234,567"
    assert english.period(Period(1, 0, 30)) == "1 year 30 days"
    assert french.period(Period(0, 18, 0)) == "18 mois"


def test_small_series_are_put_together() -> None:
    series = [Series(str(n), (n, 2 * n)) for n in range(1, 9)]
    found = stacked(series, 5, "rest")
    assert [one.name for one in found] == ["8", "7", "6", "5", "4", "rest"]
    assert found[-1].rows == (6, 12)


@pytest.mark.parametrize(
    ("number", "ceiling"), [(0, 4), (4, 4), (5, 8), (13, 20), (21, 40), (101, 120), (1999, 2000)]
)
def test_the_axis_ends_on_a_round_number(number: int, ceiling: int) -> None:
    assert nice_ceiling(number) == ceiling
