"""Putting what the gates found into the warehouse before it is published, so that quality can be followed over time."""

from __future__ import annotations

import datetime as dt

import duckdb

from area.paths import RunPaths
from area.settings import load_settings
from expectations.feeds import contract_feeds
from expectations.results import GateResult, read_gate
from expectations.suite_files import GATES

TABLES = """
create schema if not exists quality;
create or replace table quality.gate_result (
    gate varchar not null, expectation_id varchar not null, table_name varchar not null,
    severity varchar not null, outcome varchar not null,
    checked_rows bigint, unexpected_rows bigint, unexpected_percent double, observed double,
    expects varchar not null, why varchar not null, then_do varchar not null,
    places varchar[] not null, problem varchar,
    primary key (gate, expectation_id)
);
create or replace table quality.feed (
    feed varchar primary key, title varchar not null, sector varchar not null, owner varchar not null,
    required boolean not null, allowed_age_days integer,
    last_extract_date date, age_days integer, is_late boolean not null
);
"""

# The fields of a result in the order of the columns of quality.gate_result.
FIELDS: tuple[str, ...] = ("gate", "id", "table", "severity", "outcome", "checked", "unexpected", "percent", "observed")
FIELDS += ("expects", "why", "then", "places", "problem")


def load_results(con: duckdb.DuckDBPyConnection, run: RunPaths, *, as_of: dt.date | None = None) -> dict[str, int]:
    """Create schema `quality` in the warehouse `con` (open for writing) from the gates of `run` that have been run.

    - `quality.gate_result`: one row an expectation, passes too, with the numbers seen (places, no values);
    - `quality.feed`: one row a feed of the contracts: its newest extract, its age in days on the night `as_of`
      (default: the newest extract of all), and whether it is late. An area's settings win over the contract's age.

    Returns the rows of each table. Can be run again with the same result.
    """
    con.execute(TABLES)
    results = [row for gate in read_gates(run) for row in _rows(gate)]
    if results:
        con.executemany(f"insert into quality.gate_result values ({', '.join('?' * 14)})", results)
    feeds = _feeds(con, run.area, as_of or newest_extract(con))
    con.executemany("insert into quality.feed values (?, ?, ?, ?, ?, ?, ?, ?, ?)", feeds)
    return {"gate_result": len(results), "feed": len(feeds)}


def read_gates(run: RunPaths) -> list[GateResult]:
    """The gates of the run that have been run, in their order."""
    return [result for gate in GATES if (result := read_gate(run, gate)) is not None]


def newest_extract(con: duckdb.DuckDBPyConnection) -> dt.date:
    """The date of the newest extract in the warehouse; today when there is none."""
    found = con.execute("select max(extract_date) from raw.delivery").fetchone()
    return found[0] if found and found[0] else dt.date.today()


def _rows(gate: GateResult) -> list[list[object]]:
    return [[list(r.places) if name == "places" else getattr(r, name) for name in FIELDS] for r in gate.results]


def _feeds(con: duckdb.DuckDBPyConnection, area: str, as_of: dt.date) -> list[tuple[object, ...]]:
    last = dict(
        con.execute("select feed, max(extract_date) from raw.delivery where loaded_rows > 0 group by feed").fetchall()
    )
    rows: list[tuple[object, ...]] = []
    for feed in contract_feeds(allowed_age_days=load_settings(area).allowed_age_days):
        extract = last.get(feed.feed)
        age = None if extract is None else max((as_of - extract).days, 0)
        late = feed.allowed_age_days is not None and (age is None or age > feed.allowed_age_days)
        rows.append(
            (feed.feed, feed.title, feed.sector, feed.owner, feed.required, feed.allowed_age_days, extract, age, late)
        )
    return rows
