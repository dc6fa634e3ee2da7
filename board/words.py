"""Figures in words: values with their unit, what changed in a year, what a chart shows for those who cannot see it."""

from __future__ import annotations

import datetime as dt

from board.tables import ROLLING, Figure, Indicator

HIDDEN = "hidden"
NONE = "none"
# What the law gives as the limit. It allows no share of late cases, so the share to reach is all.
LEGAL_LIMITS = {
    "plan_20_weeks": "20 weeks, every plan unless an exception applies",
    "plan_20_weeks_no_exceptions": "20 weeks, every plan",
    "decision_6_weeks": "6 weeks, every request",
    "review_decision_4_weeks": "4 weeks, every review",
    "advice_6_weeks": "6 weeks, unless an exception applies",
    "autism_over_13_weeks": "13 weeks (NICE guidance)",
}
BREAKDOWN_TITLES = {
    "SEN provision": "By SEN provision",
    "primary need": "By primary need",
    "placement": "By kind of setting",
    "advice type": "By kind of advice",
}
NEEDS = {
    "ASD": "Autistic spectrum disorder",
    "DS": "Down syndrome",
    "HI": "Hearing impairment",
    "MLD": "Moderate learning difficulty",
    "MSI": "Multi-sensory impairment",
    "NSA": "SEN support, no specialist assessment",
    "OTH": "Other difficulty",
    "PD": "Physical disability",
    "PMLD": "Profound and multiple learning difficulty",
    "SEMH": "Social, emotional and mental health",
    "SLCN": "Speech, language and communication",
    "SLD": "Severe learning difficulty",
    "SPLD": "Specific learning difficulty",
    "VI": "Vision impairment",
}
ADVICE = {
    "EDUCATION": "Education",
    "EP": "Educational psychology",
    "HEALTH": "Health",
    "SALT": "Speech and language therapy",
    "OT": "Occupational therapy",
    "PHYSIO": "Physiotherapy",
    "COMM_PAED": "Community paediatrics",
    "CAMHS": "Child mental health (CAMHS)",
    "SOCIAL_CARE": "Social care",
}


def number(value: float, unit: str) -> str:
    """A value with its unit: 45.3%, 3.21 per 100 pupils, 6,512."""
    if unit == "%":
        return f"{value:.1f}%"
    if unit == "per 100 pupils":
        return f"{value:.2f}"
    return f"{value:,.0f}"


def shown(figure: Figure | None, unit: str) -> str:
    """A figure as a cell shows it."""
    if figure is None:
        return NONE
    if figure.hidden:
        return HIDDEN
    if figure.value is None:
        return NONE
    if figure.rounded:
        return f"about {figure.value:.0f}%"
    return number(figure.value, unit)


def count(value: int | None, *, hidden: bool) -> str:
    """A count behind a figure; nought is shown, a hidden one is not."""
    return HIDDEN if hidden else "" if value is None else f"{value:,}"


def period(figure: Figure) -> str:
    """The period of a figure as it is read: 12 months to January 2025, end of January 2025, January 2025."""
    name = f"{figure.month:%B %Y}"
    named = {
        ROLLING: f"12 months to {name}",
        "as at month end": f"end of {name}" if figure.complete else f"{name} so far",
        "school year to date": f"school year to {name}",
    }.get(figure.period, name)
    return named if figure.complete or figure.period == "as at month end" else f"{named} (not complete)"


def few(count: int) -> str:
    """A count of people that stands outside the suppressed tables: 1 to 4 are not told apart."""
    return "fewer than 5" if 0 < count < 5 else f"{count:,}"


def breakdown_name(name: str) -> str:
    """A code of a breakdown in words."""
    return NEEDS.get(name) or ADVICE.get(name) or name


def trend(indicator: Indicator) -> str:
    """What became of the headline figure in twelve months, and whether that is better or worse."""
    latest, before = indicator.latest, indicator.year_before()
    if latest is None or latest.value is None:
        return "No figure to compare"
    if before is None or before.value is None:
        return "No figure a year before"
    change = latest.value - before.value
    if indicator.unit == "%":
        size, small = f"{abs(change):.1f} points", _is_small(change, before.value)
    elif before.value:
        size, small = f"{abs(change) / before.value * 100:.0f}%", abs(change) / before.value < 0.02
    else:
        size, small = number(abs(change), indicator.unit), change == 0
    if small:
        return "About the same as a year before"
    words = f"{'Up' if change > 0 else 'Down'} {size} in a year"
    if indicator.direction == "context":
        return words
    better = (change > 0) == (indicator.direction == "higher is better")
    return f"{words}: {'better' if better else 'worse'}"


def beside_england(indicator: Indicator) -> str:
    """The headline figure beside England's, in words; empty when either is missing or they cannot be compared."""
    latest, england = indicator.latest, indicator.england.get("all")
    if latest is None or latest.value is None or england is None or indicator.unit != "%":
        return ""
    gap = latest.value - england.value
    if _is_small(gap, england.value):
        return f"About the same as England ({number(england.value, '%')} in {england.period})."
    above = "above" if gap > 0 else "below"
    return f"{abs(gap):.1f} points {above} England ({number(england.value, '%')} in {england.period})."


def _is_small(change: float, of: float) -> bool:
    """A change of shares not worth a word: under a point, and under a twentieth of what it was."""
    return abs(change) < min(1.0, abs(of) / 20)


def chart_text(indicator: Indicator) -> str:
    """The text alternative of the indicator's chart."""
    line = [f for f in indicator.line() if f.value is not None]
    if not line:
        return f"{indicator.title}: no figure to draw."
    values = [f.value for f in line if f.value is not None]
    unit = indicator.unit
    text = (
        f"Line chart of {indicator.title.lower()} ({indicator.headline_period}), {month(line[0].month)} to"
        f" {month(line[-1].month)}: from {number(values[0], unit)} to {number(values[-1], unit)},"
        f" lowest {number(min(values), unit)}, highest {number(max(values), unit)}."
    )
    england = indicator.england.get("all")
    return f"{text} England: {number(england.value, unit)} ({england.period})." if england and unit == "%" else text


def month(day: dt.date) -> str:
    """January 2025."""
    return f"{day:%B %Y}"


def day(date: dt.date) -> str:
    """31 January 2025."""
    return f"{date.day} {date:%B %Y}"
