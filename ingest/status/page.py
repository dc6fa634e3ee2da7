"""The feeds page, `data/<area>/feeds/index.html`: first whether everything came, then what to do, then each feed.

Made from delivery records alone, so it is there and true when the night has failed. Needs no scripts and no network.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from area.pages import render_page, write_page
from area.paths import AreaPaths
from ingest.status.feeds import FeedStatus, feed_statuses
from ingest.status.freshness import IN_TIME, LATE, NOT_CONNECTED, SWITCHED_OFF
from ingest.status.problems import CALLED_OUT, DUE, FAILING, HELD, STOPS
from ingest.status.sparkline import sparkline
from ingest.status.unlisted import drift_command

TEMPLATES = Path(__file__).parent / "templates"
TAGS = {STOPS: "critical", LATE: "late", FAILING: "error", DUE: ""}
"""The class of a state's tag; the others are warnings."""


@dataclass(frozen=True)
class Answer:
    """Whether everything came ('yes', 'care' or 'no'), and the sentence that says so."""

    kind: str
    sentence: str


def write_feeds_page(area: str, *, as_of: dt.date, root: Path | None = None) -> Path:
    """Write the page of an area as of the night `as_of`; returns where. Raises SettingsError and ContractError."""
    path = AreaPaths.of(area, root).feeds_page
    write_page(path, feeds_page(area, feed_statuses(area, as_of=as_of, root=root), as_of=as_of))
    return path


def feeds_page(area: str, feeds: Sequence[FeedStatus], *, as_of: dt.date) -> str:
    """The page as HTML."""
    connected = [feed for feed in feeds if feed.connected]
    content: dict[str, Any] = {
        "area": area,
        "as_of": as_of,
        "made_at": dt.datetime.now(dt.UTC),
        "answer": answer(connected),
        "feeds": connected,
        "unasked": [
            (state.capitalize(), those)
            for state in (NOT_CONNECTED, SWITCHED_OFF)
            if (those := [feed for feed in feeds if feed.state == state])
        ],
        "todo": [
            (problem, feed)
            for kind in CALLED_OUT
            for feed in connected
            for problem in feed.problems
            if problem.kind == kind
        ],
        "drift_command": lambda feed: drift_command(area, feed.feed),
        "tag": lambda state: TAGS.get(state, "in-time" if state == IN_TIME else "warning"),
        "rows_line": _rows_line,
        "quarantine_line": _quarantine_line,
    }
    return render_page(TEMPLATES, "feeds.html.j2", content)


def answer(feeds: Sequence[FeedStatus]) -> Answer:
    """Did everything come? In one sentence, about the feeds that are connected."""
    if not feeds:
        return Answer("no", "No: no feed has ever been pulled.")
    stopping = [feed.title for feed in feeds if feed.state == STOPS]
    if stopping:
        return Answer("no", f"No: {_list(stopping)} did not come in time, and no night is built without.")
    missing = [feed.title for feed in feeds if feed.state in (LATE, FAILING, HELD)]
    if missing:
        return Answer("care", f"Not all of it: look at {_list(missing)}. The night goes on with what came last.")
    unlike = [feed.title for feed in feeds if feed.state in CALLED_OUT]
    if unlike:
        return Answer("care", f"Yes: everything came in time. Something has changed in it: look at {_list(unlike)}.")
    return Answer("yes", f"Yes: all {len(feeds)} feeds that are connected came in time.")


def _rows_line(feed: FeedStatus) -> str:
    """The rows of the feed's largest table over its last deliveries."""
    table = max(feed.tables, key=lambda each: each.loaded, default=None)
    if table is None:
        return ""
    said = ", ".join(f"{rows:,}" for rows in table.trend)
    return sparkline(table.trend, f"Rows of {table.table} in the last deliveries: {said}")


def _quarantine_line(feed: FeedStatus) -> str:
    said = ", ".join(f"{share:.1f}" for share in feed.quarantine)
    return sparkline(feed.quarantine, f"Per cent in quarantine in the last deliveries: {said}")


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
