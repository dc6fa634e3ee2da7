"""What is known of each feed in the morning: what came, what did not, whether it is as usual, and what to do.

Worked out from contracts and delivery records alone, so that it can be said when the night has failed. Counts, dates
and file names; never a value of a record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from area.paths import AreaPaths
from area.settings import AreaSettings, load_settings
from ingest.contract.model import Contract, load_contracts
from ingest.landing.delivery import BY_HAND, Delivery, deliveries
from ingest.raw.deliveries import TableDelivery, table_history
from ingest.status.freshness import IN_TIME, FeedAge, feed_age
from ingest.status.last_pull import LastPull, last_pull
from ingest.status.problems import UNASKED, Problem, problems_of
from ingest.status.rows import TableStatus, quarantine_trend, table_status
from ingest.status.unlisted import Unlisted, unlisted_of

# The longest time from one delivery to the next, in days, by what the contract says of `arrives`: nobody is called a
# day too early. Termly is from the spring collection to the summer's, or over the summer holidays.
INTERVAL_DAYS = {"nightly": 1, "weekly": 7, "monthly": 31, "termly": 153, "yearly": 366}


@dataclass(frozen=True)
class FeedStatus:
    """One feed of one area on one night. Ages in days; `quarantine` in per cent of the rows read, oldest first; `who`
    is whom to call: its owner, and whom the area's settings name (`feeds.overrides.<feed>.contact`)."""

    feed: str
    title: str
    sector: str
    owner: str
    who: str
    required: bool
    arrives: str
    age: FeedAge
    last_received: dt.datetime | None
    next_expected: dt.date | None
    tables: tuple[TableStatus, ...]
    quarantine: tuple[float, ...]
    last_attempt: tuple[dt.datetime | None, str]
    """When something was last tried, and how that ended."""
    problems: tuple[Problem, ...]
    unlisted: tuple[Unlisted, ...] = ()
    """Tables with values outside the contract's code lists, in the deliveries that count."""

    @property
    def state(self) -> str:
        """The worst of its problems, or 'in time'."""
        return self.problems[0].kind if self.problems else IN_TIME

    @property
    def connected(self) -> bool:
        """Whether its source is asked, and has been asked for something at least once."""
        return self.state not in UNASKED

    @property
    def loaded(self) -> int:
        """Rows of the newest delivery of each table."""
        return sum(table.loaded for table in self.tables)

    @property
    def usual(self) -> int | None:
        """What its tables usually bring together; None while too little is known."""
        known = [table.usual for table in self.tables if table.usual is not None]
        return sum(known) if known and len(known) == len(self.tables) else None


def feed_statuses(
    area: str,
    *,
    as_of: dt.date,
    sector: str | None = None,
    root: Path | None = None,
    settings: AreaSettings | None = None,
    received_by: dt.datetime | None = None,
) -> tuple[FeedStatus, ...]:
    """The status of every feed of an area, or of one sector, on the night `as_of`, in the order of sector and feed.

    `settings` are those of the area by default; with `received_by` (UTC, no zone) it is as was known by then. Raises
    SettingsError and ContractError when they cannot be read.
    """
    paths = AreaPaths.of(area, root)
    said = settings or load_settings(area)
    return tuple(
        feed_status(contract, paths, as_of=as_of, allowed=said.allowed_age_days, received_by=received_by)
        for contract in load_contracts(sector, area=area)
    )


def feed_status(
    contract: Contract,
    paths: AreaPaths,
    *,
    as_of: dt.date,
    allowed: Mapping[str, int],
    received_by: dt.datetime | None = None,
) -> FeedStatus:
    """The status of one feed, its contract as the area has it. `allowed` are the area's own ages by feed."""
    until = received_by or dt.datetime.max
    history = table_history(contract, paths.deliveries, as_of=as_of, received_by=received_by)
    records = [each for each in deliveries(paths.deliveries, contract.feed) if each.received_at <= until]
    age = feed_age(contract, paths, as_of=as_of, allowed=allowed, history=history)
    pulled = last_pull(paths.deliveries, contract.feed)
    pulled = pulled if pulled is not None and pulled.at <= until else None
    tables = tuple(
        found
        for table in contract.tables
        if (found := table_status(table, [each for each in history if each.table == table.name])) is not None
    )
    expected = next_expected(contract.arrives, history)
    who = f"{contract.owner} ({contract.contact})" if contract.contact else contract.owner
    return FeedStatus(
        feed=contract.feed,
        title=contract.title,
        sector=contract.sector,
        owner=contract.owner,
        who=who,
        required=contract.required,
        arrives=contract.arrives,
        age=age,
        last_received=max((each.delivery.received_at for each in history), default=None),
        next_expected=expected,
        tables=tables,
        quarantine=quarantine_trend(history),
        last_attempt=_last_attempt(records, pulled),
        problems=tuple(
            problems_of(
                contract, age, tables, records, pulled, area=paths.area, who=who, next_expected=expected, as_of=as_of
            )
        ),
        unlisted=unlisted_of(history, records),
    )


def next_expected(arrives: str, history: Sequence[TableDelivery]) -> dt.date | None:
    """The day by which the next delivery should be in; None for what comes when it is sent, or never came."""
    days = INTERVAL_DAYS.get(arrives)
    if days is None or not history:
        return None
    return max(each.seen_until for each in history) + dt.timedelta(days=days)


def _last_attempt(records: Sequence[Delivery], pulled: LastPull | None) -> tuple[dt.datetime | None, str]:
    record = max(records, key=lambda each: each.received_at, default=None)
    if pulled is not None and (record is None or pulled.at > record.received_at):
        return pulled.at, "failed" if pulled.problem else "nothing new"
    if record is None:
        return None, ""
    return record.received_at, f"{record.outcome}, {record.source}" if _by_hand(record) else record.outcome


def _by_hand(record: Delivery) -> bool:
    return record.source.startswith(BY_HAND)
