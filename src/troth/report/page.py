"""The report as one HTML file that needs nothing else: for a manager, on screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from troth import __version__
from troth.apply.forecast import Forecast
from troth.apply.promises import CheckReport, PromiseState
from troth.language import Language
from troth.law.calendar import Period
from troth.plan.model import Notice
from troth.policy.model import Policy
from troth.report.chart import Series, bars, stacked
from troth.report.notices import folded
from troth.report.same import same_reasons
from troth.report.words import Words

MOST_SERIES = 5  # promises told apart by colour; the others are one


@dataclass(frozen=True)
class Assumption:
    """A period that the policy's text leaves open, and that we have set."""

    name: str
    value: Period
    text: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Insight:
    """What a report shows beside the check: the months to come, and what repairing touches."""

    forecast: Forecast | None = None
    notices: tuple[Notice, ...] = ()


def page(report: CheckReport, policy: Policy, insight: Insight, language: Language) -> str:
    """The report as HTML in one language; promises themselves are in the policy's."""
    words = Words(language)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    source = resources.files("troth.report").joinpath("report.html.j2").read_text("utf-8")
    broken = sorted(report.having("broken"), key=lambda state: -state.due)
    unknown = report.having("unknown")
    return environment.from_string(source).render(
        w=words,
        report=report,
        version=__version__,
        broken=broken,
        unknown=[state for state in unknown if state.findings],
        unseen=[state for state in unknown if not state.findings],
        kept=report.having("kept"),
        numbers={status: len(report.having(status)) for status in ("kept", "broken", "unknown")},
        chart=_chart(insight.forecast, words),
        assumptions=assumptions(policy, report.promises),
        notices=folded(insight.notices),
        same=same_reasons([*broken, *unknown]),
        promised_in=policy.languages[0] if policy.languages else language,
    )


@dataclass(frozen=True)
class Chart:
    """The drawing, its series with their names, and the same numbers month by month."""

    svg: Markup
    series: tuple[Series, ...]
    months: tuple[tuple[str, tuple[int, ...]], ...]
    spread: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(one.total for one in self.series)


def _chart(forecast: Forecast | None, words: Words) -> Chart | None:
    if forecast is None:
        return None
    every = [Series(words.sentence(one), rows) for one, rows in forecast.rows.items()]
    series = stacked(every, MOST_SERIES, words("chart.rest"))
    if not series:
        return None
    months = tuple(
        (words.month(month), tuple(one.rows[at] for one in series))
        for at, month in enumerate(forecast.months)
    )
    drawn = bars(series, forecast.months, words, words("chart.title"))
    return Chart(drawn, series, months, forecast.spread)


def assumptions(policy: Policy, promises: Sequence[PromiseState]) -> tuple[Assumption, ...]:
    """The parameters that are ours, those first on which a checked promise rests."""
    used = {name for state in promises for name in state.promise.assumptions}
    ours = [(name, one) for name, one in policy.parameters.items() if one.ours]
    ours.sort(key=lambda pair: pair[0] not in used)
    return tuple(Assumption(name, one.value, one.text, one.clauses) for name, one in ours)
