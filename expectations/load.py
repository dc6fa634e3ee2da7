"""Putting what the gates found into the warehouse before it is published, so that quality can be followed over time."""

from __future__ import annotations

import datetime as dt

import duckdb

from area.paths import RunPaths
from expectations.feeds import CONNECTED
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


def load_results(con: duckdb.DuckDBPyConnection, run: RunPaths) -> dict[str, int]:
    """Create schema `quality` in the warehouse `con` (open for writing) from the gates of `run` that have been run.

    - `quality.gate_result`: one row an expectation, passes too, with the numbers seen (places, no values);
    - `quality.feed`: one row a feed that is connected, or that no night is built without: its newest extract, its age
      in days on the night, and whether it is late, as the load has found it (raw.feed_status).

    Returns the rows of each table. Can be run again with the same result.
    """
    con.execute(TABLES)
    results = [row for gate in read_gates(run) for row in _rows(gate)]
    if results:
        con.executemany(f"insert into quality.gate_result values ({', '.join('?' * 14)})", results)
    con.execute(
        "insert into quality.feed by name select feed, title, sector, owner, required, allowed_age_days,"
        f" last_extract_date, age_days, is_late from raw.feed_status where {CONNECTED} order by sector, feed"
    )
    feeds = con.execute("select count(*) from quality.feed").fetchone()
    return {"gate_result": len(results), "feed": int(feeds[0]) if feeds else 0}


def read_gates(run: RunPaths) -> list[GateResult]:
    """The gates of the run that have been run, in their order."""
    return [result for gate in GATES if (result := read_gate(run, gate)) is not None]


def newest_extract(con: duckdb.DuckDBPyConnection) -> dt.date:
    """The date of the newest extract in the warehouse; today when there is none."""
    found = con.execute("select max(extract_date) from raw.delivery").fetchone()
    return found[0] if found and found[0] else dt.date.today()


def _rows(gate: GateResult) -> list[list[object]]:
    return [[list(r.places) if name == "places" else getattr(r, name) for name in FIELDS] for r in gate.results]
