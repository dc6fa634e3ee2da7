"""Table raw.feed_status of a night's file: the feeds page as one row a feed, for models and gates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from area.settings import AreaSettings
from ingest.status.feeds import FeedStatus, feed_statuses

COLUMNS = {
    "feed": "varchar",
    "title": "varchar",
    "sector": "varchar",
    "owner": "varchar",
    "required": "boolean",
    "arrives": "varchar",
    "state": "varchar",
    "last_extract_date": "date",
    "last_received_at": "timestamp",
    "age_days": "integer",
    "allowed_age_days": "integer",
    "is_late": "boolean",
    "is_connected": "boolean",
    "next_expected_on": "date",
    "loaded_rows": "bigint",
    "usual_rows": "bigint",
    "quarantined_percent": "double",
    "problems": "bigint",
}


def create_feed_status(
    con: duckdb.DuckDBPyConnection,
    area: str,
    *,
    as_of: dt.date,
    root: Path | None = None,
    settings: AreaSettings | None = None,
    received_by: dt.datetime | None = None,
) -> int:
    """Make the table anew in schema `raw`, which is there; returns its rows, one a feed of the contracts."""
    feeds = feed_statuses(area, as_of=as_of, root=root, settings=settings, received_by=received_by)
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    con.execute(f"create or replace table raw.feed_status ({columns})")
    if feeds:
        marks = ", ".join("?" * len(COLUMNS))
        con.executemany(f"insert into raw.feed_status values ({marks})", [_row(feed) for feed in feeds])
    return len(feeds)


def _row(feed: FeedStatus) -> list[object]:
    return [
        feed.feed,
        feed.title,
        feed.sector,
        feed.owner,
        feed.required,
        feed.arrives,
        feed.state,
        feed.age.last,
        feed.last_received,
        feed.age.age_days,
        feed.age.allowed_days,
        feed.age.late,
        feed.connected,
        feed.next_expected,
        feed.loaded,
        feed.usual,
        feed.quarantine[-1] if feed.quarantine else None,
        len(feed.problems),
    ]
