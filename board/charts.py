"""One small line chart an indicator, drawn with Altair and made into a static SVG picture by vl-convert.

The thick line is the headline figure; where it covers twelve months, a thin line shows the single months. England's
newest published value is a dashed line named on the chart. Hidden months are gaps.
"""

from __future__ import annotations

import base64
from typing import Any

from board.tables import MONTH, Benchmark, Figure, Indicator

WIDTH, HEIGHT = 330, 165
INK, OWN, MONTHLY, ENGLAND = "#0b0c0c", "#1d70b8", "#7fa9cf", "#484949"
AXIS = {
    "labelFontSize": 14,
    "labelColor": INK,
    "titleFontSize": 14,
    "titleColor": INK,
    "titleFontWeight": "normal",
    "gridColor": "#e0e1e2",
}
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"


def chart_image(indicator: Indicator) -> str | None:
    """The chart as a `data:` address of an SVG picture; None when there are fewer than two values to draw."""
    headline = [f for f in indicator.line() if f.complete]
    if sum(f.value is not None for f in headline) < 2:
        return None
    import vl_convert

    svg = vl_convert.vegalite_to_svg(_chart(indicator, headline).to_dict())
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _chart(indicator: Indicator, headline: list[Figure]) -> Any:
    import altair as alt

    monthly = [f for f in indicator.line(MONTH) if f.complete] if indicator.headline_period != MONTH else []
    if not any(f.value is not None for f in monthly):  # all hidden, or none there
        monthly = []
    # Only a share can stand beside England's share: counts of an area and of the nation have no common scale.
    england = indicator.england.get("all") if indicator.unit == "%" else None
    x = alt.X("month:T", axis=alt.Axis(title=None, format="%b %Y", tickCount=4, labelOverlap=True, labelSeparation=12))
    y = alt.Y("value:Q", axis=alt.Axis(title=_axis_title(indicator), tickCount=5), scale=alt.Scale(zero=True))
    layers = []
    if monthly:
        layers.append(
            alt.Chart(_data(monthly)).mark_line(color=MONTHLY, strokeWidth=1, point={"size": 10}).encode(x=x, y=y)
        )
    if england:
        layers += _rule(alt, england, monthly or headline)
    layers.append(alt.Chart(_data(headline)).mark_line(color=OWN, strokeWidth=3, point={"size": 24}).encode(x=x, y=y))
    chart = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, background="#fff")
    return (
        chart.configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=13,
            titleFontSize=13,
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            gridColor="#e0e1e2",
        )
    )


def _rule(alt: Any, england: Benchmark, line: list[Figure]) -> list[Any]:
    """England's line, its name written on the side where the area's own line does not begin."""
    first = next(f for f in line if f.value is not None)
    above = england.value >= (first.value or 0)
    label = alt.Data(values=[{"value": england.value, "month": _iso(first), "text": f"England, {england.period}"}])
    rule = alt.Chart(label).mark_rule(color=ENGLAND, strokeDash=[5, 4], strokeWidth=1.5).encode(y="value:Q")
    text = (
        alt.Chart(label)
        .mark_text(align="left", dx=4, dy=-8 if above else 10, color=INK, fontSize=14)
        .encode(x="month:T", y="value:Q", text="text:N")
    )
    return [rule, text]


def _data(figures: list[Figure]) -> Any:
    import altair as alt

    return alt.Data(values=[{"month": _iso(f), "value": f.value} for f in figures])


def _iso(figure: Figure) -> str:
    return f"{figure.month.isoformat()}T00:00:00"


def _axis_title(indicator: Indicator) -> str:
    return {"%": "Per cent", "per 100 pupils": "Per 100 pupils"}.get(indicator.unit, indicator.unit.capitalize())
