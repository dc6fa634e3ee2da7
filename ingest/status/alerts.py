"""What to tell people of a sector's feeds: one message a night at most, and only when something has changed.

A message that comes every morning is not read. What was told last is in `alerts.jsonl`; a night whose feeds are in the
same state says nothing, and a feed that is well again is told of too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from area.log_lines import append_line
from area.paths import AreaPaths
from ingest.status.feeds import FeedStatus, feed_statuses
from ingest.status.freshness import LATE
from ingest.status.problems import CALLED_OUT, STOPS

KIND = "feeds"


@dataclass(frozen=True)
class FeedAlert:
    """One message about the feeds of a sector. `state` is what is wrong, by feed: kinds of problems, each with a mark
    that stays the same while the problem is the same."""

    id: str
    kind: str
    sector: str
    as_of: str
    words: str
    text: str
    state: Mapping[str, Sequence[str]]

    def record(self) -> dict[str, Any]:
        """As JSON can hold it; `FeedAlert(**record)` gives it back."""
        return asdict(self)


def new_alert(area: str, sector: str, *, as_of: dt.date, root: Path | None = None) -> FeedAlert | None:
    """What is to be told of a sector's feeds on the night `as_of`; None when nothing has changed since the last one."""
    feeds = feed_statuses(area, as_of=as_of, sector=sector, root=root)
    state = {feed.feed: marks for feed in feeds if (marks := _marks(feed))}
    before = told_last(AreaPaths.of(area, root).alerts, sector)
    if state == before:
        return None
    new = [feed for feed in feeds if set(state.get(feed.feed, ())) - set(before.get(feed.feed, ()))]
    still = [feed for feed in feeds if feed.feed in state and feed not in new]
    well = [feed for feed in feeds if feed.feed in before and feed.feed not in state]
    words = _subject(area, sector, len(state), len(well))
    digest = hashlib.sha256(json.dumps([state, before], sort_keys=True).encode()).hexdigest()[:12]
    parts = [
        *(line for feed in new for line in _lines("New", feed)),
        *(line for feed in still for line in _lines("Still", feed)),
        *(f"Well again: {feed.title}." for feed in well),
    ]
    name = f"{KIND}-{sector}-{as_of.isoformat()}-{digest}"
    return FeedAlert(name, KIND, sector, as_of.isoformat(), words, "\n".join(parts), state)


def note_feed_alert(area: str, alert: FeedAlert, *, root: Path | None = None) -> None:
    """Write an alert down as told (`alerts.jsonl`)."""
    said = alert.record() | {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
    append_line(AreaPaths.of(area, root).alerts, said)


def told_last(file: Path, sector: str) -> dict[str, list[str]]:
    """What was wrong with a sector's feeds when that was last told, by feed; empty where nothing ever was."""
    if not file.exists():
        return {}
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    mine = [line["state"] for line in lines if line.get("kind") == KIND and line.get("sector") == sector]
    return dict(mine[-1]) if mine else {}


def _marks(feed: FeedStatus) -> list[str]:
    """Kinds of what is wrong. Numbers are left out: a feed that is a day later is late in the same way."""
    found = set()
    for problem in feed.problems:
        if problem.kind in (LATE, STOPS):
            found.add(problem.kind)
        elif problem.kind in CALLED_OUT:
            plain = re.sub(r"[0-9]+", "", problem.what)
            found.add(f"{problem.kind} {hashlib.sha256(plain.encode()).hexdigest()[:8]}")
    return sorted(found)


def _lines(how: str, feed: FeedStatus) -> list[str]:
    return [
        f"{how}: {feed.title}, {problem.kind}. {problem.what} {problem.do}"
        for problem in feed.problems
        if problem.kind in CALLED_OUT
    ]


def _subject(area: str, sector: str, wrong: int, well: int) -> str:
    parts = [f"{wrong} {'feed needs' if wrong == 1 else 'feeds need'} attention"] if wrong else []
    parts += [f"{well} {'feed is' if well == 1 else 'feeds are'} well again"] if well else []
    return f"Area {area}, {sector.replace('_', ' ')}: {' and '.join(parts)}"
