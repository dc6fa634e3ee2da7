"""Which deliveries of each table count on a night, and which of them is the newest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.contract import Contract
from ingest.delivery import LOADED, SAME, Delivery, TableBalance, deliveries, loaded_before
from ingest.extract_date import changes_only


@dataclass(frozen=True)
class TableDelivery:
    """One table of one delivered file. `seen_until` is the day of the last delivery that brought the same bytes
    again. Of an incremental feed all deliveries since the last full one are the latest, together: each row as the
    newest of them with its key has it."""

    table: str
    delivery: Delivery
    balance: TableBalance
    seen_until: dt.date
    is_latest: bool = False

    @property
    def extract_date(self) -> dt.date:
        return self.delivery.extract_date or self.delivery.received_at.date()

    @property
    def content(self) -> tuple[str | None, bool]:
        """What came: its bytes, and whether they are all of the table or changes to it."""
        return self.delivery.sha256, changes_only(self.delivery.file_name)

    @property
    def order(self) -> tuple[dt.date, dt.datetime, str, str]:
        """Deliveries are in the order of the day they are of, then of their arrival."""
        one = self.delivery
        return (self.extract_date, one.received_at, one.modified or "", one.file_name)


def table_history(contract: Contract, folder: Path, *, as_of: dt.date) -> list[TableDelivery]:
    """The deliveries of a feed's tables with an extract date up to `as_of`, oldest first, the newest of each table
    marked.

    A file that comes again after another one had come counts again; one that comes again with nothing in between
    does not. Of a `per_period` feed the newest of each period is marked; of an `incremental` one the newest full
    delivery of the table with all changes after it.
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
            spans = _spans(each for each in counting if (each.delivery.period or "") == period)
            history += _marked(spans, incremental=contract.snapshot == "incremental")
    return history


def _spans(found: Iterable[TableDelivery]) -> list[TableDelivery]:
    spans: list[TableDelivery] = []
    for each in sorted(found, key=lambda one: one.order):
        if spans and spans[-1].content == each.content:
            spans[-1] = replace(spans[-1], seen_until=each.extract_date)
        else:
            spans.append(each)
    return spans


def _marked(spans: list[TableDelivery], *, incremental: bool) -> list[TableDelivery]:
    first = len(spans) - 1
    if incremental:
        whole = [place for place, each in enumerate(spans) if not changes_only(each.delivery.file_name)]
        first = whole[-1] if whole else 0
    return [replace(each, is_latest=True) if place >= first else each for place, each in enumerate(spans)]
