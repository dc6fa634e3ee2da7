"""Tables of schema `raw` that say how the deliveries went: which count, what could not be loaded, what has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from area.paths import AreaPaths
from ingest.contract.model import load_contracts
from ingest.landing.delivery import Drift, deliveries
from ingest.landing.drift import held_still
from ingest.raw.deliveries import TableDelivery
from ingest.status.last_pull import last_pull
from ingest.status.problems import standing_failures

_FILE_AND_TABLE = [
    ("feed", pa.string()),
    ("table_name", pa.string()),
    ("file_hash", pa.string()),
    ("file_name", pa.string()),
    ("received_at", pa.timestamp("us")),
    ("extract_date", pa.date32()),
]
DELIVERY = pa.schema(
    [
        *_FILE_AND_TABLE,
        ("period", pa.string()),
        ("read_rows", pa.int64()),
        ("loaded_rows", pa.int64()),
        ("quarantined_rows", pa.int64()),
        ("duplicate_rows", pa.int64()),
        ("fixed_rows", pa.int64()),  # of the loaded: put right in quarantine
        ("dismissed_rows", pa.int64()),  # of the quarantined: somebody has said that they stay out
        ("place", pa.int64()),  # in the order of the table's deliveries: day, then arrival
        ("is_latest", pa.bool_()),
        ("is_whole", pa.bool_()),  # of an incremental feed: all of the table, not changes alone
    ]
)
DRIFT = pa.schema(
    [*_FILE_AND_TABLE, *((name, pa.string()) for name in ("outcome", "kind", "field", "said")), ("harm", pa.bool_())]
)
PROBLEM = pa.schema([(name, pa.string()) for name in ("feed", "file_name", "outcome", "problem")])


def create_delivery(con: duckdb.DuckDBPyConnection, every: Sequence[TableDelivery]) -> None:
    """Table raw.delivery: one row a table of each delivery that counts."""
    rows = [
        (
            each.delivery.feed,
            each.table,
            each.delivery.sha256,
            each.delivery.file_name,
            each.delivery.received_at,
            each.extract_date,
            each.delivery.period,
            each.balance.read,
            each.balance.loaded,
            each.balance.quarantined,
            each.balance.duplicate,
            each.balance.fixed,
            each.balance.dismissed,
            place,
            each.is_latest,
            each.is_whole,
        )
        for place, each in enumerate(every)
    ]
    _create(con, "delivery", DELIVERY, rows, order="feed, table_name, extract_date, place")


def create_problem(con: duckdb.DuckDBPyConnection, paths: AreaPaths, *, received_by: dt.datetime | None = None) -> None:
    """Table raw.problem: what could not be loaded, or was held, and has not been made good since (by `received_by`)."""
    until = received_by or dt.datetime.max
    rows = []
    for contract in load_contracts():
        records = [each for each in deliveries(paths.deliveries, contract.feed) if each.received_at <= until]
        pulled = last_pull(paths.deliveries, contract.feed)
        known = pulled if pulled is not None and pulled.at <= until else None
        standing = [*standing_failures(records, known), *held_still(records)]
        rows += [(each.feed, each.file_name, each.outcome, each.problem or "") for each in standing]
    _create(con, "problem", PROBLEM, sorted(rows))


def create_drift(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths, *, as_of: dt.date, received_by: dt.datetime | None = None
) -> None:
    """Table raw.drift: what had changed at the sources, by delivery; `harm` where the file was held for it."""
    rows = [
        (one.feed, each.table, one.sha256, one.file_name, one.received_at, day, one.outcome, *_said(each))
        for one in deliveries(paths.deliveries)
        if (day := one.extract_date or one.received_at.date()) <= as_of
        and (received_by is None or one.received_at <= received_by)
        for each in one.drift
    ]
    _create(con, "drift", DRIFT, rows)


def _said(drift: Drift) -> tuple[str, str | None, str, bool]:
    return drift.kind, drift.field, drift.said, drift.harm


def _create(
    con: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, rows: Sequence[tuple[object, ...]], order: str = "all"
) -> None:
    """A table of schema `raw` with these rows, in order: one insert, where one a row takes a second for a thousand."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    con.register("_found", pa.table([pa.array(*of) for of in zip(columns, schema.types, strict=True)], schema=schema))
    con.execute(f"create table raw.{name} as select * from _found order by {order}")
    con.unregister("_found")
