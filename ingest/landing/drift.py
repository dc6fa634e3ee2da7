"""Notices that a source has changed before the change can do harm.

Each table of a delivery is compared with the newest good delivery before it (of the same period, where the feed has
periods) and with the contract as its year has it. What is found is written into the delivery record. A change that
would empty the warehouse - most rows gone, a column that was filled now empty - holds the whole file: it is kept and
read, the last good delivery stays in use, and a person says whether it is right (`send deliveries accept`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from area.paths import AreaPaths
from ingest.contract.layouts import year_said
from ingest.contract.model import Contract, Field, Table
from ingest.landing.delivery import HELD, LOADED, Delivery, Drift, TableBalance, deliveries
from ingest.landing.extract_date import kind_of
from ingest.reading.code_words import unknown_codes, unknown_words
from ingest.reading.measure import Measure, measure

LARGEST_CHANGE = 0.5  # of a full snapshot's rows, where neither contract nor area says
ENOUGH_ROWS = 100  # a smaller table may halve by chance, unless its contract says by how much it may change
ENOUGH_FILLED = 10  # a column is missed where so many rows had a value
NEW_CODE = "new_code"
JUMP = 0.05  # more of a field's values break its type than before, by this share of the rows
ENOUGH_BROKEN = 10


def watched(
    contract: Contract, paths: AreaPaths, delivery: Delivery, *, hold: bool, read_to: AreaPaths | None = None
) -> Delivery:
    """A delivery that was read, with what has changed and the fields with values outside their code lists; held instead
    of loaded where the change would do harm.

    Without `hold` (a file that counts already, read again) it stays loaded. `read_to` is where its rows were written,
    where that is not the area itself.
    """
    records = [*deliveries(paths.deliveries, contract.feed)]
    found: list[Drift] = []
    tables: dict[str, TableBalance] = {}
    for name, balance in delivery.tables.items():
        table = _layout_of(contract, name, balance.layout_year)
        now = measure(read_to or paths, delivery, table)
        found += _of_table(contract, paths, delivery, table, records, now)
        tables[name] = replace(balance, unlisted=_unlisted(contract, delivery, table, now))
    delivery = replace(delivery, tables=tables, drift=tuple(found))
    harm = [drift for drift in found if drift.harm]
    if not (hold and harm):
        return delivery
    return replace(delivery, outcome=HELD, problem="; ".join(f"{drift.table}: {drift.said}" for drift in harm))


def _of_table(
    contract: Contract,
    paths: AreaPaths,
    delivery: Delivery,
    table: Table,
    records: list[Delivery],
    now: Measure,
) -> Iterator[Drift]:
    """`table` is as the file's year has it: what that year does not ask for cannot be missed."""
    balance = delivery.tables[table.name]
    earlier = [record for record in records if _is_before(record, delivery, table.name)]
    any_period = max(earlier, key=_order, default=None)
    same_period = max((one for one in earlier if one.period == delivery.period), key=_order, default=None)
    if any_period is not None:
        yield from _layout(table, balance, any_period.tables[table.name])
    before = None if same_period is None else measure(paths, same_period, table)
    was = None if same_period is None else same_period.tables[table.name]
    same_layout = was is not None and was.layout_year == balance.layout_year
    yield from _codes(contract, delivery, table, now, before if same_layout else None)
    yield from _passed_over(table, balance, was)
    if before is not None and was is not None:
        yield from _headings(table, balance, was)
        yield from _types(table, now, before)
        if contract.snapshot != "incremental":
            yield from _emptied(table, balance, now, before)
            yield from _volume(table, now, before)


def _is_before(record: Delivery, delivery: Delivery, table: str) -> bool:
    return (
        record.outcome == LOADED
        and table in record.tables
        and record.identity != delivery.identity
        and _order(record) < _order(delivery)
    )


def _order(delivery: Delivery) -> tuple[dt.date, dt.datetime]:
    return (delivery.extract_date or delivery.received_at.date(), delivery.received_at)


def _layout(table: Table, now: TableBalance, before: TableBalance) -> Iterator[Drift]:
    if None not in (now.layout_year, before.layout_year) and now.layout_year != before.layout_year:
        said = f"the layout is that of {now.layout_year}; before it was that of {before.layout_year}"
        yield Drift(table.name, "layout_year", None, said)


def _headings(table: Table, now: TableBalance, before: TableBalance) -> Iterator[Drift]:
    """Columns no field is read from have come or gone. Of an old record nothing is known of them."""
    if before.ignored_columns is not None:
        for name in now.ignored_columns or ():
            if name not in before.ignored_columns:
                yield Drift(table.name, "new_column", None, f"the file has a column {name} that it did not have before")
    for name in before.missing_columns:
        if name not in now.missing_columns:
            yield Drift(table.name, "new_column", name, f"the file has the column of {name} now")


def _passed_over(table: Table, now: TableBalance, before: TableBalance | None) -> Iterator[Drift]:
    """Something in the file resembles the table and is not read as it; said once, the first time it is there."""
    for part in now.passed_over:
        if before is None or part not in before.passed_over:
            yield Drift(table.name, "passed_over", None, f"{part}, and was not read as it")


def _codes(
    contract: Contract, delivery: Delivery, layout: Table, now: Measure, seen: Measure | None
) -> Iterator[Drift]:
    """Words that are none of the codes of the file's year, and were not there in the delivery before either."""
    for field in _codes_of_year(contract, delivery, layout):
        if field.codes:
            words: Mapping[str, int] = seen.words.get(field.name, {}) if seen is not None else {}
            found = unknown_codes(now.words.get(field.name, {}), [*field.codes, *words], recorded=True)
            if found.rows:
                said = f"{field.name} has codes the contract does not know: {found}"
                yield Drift(layout.name, NEW_CODE, field.name, said)


def _unlisted(contract: Contract, delivery: Delivery, layout: Table, now: Measure) -> dict[str, int]:
    """Rows by field with words that are none of the codes of the file's year, whether or not they are new."""
    rows = {
        field.name: sum(unknown_words(now.words.get(field.name, {}), field.codes).values())
        for field in _codes_of_year(contract, delivery, layout)
        if field.codes
    }
    return {name: number for name, number in sorted(rows.items()) if number}


def _codes_of_year(contract: Contract, delivery: Delivery, layout: Table) -> Iterable[Field]:
    """The fields with the codes of the year whose layout the file has; of all years that are laid out alike, where the
    file's name does not say which it is of."""
    if layout.year is None or year_said(delivery.file_name) is not None:
        return layout.fields
    alike = [each for each in contract.layouts_of(layout.name) if _headings_of(each) == _headings_of(layout)]
    return [
        replace(field, codes=tuple(dict.fromkeys(code for each in alike for code in each.field(field.name).codes)))
        for field in layout.fields
    ]


def _layout_of(contract: Contract, table: str, year: int | None) -> Table:
    """The table as the year has it; of all years together where the contract knows no such year."""
    return next((each for each in contract.layouts_of(table) if each.year == year), contract.table(table))


def _headings_of(table: Table) -> set[tuple[str, str]]:
    return {(field.name, field.source) for field in table.fields}


def _types(table: Table, now: Measure, before: Measure) -> Iterator[Drift]:
    for name, broken in now.broken.items():
        share, was = broken / max(now.read, 1), before.broken.get(name, 0) / max(before.read, 1)
        if broken >= ENOUGH_BROKEN and share - was >= JUMP:
            said = f"{share:.0%} of the rows have a value in {name} that is not of its type; before it was {was:.0%}"
            yield Drift(table.name, "changed_type", name, said)


def _emptied(table: Table, balance: TableBalance, now: Measure, before: Measure) -> Iterator[Drift]:
    """A column that was filled is empty: its heading is gone, or nothing stands under it."""
    if now.rows < ENOUGH_FILLED:
        return
    for field in table.fields:
        had = before.filled.get(field.name, 0)
        if had >= ENOUGH_FILLED and not now.filled.get(field.name, 0):
            lost = field.name in balance.missing_columns
            kind, said = ("lost_column", "is no longer there") if lost else ("emptied", "is empty")
            yield Drift(
                table.name, kind, field.name, f"{field.name} {said}; {had:,} rows had a value before", harm=True
            )


def _volume(table: Table, now: Measure, before: Measure) -> Iterator[Drift]:
    allowed = table.largest_change
    if not before.rows or (allowed is None and before.rows <= ENOUGH_ROWS):
        return
    change = now.rows / before.rows - 1
    if abs(change) > (LARGEST_CHANGE if allowed is None else allowed):
        word = "fewer" if change < 0 else "more"
        said = f"{now.rows:,} rows, {abs(change):.0%} {word} than the {before.rows:,} before"
        yield Drift(table.name, "moved_volume", None, said, harm=change < 0)


def held_still(records: Iterable[Delivery]) -> list[Delivery]:
    """The held deliveries nobody has accepted and no later good one of their kind has overtaken, oldest first."""
    every = [*records]
    good = [record for record in every if record.outcome == LOADED]
    held = {record.identity: record for record in every if record.outcome == HELD}
    return [
        record
        for record in held.values()
        if not any(
            one.identity == record.identity
            or (kind_of(one.file_name) == kind_of(record.file_name) and _order(one) > _order(record))
            for one in good
        )
    ]
