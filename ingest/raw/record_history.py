"""Schema `history` of a night's warehouse file: what was known of each record, from which day to which.

One view a table, over the deliveries that count: one row a version of a record (by the key of its table). `known_from`
is the extract date of the first delivery that had the record so, `known_to` that of the first that had it otherwise or
not at all; null while the newest delivery has it so. On any day the versions with `known_from <= day < known_to` are
the rows of the delivery that was the newest on that day. A delivery of an `incremental` feed that holds changes alone
says nothing of records that are not in it: there a version lasts until the record comes otherwise, or a whole delivery
comes without it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from area.files import part_of
from area.sql import literal
from ingest.contract.model import Contract, Table, load_contracts


@dataclass(frozen=True)
class Known:
    """One table on one day: records known, and how many of them are new, changed or gone since an earlier day."""

    table: str
    records: int
    new: int
    changed: int
    gone: int


def create_history(con: duckdb.DuckDBPyConnection, *, contracts: Sequence[Contract] | None = None) -> None:
    """Make schema `history` anew over schema `raw`, which `create_raw` has made for the same `contracts`.

    Columns of a view: the contract's, `_period` (empty where a feed has none; a version never crosses periods),
    `_file_hash` and `_row` of its first reading, `known_from`, `known_to`.
    """
    con.execute("drop schema if exists history cascade")
    con.execute("create schema history")
    for contract in load_contracts() if contracts is None else contracts:
        for table in contract.tables:
            con.execute(f'create view history."{table.name}" as {_versions(contract, table)}')


def known_on(con: duckdb.DuckDBPyConnection, table: Table, *, on: dt.date, since: dt.date) -> Known:
    """What `history` says of a table on a day, beside an earlier day."""
    key = ", ".join(["_period", *(f'"{name}"' for name in table.key)])
    same = " and ".join(f'now."{name}" is not distinct from before."{name}"' for name in ("_period", *table.key))
    valid = "known_from <= ${day} and (known_to is null or known_to > ${day})"
    counted = con.execute(
        f"""
        with now as (select {key}, known_from from history."{table.name}" where {valid.replace("{day}", "on")}),
        before as (select {key}, known_from from history."{table.name}" where {valid.replace("{day}", "since")})
        select
            count(now.known_from),
            count(*) filter (before.known_from is null),
            count(*) filter (before.known_from < now.known_from),
            count(*) filter (now.known_from is null)
        from now full join before on {same}
        """,
        {"on": on, "since": since},
    ).fetchone()
    return Known(table.name, *(counted or (0, 0, 0, 0)))


def write_versions(con: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> Path:
    """Write the view of a table as `<table>.parquet` (0600) into a folder that is its owner's alone; returns where.

    Rows are in the order of all columns, so the same deliveries give the same file.
    """
    path = folder / f"{table.name}.parquet"
    part = part_of(path)
    con.execute(f'copy (select * from history."{table.name}" order by all) to {literal(part)} (format parquet)')
    part.chmod(0o600)  # DuckDB makes files anew, whatever was there; nobody else sees into the folder meanwhile
    part.replace(path)
    return path


def _versions(contract: Contract, table: Table) -> str:
    """The narrow part (key, place, one hash of the columns) is ordered; whole rows are read for first sightings only.

    A record lasts from one sighting to its next unless a whole delivery lies between the two, or ends the row.
    """
    key = ", ".join(["_period", *(f'"{name}"' for name in table.key)])
    same = " and ".join(f'rows."{name}" is not distinct from versions."{name}"' for name in table.key)
    incremental = contract.snapshot == "incremental"
    whole = "is_whole" if incremental else "true"
    # Of an incremental feed several deliveries a day count, and the last word on a record is the day's.
    last_of_day = f"qualify row_number() over (partition by {key}, _day order by _place desc) = 1"
    return f"""
        with places as (
            select
                *,
                min(place) filter ({whole}) over later as whole_place,
                min(extract_date) filter ({whole}) over later as whole_day
            from (
                select
                    file_hash, received_at, extract_date, is_whole, coalesce(period, '') as period,
                    row_number() over (partition by period order by delivery.place) as place
                from raw.delivery as delivery where table_name = {literal(table.name)}
            )
            window later as (partition by period order by place rows between 1 following and unbounded following)
        ),
        found as (
            select
                {", ".join(f'rows."{name}"' for name in table.key)},
                hash({", ".join(f'rows."{name}"' for name in table.columns)}) as _state,
                places.period as _period, places.place as _place, places.extract_date as _day,
                places.whole_place as _whole_place, places.whole_day as _whole_day,
                places.file_hash as _file_hash, places.received_at as _received_at
            from raw."{table.name}" as rows
            join places
                on places.file_hash = rows._file_hash
                and places.extract_date = rows._extract_date and places.received_at = rows._received_at
            {last_of_day if incremental else ""}
        ),
        followed as (
            select
                *,
                lead(_state) over record as _next_state,
                lead(_place) over record as _next_place,
                lead(_day) over record as _next_day
            from found
            window record as (partition by {key} order by _place)
        ),
        ended as (
            select
                *,
                coalesce(_next_place <= coalesce(_whole_place, _next_place), false) as _comes_again,
                _comes_again and _next_state = _state as _lasts,
                if(_comes_again, _next_day, _whole_day) as _ended
            from followed
        ),
        edges as (
            select *, coalesce(lag(_lasts) over (partition by {key} order by _place), false) as _goes_on from ended
        ),
        versions as (
            select
                *,
                if(_lasts, lead(_ended) over (partition by {key} order by _place), _ended) as _known_to
            from (select * from edges where not (_goes_on and _lasts))
        )
        select
            {", ".join(f'rows."{name}"' for name in (*table.columns, "_file_hash", "_row"))},
            versions._period, versions._day as known_from, versions._known_to as known_to
        from versions
        join raw."{table.name}" as rows
            on rows._file_hash = versions._file_hash
            and rows._extract_date = versions._day and rows._received_at = versions._received_at and {same}
        where not versions._goes_on and versions._day is distinct from versions._known_to
    """
