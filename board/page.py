"""The board page: one plain HTML file with every indicator, beside England and the area's neighbours.

It needs no scripts, no network and no other file, and shows nothing that is not in the board tables: aggregates after
suppression.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from board import tables, words
from board.charts import chart_image
from board.tables import Figure, Indicator

TEMPLATES = Path(__file__).parent / "templates"


def write_board_page(con: duckdb.DuckDBPyConnection, path: Path, *, area: str, as_of: dt.date) -> None:
    """Write the board page of `area` for the night `as_of` to `path`.

    Reads schema `board`, and for the note on data quality the tables `quality.feed` and `matching.int_person_links`
    where they are.
    """
    indicators = tables.read_indicators(con)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("board.html.j2").render(
        area=area,
        area_name=tables.area_name(con, area),
        as_of=words.day(as_of),
        indicators=[_section(indicator) for indicator in indicators],
        late=tables.late_feeds(con),
        feeds=tables.feed_status(con),
        matched=tables.plan_holders_matched(con),
        day=words.day,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _section(indicator: Indicator) -> dict[str, Any]:
    """All the template shows of one indicator, as text."""
    unit, latest = indicator.unit, indicator.latest
    england, neighbours = indicator.england.get("all"), indicator.neighbours.get("all")
    rolling = indicator.headline_period == tables.ROLLING and indicator.line(tables.MONTH)
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
    values = [f.value for f in figures if f.value is not None]
    widest = max([*values, *(b.value for name, b in indicator.england.items() if name != "all")] or [1]) or 1
    if indicator.unit not in ("%", "per 100 pupils"):
        widest = max(values or [1]) or 1
    ordered = sorted(figures, key=lambda f: (f.breakdown == "Not recorded", f.value is None, -(f.value or 0)))
    periods = [b.period for name, b in indicator.england.items() if name != "all"]
    rows = [
        {
            **_cells(f, indicator.unit),
            "name": words.breakdown_name(f.breakdown),
            "width": round(100 * (f.value or 0) / widest, 1),
            **_published(indicator, f.breakdown),
        }
        for f in ordered
    ]
    return {
        "title": words.BREAKDOWN_TITLES.get(kind, f"By {kind}"),
        "label": words.period(figures[0]),
        "published": max(periods) if periods and kind in ("placement", "primary need") else "",
        "rows": rows,
    }


def _published(indicator: Indicator, breakdown: str) -> dict[str, str]:
    found = {"england": indicator.england.get(breakdown), "neighbours": indicator.neighbours.get(breakdown)}
    return {name: words.number(b.value, indicator.unit) if b else "" for name, b in found.items()}


def _cells(figure: Figure, unit: str) -> dict[str, Any]:
    hidden = figure.hidden or figure.rounded
    return {
        "label": words.period(figure),
        "value": words.shown(figure, unit),
        "numerator": words.count(figure.numerator, hidden=hidden),
        "denominator": words.count(figure.denominator, hidden=hidden),
    }
