"""Reading the board tables: the indicators, their figures by month and breakdown, and what England and neighbours have.

Figures come from schema `board` alone: it holds aggregates after suppression. A hidden figure has no number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb

MONTH = "month"
ROLLING = "rolling 12 months"


@dataclass(frozen=True)
class Figure:
    """One figure of an indicator: a month, for all or for one breakdown.

    `hidden`: suppressed, and without a value. `rounded`: the value is given to the nearest whole per cent only.
    """

    month: dt.date
    period: str
    breakdown_kind: str
    breakdown: str
    value: float | None
    numerator: int | None
    denominator: int | None
    hidden: bool
    rounded: bool
    complete: bool


@dataclass(frozen=True)
class Benchmark:
    """A published value: of England, or the average of the area's statistical neighbours."""

    period: str
    name: str
    value: float


@dataclass(frozen=True)
class Indicator:
    """One indicator with its figures in order of time; its text as the board tables define it.

    `england` and `neighbours` hold the newest published value by breakdown ('all' for the whole).
    """

    id: str
    title: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    direction: str
    period_rule: str
    statutory_basis: str
    source: str
    figures: tuple[Figure, ...]
    england: dict[str, Benchmark]
    neighbours: dict[str, Benchmark]

    @property
    def headline_period(self) -> str:
        """Twelve months where there are such figures (a published year is compared with them), else the only period."""
        periods = [f.period for f in self.figures if f.breakdown_kind == "all"] or [f.period for f in self.figures]
        return ROLLING if ROLLING in periods else (periods[0] if periods else MONTH)

    def line(self, period: str | None = None) -> list[Figure]:
        """The figures for all, by month; of the headline period unless another is named."""
        wanted = period or self.headline_period
        return [f for f in self.figures if f.period == wanted and f.breakdown_kind == "all"]

    @property
    def latest(self) -> Figure | None:
        """The headline figure of the newest complete month, or of the newest month when none is complete."""
        line = self.line()
        complete = [f for f in line if f.complete]
        return (complete or line)[-1] if line else None

    def year_before(self) -> Figure | None:
        """The headline figure twelve months before the latest."""
        latest = self.latest
        if latest is None:
            return None
        month = latest.month.replace(year=latest.month.year - 1)
        return next((f for f in self.line() if f.month == month), None)

    def breakdowns(self) -> dict[str, list[Figure]]:
        """Kind of breakdown -> its figures in the newest month that is complete (or the newest there is)."""
        found: dict[str, list[Figure]] = {}
        for kind in dict.fromkeys(f.breakdown_kind for f in self.figures if f.breakdown_kind != "all"):
            rows = [f for f in self.figures if f.breakdown_kind == kind]
            usable = [f for f in rows if f.complete] or rows
            newest = max(f.month for f in usable)
            found[kind] = [f for f in usable if f.month == newest]
        return found


def read_indicators(con: duckdb.DuckDBPyConnection) -> list[Indicator]:
    """All indicators in their order, those without any figure too."""
    figures = _rows(
        con, "select * from board.board_indicator_month order by indicator_id, breakdown_kind, breakdown, month"
    )
    benchmarks = _rows(
        con,
        """
        select indicator_id, breakdown, geography, period::varchar as period, name, value::double as value
        from board.board_benchmark
        where geography in ('England', 'Neighbour average') and value is not null
        qualify period = max(period) over (partition by indicator_id, breakdown, geography)
        order by all
        """,
    )
    return [
        Indicator(
            id=row["indicator_id"],
            **{k: row[k] for k in Indicator.__dataclass_fields__ if k in row},
            figures=tuple(_figure(f) for f in figures if f["indicator_id"] == row["indicator_id"]),
            england=_benchmarks(benchmarks, row["indicator_id"], "England"),
            neighbours=_benchmarks(benchmarks, row["indicator_id"], "Neighbour average"),
        )
        for row in _rows(con, "select * from board.board_indicator order by position")
    ]


def late_feeds(con: duckdb.DuckDBPyConnection) -> list[str] | None:
    """Titles of the feeds that were late, from `quality.feed` (made when the gates' results are loaded); else None."""
    if not _has(con, "quality", "feed"):
        return None
    return [str(row["title"]) for row in _rows(con, "select title from quality.feed where is_late order by title")]


def feed_status(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """`board.board_feed_status`, one row a feed."""
    return _rows(con, "select * from board.board_feed_status order by feed")


def plan_holders_matched(con: duckdb.DuckDBPyConnection) -> tuple[int, int] | None:
    """People known to the EHC team: how many, and how many of them no other system knows. None when not matched."""
    if not _has(con, "matching", "int_person_links"):
        return None
    found = con.execute(
        """
        select count(*), count(*) filter (where systems = 1)
        from (
            select person_id, count(distinct source_system) as systems, bool_or(source_system = 'ehc') as is_ehc
            from matching.int_person_links
            where source_system <> 'sen2_return'  -- made of the same casework
            group by person_id
        )
        where is_ehc
        """
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else None


def area_name(con: duckdb.DuckDBPyConnection, area: str) -> str:
    """The area's name as it is published, or its code."""
    found = con.execute(
        "select max(name) from board.board_benchmark where geography = 'Area, as published' and la_code = ?", [area]
    ).fetchone()
    return str(found[0]) if found and found[0] else f"Area {area}"


def _figure(row: dict[str, Any]) -> Figure:
    return Figure(
        month=row["month"],
        period=row["period"],
        breakdown_kind=row["breakdown_kind"],
        breakdown=row["breakdown"],
        value=None if row["value"] is None else float(row["value"]),
        numerator=row["numerator"],
        denominator=row["denominator"],
        hidden=bool(row["suppressed"]) and row["value"] is None,
        rounded=bool(row["is_rounded"]),
        complete=bool(row["is_complete"]),
    )


def _benchmarks(rows: list[dict[str, Any]], indicator: str, geography: str) -> dict[str, Benchmark]:
    return {
        row["breakdown"]: Benchmark(period=row["period"], name=row["name"], value=row["value"])
        for row in rows
        if row["indicator_id"] == indicator and row["geography"] == geography
    }


def _has(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = con.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?", [schema, table]
    ).fetchone()
    return bool(found and found[0])


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
