"""The rows that are held back now, each with its id, where it came from and what was expected of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from area.paths import AreaPaths
from area.sql import literal
from ingest.contract.model import Contract, Table, load_contracts
from ingest.landing.delivery import DISMISSED, TableBalance
from ingest.quarantine.fixes import row_id, text_hash
from ingest.raw.deliveries import table_history
from ingest.reading.row_checks import BAD_DATE, BAD_INTEGER, MISSING_REQUIRED, TOO_LONG, date_in_words
from ingest.reading.table import parquet_of

EXPECTED = {
    "KEY_CONFLICT": "no other row of the file with the same key and other values",
    "WRONG_FIELD_COUNT": "as many fields as the file has headings",
    "BAD_ELEMENT": "text that can be read as a row",
    DISMISSED: "nothing more: somebody has said that the row stays out",
}


@dataclass(frozen=True)
class HeldRow:
    """One row in quarantine. `original_text` and `cells` hold children's data and are shown only when asked for."""

    id: str
    feed: str
    table: str
    file_name: str
    file_hash: str
    row: int
    reason: str
    field: str | None
    original_text: str
    cells: Mapping[str, str | None] | None
    """The contract's columns as they were read; None for a row that could not be."""


def held_rows(
    paths: AreaPaths, *, feed: str | None = None, every: bool = False, contracts: tuple[Contract, ...] | None = None
) -> Iterator[HeldRow]:
    """What quarantine holds of one feed or of all: of the newest delivery of each table (and period), or of `every`
    delivery. In the order of feed, table, file and row."""
    for contract in load_contracts(area=paths.area) if contracts is None else contracts:
        if feed not in (None, contract.feed):
            continue
        newest = None if every else newest_files(contract, paths)
        for table in contract.tables:
            for file in sorted((paths.quarantine / contract.feed / table.name).glob("[0-9a-f]*.parquet")):
                if newest is None or (table.name, file.stem) in newest:
                    yield from _rows_of(file)


def held_of(paths: AreaPaths, feed: str, file_hash: str, tables: Mapping[str, TableBalance]) -> Iterator[HeldRow]:
    """What quarantine holds of one file just read, by its balances."""
    for name, balance in tables.items():
        if balance.quarantined:
            yield from _rows_of(parquet_of(paths.quarantine, feed, name, file_hash))


def expected_of(table: Table, reason: str, field: str | None) -> str:
    """What was expected where a row was held back, in words."""
    promised = {each.name: each for each in table.fields}.get(field or "")
    if promised is not None and reason == BAD_DATE:
        return f"a date as {date_in_words(promised.date_format)}"
    if promised is not None and reason == TOO_LONG:
        return f"at most {promised.max_length} characters"
    return {MISSING_REQUIRED: "a value", BAD_INTEGER: "a whole number", TOO_LONG: "a shorter row"}.get(
        reason, EXPECTED.get(reason, "what the feed's contract says")
    )


def newest_files(contract: Contract, paths: AreaPaths) -> set[tuple[str, str]]:
    """Table and SHA-256 of the files that are the newest delivery of a table (and period)."""
    history = table_history(contract, paths.deliveries, as_of=dt.date.max)
    return {(each.table, each.delivery.sha256 or "") for each in history if each.is_latest}


def _rows_of(file: Path) -> Iterator[HeldRow]:
    with duckdb.connect(config={"threads": 1}) as con:
        found = con.execute(f"select * from read_parquet({literal(file)}) order by _row, original_text")
        names = [column[0] for column in found.description or []]
        while batch := found.fetchmany(10_000):
            for values in batch:
                said = dict(zip(names, values, strict=True))
                yield HeldRow(
                    id=row_id(said["_file_hash"], said["_table"], (said["_row"], text_hash(said["original_text"]))),
                    feed=said["_feed"],
                    table=said["_table"],
                    file_name=said["_file_name"],
                    file_hash=said["_file_hash"],
                    row=said["_row"],
                    reason=said["reason"],
                    field=said["field"],
                    original_text=said["original_text"],
                    cells=json.loads(said["cells"]) if said.get("cells") else None,
                )
