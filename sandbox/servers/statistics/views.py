"""The JSON shapes that are sent (facts: extracts 4.3). Members without a value are left out, never null."""

from __future__ import annotations

from typing import Any

from sandbox.servers.statistics.catalogue import DataSet, Publication, stable_uuid
from sandbox.servers.statistics.periods import TimePeriod
from sandbox.servers.statistics.requests import Query
from sandbox.servers.statistics.selection import Selection
from sandbox.servers.statistics.table import LEVELS, Filter, Indicator, Option, Place, Table
from sandbox.servers.statistics.versions import Version

LEVEL_LABELS = {code: label for label, code in LEVELS.items()}
_LEVEL_ORDER = list(LEVELS.values())
META_TYPES = ("Filters", "Indicators", "Locations", "TimePeriods")
View = dict[str, Any]


def paging(page: int, size: int, total: int) -> View:
    """Whole division that cuts off towards zero, as there: an empty result has one page."""
    pages = int((total - 1) / size) + 1
    return {"page": page, "pageSize": size, "totalResults": total, "totalPages": pages}


def publication(found: Publication) -> View:
    return {
        "id": found.id,
        "title": found.title,
        "slug": found.slug,
        "summary": found.summary,
        "lastPublished": found.last_published,
    }


def data_set(found: DataSet, latest: Version) -> View:
    shown = {"version": latest.number, "published": latest.release.published} | _extent(latest)
    return {
        "id": found.id,
        "title": found.title,
        "summary": found.summary,
        "status": "Published",
        "latestVersion": shown,
    }


def version(found: Version) -> View:
    return {
        "version": found.number,
        "type": found.kind,
        "status": "Published",
        "published": found.release.published,
        "notes": "",
        "release": {"title": found.release.title, "slug": found.release.year},
    } | _extent(found)


def _extent(of: Version) -> View:
    table = of.table
    return {
        "totalResults": table.count,
        "file": {"id": stable_uuid("file", of.data_set.name, of.number)},
        "timePeriods": {"start": table.periods[0].label, "end": table.periods[-1].label},
        "geographicLevels": [LEVEL_LABELS[code] for code in levels(table)],
        "filters": [column.label for column in table.filters],
        "indicators": [indicator.label for indicator in table.indicators],
    }


def levels(table: Table) -> list[str]:
    """Level codes of the table, widest first."""
    return sorted(table.levels, key=_LEVEL_ORDER.index)


def meta(table: Table, types: set[str]) -> View:
    shown: View = {}
    if "Filters" in types:
        shown["filters"] = [filter_(column) for column in table.filters]
    if "Indicators" in types:
        shown["indicators"] = [indicator(item) for item in table.indicators]
    if "Locations" in types:
        shown["geographicLevels"] = [level(code) for code in levels(table)]
        shown["locations"] = [
            {"level": level(code), "options": [place(item) for item in places]}
            for code, (places, _) in table.places.items()
        ]
    if "TimePeriods" in types:
        shown["timePeriods"] = [period(item) for item in reversed(table.periods)]
    return shown


def level(code: str) -> View:
    return {"code": code, "label": LEVEL_LABELS[code]}


def option(item: Option) -> View:
    return {"id": item.id, "label": item.label}


def filter_(column: Filter) -> View:
    return filter_alone(column) | {"options": [option(item) for item in column.options]}


def filter_alone(column: Filter) -> View:
    return {"id": column.id, "column": column.column, "label": column.label, "hint": ""}


def indicator(item: Indicator) -> View:
    shown = {"id": item.id, "column": item.column, "label": item.label}
    return shown | ({"unit": item.unit, "decimalPlaces": 1} if item.unit else {"unit": ""})


def place(item: Place) -> View:
    shown = {"id": item.id, "label": item.label, "code": item.code}
    return shown | ({"oldCode": item.old_code} if item.old_code is not None else {})


def period(item: TimePeriod) -> View:
    return {"code": item.code, "period": item.period, "label": item.label}


def results(table: Table, query: Query, selection: Selection) -> View:
    """One page of a query's answer; every value is text, exactly as published."""
    rows = selection.rows
    names = [f"{i.id} :: {i.column}" if query.debug else i.id for i in selection.indicators]
    values = [table.rows[i.column].take(rows).to_pylist() for i in selection.indicators]
    periods = [{"code": p.code, "period": p.period} for p in table.periods]
    places = {
        code: ([_place_shown(p, query.debug) for p in known], codes[rows].tolist())
        for code, (known, codes) in table.places.items()
    }
    filters = [
        (
            f"{column.id} :: {column.column}" if query.debug else column.id,
            [f"{o.id} :: {o.label}" if query.debug else o.id for o in column.options],
            column.codes[rows].tolist(),
        )
        for column in table.filters
    ]
    period_codes, level_codes = table.period_codes[rows].tolist(), table.level_codes[rows].tolist()
    by_row = zip(*values, strict=True) if values else [()] * len(rows)
    shown = [
        {
            "timePeriod": periods[period_codes[n]],
            "geographicLevel": table.levels[level_codes[n]],
            "locations": {code: known[codes[n]] for code, (known, codes) in places.items() if codes[n] >= 0},
            "filters": {name: known[codes[n]] for name, known, codes in filters if codes[n] >= 0},
            "values": dict(zip(names, cells, strict=True)),
        }
        for n, cells in enumerate(by_row)
    ]
    return {
        "paging": paging(query.page, query.page_size, selection.total),
        "results": shown,
        "warnings": selection.warnings.found,
    }


def _place_shown(item: Place, debug: bool) -> str:
    if not debug:
        return item.id
    old = f", oldCode = {item.old_code}" if item.old_code is not None else ""
    return f"{item.id} :: {item.label} (code = {item.code}{old})"
