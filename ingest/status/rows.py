"""How many rows a feed's tables usually bring, and how many of them are held back: from its last good deliveries."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.contract.model import Table
from ingest.raw.deliveries import TableDelivery

LOOKED_BACK = 8
"""How many good deliveries before the newest are looked back at."""
ENOUGH = 3
"""From how many on it can be said what is usual."""


@dataclass(frozen=True)
class TableStatus:
    """One table of a feed: its newest delivery beside what is usual.

    `usual` is the median of the rows loaded from the last good deliveries before it, None while there are fewer than
    three; `least` and `change` (a share) are what its contract expects.
    """

    table: str
    extract_date: dt.date
    read: int
    loaded: int
    quarantined: int
    duplicate: int
    usual: int | None
    least: int
    change: float | None
    trend: tuple[int, ...]
    """Rows loaded from the last deliveries, oldest first, the newest included."""

    @property
    def moved(self) -> float | None:
        """By what fraction the newest delivery differs from the usual; None where nothing is usual."""
        return None if not self.usual else self.loaded / self.usual - 1

    @property
    def unusual(self) -> bool:
        """Whether it differs by more than its contract allows."""
        return self.change is not None and self.moved is not None and abs(self.moved) > self.change


def table_status(table: Table, history: Sequence[TableDelivery]) -> TableStatus | None:
    """The status of one table from its good deliveries; None where there are none."""
    if not history:
        return None
    in_order = sorted(history, key=lambda each: each.order)[-LOOKED_BACK - 1 :]
    newest, before = in_order[-1], [each.balance.loaded for each in in_order[:-1]]
    return TableStatus(
        table=table.name,
        extract_date=newest.seen_until,
        read=newest.balance.read,
        loaded=newest.balance.loaded,
        quarantined=newest.balance.quarantined,
        duplicate=newest.balance.duplicate,
        usual=round(statistics.median(before)) if len(before) >= ENOUGH else None,
        least=table.min_rows,
        change=table.largest_change,
        trend=(*before, newest.balance.loaded),
    )


def quarantine_trend(history: Sequence[TableDelivery]) -> tuple[float, ...]:
    """Per cent of the rows read that were held back, a number a day that extracts are of, oldest first."""
    read: dict[dt.date, int] = {}
    held: dict[dt.date, int] = {}
    for each in history:
        read[each.extract_date] = read.get(each.extract_date, 0) + each.balance.read
        held[each.extract_date] = held.get(each.extract_date, 0) + each.balance.quarantined
    days = sorted(read)[-LOOKED_BACK - 1 :]
    return tuple(100.0 * held[day] / read[day] if read[day] else 0.0 for day in days)
