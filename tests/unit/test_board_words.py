"""Figures in words: values, hidden numbers, what changed in a year and whether that is better."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board import words
from board.tables import ROLLING, Benchmark, Figure, Indicator

JANUARY = dt.date(2025, 1, 1)


def figure(value: float | None, *, month: dt.date = JANUARY, period: str = ROLLING, **given: bool) -> Figure:
    hidden, complete, rounded = given.get("hidden", False), given.get("complete", True), given.get("rounded", False)
    return Figure(month, period, "all", "all", value, None, None, hidden, rounded, complete)


def indicator(
    *figures: Figure, unit: str = "%", direction: str = "higher is better", england: float | None = None
) -> Indicator:
    return Indicator(
        id="i", title="Plans in time", definition="d", numerator="n", denominator="d", unit=unit, direction=direction,
        period_rule="p", statutory_basis="b", source="s", figures=figures, neighbours={},
        england={} if england is None else {"all": Benchmark("2024", "England", england)},
    )  # fmt: skip


def two_years(
    before: float | None, now: float | None, *, unit: str = "%", direction: str = "higher is better"
) -> Indicator:
    return indicator(figure(before, month=dt.date(2024, 1, 1)), figure(now), unit=unit, direction=direction)


@pytest.mark.parametrize(
    ("before", "now", "unit", "direction", "says"),
    [
        (40.0, 47.2, "%", "higher is better", "Up 7.2 points in a year: better"),
        (47.2, 40.0, "%", "higher is better", "Down 7.2 points in a year: worse"),
        (12.0, 15.0, "%", "lower is better", "Up 3.0 points in a year: worse"),
        (2.4, 2.9, "%", "lower is better", "Up 0.5 points in a year: worse"),
        (45.0, 45.9, "%", "higher is better", "About the same as a year before"),
        (6500.0, 7150.0, "plans", "context", "Up 10% in a year"),
        (7000.0, 7050.0, "plans", "context", "About the same as a year before"),
        (0.0, 3.0, "appeals", "lower is better", "Up 3 in a year: worse"),
        (0.0, 0.0, "appeals", "lower is better", "About the same as a year before"),
        (None, 3.0, "appeals", "lower is better", "No figure a year before"),
        (3.0, None, "appeals", "lower is better", "No figure to compare"),
    ],
)
def test_trend(before: float | None, now: float | None, unit: str, direction: str, says: str) -> None:
    assert words.trend(two_years(before, now, unit=unit, direction=direction)) == says


@given(st.floats(0, 100), st.floats(0, 100))
def test_trend_is_better_one_way_and_worse_the_other(before: float, now: float) -> None:
    there = words.trend(two_years(before, now))
    back = words.trend(two_years(before, now, direction="lower is better"))
    assert there.removesuffix("better").removesuffix("worse") == back.removesuffix("better").removesuffix("worse")
    assert ("better" in there) == ("worse" in back)


def test_a_month_that_is_not_complete_is_not_the_headline() -> None:
    made = indicator(figure(40.0, month=dt.date(2024, 12, 1)), figure(90.0, complete=False))
    assert made.latest is not None
    assert made.latest.value == 40.0


@pytest.mark.parametrize(
    ("made", "unit", "says"),
    [
        (figure(45.34), "%", "45.3%"),
        (figure(None, hidden=True), "%", "hidden"),
        (figure(None), "%", "none"),
        (figure(62.0, rounded=True), "%", "about 62%"),
        (figure(3.214), "per 100 pupils", "3.21"),
        (figure(7300.0), "plans", "7,300"),
        (None, "%", "none"),
    ],
)
def test_values_as_they_are_shown(made: Figure | None, unit: str, says: str) -> None:
    assert words.shown(made, unit) == says


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (figure(1.0), "12 months to January 2025"),
        (figure(1.0, period="month"), "January 2025"),
        (figure(1.0, period="month", complete=False), "January 2025 (not complete)"),
        (figure(1.0, period="as at month end"), "end of January 2025"),
        (figure(1.0, period="as at month end", complete=False), "January 2025 so far"),
        (figure(1.0, period="school year to date"), "school year to January 2025"),
    ],
)
def test_periods(made: Figure, says: str) -> None:
    assert words.period(made) == says


def test_counts_behind_a_hidden_figure_are_hidden() -> None:
    assert words.count(3, hidden=True) == "hidden"
    assert words.count(0, hidden=False) == "0"
    assert words.count(None, hidden=False) == ""


def test_beside_england_only_where_shares_can_be_compared() -> None:
    assert words.beside_england(indicator(figure(40.0), england=45.9)) == "5.9 points below England (45.9% in 2024)."
    assert words.beside_england(indicator(figure(45.5), england=45.9)).startswith("About the same as England")
    assert words.beside_england(indicator(figure(40.0), unit="plans", england=45.9)) == ""
    assert words.beside_england(indicator(figure(40.0))) == ""
