"""The board page: one plain HTML file with every indicator, beside England and the area's neighbours.

It needs no scripts, no network and no other file, and shows nothing that is not in the board tables: aggregates after
suppression.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb

from area.pages import render_page, write_page
from board import tables, words
from board.charts import chart_image
from board.tables import Benchmark, Figure, Indicator

SHARES = ("%", "per 100 pupils")
TEMPLATES = Path(__file__).parent / "templates"


def write_board_page(con: duckdb.DuckDBPyConnection, path: Path, *, area: str, as_of: dt.date) -> None:
    """Write the board page of `area` for the night `as_of` to `path`.

    Reads schema `board`, and for the note on data quality the tables `quality.feed` and `matching.int_person_links`
    where they are.
    """
    indicators = tables.read_indicators(con)
    content = {
        "area": area,
        "area_name": tables.area_name(con, area),
        "as_of": words.day(as_of),
        "indicators": [_section(indicator) for indicator in indicators],
        "late": tables.late_feeds(con),
        "feeds": tables.feed_status(con),
        "matched": tables.plan_holders_matched(con),
        "day": words.day,
        "few": words.few,
    }
    write_page(path, render_page(TEMPLATES, "board.html.j2", content))


def _section(indicator: Indicator) -> dict[str, Any]:
    """All the template shows of one indicator, as text."""
    unit, latest = indicator.unit, indicator.latest
    england, neighbours = indicator.england.get("all"), indicator.neighbours.get("all")
    months = [f for f in indicator.line(tables.MONTH) if f.complete and f.value is not None]
    rolling = indicator.headline_period == tables.ROLLING and bool(months)
    return {
        "id": indicator.id.replace("_", "-"),
        "title": indicator.title,
        "definition": indicator.definition,
        "numerator": indicator.numerator,
        "denominator": indicator.denominator,
        "period_rule": indicator.period_rule,
        "statutory_basis": indicator.statutory_basis,
        "source": indicator.source,
        "unit": "" if unit == "%" else unit,
        "direction": {"context": "Neither: for context"}.get(indicator.direction, indicator.direction.capitalize()),
        "limit": words.LEGAL_LIMITS.get(indicator.id, ""),
        "has_whole": bool(indicator.line()),
        "value": words.shown(latest, unit),
        "label": words.period(latest) if latest else "",
        "england": words.number(england.value, unit) if england else "",
        "england_period": england.period if england else "",
        "neighbours": words.number(neighbours.value, unit) if neighbours else "",
        "neighbours_period": neighbours.period if neighbours else "",
        "trend": words.trend(indicator),
        "beside_england": words.beside_england(indicator),
        "chart": chart_image(indicator),
        "chart_key": "Thick line: twelve months to each month. Thin line: single months." if rolling else "",
        "chart_text": words.chart_text(indicator),
        "lines": [
            {"period": period, "rows": [_cells(f, unit) for f in reversed(indicator.line(period))]}
            for period in dict.fromkeys(f.period for f in indicator.figures if f.breakdown_kind == "all")
        ],
        "breakdowns": [_breakdown(indicator, kind, rows) for kind, rows in indicator.breakdowns().items()],
    }


def _breakdown(indicator: Indicator, kind: str, figures: list[Figure]) -> dict[str, Any]:
    """One kind of breakdown in its newest month, the largest group first; counts have their share of the whole."""
    whole = next((f for f in indicator.line(figures[0].period) if f.month == figures[0].month), None)
    total = whole.value if whole and indicator.unit not in SHARES else None
    england, neighbours = (
        _published(indicator, figures, published) for published in (indicator.england, indicator.neighbours)
    )
    widest = max((f.value for f in figures if f.value is not None), default=0) or 1
    ordered = sorted(figures, key=lambda f: (f.breakdown == "Not recorded", f.value is None, -(f.value or 0)))
    rows = [
        {
            **_cells(f, indicator.unit),
            "name": words.breakdown_name(f.breakdown),
            "share": f"{100 * f.value / total:.1f}%" if total and f.value is not None else "",
            "width": round(100 * (f.value or 0) / widest, 1),
            "england": england.get(f.breakdown, ""),
            "neighbours": neighbours.get(f.breakdown, ""),
        }
        for f in ordered
    ]
    return {
        "title": words.BREAKDOWN_TITLES.get(kind, f"By {kind}"),
        "label": words.period(figures[0]),
        "share": bool(total),
        "published": max((b.period for b in indicator.england.values()), default="") if england else "",
        "rows": rows,
    }


def _published(indicator: Indicator, figures: list[Figure], published: dict[str, Benchmark]) -> dict[str, str]:
    """Published shares of the groups shown; counts are made shares of the published whole, to be on one scale."""
    found = {f.breakdown: published[f.breakdown].value for f in figures if f.breakdown in published}
    if indicator.unit in SHARES:
        return {name: words.number(value, indicator.unit) for name, value in found.items()}
    whole = published.get("all")
    return {name: f"{100 * value / whole.value:.1f}%" for name, value in found.items()} if whole and whole.value else {}


def _cells(figure: Figure, unit: str) -> dict[str, Any]:
    hidden = figure.hidden or figure.rounded
    return {
        "label": words.period(figure),
        "value": words.shown(figure, unit),
        "numerator": words.count(figure.numerator, hidden=hidden),
        "denominator": words.count(figure.denominator, hidden=hidden),
    }
