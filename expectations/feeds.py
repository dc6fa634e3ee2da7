"""The feeds of a night, as the load has put them into its file: table raw.feed_status, the area's own word included."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

NOT_CONNECTED = "not connected"


@dataclass(frozen=True)
class NightFeed:
    """One feed whose source was asked for something at least once; `required`: no night is built without it."""

    feed: str
    required: bool


def night_feeds(warehouse: Path) -> list[NightFeed]:
    """The connected feeds and those no night is built without, by name, from the file `warehouse` (read only)."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows = con.execute(
            "select feed, required from raw.feed_status where required or state <> ? order by feed", [NOT_CONNECTED]
        ).fetchall()
    return [NightFeed(str(feed), bool(required)) for feed, required in rows]
