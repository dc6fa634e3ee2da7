"""Which deliveries of each table count on a night, and which of them is the newest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.contract.model import Contract
from ingest.landing.delivery import LOADED, SAME, Delivery, TableBalance, deliveries, loaded_before
from ingest.landing.extract_date import changes_only


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
    def is_whole(self) -> bool:
        """Whether it holds all of the table (and period), and not changes to it alone, as an incremental feed's may."""
        return not changes_only(self.delivery.file_name)

    @property
    def content(self) -> tuple[str | None, bool]:
        """What came: its bytes, and whether they are all of the table or changes to it."""
        return self.delivery.sha256, self.is_whole

    @property
    def order(self) -> tuple[dt.date, dt.datetime, str, int]:
        """Deliveries are in the order of the day they are of, then of their arrival."""
        one = self.delivery
        return (self.extract_date, one.received_at, one.modified or "", one.place)


def table_history(
    contract: Contract, folder: Path, *, as_of: dt.date, received_by: dt.datetime | None = None
) -> list[TableDelivery]:
    """The deliveries of a feed's tables with an extract date up to `as_of`, oldest first, the newest of each table
    marked. With `received_by` (UTC, no zone) only what had been received by then counts.

    The order in which files arrive decides nothing but which of two for the same day is the correction: a file of the
    same day with other bytes replaces the one that came before it, which does not count any more (`superseded`); bytes
    that had come before for that day correct nothing. A file that comes again for a later day after another one had
    come counts again; one that comes again with nothing in between does not. Of a `per_period` feed the newest of each
    period is marked. Deliveries of an `incremental` feed add to one another and none replaces another: there the newest
    full delivery of the table is marked with all changes after it.
    """
    records = [
        record
        for record in deliveries(folder, contract.feed)
        if received_by is None or record.received_at <= received_by
    ]
    history: list[TableDelivery] = []
    for counting in _counting(contract, records, as_of=as_of):
        history += _marked(_spans(counting), incremental=contract.snapshot == "incremental")
    return history


Key = tuple[tuple[str | None, str], dt.date | None]


def delivery_key(record: Delivery) -> Key:
    """Deliveries with the same key are one: the same bytes, kind of file and day."""
    return record.identity, record.extract_date


def superseded(contract: Contract, records: Sequence[Delivery]) -> set[Key]:
    """The keys of good deliveries that a corrected one for the same day has replaced in every one of their tables."""
    counting = _counting(contract, records, as_of=dt.date.max)
    standing = {delivery_key(each.delivery) for group in counting for each in group}
    tables = {table.name for table in contract.tables}
    loaded = loaded_before(records)
    return {
        delivery_key(record)
        for record in records
        if record.outcome in (LOADED, SAME)
        and (original := loaded.get(record.identity)) is not None
        and tables & original.tables.keys()
    } - standing


def _counting(contract: Contract, records: Sequence[Delivery], *, as_of: dt.date) -> Iterator[list[TableDelivery]]:
    """By table and period: the deliveries that count, oldest first."""
    loaded = loaded_before(records)
    found: dict[str, list[TableDelivery]] = {table.name: [] for table in contract.tables}
    for record in records:
        original = loaded.get(record.identity) if record.outcome in (LOADED, SAME) else None
        for name, balance in original.tables.items() if original is not None else ():
            if name in found:
                found[name].append(TableDelivery(name, record, balance, record.extract_date or as_of))
    for of_table in found.values():
        periods: dict[str, list[TableDelivery]] = {}
        for each in sorted(of_table, key=lambda one: one.order):
            if each.extract_date <= as_of:
                periods.setdefault(each.delivery.period or "", []).append(each)
        for _, deliveries_of_period in sorted(periods.items()):
            yield _standing(deliveries_of_period, replaces=contract.snapshot != "incremental")


def _standing(ordered: Iterable[TableDelivery], *, replaces: bool) -> list[TableDelivery]:
    """All of them; where a later one of a day `replaces` the earlier, the last of each day, each content counted where
    it first came."""
    if not replaces:
        return list(ordered)
    first: dict[tuple[dt.date, str | None], TableDelivery] = {}
    for each in ordered:
        first.setdefault((each.extract_date, each.delivery.sha256), each)
    return list({each.extract_date: each for each in first.values()}.values())


def _spans(ordered: Iterable[TableDelivery]) -> list[TableDelivery]:
    spans: list[TableDelivery] = []
    for each in ordered:
        if spans and spans[-1].content == each.content:
            spans[-1] = replace(spans[-1], seen_until=each.extract_date)
        else:
            spans.append(each)
    return spans


def _marked(spans: list[TableDelivery], *, incremental: bool) -> list[TableDelivery]:
    first = len(spans) - 1
    if incremental:
        whole = [place for place, each in enumerate(spans) if each.is_whole]
        first = whole[-1] if whole else 0
    return [replace(each, is_latest=True) if place >= first else each for place, each in enumerate(spans)]
