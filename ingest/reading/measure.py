"""What was read of one delivered table, in numbers: rows, how full each column is, words of its code fields, and how
often each field broke the contract. It is taken from `read/` and `quarantine/`, so also of any earlier delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from area.paths import AreaPaths
from ingest.contract.model import Table
from ingest.landing.delivery import Delivery
from ingest.reading.code_words import CodeCount
from ingest.reading.file import parquet_of
from ingest.reading.row_checks import BAD_DATE, BAD_INTEGER, TOO_LONG

TYPE_BREAKS = {BAD_DATE, BAD_INTEGER, TOO_LONG}


@dataclass(frozen=True)
class Measure:
    """`filled` counts rows with a value by column; `broken` quarantined rows by field whose value was not of its type;
    `words` rows by word of each code field. Empty where the files are no longer there."""

    rows: int
    read: int
    filled: Mapping[str, int] = field(default_factory=dict)
    broken: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, Counter[str]] = field(default_factory=dict)


def measure(paths: AreaPaths, delivery: Delivery, table: Table) -> Measure:
    """The numbers of one table of a delivery that was read. Memory does not grow with the file."""
    balance = delivery.tables[table.name]
    sha256 = delivery.sha256 or ""
    good = parquet_of(paths.read, delivery.feed, table.name, sha256)
    bad = parquet_of(paths.quarantine, delivery.feed, table.name, sha256)
    return Measure(
        rows=balance.loaded,
        read=balance.read,
        filled=_filled(good) if good.exists() else {},
        broken=_broken(bad) if bad.exists() else {},
        words=_words(good, table) if good.exists() else {},
    )


def _filled(path: Path) -> dict[str, int]:
    """From the file's own statistics; no value is read."""
    metadata = pq.read_metadata(path)
    filled: Counter[str] = Counter()
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            statistics = column.statistics
            empty = statistics.null_count if statistics is not None and statistics.has_null_count else 0
            filled[column.path_in_schema] += column.num_values - empty
    return {name: number for name, number in filled.items() if not name.startswith("_")} | {
        name: 0 for name in metadata.schema.names if not name.startswith("_") and name not in filled
    }


def _broken(path: Path) -> dict[str, int]:
    found = pq.read_table(path, columns=["reason", "field"]).to_pylist()
    return dict(Counter(row["field"] for row in found if row["reason"] in TYPE_BREAKS))


def _words(path: Path, table: Table) -> dict[str, Counter[str]]:
    counted = CodeCount(table)
    with pq.ParquetFile(path) as file:
        there = [name for name in counted.counts() if name in file.schema_arrow.names]
        for batch in file.iter_batches(columns=there) if there else ():
            counted.take(batch)
    return counted.counts()
