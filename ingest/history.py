"""Which deliveries of each table count on a night, and which of them is the newest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.contract import Contract
from ingest.delivery import LOADED, SAME, Delivery, TableBalance, deliveries, loaded_before


@dataclass(frozen=True)
class TableDelivery:
    """One table of one delivered file. `seen_until` is the day of the last delivery that brought the same bytes
    again."""

    table: str
    delivery: Delivery
    balance: TableBalance
    seen_until: dt.date
    is_latest: bool = False

    @property
    def extract_date(self) -> dt.date:
        return self.delivery.extract_date or self.delivery.received_at.date()

    @property
    def order(self) -> tuple[dt.date, dt.datetime, str, str]:
        """Deliveries are in the order of the day they are of, then of their arrival."""
        one = self.delivery
        return (self.extract_date, one.received_at, one.modified or "", one.file_name)


def table_history(contract: Contract, folder: Path, *, as_of: dt.date) -> list[TableDelivery]:
    """The deliveries of a feed's tables with an extract date up to `as_of`, oldest first, the newest of each table
    marked.

    A file that comes again after another one had come counts again; one that comes again with nothing in between
    does not. Of a `per_period` feed the newest of each period is marked.
    """
    records = list(deliveries(folder, contract.feed))
    loaded = loaded_before(records)
    history: list[TableDelivery] = []
    for table in contract.tables:
        found = [
            TableDelivery(table.name, record, original.tables[table.name], record.extract_date or as_of)
            for record in records
            if record.outcome in (LOADED, SAME)
            and (original := loaded.get(record.identity)) is not None
            and table.name in original.tables
        ]
        counting = [each for each in found if each.extract_date <= as_of]
        for period in sorted({each.delivery.period or "" for each in counting}):
            history += _spans(each for each in counting if (each.delivery.period or "") == period)
    return history


def _spans(found: Iterable[TableDelivery]) -> list[TableDelivery]:
    spans: list[TableDelivery] = []
    for each in sorted(found, key=lambda one: one.order):
        if spans and spans[-1].delivery.sha256 == each.delivery.sha256:
            spans[-1] = replace(spans[-1], seen_until=each.extract_date)
        else:
            spans.append(each)
    spans[-1] = replace(spans[-1], is_latest=True)
    return spans
