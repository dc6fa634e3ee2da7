"""The feeds of a night, as the load has put them into its file: table raw.feed_status, the area's own word included."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

CONNECTED = "(required or is_connected)"
"""Which rows of raw.feed_status a night is asked about."""


@dataclass(frozen=True)
class NightFeed:
    """One feed whose source is asked; `required`: no night is built without it."""

    feed: str
    required: bool


def night_feeds(warehouse: Path) -> list[NightFeed]:
    """The connected feeds and those no night is built without, by name, from the file `warehouse` (read only)."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows = con.execute(f"select feed, required from raw.feed_status where {CONNECTED} order by feed").fetchall()
    return [NightFeed(str(feed), bool(required)) for feed, required in rows]
