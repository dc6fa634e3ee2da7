"""Which feeds are late: older than their contract, or the area's settings, allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from area.errors import FeedLateError
from area.paths import AreaPaths
from area.settings import load_settings
from ingest.contract.model import Contract, load_contracts
from ingest.raw.deliveries import TableDelivery, table_history

LATE, IN_TIME, NOT_CONNECTED = "late", "in time", "not connected"
SWITCHED_OFF = "switched off by the area"


@dataclass(frozen=True)
class FeedAge:
    """How old a feed's good data are on a night, in days; None when a table of it was never delivered.

    `allowed_days` is None for a feed of history, which is never late. `connected` is False where its source was never
    asked for anything, or is not asked any more because the area's settings have `switched_off` the feed: one the night
    does without is then nobody's lateness."""

    feed: str
    owner: str
    required: bool
    last: dt.date | None
    age_days: int | None
    allowed_days: int | None
    connected: bool = True
    switched_off: bool = False

    @property
    def late(self) -> bool:
        if self.allowed_days is None or not (self.connected or self.required):
            return False
        return self.age_days is None or self.age_days > self.allowed_days

    @property
    def state(self) -> str:
        """Late, in time, or why its age is nobody's concern."""
        if self.late:
            return LATE
        return IN_TIME if self.connected else SWITCHED_OFF if self.switched_off else NOT_CONNECTED

    def __str__(self) -> str:
        age = "never delivered" if self.age_days is None else f"{self.age_days} days old"
        return f"{self.feed} ({age}, allowed {self.allowed_days})"


def feed_age(
    contract: Contract,
    paths: AreaPaths,
    *,
    as_of: dt.date,
    allowed: Mapping[str, int],
    history: Sequence[TableDelivery] | None = None,
) -> FeedAge:
    """The age of a feed: that of its oldest table, as a night with one stale table is a stale night. Tables that a
    delivery may do without do not count; where it may do without any, the feed is as old as its newest."""
    newest: dict[str, dt.date] = {}
    for each in table_history(contract, paths.deliveries, as_of=as_of) if history is None else history:
        newest[each.table] = max(each.seen_until, newest.get(each.table, dt.date.min))
    needed = {table.name for table in contract.tables if not table.optional}
    last = max(newest.values(), default=None)
    if needed:
        last = min(newest[table] for table in needed) if needed <= newest.keys() else None
    return FeedAge(
        feed=contract.feed,
        owner=contract.owner,
        required=contract.required,
        last=last,
        age_days=(as_of - last).days if last else None,
        allowed_days=allowed.get(contract.feed, contract.allowed_age_days),
        connected=contract.pulled and any((paths.deliveries / contract.feed).glob("*.json")),
        switched_off=not contract.pulled,
    )


def feed_ages(
    area: str,
    *,
    as_of: dt.date,
    sector: str | None = None,
    root: Path | None = None,
    allowed: Mapping[str, int] | None = None,
) -> tuple[FeedAge, ...]:
    """The age of every feed of an area, or of one sector. `allowed` (days by feed) is of the area's settings by
    default."""
    paths = AreaPaths.of(area, root)
    days = load_settings(area).allowed_age_days if allowed is None else allowed
    return tuple(feed_age(contract, paths, as_of=as_of, allowed=days) for contract in load_contracts(sector, area=area))


def require_fresh(ages: tuple[FeedAge, ...]) -> list[str]:
    """The late feeds that the night can do without, in words. Raises FeedLateError for the first that it cannot."""
    for age in ages:
        if age.late and age.required and age.allowed_days is not None:
            raise FeedLateError(
                age.feed,
                last=age.last.isoformat() if age.last else None,
                allowed_days=age.allowed_days,
                owner=age.owner,
            )
    return [str(age) for age in ages if age.late]


def check_sector(
    area: str,
    sector: str | None = None,
    *,
    as_of: dt.date,
    root: Path | None = None,
    allowed: Mapping[str, int] | None = None,
) -> list[str]:
    """`require_fresh` of the feeds of one sector, or of all."""
    return require_fresh(feed_ages(area, as_of=as_of, sector=sector, root=root, allowed=allowed))
